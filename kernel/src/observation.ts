import type { JsonObject } from './json.ts'
import type { SubjectId } from './subject.ts'
import type { Instant, Milliseconds } from './time.ts'

/** A code from a code system, e.g. LOINC 8867-4 "Heart rate". */
export interface Coding {
  readonly system: string
  readonly code: string
  readonly display?: string
}

export const loincSystem = 'http://loinc.org'

/** How measured values scatter about the true one. */
export interface ErrorModel {
  /** Standard deviation of the error that does not grow with the value, in the channel's unit. */
  readonly standardDeviation: number
  /** Standard deviation of the error that does, as a fraction of the value. Both add in quadrature. Default 0. */
  readonly relativeStandardDeviation?: number
  /** Where these figures come from. */
  readonly source: string
}

/** Something that can be measured of a subject, in one unit, under one code. */
export interface Channel {
  /** The house's short name, e.g. `heart-rate`. One name means one code and one unit in every twin. */
  readonly name: string
  readonly label: string
  /** The codes under which it arrives; the first is the preferred one. */
  readonly codes: readonly Coding[]
  /** UCUM unit in which the house keeps it. */
  readonly unit: string
  /** Values outside are refused as physically impossible, in `unit`. */
  readonly plausible: readonly [low: number, high: number]
  readonly error: ErrorModel
  /** After this long without a new value, the last one counts as stale. */
  readonly staleAfter: Milliseconds
  /** Digits after the decimal point that a screen may show. */
  readonly digits?: number
}

/** Why an observation is trusted less than fully. */
export type QualityFlag =
  | 'unit-assumed'
  | 'unit-converted'
  | 'near-plausible-limit'
  | 'sudden-jump'
  | 'flat-line'
  | 'late-arrival'
  | 'device-clock-skewed'
  | 'preliminary'
  | 'noisy-signal'
  | 'sender-flagged'

/** How far an observation can be trusted: 0 (not at all) to 1 (fully), with the reasons for any deduction. */
export interface Quality {
  readonly score: number
  readonly flags: readonly QualityFlag[]
}

export type ObservationStatus = 'preliminary' | 'final' | 'corrected' | 'retracted'

/** One measured fact about a subject. */
export interface Observation {
  /**
   * The fact's identity at its source. Versions of one fact share it; the highest `version` holds, whatever the order
   * in which they arrive.
   */
  readonly id: string
  /** Orders the versions of one fact: the source's own instant of issue. */
  readonly version: Instant
  readonly status: ObservationStatus
  readonly subject: SubjectId
  /** A {@link Channel.name}, or `<system>|<code>` when no twin has a channel for the code. */
  readonly channel: string
  readonly code: Coding
  /** The measured quantity in `unit`; `null` when the result is not a number (then `text` holds it). */
  readonly value: number | null
  /** UCUM; `''` when the result has no unit because it is not a number. */
  readonly unit: string
  readonly text?: string
  /** What was observed when it is more than a number, e.g. one of `department.ts`. */
  readonly detail?: JsonObject
  /** When it was so. */
  readonly effective: Instant
  readonly source: ObservationSource
  readonly quality: Quality
}

export interface ObservationSource {
  readonly protocol: 'hl7v2' | 'fhir' | 'mqtt' | 'waveform' | 'api'
  /** The sending system or broker topic. */
  readonly system: string
  readonly device?: string
  /** The value and unit as sent, before conversion. */
  readonly sentValue?: string
  readonly sentUnit?: string
}

/** Orders observations the same way on every machine: by effective time, then channel, then identity, then version. */
export function compareObservations(a: Observation, b: Observation): number {
  return (
    a.effective - b.effective ||
    compareText(a.channel, b.channel) ||
    compareText(a.id, b.id) ||
    a.version - b.version ||
    compareText(a.status, b.status) ||
    (a.value ?? 0) - (b.value ?? 0)
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
