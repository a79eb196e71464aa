import type { SubjectId } from './subject.ts'
import type { Instant } from './time.ts'

/**
 * What is observed of an imaging department (MRI, CT), in the same manner: on its own stream, `value: null`, one of the
 * types below as `detail`. Rosters are `RosterDetail` of department.ts, with the roles `technologist`, `radiologist` and
 * `contrast-nurse`.
 */
export const imagingChannels = {
  /** Something happened to one exam: {@link ExamDetail}. */
  exam: 'exam',
  /** A machine stopped, or runs again: {@link MachineDetail}. */
  machine: 'machine',
  /** What the department consists of from now on: {@link ImagingLayoutDetail}. */
  layout: 'imaging-layout',
} as const

export type ExamOrigin = 'outpatient' | 'inpatient' | 'emergency' | 'walk-in'

/** One thing that happened to one exam: the order, the appointment, the images and the report share its number. */
export type ExamDetail = {
  /** The order's or accession number; the same from order to report. */
  readonly exam: string
  /** Whose exam; changes when patients are merged. */
  readonly patient: SubjectId
} & (
  | {
      readonly what: 'ordered'
      /** An {@link ImagingProtocol.code}. */
      readonly protocol: string
      readonly origin: ExamOrigin
      readonly urgency: 'routine' | 'urgent' | 'stat'
    }
  /** Has this appointment from now on, instead of any earlier one. */
  | { readonly what: 'booked'; readonly machine: string; readonly at: Instant; readonly minutes: number }
  /** The patient is in the department. */
  | { readonly what: 'arrived' }
  /** Ready for the machine: changed, asked, cannulated where contrast is given. */
  | { readonly what: 'prepared' }
  /** The patient is in the machine's room. */
  | { readonly what: 'started'; readonly machine: string }
  /** So many of the protocol's sequences are done. */
  | { readonly what: 'sequence-done'; readonly sequence: number }
  /** The patient has left the machine's room. */
  | { readonly what: 'finished' }
  | { readonly what: 'reported' }
  | { readonly what: 'no-show' }
  | { readonly what: 'cancelled' }
)

export type MachineDetail = {
  readonly machine: string
  readonly state: 'up' | 'down' | 'maintenance'
  /** When it is expected to run again, if anybody said so. */
  readonly until?: Instant
}

/** A span of a weekday, in minutes from local midnight; `days` are 0 Monday … 6 Sunday. */
export type WeekSpan = {
  readonly days: readonly number[]
  readonly from: number
  readonly until: number
}

export type ImagingMachine = {
  readonly code: string
  readonly label: string
  /** DICOM modality, e.g. `MR`, `CT`. */
  readonly modality: string
  /** When exams are booked and routine patients taken. */
  readonly sessions: readonly WeekSpan[]
  /** Kept free of routine exams, for emergencies. */
  readonly reserved?: readonly WeekSpan[]
  /** Planned maintenance. */
  readonly maintenance?: readonly WeekSpan[]
  /** Takes emergencies outside its sessions. */
  readonly onCall?: boolean
  /** Protocols it cannot do. */
  readonly without?: readonly string[]
}

export type ImagingProtocol = {
  readonly code: string
  readonly label: string
  readonly modality: string
  /** Contrast is given through a cannula. */
  readonly contrast: boolean
  /** Minutes in the machine's room as planned, from coming in to leaving. */
  readonly minutes: number
  /** Planned minutes of each sequence, in order; what is left of `minutes` is setting up and leaving. */
  readonly sequences: readonly number[]
}

export type ImagingLayoutDetail = {
  readonly name: string
  readonly utcOffsetMinutes: number
  readonly machines: readonly ImagingMachine[]
  readonly protocols: readonly ImagingProtocol[]
}
