import type { ExamOrigin, ImagingProtocol, Instant } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import type { Waiting } from './events.ts'

/** An exam as it truly goes. */
export interface Exam {
  readonly id: string
  readonly person: number
  readonly protocol: ImagingProtocol
  readonly origin: ExamOrigin
  readonly urgency: 'routine' | 'urgent' | 'stat'
  readonly random: RandomStream
  booked: { readonly machine: string; readonly at: Instant } | null
  /** When ready for the machine. */
  ready: Instant | null
  /** Cancelled, or begun. */
  over: boolean
  /** Somebody in the emergency department waits for it. */
  readonly for?: {
    readonly waiting: Waiting
    /** Factor on reporting time just now. */
    readonly haste: () => number
    readonly reported: () => void
  }
}

/** Those who cannot wait until morning, at whatever hour. */
export function isEmergency({ origin, urgency }: Exam): boolean {
  return urgency === 'stat' || origin === 'emergency'
}
