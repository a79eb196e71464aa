import type { VitalSigns } from './news2.ts'
import type { SubjectId } from './subject.ts'
import type { Instant } from './time.ts'

/**
 * What is observed of a department. Each of these is an {@link Observation} of the department itself, on its own
 * stream, with `value: null`, a sentence in `text`, and one of the types below as `detail`.
 */
export const departmentChannels = {
  /** Something happened to one visit: {@link VisitDetail}. */
  visit: 'visit',
  /** What the department consists of from now on: {@link LayoutDetail}. */
  layout: 'department-layout',
  /** Who is to be on duty when: {@link RosterDetail}; a newer roster replaces what an older one said of its span. */
  roster: 'roster',
  /** What could not be taken in about a visit, so that it can be shown and mended: {@link VisitDoubt}. */
  doubt: 'visit-doubt',
} as const

/** Code system of these channels: the code of each is its name. */
export const departmentCodeSystem = 'urn:counterpart:department'

/** {@link VisitPlace.area} of somebody who is in the department, nobody knows where. */
export const unknownArea = '?'

/** How bad: 1 resuscitation … 5 non-urgent (ESI, MTS, CTAS, ATS all count this way). */
export type Acuity = 1 | 2 | 3 | 4 | 5

/** Where a visit is, in the codes of the hospital (HL7 PL, FHIR Location). */
export type VisitPlace = {
  /** Point of care, e.g. `ED-MAJ`; an {@link Area.code}. */
  readonly area: string
  readonly room?: string
  readonly bed?: string
}

export type Disposition = 'discharged' | 'admitted' | 'transferred' | 'left-without-being-seen' | 'died' | 'unknown'

/**
 * One thing that happened to one visit. What a message says at once comes as several of these, of one time. Messages repeat
 * themselves: of several `arrived` the earliest holds, of several `seen` the first; a `placed` or `triaged` that changes
 * nothing confirms what is known. Of two of one instant the one with the higher `Observation.version` is the later.
 */
export type VisitDetail = {
  /** Pseudonymous; the same for all that happens during one stay. */
  readonly visit: string
  /** Whose visit; changes when patients are merged. */
  readonly patient: SubjectId
} & (
  | {
      readonly what: 'arrived'
      readonly mode: 'walk-in' | 'ambulance' | 'transfer'
      readonly complaint?: string
      /** Completed years; 90 stands for all from 90 on, who are too few to be told apart. */
      readonly age?: number
    }
  | { readonly what: 'triaged'; readonly acuity: Acuity }
  /** Is in this place from now on. */
  | { readonly what: 'placed'; readonly at: VisitPlace }
  /** Somebody looked at the patient and took these vital signs. */
  | { readonly what: 'observed'; readonly signs: VitalSigns }
  /** A clinician began to care for the patient. */
  | { readonly what: 'seen' }
  | { readonly what: 'test-ordered'; readonly test: string; readonly order: string }
  | { readonly what: 'test-done'; readonly order: string }
  /** A bed upstairs was asked for: from now on the patient boards. */
  | { readonly what: 'admission-requested' }
  /** The bed is not wanted any more: the patient goes on as an outpatient. */
  | { readonly what: 'admission-withdrawn' }
  | { readonly what: 'left'; readonly disposition: Disposition }
  /** Was registered by mistake, or belongs to another department. */
  | { readonly what: 'cancelled' }
  /** The discharge was a mistake: the visit goes on. */
  | { readonly what: 'returned' }
  /** All of this visit belongs to another one from now on. */
  | { readonly what: 'merged'; readonly into: string }
)

/** A part of the department: spaces of one kind under one code. */
export type Area = {
  readonly code: string
  readonly label: string
  readonly role:
    | 'waiting'
    | 'triage'
    | 'resuscitation'
    | 'majors'
    | 'minors'
    | 'paediatric'
    | 'observation'
    | 'imaging'
    | 'overflow'
  /** Rooms or bays in it by their codes; empty for a waiting room. */
  readonly spaces: readonly string[]
}

export type LayoutDetail = {
  readonly name: string
  readonly areas: readonly Area[]
  /** Hours as minutes to add to UTC, for the hour of the week. */
  readonly utcOffsetMinutes: number
}

/** One span during which so many of a kind of staff are on duty. */
export type RosterSpan = {
  readonly role: string
  readonly from: Instant
  readonly until: Instant
  readonly count: number
}

export type RosterDetail = {
  readonly from: Instant
  readonly until: Instant
  readonly spans: readonly RosterSpan[]
}

export type VisitDoubt = {
  readonly visit: string
  readonly problem: string
  readonly assumed: string
}
