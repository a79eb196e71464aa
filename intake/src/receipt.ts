import type { SubjectId } from '@counterpart/kernel'
import type { EventId } from '@counterpart/thread'
import type { RefusalCode } from './errors.ts'

/** Who handed a message in, as far as the connection tells. */
export interface Peer {
  /**
   * Names the sending system; scopes its FHIR ids. For HL7 v2 the message's own MSH-3/4 is used instead, and this is
   * kept for the quarantine only.
   */
  readonly system: string
  /** Network address or broker topic, for people who look into the quarantine. */
  readonly address?: string
}

/** A message that is durably in the thread. */
export interface AcceptedReceipt {
  /** `duplicate`: it was there already, and nothing has been added. */
  readonly outcome: 'accepted' | 'duplicate'
  /** The message's own event first. */
  readonly events: readonly EventId[]
  readonly subjects: readonly SubjectId[]
  /** What of it was not carried over, and why; for people. */
  readonly notes: readonly string[]
}

/** A message of which nothing has been taken in; it is kept in the quarantine. */
export interface RefusedReceipt {
  readonly outcome: 'refused'
  readonly code: RefusalCode
  readonly message: string
  readonly location: string
  readonly expected: string
  readonly mend: string
  /** Left out when the quarantine itself could not be written. */
  readonly quarantineId?: string
}

/** What became of a message. Resolved only when that is durable. */
export type Receipt = AcceptedReceipt | RefusedReceipt

/** The receipts of a batch as one: a refusal only when all are. */
export function merged(receipts: readonly Receipt[] | RefusedReceipt): Receipt {
  if (!Array.isArray(receipts)) return receipts as RefusedReceipt
  const all = receipts as readonly Receipt[]
  const taken = all.filter((receipt): receipt is AcceptedReceipt => receipt.outcome !== 'refused')
  const refusals = all.flatMap((receipt, i) =>
    receipt.outcome === 'refused' ? [`Bundle.entry[${i}]: refused (${receipt.code}): ${receipt.message}`] : [],
  )
  if (taken.length === 0 && all[0]) return all[0]
  return {
    outcome: taken.some(({ outcome }) => outcome === 'accepted') ? 'accepted' : 'duplicate',
    events: taken.flatMap(({ events }) => events),
    subjects: [...new Set(taken.flatMap(({ subjects }) => subjects))],
    notes: [...refusals, ...taken.flatMap(({ notes }) => notes)],
  }
}
