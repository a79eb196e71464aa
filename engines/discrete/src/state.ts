import { Calendar, type CalendarEntries, grown } from './calendar.ts'
import { F, type Layout, layoutOf, STATUS, W } from './layout.ts'
import type { Program } from './program.ts'

const { ATTRIBUTES } = F
const { EMPTY } = STATUS
const { COMPANIONS, HELD, NEXT, STATUS: STATE } = W

/** A state as plain numbers. */
export interface StateTables {
  readonly scalars: readonly number[]
  readonly calendar: CalendarEntries
  readonly numbers: readonly number[]
  readonly words: readonly number[]
  readonly floats: readonly number[]
  readonly integers: readonly number[]
}

/** Everything that a run's future depends on, as numbers and typed arrays; a copy of it is a copy of the run. */
export class State {
  readonly layout: Layout
  readonly calendar = new Calendar()
  /** Whether a run goes on in it, rather than it being a copy that stays as it is. */
  live = false
  /** How often it became another state. */
  revision = 0
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
  /** Units of each pool that can be had: as scheduled, less those that are down or away. */
  readonly capacity: Float64Array
  readonly scheduled: Float64Array
  /** Units that failed. */
  readonly down: Float64Array
  /** 1 while closed or on a break. */
  readonly away: Int32Array
  /** Until when a break that is due can be taken; −∞ when none is due. */
  readonly breakUntil: Float64Array
  /** Number of the next closure or break. */
  readonly absences: Int32Array
  readonly missedBreaks: Int32Array
  /** Since when a member works without a break. */
  readonly onDutySince: Float64Array
  readonly busy: Float64Array
  /** Units of outgoing staff who finish in overtime. */
  readonly outgoing: Float64Array
  /** Cohort that is in, while anything is busy. */
  readonly cohort: Int32Array
  /** Number of the next change of capacity. */
  readonly shifts: Int32Array
  /** How often outgoing staff were told from the incoming. */
  readonly crews: Int32Array
  /** First holder (slot·columns + column) of each pool, −1 for none. */
  readonly holders: Int32Array
  /** Of each unit that can fail: whether it works, since when it does or does not, and how often it drew. */
  readonly unitUp: Int32Array
  readonly unitSince: Float64Array
  readonly unitDraws: Int32Array
  /** Of each batch: the first and last who gather, and how many do. */
  readonly batchHeads: Int32Array
  readonly batchTails: Int32Array
  readonly gathered: Int32Array
  /** Arrivals of each source so far. */
  readonly arrivals: Float64Array
  /** When each source sent somebody last. */
  readonly lastArrivals: Float64Array
  readonly sums: Float64Array

  /** All tables above of either type, one behind the other: a copy is quick then. */
  readonly #floats: Float64Array
  readonly #integers: Int32Array

  constructor(program: Program) {
    const layout = layoutOf(program)
    const pools = program.pools.length
    const units = program.unitPools.length
    const batches = program.batches.length
    const sources = program.sources.length
    this.layout = layout
    this.numbers = new Float64Array(8 * layout.numbers)
    this.words = new Int32Array(8 * layout.words)
    this.#floats = new Float64Array(7 * pools + units + 2 * sources + layout.sums)
    this.#integers = new Int32Array(2 * program.lanes + program.lines.length + 7 * pools + 2 * units + 3 * batches)
    let at = 0
    const floats = (length: number) => {
      at += length
      return this.#floats.subarray(at - length, at)
    }
    this.capacity = floats(pools)
    this.scheduled = floats(pools)
    this.down = floats(pools)
    this.breakUntil = floats(pools).fill(Number.NEGATIVE_INFINITY)
    this.onDutySince = floats(pools)
    this.busy = floats(pools)
    this.outgoing = floats(pools)
    this.unitSince = floats(units)
    this.arrivals = floats(sources)
    this.lastArrivals = floats(sources)
    this.sums = floats(layout.sums)
    at = 0
    const integers = (length: number) => {
      at += length
      return this.#integers.subarray(at - length, at)
    }
    this.laneHeads = integers(program.lanes).fill(-1)
    this.laneTails = integers(program.lanes).fill(-1)
    this.waiting = integers(program.lines.length)
    this.away = integers(pools)
    this.absences = integers(pools)
    this.missedBreaks = integers(pools)
    this.cohort = integers(pools)
    this.shifts = integers(pools)
    this.crews = integers(pools)
    this.holders = integers(pools).fill(-1)
    this.unitUp = integers(units).fill(1)
    this.unitDraws = integers(units)
    this.batchHeads = integers(batches).fill(-1)
    this.batchTails = integers(batches).fill(-1)
    this.gathered = integers(batches)
  }

