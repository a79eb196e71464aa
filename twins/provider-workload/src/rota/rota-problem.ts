import type { CalendarDay, ProviderCode, RotaWork } from '@counterpart/kernel'

/**
 * Half-days or days of a rota in a few characters: `all`, `am`, `pm`, `Mon`, `Mon am`, `2026-05-12`, `2026-05-12 pm`, or a
 * span of days `2026-05-11..2026-05-15`. Names of weekdays stand for that day of every week.
 */
export type When = string

/** Who is to work when: everything that a rota of some weeks has to meet, and what it should. */
export interface RotaProblem {
  readonly name: string
  /** IANA zone of the clinic. */
  readonly timeZone: string
  /** The first day, a Monday. */
  readonly from: CalendarDay
  /** 1 to 8. */
  readonly weeks: number
  /** Clock times of the two half-days, `HH:MM`. */
  readonly hours: { readonly am: ClockSpan; readonly pm: ClockSpan }
  /** Days on which the clinic is shut. */
  readonly closed: readonly When[]
  /** Half-days that end late: who works one does not work the next morning. */
  readonly late: readonly When[]
  /** Half-days that nobody likes; they are shared in proportion to half-days worked. */
  readonly unpopular: readonly When[]
  readonly pods: readonly RotaPod[]
  readonly people: readonly RotaPerson[]
  readonly demand: readonly Demand[]
  /** Protected quarter-sessions that a pod needs on a day, so that its inbox is looked after. */
  readonly inbox: readonly { readonly pod: string; readonly at: readonly When[]; readonly quarters: number }[]
  readonly turns: readonly TurnKind[]
  /** People who stand in for each other: on each open day one of them is at work. */
  readonly pairs: readonly (readonly [ProviderCode, ProviderCode])[]
  /** The rota in force for the same half-days: by person, by pod, when. Left out: nothing is in force. */
  readonly inForce?: Readonly<Record<ProviderCode, Readonly<Record<string, readonly When[]>>>>
  readonly rules: RotaRules
}

export type ClockSpan = readonly [from: string, until: string]

export interface RotaPod {
  readonly code: string
  readonly label: string
  /** Rooms in each half-day; a later entry of `roomsAt` holds over an earlier one. */
  readonly rooms: number
  readonly roomsAt?: readonly { readonly at: readonly When[]; readonly rooms: number }[]
}

export interface RotaPerson {
  readonly code: ProviderCode
  readonly label: string
  /** Own patients are here. */
  readonly pod: string
  /** Other pods where this person can work. */
  readonly alsoIn?: readonly string[]
  readonly clinicalFte: number
  /** Half-days of work in a week without leave, turns and fixed work that counts included. */
  readonly halfDays: { readonly min: number; readonly max: number }
  readonly skills?: readonly string[]
  /** Sees patients only where somebody with the skill `supervision` is at work in the same pod. */
  readonly resident?: boolean
  readonly leave?: readonly When[]
  /** Work that is fixed; `counts`: towards half-days (default true). */
  readonly fixed?: readonly {
    readonly at: readonly When[]
    readonly work: Exclude<RotaWork, 'on-call'>
    readonly counts?: boolean
  }[]
  /** Never works then. */
  readonly forbidden?: readonly When[]
  /** Weight 1 (would be nice) to 10 (matters much). */
  readonly wishes?: readonly { readonly at: readonly When[]; readonly want: 'work' | 'free'; readonly weight: number }[]
  /** Part-time patterns: sets of weekdays of which one is chosen for each week. */
  readonly patterns?: readonly (readonly Weekday[])[]
  /** Works whole days or not at all. */
  readonly wholeDays?: boolean
  /** Days in a row up to the Sunday before the first day. */
  readonly daysWorkedBefore?: number
  /** Kinds of turn that this person does not do. */
  readonly notOn?: readonly string[]
  /** Turns done in the time before that counts for a fair share, by kind. */
  readonly turnsDone?: Readonly<Record<string, number>>
  /** Protected quarter-sessions for messages in a week without leave. */
  readonly protectedQuarters?: number
}

export type Weekday = 'Mon' | 'Tue' | 'Wed' | 'Thu' | 'Fri' | 'Sat' | 'Sun'

/**
 * Clinicians in clinic that a pod needs in each of these half-days; those in a protected quarter-session count three quarters.
 * A later entry for the same pod, half-day and skill holds over an earlier one.
 */
export interface Demand {
  readonly pod: string
  readonly at: readonly When[]
  /** Only people with this skill count; then there is a `min` alone. */
  readonly skill?: string
  readonly min: number
  readonly target?: number
  readonly max?: number
}

/** Duties beside the ten half-days: nights on call, Saturdays, late evenings. */
export interface TurnKind {
  readonly code: string
  readonly label: string
  /** Days, Saturdays and Sundays included. */
  readonly at: readonly When[]
  readonly hours: ClockSpan
  readonly people: number
  readonly skill?: string
  /** Half-days that one turn counts for. */
  readonly halfDays: number
  /** Who does it does not work the next morning. */
  readonly freeMorningAfter: boolean
}

/** `must`: no rota may break it; a number: points that each unit of breaking it costs; `off`: nobody looks at it. */
export type RuleSetting = 'must' | 'off' | number

export type RuleName = keyof typeof ruleUnits

/** Every rule, and what is counted where it is broken. */
export const ruleUnits = {
  'cover-minimum': 'clinicians short',
  'cover-maximum': 'clinicians too many',
  'cover-target': 'clinicians off target',
  skills: 'clinicians short',
  rooms: 'rooms short',
  'half-days-least': 'half-days short',
  'half-days-most': 'half-days too many',
  contract: 'half-days off',
  leave: 'half-days',
  fixed: 'half-days',
  forbidden: 'half-days',
  patterns: 'half-days outside',
  'whole-days': 'split days',
  'days-in-a-row': 'days too many',
  'rest-after-late': 'mornings',
  turns: 'people short',
  supervision: 'residents alone',
  pairs: 'days',
  'pod-presence': 'days',
  'protected-time': 'quarter-sessions short',
  'pod-inbox': 'quarter-sessions short',
  continuity: 'gaps and half-days away',
  wishes: 'weight not met',
  'fair-turns': 'turns off the fair share',
  'fair-half-days': 'half-days off the fair share',
  'fair-wishes': 'share not met',
  stability: 'changes',
} as const

export interface RotaRules extends Readonly<Record<RuleName, RuleSetting>> {
  /** Calendar days that anybody may work in a row. */
  readonly maxDaysInARow: number
  /** Residents that one supervisor can look after. */
  readonly residentsPerSupervisor: number
  /** Half-days that the whole period may differ from contract. */
  readonly contractWithin: number
  /** Own patients find their doctor within so many open days. */
  readonly ownDoctorWithinDays: number
}
