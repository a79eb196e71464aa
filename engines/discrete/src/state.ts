import { Calendar, grown } from './calendar.ts'
import type { Program } from './program.ts'

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

/** Columns of a patient's words; claims, holder links and draw counts follow, see {@link Layout}. */
export const W = {
  PC: 0,
  STATUS: 1,
  CLASS: 2,
  PRIORITY: 3,
  SOURCE: 4,
  NUMBER: 5,
  /** Neighbours in the lane; of an empty slot, the next empty one. */
  NEXT: 6,
  PREVIOUS: 7,
  LANE: 8,
  LINE: 9,
  CLAIMS: 10,
} as const

export const STATUS = { EMPTY: 0, MOVING: 1, WAITING: 2, BUSY: 3 } as const

/** Where things lie in the rows and tables of a program's states. */
export interface Layout {
  /** Claim columns. */
  readonly claims: number
  /** Where the draw counts begin in a patient's words. */
  readonly draws: number
  readonly numbers: number
  readonly words: number
  readonly firstPatientHandle: number
  /** Accumulators: four per resource from 0, then per line, per line and class, per class, of the whole. */
  readonly lineSums: number
  readonly waitSums: number
  readonly classSums: number
  readonly presentSums: number
  readonly sums: number
}

export const WAIT_SUMS = 6
export const CLASS_SUMS = 4

function layoutOf(program: Program): Layout {
  const claims = program.claimResource.length
  const classes = program.classPriority.length
  const draws = W.CLAIMS + 3 * claims
  const lineSums = 4 * program.interruptible.length
  const waitSums = lineSums + 2 * program.lines.length
  const classSums = waitSums + WAIT_SUMS * program.lines.length * classes
  const presentSums = classSums + CLASS_SUMS * classes
  return {
    claims,
    draws,
    numbers: F.ATTRIBUTES + program.attributes,
    words: draws + program.streams.length,
    firstPatientHandle: program.sources.length + program.interruptible.length,
    lineSums,
    waitSums,
    classSums,
    presentSums,
    sums: presentSums + 3,
  }
}

/** Everything that a run's future depends on, as numbers and typed arrays; a copy of it is a copy of the run. */
export class State {
  readonly layout: Layout
  readonly calendar = new Calendar()
  now = 0
  replication = 0
  /** Events since the start. */
  events = 0
  /** People in the pathway. */
  present = 0
  /** Slots that were ever used. */
  used = 0
  /** First empty slot below `used`, −1 for none. */
  empty = -1
  /** How often anybody joined a line. */
  joins = 0
  /** People put in place before or during the run by hand. */
  admitted = 0
  numbers: Float64Array
  words: Int32Array
  readonly laneHeads: Int32Array
  readonly laneTails: Int32Array
  /** People in each line. */
  readonly waiting: Int32Array
  readonly capacity: Float64Array
  readonly busy: Float64Array
  /** Units of outgoing staff who finish in overtime. */
  readonly outgoing: Float64Array
  /** Changes of capacity so far. */
  readonly shifts: Int32Array
  /** First holder (slot·claims + claim) of each resource, −1 for none. */
  readonly holders: Int32Array
  /** Arrivals of each source so far. */
  readonly arrivals: Float64Array
  /** When each source sent somebody last. */
  readonly lastArrivals: Float64Array
  readonly sums: Float64Array

  constructor(program: Program) {
    const layout = layoutOf(program)
    const resources = program.interruptible.length
    this.layout = layout
    this.numbers = new Float64Array(8 * layout.numbers)
    this.words = new Int32Array(8 * layout.words)
    this.laneHeads = new Int32Array(program.lanes).fill(-1)
    this.laneTails = new Int32Array(program.lanes).fill(-1)
    this.waiting = new Int32Array(program.lines.length)
    this.capacity = Float64Array.from(program.pathway.resources, (r) => r.capacity ?? 0)
    this.busy = new Float64Array(resources)
    this.outgoing = new Float64Array(resources)
    this.shifts = new Int32Array(resources)
    this.holders = new Int32Array(resources).fill(-1)
    this.arrivals = new Float64Array(program.sources.length)
    this.lastArrivals = new Float64Array(program.sources.length)
    this.sums = new Float64Array(layout.sums)
  }

  /** An empty slot with zeros in it. */
  take(): number {
    const { numbers, words } = this.layout
    let slot = this.empty
    if (slot >= 0) this.empty = this.words[slot * words + W.NEXT]!
    else {
      slot = this.used++
      if ((slot + 1) * words > this.words.length) {
        this.words = grown(this.words, 2 * this.words.length)
        this.numbers = grown(this.numbers, 2 * this.numbers.length)
      }
    }
    const w = slot * words
    for (let i = W.CLAIMS; i < words; i++) this.words[w + i] = 0
    const f = slot * numbers
    for (let i = F.ATTRIBUTES; i < numbers; i++) this.numbers[f + i] = 0
    this.present++
    return slot
  }

  give(slot: number): void {
    const w = slot * this.layout.words
    this.words[w + W.STATUS] = STATUS.EMPTY
    this.words[w + W.NEXT] = this.empty
    this.empty = slot
    this.present--
  }

  /** Becomes equal to another state of the same program, without allocating once both are of one size. */
  copyFrom(other: State): void {
    this.calendar.copyFrom(other.calendar)
    this.now = other.now
    this.replication = other.replication
    this.events = other.events
    this.present = other.present
    this.used = other.used
    this.empty = other.empty
    this.joins = other.joins
    this.admitted = other.admitted
    if (this.words.length < other.words.length) {
      this.words = new Int32Array(other.words.length)
      this.numbers = new Float64Array(other.numbers.length)
    }
    copy(this.numbers, other.numbers, other.used * this.layout.numbers)
    copy(this.words, other.words, other.used * this.layout.words)
    copy(this.laneHeads, other.laneHeads, other.laneHeads.length)
    copy(this.laneTails, other.laneTails, other.laneTails.length)
    copy(this.waiting, other.waiting, other.waiting.length)
    copy(this.capacity, other.capacity, other.capacity.length)
    copy(this.busy, other.busy, other.busy.length)
    copy(this.outgoing, other.outgoing, other.outgoing.length)
    copy(this.shifts, other.shifts, other.shifts.length)
    copy(this.holders, other.holders, other.holders.length)
    copy(this.arrivals, other.arrivals, other.arrivals.length)
    copy(this.lastArrivals, other.lastArrivals, other.lastArrivals.length)
    copy(this.sums, other.sums, other.sums.length)
  }
}

/** Short arrays are copied faster by hand than through a view. */
function copy(to: Float64Array | Int32Array, from: Float64Array | Int32Array, length: number): void {
  if (length > 128) to.set(from.subarray(0, length))
  else for (let i = 0; i < length; i++) to[i] = from[i]!
}
