import type { Belief, Instant, JsonObject, LayoutDetail } from '@counterpart/kernel'
import { emptyRecord, type TrackRecord } from '../record/record.ts'
import { emptyRisk, type RiskMemory } from '../risk/examples.ts'
import { assumedLayout } from './layout.ts'
import { noRoster, type Roster } from './roster.ts'
import { emptyTallies, type Tallies } from './tallies.ts'
import type { Visit } from './visit.ts'

/** What the twin keeps of a department from one message to the next. */
export type Department = {
  /** What is known of this department beforehand, as given to `begin`. */
  readonly prior: JsonObject
  readonly layout: LayoutDetail
  readonly layoutReported: boolean
  readonly roster: Roster
  /** Who is here, by visit. */
  readonly visits: Readonly<Record<string, Visit>>
  /** Who left in the last hours. */
  readonly gone: Readonly<Record<string, Visit>>
  /** Visits that now belong to another one. */
  readonly merged: Readonly<Record<string, { readonly into: string; readonly at: Instant }>>
  readonly tallies: Tallies
  readonly record: TrackRecord
  /** What was learnt of who gets worse while waiting, and who is admitted. */
  readonly risk: RiskMemory
  /** When anything was heard of any visit, and when somebody was triaged, and seen, last. */
  readonly heard: Instant | null
  /** When the feed last began to be silent for so long that it must have been down. */
  readonly deafSince: Instant | null
  readonly lastTriaged: Instant | null
  readonly lastSeen: Instant | null
}

export function emptyDepartment(asOf: Instant, prior: JsonObject): Department {
  return {
    prior,
    layout: assumedLayout,
    layoutReported: false,
    roster: noRoster,
    visits: {},
    gone: {},
    merged: {},
    tallies: emptyTallies(asOf),
    record: emptyRecord(asOf),
    risk: emptyRisk,
    heard: null,
    deafSince: null,
    lastTriaged: null,
    lastSeen: null,
  }
}

export const departmentOf = (belief: Belief): Department => belief.memory as unknown as Department
export const memoryOf = (department: Department): JsonObject => department as unknown as JsonObject
