import type { ExamDetail, ImagingLayoutDetail, Instant, MachineDetail, RosterDetail } from '@counterpart/kernel'

type WithoutExam<Detail> = Detail extends ExamDetail ? Omit<Detail, 'exam' | 'patient'> : never

/** What happens to an exam, in the words of the department's observations (kernel `ExamDetail`). */
export type ExamHappening = WithoutExam<ExamDetail>

/** Somebody in the emergency department who waits for an exam. */
export interface Waiting {
  readonly visit: string
  /** When they came to the emergency department. */
  readonly arrived: Instant
  /** Where they were when it was ordered, if that is known. */
  readonly area: string | null
}

/** Something that happened in the imaging department and that its systems know of. */
export type ImagingEvent = { readonly at: Instant } & (
  | {
      readonly kind: 'exam'
      readonly exam: string
      readonly person: number
      readonly happening: ExamHappening
      readonly waiting?: Waiting
    }
  | { readonly kind: 'machine'; readonly machine: MachineDetail }
  | { readonly kind: 'layout'; readonly layout: ImagingLayoutDetail }
  | { readonly kind: 'roster'; readonly roster: RosterDetail }
)
