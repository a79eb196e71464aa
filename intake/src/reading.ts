import type { Coding, Instant, ObservationStatus, QualityFlag, SubjectId } from '@counterpart/kernel'

/** One measured value from a door that has no message standard of its own: a wearable, a replayed record. */
export interface Reading {
  /** Whom it is about: a subject of this installation, or an identifier that has been received before. */
  readonly subject: { readonly id: SubjectId } | { readonly system: string; readonly value: string }
  /** A channel's name, or a code. */
  readonly what: { readonly channel: string } | { readonly code: Coding }
  /** `null` for a retraction. */
  readonly value: number | null
  /** UCUM. Left out: assumed to be the channel's, where that is not ambiguous. */
  readonly unit?: string
  readonly effective: Instant
  /** The fact's identity at its source. Left out: made of device, code and effective time. */
  readonly id?: string
  /** When the source issued this version of it. Left out: `sentAt` of the message, else the effective time. */
  readonly version?: Instant
  /** Default `final`. */
  readonly status?: ObservationStatus
  readonly device?: string
  /** Doubts of the source's own: `noisy-signal`, `sender-flagged`, … */
  readonly flags?: readonly QualityFlag[]
}

/** Readings that arrived together, with the raw message they were read from. All of them are taken in, or none. */
export interface ReadingMessage {
  readonly protocol: 'mqtt' | 'waveform' | 'api'
  readonly readings: readonly Reading[]
  /** The message as received: the root of every trace. */
  readonly text: string
  readonly contentType: string
  /** The sender's own identifier of the message. Left out: a hash of its text. */
  readonly controlId?: string
  /** When the sender says it sent it. */
  readonly sentAt?: Instant
}
