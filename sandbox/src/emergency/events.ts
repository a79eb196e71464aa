import type {
  Acuity,
  Disposition,
  Instant,
  LayoutDetail,
  VitalSigns as NewsSigns,
  RosterDetail,
  VisitPlace,
} from '@counterpart/kernel'
import type { ActionStatus, DepartmentAction } from './actions.ts'

/** What happens to a visit, in the words of the department's observations (kernel `VisitDetail`). */
export type VisitHappening =
  | {
      readonly what: 'arrived'
      readonly mode: 'walk-in' | 'ambulance' | 'transfer'
      readonly complaint: string
      readonly age: number
    }
  | { readonly what: 'triaged'; readonly acuity: Acuity }
  | { readonly what: 'placed'; readonly at: VisitPlace }
  | { readonly what: 'seen' }
  | { readonly what: 'test-ordered'; readonly test: string; readonly order: string }
  | { readonly what: 'test-done'; readonly order: string }
  | { readonly what: 'admission-requested' }
  | { readonly what: 'left'; readonly disposition: Disposition }

/** Bedside readings of somebody in the department. */
export type VitalSigns = NewsSigns & {
  /** mm[Hg] */
  readonly diastolic: number
}

/** Something that happened in the hospital and that its systems know of. */
export type HospitalEvent = { readonly at: Instant } & (
  | { readonly kind: 'visit'; readonly visit: string; readonly person: number; readonly happening: VisitHappening }
  | { readonly kind: 'vital-signs'; readonly visit: string; readonly person: number; readonly signs: VitalSigns }
  | { readonly kind: 'layout'; readonly layout: LayoutDetail }
  | { readonly kind: 'roster'; readonly roster: RosterDetail }
  | {
      readonly kind: 'action'
      readonly action: DepartmentAction
      readonly status: ActionStatus
      readonly reason?: string
    }
)
