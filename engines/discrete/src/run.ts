import { drawsOf } from './draws.ts'
import { DiscreteError } from './errors.ts'
import type { Program } from './program.ts'
import { Records } from './records.ts'
import { openSource } from './run/arriving.ts'
import { openPools } from './run/availability.ts'
import type { Core } from './run/core.ts'
import { goOn, happen } from './run/happening.ts'
import { admit, checkPriority, type Presence, slotsOf } from './run/presence.ts'
import { setPriority } from './run/priority.ts'
import { redraw } from './run/redrawing.ts'
import { resetTally } from './run/tally.ts'
import { State } from './state.ts'

export type { Presence } from './run/presence.ts'

export interface RunOptions {
  /** Names the random numbers; any finite number. */
  readonly seed?: number
  /** Which replication under the seed, an integer of at least 0. */
  readonly replication?: number
  readonly records?: boolean
  /** When the run begins on the pathway's clock, if not when the pathway says. */
  readonly startsAt?: number
}

export interface Budget {
  /** Runs up to and including this time. */
  readonly until?: number
  /** Stops after this many events of this call. Without `until`, a thousand million when left out. */
  readonly events?: number
  /** Stops when this many people are present at once. Default 10 million. */
  readonly present?: number
}

/** Why a run stopped: the time was reached, nothing more will happen to anybody, or a budget was spent. */
export type Stop = 'until' | 'idle' | 'events' | 'present'

/** Events at one instant, beside some for everybody present, after which time is thought to stand still. */
const MOST_AT_ONCE = 1_000_000

/** A pathway under way. */
export class Run {
  readonly program: Program
  readonly records: Records | undefined
  readonly #core: Core
  readonly #startsAt: number
  /** A state in which nothing is. */
  readonly #empty: State

