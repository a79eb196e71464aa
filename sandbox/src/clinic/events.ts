import type {
  AbsenceDetail,
  Activity,
  CalendarDay,
  ClinicLayoutDetail,
  Instant,
  MessageKind,
  ProviderCode,
  RotaWeekDetail,
} from '@counterpart/kernel'
import type { ActionStatus } from '../emergency/actions.ts'
import type { ClinicAction } from './actions.ts'

/** Something that happened in the clinic. */
export type ClinicEvent = { readonly at: Instant } & (
  | { readonly kind: 'layout'; readonly layout: ClinicLayoutDetail }
  | { readonly kind: 'rota'; readonly rota: RotaWeekDetail }
  | { readonly kind: 'absence'; readonly absence: AbsenceDetail }
  | { readonly kind: 'appointment'; readonly appointment: ClinicAppointment }
  | { readonly kind: 'message'; readonly message: InboxMessage }
  | { readonly kind: 'work'; readonly work: WorkPiece }
  | { readonly kind: 'survey'; readonly survey: SurveyAnswers }
  | { readonly kind: 'wearable'; readonly wearable: WearableDay }
  | {
      readonly kind: 'action'
      readonly action: ClinicAction
      readonly status: ActionStatus
      readonly reason?: string
    }
)

/** What the booking system now says of one appointment. */
export interface ClinicAppointment {
  /** Unique in the clinic. */
  readonly id: string
  readonly provider: ProviderCode
  /** Number of the patient on the clinic's list. */
  readonly patient: number
  readonly starts: Instant
  readonly minutes: number
  readonly visit: VisitKind
  readonly state: 'booked' | 'arrived' | 'fulfilled' | 'no-show' | 'cancelled'
}

export type VisitKind = 'acute' | 'chronic' | 'preventive'

/** A message that came to somebody's inbox. */
export interface InboxMessage {
  readonly id: string
  readonly provider: ProviderCode
  readonly patient: number
  readonly kind: MessageKind
}

/** One stretch of one activity at the screen; `at` of the event is its beginning. The truth of all time spent there. */
export interface WorkPiece {
  readonly provider: ProviderCode
  readonly activity: Activity
  readonly seconds: number
  /** 0: nobody. */
  readonly patient: number
  /** The message or appointment that it is about; empty: none. */
  readonly about: string
  readonly message?: MessageKind
  /** How it ends: a note or an order signed, a message answered or just done with; left out: it goes on later, or needs no end. */
  readonly ends?: 'sign' | 'reply' | 'done'
  /** Somebody else had prepared what is signed. */
  readonly team?: boolean
  /** Begins with logging in, or ends with logging out. */
  readonly door?: 'login' | 'logout'
  /** Not in the clinic: at home. */
  readonly away?: boolean
}

/** What somebody answered to a short survey, on the instruments' own scales. */
export interface SurveyAnswers {
  readonly provider: ProviderCode
  /** Mini-Z single item, 1 (no symptoms) to 5 (completely burned out); 3 or more counts as burnout. */
  readonly miniZ: number
  /** Professional Fulfillment Index, 0 to 4 each: fulfilment, exhaustion, disengagement. */
  readonly fulfilment: number
  readonly exhaustion: number
  readonly disengagement: number
  /** NASA-TLX of four subscales (mental, physical, temporal demand, effort), 0 to 400. */
  readonly taskLoad: number
}

/** A day of a wearable. */
export interface WearableDay {
  readonly provider: ProviderCode
  readonly day: CalendarDay
  /** h */
  readonly sleep: number
  /** RMSSD at night, ms */
  readonly heartRateVariability: number
  readonly steps: number
}
