import type { Program } from './program.ts'

// Modules of the inner loop take these apart at their top: a constant of their own is quicker than an imported one.

/** Columns of a patient's numbers; attributes follow. */
export const F = {
  /** When the patient came. */
  ARRIVED: 0,
  /** When the present wait for this line began first; interruption does not renew it. */
  JOINED: 1,
  /** When the patient stood in line last. */
  QUEUED: 2,
  /** Order of joining, kept through interruption. */
  RANK: 3,
  /** When the activity under way began. */
  BEGUN: 4,
  /** Its whole duration. */
  TOTAL: 5,
  /** What of it was done before `BEGUN`, in parts that were interrupted. */
  DONE: 6,
  /** Whether it is an interrupted activity that keeps its duration: 1, else 0. */
  KEEPS: 7,
  ATTRIBUTES: 8,
} as const

/** Columns of a patient's words; what is held and draw counts follow, see {@link Layout}. */
export const W = {
  PC: 0,
  STATUS: 1,
  CLASS: 2,
  PRIORITY: 3,
  SOURCE: 4,
  NUMBER: 5,
  /** Neighbours in the lane or batch; of an empty slot, the next empty one. */
  NEXT: 6,
  PREVIOUS: 7,
  LANE: 8,
  /** The line or batch they wait in. */
  LINE: 9,
  /** First of those who go along with this one, −1 for none; they are linked by `NEXT`. */
  COMPANIONS: 10,
  /** Claim + 1 of each column held, 0 for none. */
  HELD: 11,
} as const

/** `GATHERING`: in a batch that is not together yet. `ALONG`: goes along with another. */
export const STATUS = { EMPTY: 0, MOVING: 1, WAITING: 2, BUSY: 3, GATHERING: 4, ALONG: 5 } as const

/** Where things lie in the rows and tables of a program's states. */
export interface Layout {
  /** Columns in which a patient keeps what is held. */
  readonly columns: number
  /** Where the draw counts begin in a patient's words. */
  readonly draws: number
  /** Where each held column's crew is, and its neighbours among the holders of its pool (behind, ahead). */
  readonly crews: number
  readonly behind: number
  readonly ahead: number
  readonly numbers: number
  readonly words: number
  /** Handles in the calendar: sources from 0, then changes and absences by pool, then units, then two by patient. */
  readonly changes: number
  readonly away: number
  readonly units: number
  readonly patients: number
  /** Accumulators: four per pool from 0, then per line, per line and class, per class, of the whole. */
  readonly lineSums: number
  readonly waitSums: number
  readonly classSums: number
  readonly presentSums: number
  readonly sums: number
}

export const WAIT_SUMS = 7
export const CLASS_SUMS = 4

export function layoutOf(program: Program): Layout {
  const { columns, streams } = program
  const pools = program.pools.length
  const classes = program.classPriority.length
  const links = program.pools.some((pool) => pool.interruptible) ? columns : 0
  const draws = W.HELD + columns
  const crews = draws + streams.length
  const changes = program.sources.length
  const lineSums = 4 * pools
  const waitSums = lineSums + 2 * program.lines.length
  const classSums = waitSums + WAIT_SUMS * program.lines.length * classes
  const presentSums = classSums + CLASS_SUMS * classes
  return {
    columns,
    draws,
    crews,
    behind: crews + columns,
    ahead: crews + columns + links,
    numbers: F.ATTRIBUTES + program.attributes,
    words: crews + columns + 2 * links,
    changes,
    away: changes + pools,
    units: changes + 2 * pools,
    patients: changes + 2 * pools + program.unitPools.length,
    lineSums,
    waitSums,
    classSums,
    presentSums,
    sums: presentSums + 3,
  }
}
