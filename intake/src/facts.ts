import type {
  Coding,
  Instant,
  Json,
  JsonObject,
  ObservationSource,
  ObservationStatus,
  QualityFlag,
  SubjectId,
} from '@counterpart/kernel'
import type { AppointmentStatement } from './clinic/appointment.ts'
import type { DepartmentStatement } from './department/statement.ts'
import type { VisitFact } from './department/visit-fact.ts'

/** A number or code by which someone knows a person or a thing, within a system of such numbers. */
export interface Identifier {
  /** URI of the assigning authority. */
  readonly system: string
  readonly value: string
  /** Code of HL7 table 0203: `MR` medical record number, `SS` social security number, … */
  readonly type?: string
}

interface PersonName {
  readonly text?: string
  readonly family?: string
  readonly given?: readonly string[]
}

/** What a message says of the person it is about. */
export interface Person {
  readonly name?: PersonName
  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
  readonly birthDate?: string
  readonly sex?: 'female' | 'male' | 'other' | 'unknown'
  readonly deceased?: boolean
}

/** Whom a message is about, before it is known which subject that is. */
export type WhoseFacts =
  /** The message itself introduces the person. */
  | { readonly kind: 'introduced'; readonly identifiers: readonly Identifier[]; readonly location: string }
  /** The message points at someone who must have been introduced before. */
  | {
      readonly kind: 'referred'
      readonly identifier: Identifier
      /** The subject it may be besides, when it is the house's own name of one. */
      readonly orId?: SubjectId
      readonly location: string
    }
  | { readonly kind: 'named'; readonly id: SubjectId; readonly location: string }
  /** Not a person, but a department of this hospital … */
  | { readonly kind: 'department'; readonly id: string; readonly location: string }
  /** … or a clinic. */
  | { readonly kind: 'clinic'; readonly id: string; readonly location: string }

/** What was measured, as it was sent. */
export type SentValue =
  | { readonly kind: 'number'; readonly value: number; readonly unit?: string; readonly sent: string }
  | { readonly kind: 'text'; readonly text: string; readonly unit?: string }
  /** Nothing was measured; `text` says why. */
  | { readonly kind: 'absent'; readonly text: string }

/** A measurement as read from a message; units and channel are not settled yet. */
export interface MeasuredFact {
  /** Identity at the source, see `Observation.id`. */
  readonly id: string
  readonly version: Instant
  readonly status: ObservationStatus
  /** All codes that it came with; the first one that has a channel counts, else the first. */
  readonly codes: readonly Coding[]
  readonly value: SentValue
  readonly effective: Instant
  readonly device?: string
  readonly flags?: readonly QualityFlag[]
  /** Where it stands in the message, for error messages. */
  readonly location: string
}

export interface EncounterFact {
  /** Left out: that of the message. */
  readonly effective?: Instant
  readonly encounterId: string
  readonly version: Instant
  readonly status: 'planned' | 'arrived' | 'in-progress' | 'finished' | 'cancelled'
  readonly class?: string
  readonly location?: {
    readonly facility?: string
    readonly pointOfCare?: string
    readonly room?: string
    readonly bed?: string
  }
  readonly admitted?: Instant
  readonly discharged?: Instant
  readonly trigger?: string
}

export interface DeviceFact {
  /** Left out: that of the message. */
  readonly effective?: Instant
  readonly deviceId: string
  /** 0: the source does not say. */
  readonly version: Instant
  readonly type?: string
  readonly manufacturer?: string
  readonly model?: string
  readonly status?: string
}

/** An intervention that someone reports to have reached the subject; whether the house knows it is not settled yet. */
export interface TreatmentFact {
  readonly id: string
  readonly version: Instant
  readonly codes: readonly Coding[]
  /** In the order in which they are to be tried against the intervention's unit. Empty: no dose was sent. */
  readonly doses: readonly { readonly value: number; readonly unit: string }[]
  /** The parts of the subject that it concerns; left out: all of it. */
  readonly on?: readonly string[]
  /** Without a dose, take the usual one (procedures have no dose element); otherwise refuse. */
  readonly usualDoseWhenMissing: boolean
  readonly from: Instant
  readonly until?: Instant
  readonly retracted: boolean
  readonly location: string
}

/** What a message does with whole records. */
export type RecordChange =
  /** The other record (`prior`) and this one are one person's, or (`standing` false) are not after all. */
  | { readonly kind: 'person'; readonly prior: WhoseFacts; readonly standing: boolean; readonly version: Instant }
  /** The visit is this person's, and was not the other's. */
  | { readonly kind: 'visit'; readonly encounterId: string; readonly from: WhoseFacts; readonly version: Instant }

/** Everything that one message says of one subject. */
export interface SubjectFacts {
  readonly whose: WhoseFacts
  /** The part of the raw message that is about this subject; the whole of it when it is about no one else. */
  readonly text: string
  /** Left out when the message does not describe the person. */
  readonly person?: Person
  /** When the source issued `person`. 0: said in passing, any proper statement is newer. */
  readonly personVersion?: Instant
  readonly encounters: readonly EncounterFact[]
  readonly devices: readonly DeviceFact[]
  readonly measured: readonly MeasuredFact[]
  readonly treatments: readonly TreatmentFact[]
  /** What departments are told of this person's visits. */
  readonly visits?: readonly VisitFact[]
  /** The visit during which all of this was so, where the message names one. */
  readonly encounterId?: string
  /** What becomes of whole records; the subject's is the one that stands. */
  readonly changes?: readonly RecordChange[]
  /** What is said of the subject itself, when it is a department or a clinic. */
  readonly statements?: readonly DepartmentStatement[]
  /** What is said of appointments of the subject, when it is a clinic. */
  readonly appointments?: readonly AppointmentStatement[]
}

/** One message, decoded but not yet judged: a pure function of its bytes and of the configuration. */
export interface DecodedMessage {
  readonly protocol: ObservationSource['protocol']
  readonly system: string
  readonly controlId: string
  /** What tells this message from the sender's others, where `controlId` alone does not. */
  readonly key?: string
  readonly contentType: string
  /** The whole text, by which a repeated message is told from another one with the same identifier. */
  readonly text: string
  readonly sentAt?: Instant
  readonly subjects: readonly SubjectFacts[]
  readonly notes: readonly string[]
}

/** Drops members that are `undefined`, so that equal facts have equal JSON. */
export function plain(value: object): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Record<string, Json>
}
