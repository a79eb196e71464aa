import type { Draws } from '../draws.ts'
import type { Program } from '../program.ts'
import type { Records } from '../records.ts'
import type { State } from '../state.ts'

/** The parts of a run, shared by the functions of this folder. */
export interface Core {
  readonly program: Program
  readonly draws: Draws
  readonly records: Records | undefined
  state: State
  /** People who go on within the event at hand; empty between events. */
  ready: Int32Array
  readyCount: number
  /** The captured state in which the run stands just now, before anything else happened. */
  restored: State | undefined
  /** Survival of what is under way there, three by slot; what is not known yet is NaN. */
  survival: Float64Array
  /** The captured state, and which revision of it, to which `survival` belongs. */
  survivalOf: State | undefined
  survivalRevision: number
  /** Events since time went on last. */
  atOnce: number
  /** How often free resources were offered, and when last there was not enough for each line. */
  round: number
  readonly stuck: Float64Array
  /** Room for looking through the lanes of a desk. */
  readonly cursors: Int32Array
}

/**
 * What happens first among the events of one instant: ends of activities free their resources, then capacities change,
 * then those who wait change class, then people go on to their next step, then new ones arrive, and last those leave
 * whose patience ends. Within a phase the event that was scheduled first comes first.
 */
export const PHASE = { RELEASE: 0, CHANGE: 1, WORSEN: 2, GO_ON: 3, ARRIVE: 4, PATIENCE: 5 } as const

/** The patient goes on within the event at hand, after those who were ready before. */
export function goOnSoon(core: Core, slot: number): void {
  if (core.readyCount === core.ready.length) {
    const longer = new Int32Array(2 * core.ready.length)
    longer.set(core.ready)
    core.ready = longer
  }
  core.ready[core.readyCount++] = slot
}