  constructor(program: Program, options: RunOptions = {}) {
    const { seed = 0, replication = 0, records = false, startsAt = program.startsAt } = options
    if (!Number.isFinite(startsAt))
      throw new DiscreteError('invalid-option', `startsAt is ${startsAt}`, { expected: 'a finite time' })
    this.program = program
    this.records = records ? new Records() : undefined
    this.#startsAt = startsAt
    this.#empty = new State(program)
    this.#core = {
      program,
      draws: drawsOf(seed, program.streams, program.drawers, program.exponential),
      records: this.records,
      state: new State(program),
      ready: new Int32Array(16),
      readyCount: 0,
      restored: undefined,
      survival: new Float64Array(),
      survivalOf: undefined,
      survivalRevision: 0,
      atOnce: 0,
      round: 0,
      stuck: new Float64Array(program.lines.length),
      cursors: new Int32Array(program.levels),
    }
    this.#core.state.live = true
    this.begin(replication)
  }

  get now(): number {
    return this.#core.state.now
  }

  /** Events since the start. */
  get events(): number {
    return this.#core.state.events
  }

  /** People in the pathway. */
  get present(): number {
    return this.#core.state.present
  }

  /** The live state; read it, never write it. */
  get state(): State {
    return this.#core.state
  }

  /** Empties the pathway and begins anew as this replication. */
  begin(replication: number): void {
    checkReplication(replication)
    const core = this.#core
    const s = core.state
    s.copyFrom(this.#empty)
    s.now = this.#startsAt
    s.replication = replication
    core.readyCount = 0
    core.restored = undefined
    resetTally(core)
    openPools(core)
    for (let source = 0; source < this.program.sources.length; source++) openSource(core, source)
  }

  /** A copy of everything the future depends on. Records are output, not state: they are not part of it. */
  capture(): State {
    const copy = new State(this.program)
    copy.copyFrom(this.#core.state)
    return copy
  }

  /**
   * Goes back (or over) to a captured state of the same program. What is under way ends when it was going to; what is
   * drawn from here on is drawn as this `replication`. For forecasts of what nobody knows yet, see `redraw`.
   */
  restore(captured: State, replication = captured.replication): void {
    const core = this.#core
    if (!captured.fits(core.state))
      throw new DiscreteError('wrong-state', 'the captured state belongs to another pathway')
    checkReplication(replication)
    core.state.copyFrom(captured)
    core.state.replication = replication
    core.readyCount = 0
    // Another run's live state may change before it is restored again.
    core.restored = captured.live ? undefined : captured
  }

  /**
   * Draws anew everything that is under way, given how long it has lasted: activities and delays, interrupted ones that
   * keep their duration, patience, worsening, gathering, failures and repairs, and the next arrivals. A forecast is
   * `restore` as another replication followed by `redraw`: without it all replications would share, and know, the ends
   * that the captured run had drawn.
   */
  redraw(): void {
    redraw(this.#core)
  }

  /** Forgets the statistics up to now, at the end of a warm-up; nothing else changes. */
  resetStatistics(): void {
    resetTally(this.#core)
  }

  /** Lets time go on until the budget says stop. */
  advance(budget: Budget): Stop {
    const core = this.#core
    const s = core.state
    core.restored = undefined
    const { until = Number.POSITIVE_INFINITY, present = 1e7 } = budget
    const { events = until < Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : 1e9 } = budget
    if (!(until >= s.now))
      throw new DiscreteError('invalid-option', `until is ${until}`, { expected: `${s.now} or more` })
    if (!(events >= 0) || !(present >= 1))
      throw new DiscreteError('invalid-option', `the budget is ${events} events and ${present} people`)
    core.atOnce = 0
    const last = s.events + events
    for (;;) {
      const stop = pass(core, until, last, present)
      if (stop !== undefined) return stop
    }
  }

  /** Changes the priority of somebody present (a slot, see `slots`) at once, also of those who wait. */
  reprioritise(slot: number, priority: number): void {
    checkPriority(this.#core, priority)
    if (!this.slots().includes(slot)) throw new DiscreteError('invalid-option', `nobody is in slot ${slot}`)
    this.#core.restored = undefined
    setPriority(this.#core, slot, priority)
    goOn(this.#core)
  }

  /** The slots of those present. */
  slots(): number[] {
    return slotsOf(this.#core)
  }

  /**
   * Puts somebody where they are now. An activity under way goes on: its whole duration is drawn given that it has
   * lasted so long already. Those who wait keep their place by the order in which they are admitted; admit whoever is
   * in a step before those who wait for it. Returns the slot.
   */
  admit(presence: Presence): number {
    this.#core.restored = undefined
    return admit(this.#core, presence)
  }
}

/** Events of one pass. */
const PASS = 4096

/**
 * Lets some events happen; says why no more may. In passes, as V8 keeps what it made of a function that is called often,
 * and makes a long loop anew for each call.
 */
function pass(core: Core, until: number, last: number, present: number): Stop | undefined {
  const { program, state: s } = core
  const { calendar } = s
  for (let i = 0; i < PASS; i++) {
    const time = calendar.nextTime
    if (time > until || time === Number.POSITIVE_INFINITY) {
      if (until < Number.POSITIVE_INFINITY) s.now = until
      return calendar.size === 0 ? 'idle' : 'until'
    }
    if (s.events >= last) return 'events'
    if (s.present >= present) return 'present'
    if (time > s.now) core.atOnce = 0
    else if (++core.atOnce > MOST_AT_ONCE + 20 * s.present) refuseToStand(time)
    s.now = time
    s.events++
    happen(core, calendar.pop())
    if (program.endless && s.present === 0 && until === Number.POSITIVE_INFINITY && !anybodyComes(core)) return 'idle'
  }
  return undefined
}

function anybodyComes({ program, state: s }: Core): boolean {
  for (let source = 0; source < program.sources.length; source++) if (s.calendar.has(source)) return true
  return false
}

function refuseToStand(time: number): never {
  throw new DiscreteError('no-progress', `a million events at time ${time} and no end to them`, {
    mend: 'look for durations, or intervals between arrivals, that are all 0',
  })
}

function checkReplication(replication: number): void {
  if (!Number.isInteger(replication) || replication < 0 || replication > 0xffffffff)
    throw new DiscreteError('invalid-option', `replication ${replication}`, {
      expected: 'an integer from 0 to 2^32 - 1',
    })
}