  /** An empty slot with nothing held, drawn, or noted in it. */
  take(): number {
    const { crews, numbers, words } = this.layout
    let slot = this.empty
    if (slot >= 0) this.empty = this.words[slot * words + NEXT]!
    else {
      slot = this.used++
      if ((slot + 1) * words > this.words.length) {
        this.words = grown(this.words, 2 * this.words.length)
        this.numbers = grown(this.numbers, 2 * this.numbers.length)
      }
    }
    const w = slot * words
    this.words[w + COMPANIONS] = -1
    for (let i = HELD; i < crews; i++) this.words[w + i] = 0
    const f = slot * numbers
    for (let i = ATTRIBUTES; i < numbers; i++) this.numbers[f + i] = 0
    this.present++
    return slot
  }

  give(slot: number): void {
    const w = slot * this.layout.words
    this.words[w + STATE] = EMPTY
    this.words[w + NEXT] = this.empty
    this.empty = slot
    this.present--
  }

  /** Everything that is in it, as plain numbers; see `state-json.ts`. */
  toTables(): StateTables {
    const { now, replication, events, present, used, empty, joins, admitted } = this
    return {
      scalars: [now, replication, events, present, used, empty, joins, admitted],
      calendar: this.calendar.toEntries(),
      numbers: [...this.numbers.subarray(0, used * this.layout.numbers)],
      words: [...this.words.subarray(0, used * this.layout.words)],
      floats: [...this.#floats],
      integers: [...this.#integers],
    }
  }

  /** A state of the program with this in it; undefined when the tables are not as long as they should be. */
  static of(program: Program, tables: StateTables): State | undefined {
    const state = new State(program)
    const { scalars, numbers, words, floats, integers } = tables
    const [now = 0, replication = 0, events = 0, present = 0, used = 0, empty = -1, joins = 0, admitted = 0] = scalars
    if (
      numbers.length !== used * state.layout.numbers ||
      words.length !== used * state.layout.words ||
      floats.length !== state.#floats.length ||
      integers.length !== state.#integers.length
    )
      return undefined
    Object.assign(state, { now, replication, events, present, used, empty, joins, admitted })
    state.calendar.copyFrom(Calendar.of(tables.calendar))
    state.numbers = Float64Array.from([...numbers, ...new Float64Array(8 * state.layout.numbers)])
    state.words = Int32Array.from([...words, ...new Int32Array(8 * state.layout.words)])
    state.#floats.set(floats)
    state.#integers.set(integers)
    return state
  }

  /** Whether the other has the same places for everything. */
  fits(other: State): boolean {
    return (
      this.layout.sums === other.layout.sums &&
      this.layout.words === other.layout.words &&
      this.layout.numbers === other.layout.numbers &&
      this.#floats.length === other.#floats.length &&
      this.#integers.length === other.#integers.length
    )
  }

  /** Becomes equal to another state of the same program, without allocating once both are of one size. */
  copyFrom(other: State): void {
    this.revision++
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
    copy(this.#floats, other.#floats, other.#floats.length)
    copy(this.#integers, other.#integers, other.#integers.length)
  }
}

/** Short arrays are copied faster by hand than through a view. */
function copy(to: Float64Array | Int32Array, from: Float64Array | Int32Array, length: number): void {
  if (length > 128) to.set(from.subarray(0, length))
  else for (let i = 0; i < length; i++) to[i] = from[i]!
}
