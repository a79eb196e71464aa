import { type StreamKeys, streamKeys, uniformOf } from './draws.ts'
import { durationAt, durationBeyond } from './duration.ts'
import { DiscreteError } from './errors.ts'
import { type Desk, type Line, OP, type Option, type Program } from './program.ts'
import { Records } from './records.ts'
import { CLASS_SUMS, F, STATUS, State, W, WAIT_SUMS } from './state.ts'

/**
 * What happens first among the events of one instant: ends of activities free their resources, then capacities change,
 * then those who wait change class, then people go on to their next step, then new ones arrive, and last those leave
 * whose patience ends. Within a phase the event that was scheduled first comes first.
 */
const PHASE = { RELEASE: 0, CHANGE: 1, WORSEN: 2, GO_ON: 3, ARRIVE: 4, PATIENCE: 5 } as const

const SERVED = 0
const LEFT_WAITING = 1
const TURNED_AWAY = 2
const INTERRUPTED = 3

/** Instructions that one patient may pass without time going on. */
const MOST_STEPS = 100_000

export interface RunOptions {
  /** Names the random numbers; any finite number. */
  readonly seed?: number
  /** Which replication under the seed, an integer of at least 0. */
  readonly replication?: number
  readonly records?: boolean
}

export interface Budget {
  /** Runs up to and including this time. */
  readonly until?: number
  /** Stops after this many events of this call. */
  readonly events?: number
  /** Stops when this many people are present at once. Default 10 million. */
  readonly present?: number
}

/** Why a run stopped: the time was reached, nothing more will happen, or a budget was spent. */
export type Stop = 'until' | 'idle' | 'events' | 'present'

/** Somebody who is in the pathway already. */
export interface Presence {
  readonly class: string
  /** When they came, at most now. */
  readonly arrived: number
  /** Where they are: an activity or delay under way, or a line they wait in. */
  readonly step: string
  /** Since when the activity or delay is under way, or since when they wait; at most now. */
  readonly since: number
  /** Whether they wait for the step rather than being in it. */
  readonly waiting?: boolean
  /** Steps of kind seize whose resources they hold (of alternatives, the first). */
  readonly holding?: readonly string[]
  readonly attributes?: Readonly<Record<string, number>>
}

/** A pathway under way. */
export class Run {
  readonly program: Program
  readonly records: Records | undefined
  readonly #keys: StreamKeys
  #state: State
  /** People who go on within the event at hand; empty between events. */
  #ready = new Int32Array(16)
  #readyCount = 0
  #cursors: Int32Array

  constructor(program: Program, options: RunOptions = {}) {
    const { seed = 0, replication = 0, records = false } = options
    checkReplication(replication)
    this.program = program
    this.records = records ? new Records() : undefined
    this.#keys = streamKeys(seed, program.streams, program.sourceNames)
    this.#state = new State(program)
    this.#cursors = new Int32Array(program.levels)
    this.begin(replication)
  }

  get now(): number {
    return this.#state.now
  }

  /** Events since the start. */
  get events(): number {
    return this.#state.events
  }

  /** People in the pathway. */
  get present(): number {
    return this.#state.present
  }

  /** The live state; read it, never write it. */
  get state(): State {
    return this.#state
  }

  /** Empties the pathway and begins anew at time 0 as this replication. */
  begin(replication: number): void {
    checkReplication(replication)
    const s = new State(this.program)
    this.#state = s
    s.replication = replication
    for (let source = 0; source < this.program.sources.length; source++) this.#scheduleArrival(source, 0)
    for (let resource = 0; resource < this.program.interruptible.length; resource++) this.#scheduleChange(resource)
  }

  /** A copy of everything the future depends on. Records are output, not state: they are not part of it. */
  capture(): State {
    const copy = new State(this.program)
    copy.copyFrom(this.#state)
    return copy
  }

  /**
   * Goes back (or over) to a captured state of the same program. What is under way ends when it was going to; what is
   * drawn from here on is drawn as this `replication`. For forecasts of what nobody knows yet, see `redraw`.
   */
  restore(captured: State, replication = captured.replication): void {
    if (captured.layout.sums !== this.#state.layout.sums || captured.layout.words !== this.#state.layout.words)
      throw new DiscreteError('wrong-state', 'the captured state belongs to another pathway')
    checkReplication(replication)
    this.#state.copyFrom(captured)
    this.#state.replication = replication
  }

  /**
   * Draws anew everything that is under way, given how long it has lasted: activities and delays, interrupted ones that
   * keep their duration, patience, worsening, and the next arrivals. A forecast is `restore` as another replication
   * followed by `redraw`: without it all replications would share, and know, the ends that the captured run had drawn.
   */
  redraw(): void {
    const s = this.#state
    const { firstPatientHandle, numbers, words } = s.layout
    for (let source = 0; source < this.program.sources.length; source++)
      if (s.calendar.has(source)) this.#scheduleArrival(source, s.lastArrivals[source]!)
    for (let slot = 0; slot < s.used; slot++) {
      const w = slot * words
      const f = slot * numbers
      const status = s.words[w + W.STATUS]!
      if (status === STATUS.BUSY) {
        const { a, b } = this.program.instructions[s.words[w + W.PC]!]!
        const elapsed = s.now - s.numbers[f + F.BEGUN]! + s.numbers[f + F.DONE]!
        s.numbers[f + F.TOTAL] = this.#drawDuration(slot, a, b, elapsed)
        this.#scheduleEnd(slot)
      } else if (status === STATUS.WAITING) {
        const line = this.program.lines[s.words[w + W.LINE]!]!
        if (s.numbers[f + F.KEEPS]! === 1) {
          const { a, b } = this.program.instructions[line.seizeAt + 1]!
          const tried = s.numbers[f + F.QUEUED]! - s.numbers[f + F.BEGUN]!
          const elapsed = line.interrupted === 'resume' ? s.numbers[f + F.DONE]! : tried
          s.numbers[f + F.TOTAL] = this.#drawDuration(slot, a, b, elapsed)
        }
        const handle = firstPatientHandle + 2 * slot
        this.#startTimers(slot, line, s.calendar.has(handle), s.calendar.has(handle + 1))
      }
    }
  }

  /** Forgets the statistics up to now, at the end of a warm-up; nothing else changes. */
  resetStatistics(): void {
    const s = this.#state
    s.sums.fill(0)
    const { lineSums, presentSums } = s.layout
    for (let r = 0; r < this.program.interruptible.length; r++) s.sums[4 * r + 3] = s.now
    for (let l = 0; l < this.program.lines.length; l++) s.sums[lineSums + 2 * l + 1] = s.now
    s.sums[presentSums + 1] = s.now
    s.sums[presentSums + 2] = s.now
  }

  /** Lets time go on until the budget says stop. */
  advance(budget: Budget): Stop {
    const s = this.#state
    const { until = Number.POSITIVE_INFINITY, events = Number.POSITIVE_INFINITY, present = 1e7 } = budget
    if (!(until >= s.now))
      throw new DiscreteError('invalid-option', `until is ${until}`, { expected: `${s.now} or more` })
    if (!(events >= 0) || !(present >= 1))
      throw new DiscreteError('invalid-option', `the budget is ${events} events and ${present} people`)
    const calendar = s.calendar
    const last = s.events + events
    for (;;) {
      const time = calendar.nextTime
      if (time > until || calendar.size === 0) {
        if (until < Number.POSITIVE_INFINITY) s.now = until
        return calendar.size === 0 ? 'idle' : 'until'
      }
      if (s.events >= last) return 'events'
      if (s.present >= present) return 'present'
      s.now = time
      s.events++
      this.#happen(calendar.pop())
      this.#drain()
    }
  }

  /** Changes the priority of somebody present (a slot, see `slots`) at once, also of those who wait. */
  reprioritise(slot: number, priority: number): void {
    if (!Number.isInteger(priority) || priority < 0 || priority >= this.program.levels)
      throw new DiscreteError('invalid-option', `priority ${priority}`, {
        expected: `an integer from 0 to ${this.program.levels - 1}`,
      })
    const s = this.#state
    if (!(slot >= 0 && slot < s.used) || s.words[slot * s.layout.words + W.STATUS] === STATUS.EMPTY)
      throw new DiscreteError('invalid-option', `nobody is in slot ${slot}`)
    this.#setPriority(slot, priority)
    this.#drain()
  }

  /** The slots of those present. */
  slots(): number[] {
    const s = this.#state
    const slots: number[] = []
    for (let slot = 0; slot < s.used; slot++)
      if (s.words[slot * s.layout.words + W.STATUS] !== STATUS.EMPTY) slots.push(slot)
    return slots
  }

  /**
   * Puts somebody where they are now. An activity under way goes on: its whole duration is drawn given that it has
   * lasted so long already. Those who wait keep their place by the order in which they are admitted; admit whoever is
   * in a step before those who wait for it. Returns the slot.
   */
  admit(presence: Presence): number {
    const { program } = this
    const { pathway } = program
    const s = this.#state
    const kind = pathway.classes.findIndex((c) => c.name === presence.class)
    const stepPlace = pathway.steps.findIndex((step) => step.name === presence.step)
    const step = pathway.steps[stepPlace]
    const refuse = (what: string, expected?: string) =>
      new DiscreteError('invalid-option', what, { element: presence.step, expected })
    if (kind < 0) throw refuse(`class "${presence.class}" is not declared`)
    if (!step) throw refuse(`step "${presence.step}" is not declared`)
    const waits = presence.waiting === true
    if (waits ? step.kind !== 'activity' && step.kind !== 'seize' : step.kind !== 'activity' && step.kind !== 'delay')
      throw refuse(
        `nobody can be ${waits ? 'waiting for' : 'in'} step "${step.name}"`,
        'an activity or delay, or a line',
      )
    if (!(presence.since <= s.now) || !(presence.arrived <= presence.since) || presence.arrived === -Infinity)
      throw refuse(`arrived ${presence.arrived}, since ${presence.since}`, `arrived ≤ since ≤ now, ${s.now}`)
    const held = (presence.holding ?? []).map((name) => {
      const line = program.lines.find((l) => l.name === name)
      if (!line || program.instructions[line.seizeAt]!.b === 1) throw refuse(`"${name}" is no step of kind seize`)
      return line
    })
    const own = program.lines.find((l) => l.step === stepPlace)
    const taken = !waits && own ? [...held, own] : held
    for (const [name, value] of Object.entries(presence.attributes ?? {}))
      if (!(pathway.attributes ?? []).includes(name) || !Number.isFinite(value))
        throw refuse(`attribute "${name}" is ${value}`)

    const slot = this.#enter(program.sources.length, s.admitted++, kind, 0, presence.arrived)
    const { numbers, words } = s.layout
    const f = slot * numbers
    for (const [name, value] of Object.entries(presence.attributes ?? {}))
      s.numbers[f + F.ATTRIBUTES + pathway.attributes!.indexOf(name)] = value
    for (const line of taken) {
      const option = line.options.find((o) => this.#fits(o))
      if (!option)
        throw refuse(`no resource is free for "${line.name}"`, 'no more people in a step than it has room for')
      this.#claim(slot, line, option)
    }
    if (waits) {
      s.words[slot * words + W.PC] = own!.seizeAt
      this.#wait(slot, own!, presence.since)
      this.#serve(own!.desk)
    } else {
      s.words[slot * words + W.PC] = program.entries[stepPlace]! + (own ? 1 : 0)
      s.numbers[f + F.QUEUED] = presence.since
      s.numbers[f + F.JOINED] = presence.since
      this.#beginDelay(slot, presence.since)
    }
    this.#drain()
    return slot
  }

  // Events

  #happen(handle: number): void {
    const s = this.#state
    const { firstPatientHandle, words } = s.layout
    if (handle < this.program.sources.length) {
      this.#arrive(handle)
      return
    }
    if (handle < firstPatientHandle) {
      this.#changeCapacity(handle - this.program.sources.length)
      return
    }
    const slot = (handle - firstPatientHandle) >> 1
    const w = slot * words
    if (((handle - firstPatientHandle) & 1) === 1) {
      const line = this.program.lines[s.words[w + W.LINE]!]!
      this.#classify(slot, line.worsensTo)
      return
    }
    const status = s.words[w + W.STATUS]!
    if (status === STATUS.BUSY) this.#endDelay(slot)
    else if (status === STATUS.WAITING) this.#leaveLine(slot, LEFT_WAITING)
    else this.#walk(slot)
  }

  #drain(): void {
    for (let i = 0; i < this.#readyCount; i++) this.#walk(this.#ready[i]!)
    this.#readyCount = 0
  }

  #goOnSoon(slot: number): void {
    if (this.#readyCount === this.#ready.length) {
      const longer = new Int32Array(2 * this.#ready.length)
      longer.set(this.#ready)
      this.#ready = longer
    }
    this.#ready[this.#readyCount++] = slot
  }

  #arrive(source: number): void {
    const s = this.#state
    const { class: kind, entry } = this.program.sources[source]!
    const number = s.arrivals[source]!++
    s.lastArrivals[source] = s.now
    this.#scheduleArrival(source, s.now)
    this.#walk(this.#enter(source, number, kind, entry, s.now))
  }

  /** The next arrival, given that none came from `last` up to now. */
  #scheduleArrival(source: number, last: number): void {
    const s = this.#state
    const { arrivals, between, limit, stream } = this.program.sources[source]!
    const number = s.arrivals[source]!
    if (number >= limit) return
    if (arrivals.kind === 'times') {
      if (number < arrivals.times.length)
        s.calendar.schedule(source, Math.max(s.now, arrivals.times[number]!), PHASE.ARRIVE)
      return
    }
    const u = uniformOf(this.#keys, stream, source, number, 0, s.replication)
    const time = between
      ? Math.max(s.now, last + durationBeyond(between, s.now - last, u, number))
      : afterHazard(arrivals as Extract<typeof arrivals, { kind: 'rates' }>, s.now, u)
    if (time < Number.POSITIVE_INFINITY) s.calendar.schedule(source, time, PHASE.ARRIVE)
  }

  #enter(source: number, number: number, kind: number, entry: number, arrived: number): number {
    const s = this.#state
    this.#countPresent()
    const slot = s.take()
    const { numbers, words } = s.layout
    const w = slot * words
    s.words[w + W.PC] = entry
    s.words[w + W.STATUS] = STATUS.MOVING
    s.words[w + W.CLASS] = kind
    s.words[w + W.PRIORITY] = this.program.classPriority[kind]!
    s.words[w + W.SOURCE] = source
    s.words[w + W.NUMBER] = number
    s.words[w + W.LANE] = -1
    s.numbers[slot * numbers + F.ARRIVED] = arrived
    s.numbers[slot * numbers + F.DONE] = 0
    s.numbers[slot * numbers + F.KEEPS] = 0
    return slot
  }

  #leave(slot: number): void {
    const s = this.#state
    const { classSums, claims, numbers, words } = s.layout
    const w = slot * words
    for (let claim = 0; claim < claims; claim++)
      if (s.words[w + W.CLAIMS + claim]! > 0)
        throw new DiscreteError('resource-misuse', 'a patient leaves the pathway with a resource', {
          element: this.program.pathway.resources[this.program.claimResource[claim]!]!.name,
          mend: 'release it on every way out',
        })
    const stay = s.now - s.numbers[slot * numbers + F.ARRIVED]!
    const at = classSums + CLASS_SUMS * s.words[w + W.CLASS]!
    s.sums[at]! += 1
    s.sums[at + 1]! += stay
    s.sums[at + 2]! += stay * stay
    if (stay > s.sums[at + 3]!) s.sums[at + 3] = stay
    this.#countPresent()
    s.give(slot)
  }

  /** Follows the patient's instructions until time has to go on. */
  #walk(slot: number): void {
    const s = this.#state
    const { instructions } = this.program
    const { numbers, words } = s.layout
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const w = slot * words
      const instruction = instructions[s.words[w + W.PC]!]!
      let next = instruction.next
      switch (instruction.op) {
        case OP.SEIZE:
          this.#seize(slot, this.program.lines[instruction.a]!)
          return
        case OP.DELAY:
          this.#beginDelay(slot, s.now)
          return
        case OP.RELEASE: {
          const line = this.program.lines[instruction.a]!
          this.#release(slot, line)
          this.#serve(line.desk)
          if (s.calendar.nextTime === s.now && s.calendar.nextPhase === PHASE.RELEASE) {
            s.words[w + W.PC] = next
            s.calendar.schedule(s.layout.firstPatientHandle + 2 * slot, s.now, PHASE.GO_ON)
            return
          }
          break
        }
        case OP.BRANCH: {
          const { upTo, to } = this.program.branches[instruction.a]!
          const u = this.#draw(slot, instruction.b)
          let option = 0
          while (u >= upTo[option]!) option++
          next = to[option]!
          break
        }
        case OP.BY_CLASS:
          next = this.program.byClass[instruction.a]![s.words[w + W.CLASS]!]!
          break
        case OP.IF_BELOW:
          if (s.numbers[slot * numbers + F.ATTRIBUTES + instruction.a]! < this.program.constants[instruction.b]!)
            next = instruction.c
          break
        case OP.SET:
          s.numbers[slot * numbers + F.ATTRIBUTES + instruction.a] = this.#drawDuration(
            slot,
            instruction.b,
            instruction.c,
            0,
          )
          break
        case OP.CLASSIFY:
          this.#classify(slot, instruction.a)
          break
        default:
          this.#leave(slot)
          return
      }
      s.words[w + W.PC] = next
    }
    throw new DiscreteError('no-progress', `a patient passes ${MOST_STEPS} steps without time going on`, {
      element: this.#stepName(s.words[slot * words + W.PC]!),
      mend: 'put a step that takes time into the circle',
    })
  }

  #stepName(pc: number): string {
    let place = 0
    while (place + 1 < this.program.entries.length && this.program.entries[place + 1]! <= pc) place++
    return this.program.pathway.steps[place]!.name
  }

  // Random numbers

  #draw(slot: number, stream: number): number {
    const s = this.#state
    const w = slot * s.layout.words
    const occurrence = s.words[w + s.layout.draws + stream]!++
    return uniformOf(this.#keys, stream, s.words[w + W.SOURCE]!, s.words[w + W.NUMBER]!, occurrence, s.replication)
  }

  #drawDuration(slot: number, set: number, stream: number, elapsed: number): number {
    const s = this.#state
    const w = slot * s.layout.words
    const duration = this.program.durations[set * this.program.classPriority.length + s.words[w + W.CLASS]!]!
    if (duration.kind === 'constant' && elapsed === 0) return duration.a
    const index = s.words[w + W.NUMBER]! + s.words[w + s.layout.draws + stream]!
    const u = this.#draw(slot, stream)
    const value = elapsed > 0 ? durationBeyond(duration, elapsed, u, index) : durationAt(duration, u, index)
    return Math.max(value, 0)
  }

  // Delays and activities

  #beginDelay(slot: number, begun: number): void {
    const s = this.#state
    const w = slot * s.layout.words
    const f = slot * s.layout.numbers
    const { a, b, c } = this.program.instructions[s.words[w + W.PC]!]!
    if (s.numbers[f + F.KEEPS]! === 0) {
      s.numbers[f + F.DONE] = 0
      s.numbers[f + F.TOTAL] = this.#drawDuration(slot, a, b, s.now - begun)
    }
    s.numbers[f + F.KEEPS] = 0
    if (c < 0) s.numbers[f + F.QUEUED] = begun
    s.numbers[f + F.BEGUN] = begun
    s.words[w + W.STATUS] = STATUS.BUSY
    this.#scheduleEnd(slot)
  }

  #scheduleEnd(slot: number): void {
    const s = this.#state
    const f = slot * s.layout.numbers
    const { c, next } = this.program.instructions[s.words[slot * s.layout.words + W.PC]!]!
    const releases = c >= 0 || this.program.instructions[next]!.op === OP.RELEASE
    const due = s.numbers[f + F.BEGUN]! + (s.numbers[f + F.TOTAL]! - s.numbers[f + F.DONE]!)
    s.calendar.schedule(
      s.layout.firstPatientHandle + 2 * slot,
      Math.max(due, s.now),
      releases ? PHASE.RELEASE : PHASE.GO_ON,
    )
  }

  #endDelay(slot: number): void {
    const s = this.#state
    const w = slot * s.layout.words
    const pc = s.words[w + W.PC]!
    const { c, next } = this.program.instructions[pc]!
    s.words[w + W.STATUS] = STATUS.MOVING
    s.words[w + W.PC] = next
    if (c < 0) {
      if (this.records) this.#record(slot, this.#stepPlace(pc), s.numbers[slot * s.layout.numbers + F.BEGUN]!, SERVED)
      this.#walk(slot)
      return
    }
    const line = this.program.lines[c]!
    if (this.records) this.#record(slot, line.step, s.numbers[slot * s.layout.numbers + F.BEGUN]!, SERVED)
    this.#release(slot, line)
    this.#serve(line.desk)
    // Others may free at this very instant what this patient wants next.
    if (s.calendar.nextTime === s.now && s.calendar.nextPhase === PHASE.RELEASE)
      s.calendar.schedule(s.layout.firstPatientHandle + 2 * slot, s.now, PHASE.GO_ON)
    else this.#goOnSoon(slot)
  }

  #stepPlace(pc: number): number {
    let place = this.program.entries.length - 1
    while (place > 0 && this.program.entries[place]! > pc) place--
    return place
  }

  #record(slot: number, step: number, begun: number, outcome: number): void {
    const s = this.#state
    const w = slot * s.layout.words
    this.records!.add(
      s.words[w + W.SOURCE]!,
      s.words[w + W.NUMBER]!,
      s.words[w + W.CLASS]!,
      step,
      s.numbers[slot * s.layout.numbers + F.QUEUED]!,
      begun,
      s.now,
      outcome,
    )
  }

  // Taking and giving back

  #fits(option: Option): boolean {
    const s = this.#state
    const { claimResource, claimAmount } = this.program
    for (let claim = option.from; claim < option.to; claim++) {
      const resource = claimResource[claim]!
      if (s.capacity[resource]! - s.busy[resource]! < claimAmount[claim]!) return false
    }
    return true
  }

  #seize(slot: number, line: Line): void {
    const s = this.#state
    const { numbers, words } = s.layout
    for (let claim = line.from; claim < line.to; claim++)
      if (s.words[slot * words + W.CLAIMS + claim]! > 0)
        throw new DiscreteError(
          'resource-misuse',
          `a patient seizes in step "${line.name}" what they hold from it already`,
          {
            element: line.name,
            mend: 'release it before coming back',
          },
        )
    for (let i = 0; i < line.options.length; i++)
      if (this.#fits(line.options[i]!)) {
        const f = slot * numbers
        s.numbers[f + F.JOINED] = s.now
        s.numbers[f + F.QUEUED] = s.now
        s.numbers[f + F.RANK] = s.joins++
        this.#claim(slot, line, line.options[i]!)
        this.#serveOne(slot, line)
        return
      }
    if (line.preempts) {
      s.numbers[slot * numbers + F.JOINED] = s.now
      s.numbers[slot * numbers + F.QUEUED] = s.now
      s.numbers[slot * numbers + F.RANK] = s.joins++
      if (this.#preempt(slot, line)) return
    }
    const index = line.index
    if (s.waiting[index]! >= line.limit) {
      const last = line.displace ? this.#lastBehind(slot, line) : -1
      if (last < 0) {
        this.#turnAway(slot, line)
        return
      }
      this.#leaveLine(last, TURNED_AWAY)
    }
    this.#wait(slot, line, s.now)
  }

  #turnAway(slot: number, line: Line): void {
    const s = this.#state
    s.numbers[slot * s.layout.numbers + F.QUEUED] = s.now
    this.#countWait(line, slot, 4)
    if (this.records) this.#record(slot, line.step, Number.NaN, TURNED_AWAY)
    s.words[slot * s.layout.words + W.PC] = line.onFull
    this.#goOnSoon(slot)
  }

  /** Of those in this line who rank behind this patient, the last; −1 for none. */
  #lastBehind(slot: number, line: Line): number {
    const s = this.#state
    const { words } = s.layout
    const desk = this.program.desks[line.desk]!
    const index = line.index
    const priority = s.words[slot * words + W.PRIORITY]!
    let last = -1
    for (let lane = desk.lane + desk.lanes - 1; lane >= desk.lane; lane--)
      for (let at = s.laneTails[lane]!; at >= 0; at = s.words[at * words + W.PREVIOUS]!) {
        const w = at * words
        if (s.words[w + W.LINE] !== index || s.words[w + W.PRIORITY]! <= priority) continue
        if (last < 0 || s.words[w + W.PRIORITY]! > s.words[last * words + W.PRIORITY]!) last = at
      }
    return last
  }

  /** Puts the patient into the line; timers run from `since`. */
  #wait(slot: number, line: Line, since: number): void {
    const s = this.#state
    const f = slot * s.layout.numbers
    s.numbers[f + F.JOINED] = since
    s.numbers[f + F.QUEUED] = since
    s.numbers[f + F.RANK] = s.joins++
    this.#join(slot, line)
    this.#startTimers(slot, line, line.patience >= 0, line.worsens >= 0)
  }

  /** Draws when patience ends and when the patient worsens, given the time waited already. */
  #startTimers(slot: number, line: Line, patience: boolean, worsens: boolean): void {
    const s = this.#state
    const handle = s.layout.firstPatientHandle + 2 * slot
    const since = s.numbers[slot * s.layout.numbers + F.QUEUED]!
    const elapsed = s.now - since
    if (patience) {
      const after = this.#drawDuration(slot, line.patience, line.patienceStream, elapsed)
      s.calendar.schedule(handle, Math.max(s.now, since + after), PHASE.PATIENCE)
    }
    if (worsens) {
      const after = this.#drawDuration(slot, line.worsens, line.worsensStream, elapsed)
      s.calendar.schedule(handle + 1, Math.max(s.now, since + after), PHASE.WORSEN)
    }
  }

  /** Into the lane of the patient's priority, behind those who joined before. */
  #join(slot: number, line: Line): void {
    const s = this.#state
    const { numbers, words } = s.layout
    const w = slot * words
    const desk = this.program.desks[line.desk]!
    const lane = desk.lanes === 1 ? desk.lane : desk.lane + s.words[w + W.PRIORITY]!
    const rank = s.numbers[slot * numbers + F.RANK]!
    let ahead = s.laneTails[lane]!
    // Those who come back after an interruption belong near the head: then it is quicker to look from there.
    if (ahead >= 0 && s.numbers[ahead * numbers + F.RANK]! > rank) {
      let at = s.laneHeads[lane]!
      ahead = -1
      while (s.numbers[at * numbers + F.RANK]! < rank) {
        ahead = at
        at = s.words[at * words + W.NEXT]!
      }
    }
    const behind = ahead < 0 ? s.laneHeads[lane]! : s.words[ahead * words + W.NEXT]!
    s.words[w + W.PREVIOUS] = ahead
    s.words[w + W.NEXT] = behind
    if (ahead < 0) s.laneHeads[lane] = slot
    else s.words[ahead * words + W.NEXT] = slot
    if (behind < 0) s.laneTails[lane] = slot
    else s.words[behind * words + W.PREVIOUS] = slot
    const index = line.index
    s.words[w + W.LANE] = lane
    s.words[w + W.LINE] = index
    s.words[w + W.STATUS] = STATUS.WAITING
    this.#countLine(index)
    s.waiting[index]!++
  }

  /** Out of the lane, without touching timers. */
  #part(slot: number): void {
    const s = this.#state
    const { words } = s.layout
    const w = slot * words
    const lane = s.words[w + W.LANE]!
    const ahead = s.words[w + W.PREVIOUS]!
    const behind = s.words[w + W.NEXT]!
    if (ahead < 0) s.laneHeads[lane] = behind
    else s.words[ahead * words + W.NEXT] = behind
    if (behind < 0) s.laneTails[lane] = ahead
    else s.words[behind * words + W.PREVIOUS] = ahead
    s.words[w + W.LANE] = -1
    s.words[w + W.STATUS] = STATUS.MOVING
    const index = s.words[w + W.LINE]!
    this.#countLine(index)
    s.waiting[index]!--
  }

  #stopTimers(slot: number, line: Line): void {
    const handle = this.#state.layout.firstPatientHandle + 2 * slot
    if (line.patience >= 0) this.#state.calendar.cancel(handle)
    if (line.worsens >= 0) this.#state.calendar.cancel(handle + 1)
  }

  #leaveLine(slot: number, outcome: number): void {
    const s = this.#state
    const w = slot * s.layout.words
    const line = this.program.lines[s.words[w + W.LINE]!]!
    this.#part(slot)
    this.#stopTimers(slot, line)
    this.#countWait(line, slot, outcome === LEFT_WAITING ? 3 : 4)
    if (this.records) this.#record(slot, line.step, Number.NaN, outcome)
    s.numbers[slot * s.layout.numbers + F.KEEPS] = 0
    s.words[w + W.PC] = outcome === LEFT_WAITING ? line.onLeaving : line.onFull
    this.#goOnSoon(slot)
  }

  #claim(slot: number, line: Line, option: Option): void {
    const s = this.#state
    const { claims, words } = s.layout
    const w = slot * words + W.CLAIMS
    for (let claim = option.from; claim < option.to; claim++) {
      const resource = this.program.claimResource[claim]!
      this.#countBusy(resource)
      s.busy[resource]! += this.program.claimAmount[claim]!
      s.words[w + claim] = s.shifts[resource]! + 1
      if (line.interruptible && this.program.interruptible[resource]) {
        const node = slot * claims + claim
        const head = s.holders[resource]!
        s.words[w + claims + claim] = head
        s.words[w + 2 * claims + claim] = -1
        if (head >= 0) s.words[Math.floor(head / claims) * words + W.CLAIMS + 2 * claims + (head % claims)] = node
        s.holders[resource] = node
      }
    }
  }

  #release(slot: number, line: Line): void {
    const s = this.#state
    const { claims, words } = s.layout
    const w = slot * words + W.CLAIMS
    let held = false
    for (let claim = line.from; claim < line.to; claim++) {
      const shift = s.words[w + claim]!
      if (shift === 0) continue
      held = true
      const resource = this.program.claimResource[claim]!
      const amount = this.program.claimAmount[claim]!
      this.#countBusy(resource)
      if (shift === s.shifts[resource]! + 1 || this.program.pathway.resources[resource]!.atChange !== 'overtime')
        s.busy[resource]! -= amount
      else s.outgoing[resource]! -= amount
      s.words[w + claim] = 0
      if (line.interruptible && this.program.interruptible[resource]) {
        const behind = s.words[w + claims + claim]!
        const ahead = s.words[w + 2 * claims + claim]!
        if (ahead < 0) s.holders[resource] = behind
        else s.words[Math.floor(ahead / claims) * words + W.CLAIMS + claims + (ahead % claims)] = behind
        if (behind >= 0)
          s.words[Math.floor(behind / claims) * words + W.CLAIMS + 2 * claims + (behind % claims)] = ahead
      }
    }
    if (!held)
      throw new DiscreteError('resource-misuse', `a patient releases "${line.name}" without having seized it`, {
        element: line.name,
        mend: 'lead every way to the release through the seize',
      })
  }

  /** What comes after the resources were claimed. */
  #serveOne(slot: number, line: Line): void {
    const s = this.#state
    this.#countWait(line, slot, 0)
    const w = slot * s.layout.words
    const { b, next } = this.program.instructions[line.seizeAt]!
    s.words[w + W.PC] = next
    if (b === 1) {
      this.#beginDelay(slot, s.now)
      return
    }
    if (this.records) this.#record(slot, line.step, s.now, SERVED)
    s.words[w + W.STATUS] = STATUS.MOVING
    this.#goOnSoon(slot)
  }

  /** Gives what is free to those who wait: in order, to everybody for whom all of it is there. */
  #serve(deskIndex: number): void {
    const desk = this.program.desks[deskIndex]!
    const s = this.#state
    const { words } = s.layout
    const cursors = this.#cursors
    let anybody = false
    for (let i = 0; i < desk.lanes; i++) {
      cursors[i] = s.laneHeads[desk.lane + i]!
      if (cursors[i]! >= 0) anybody = true
    }
    while (anybody && this.#anythingFree(desk)) {
      const lane = desk.rates.length > 0 ? this.#highestAccumulated(desk) : firstFilled(cursors, desk.lanes)
      if (lane < 0) return
      const slot = cursors[lane]!
      cursors[lane] = s.words[slot * words + W.NEXT]!
      const line = this.program.lines[s.words[slot * words + W.LINE]!]!
      for (let i = 0; i < line.options.length; i++)
        if (this.#fits(line.options[i]!)) {
          this.#part(slot)
          this.#stopTimers(slot, line)
          this.#claim(slot, line, line.options[i]!)
          this.#serveOne(slot, line)
          break
        }
    }
  }

  #anythingFree(desk: Desk): boolean {
    const s = this.#state
    for (let i = 0; i < desk.resources.length; i++) {
      const resource = desk.resources[i]!
      if (s.capacity[resource]! > s.busy[resource]!) return true
    }
    return false
  }

  /** The lane whose first in line has gathered the highest priority, rate × time waited; the lower level in a tie. */
  #highestAccumulated(desk: Desk): number {
    const s = this.#state
    let best = -1
    let highest = -1
    for (let lane = 0; lane < desk.lanes; lane++) {
      const slot = this.#cursors[lane]!
      if (slot < 0) continue
      const gathered = desk.rates[lane]! * (s.now - s.numbers[slot * s.layout.numbers + F.JOINED]!)
      if (gathered > highest) {
        highest = gathered
        best = lane
      }
    }
    return best
  }

  // Pre-emption and changes of capacity

  /** Whether room could be made by interrupting lower priorities; if so it is done and the patient is served. */
  #preempt(slot: number, line: Line): boolean {
    const s = this.#state
    const { claims, words } = s.layout
    const priority = s.words[slot * words + W.PRIORITY]!
    const { claimAmount, claimResource } = this.program
    for (const option of line.options) {
      let possible = true
      for (let claim = option.from; possible && claim < option.to; claim++) {
        const resource = claimResource[claim]!
        let room = s.capacity[resource]! - s.busy[resource]!
        if (this.program.pathway.resources[resource]!.preemption)
          for (let node = s.holders[resource]!; node >= 0 && room < claimAmount[claim]!; ) {
            const w = Math.floor(node / claims) * words
            const held = node % claims
            if (this.#yields(resource, node, priority)) room += claimAmount[held]!
            node = s.words[w + W.CLAIMS + claims + held]!
          }
        possible = room >= claimAmount[claim]!
      }
      if (!possible) continue
      for (let claim = option.from; claim < option.to; claim++) {
        const resource = claimResource[claim]!
        while (s.capacity[resource]! - s.busy[resource]! < claimAmount[claim]!)
          this.#interrupt(this.#lowestHolder(resource, priority))
      }
      this.#stopTimers(slot, line)
      this.#claim(slot, line, option)
      this.#serveOne(slot, line)
      this.#serve(line.desk)
      return true
    }
    return false
  }

  /** Whether interrupting this holder helps a patient of this priority; outgoing staff have nothing to give. */
  #yields(resource: number, node: number, priority: number): boolean {
    const s = this.#state
    const { claims, words } = s.layout
    const w = Math.floor(node / claims) * words
    if (s.words[w + W.PRIORITY]! <= priority || s.words[w + W.STATUS] !== STATUS.BUSY) return false
    if (this.program.pathway.resources[resource]!.atChange !== 'overtime') return true
    return s.words[w + W.CLAIMS + (node % claims)] === s.shifts[resource]! + 1
  }

  /** Of those whose activity can be interrupted, the lowest priority, and among these the latest to start. */
  #lowestHolder(resource: number, above: number): number {
    const s = this.#state
    const { claims, words } = s.layout
    let lowest = -1
    let level = above
    for (let node = s.holders[resource]!; node >= 0; ) {
      const slot = Math.floor(node / claims)
      const w = slot * words
      if (this.#yields(resource, node, level)) {
        level = s.words[w + W.PRIORITY]!
        lowest = slot
      }
      node = s.words[w + W.CLAIMS + claims + (node % claims)]!
    }
    return lowest
  }

  #interrupt(slot: number): void {
    const s = this.#state
    const w = slot * s.layout.words
    const f = slot * s.layout.numbers
    const handle = s.layout.firstPatientHandle + 2 * slot
    const line = this.program.lines[this.program.instructions[s.words[w + W.PC]!]!.c]!
    s.calendar.cancel(handle)
    this.#countWait(line, slot, 5)
    if (this.records) this.#record(slot, line.step, s.numbers[f + F.BEGUN]!, INTERRUPTED)
    this.#release(slot, line)
    s.numbers[f + F.KEEPS] = line.interrupted === 'resample' ? 0 : 1
    if (line.interrupted === 'resume') s.numbers[f + F.DONE]! += s.now - s.numbers[f + F.BEGUN]!
    s.numbers[f + F.QUEUED] = s.now
    s.words[w + W.PC] = line.seizeAt
    this.#join(slot, line)
  }

  #scheduleChange(resource: number): void {
    const s = this.#state
    const change = this.program.pathway.resources[resource]!.schedule?.[s.shifts[resource]!]
    if (change) s.calendar.schedule(this.program.sources.length + resource, change.at, PHASE.CHANGE)
  }

  #changeCapacity(resource: number): void {
    const s = this.#state
    const { atChange, schedule } = this.program.pathway.resources[resource]!
    this.#countBusy(resource)
    s.capacity[resource] = schedule![s.shifts[resource]!]!.capacity
    s.shifts[resource]!++
    this.#scheduleChange(resource)
    if (atChange === 'overtime') {
      s.outgoing[resource]! += s.busy[resource]!
      s.busy[resource] = 0
    }
    if (atChange === 'interrupt')
      while (s.busy[resource]! > s.capacity[resource]!) {
        const slot = this.#lowestHolder(resource, -1)
        if (slot < 0) break
        this.#interrupt(slot)
      }
    this.#serve(this.program.deskOf[resource]!)
  }

  // Classes and priorities

  #classify(slot: number, kind: number): void {
    const s = this.#state
    s.words[slot * s.layout.words + W.CLASS] = kind
    this.#setPriority(slot, this.program.classPriority[kind]!)
  }

  #setPriority(slot: number, priority: number): void {
    const s = this.#state
    const w = slot * s.layout.words
    if (s.words[w + W.PRIORITY] === priority) return
    if (s.words[w + W.STATUS] !== STATUS.WAITING) {
      s.words[w + W.PRIORITY] = priority
      return
    }
    const line = this.program.lines[s.words[w + W.LINE]!]!
    this.#part(slot)
    s.words[w + W.PRIORITY] = priority
    if (!line.preempts || !this.#preempt(slot, line)) this.#join(slot, line)
  }

  // Statistics

  #countBusy(resource: number): void {
    const { busy, capacity, now, outgoing, sums } = this.#state
    const span = now - sums[4 * resource + 3]!
    if (span === 0) return
    sums[4 * resource]! += span * busy[resource]!
    sums[4 * resource + 1]! += span * capacity[resource]!
    sums[4 * resource + 2]! += span * outgoing[resource]!
    sums[4 * resource + 3] = now
  }

  #countLine(line: number): void {
    const { layout, now, sums, waiting } = this.#state
    const at = layout.lineSums + 2 * line
    sums[at]! += (now - sums[at + 1]!) * waiting[line]!
    sums[at + 1] = now
  }

  #countPresent(): void {
    const { layout, now, present, sums } = this.#state
    const at = layout.presentSums
    sums[at]! += (now - sums[at + 1]!) * present
    sums[at + 1] = now
  }

  /** `what`: 0 served (with the wait), 3 left, 4 turned away, 5 interrupted. */
  #countWait(line: Line, slot: number, what: number): void {
    const s = this.#state
    const kind = s.words[slot * s.layout.words + W.CLASS]!
    const at = s.layout.waitSums + WAIT_SUMS * (line.index * this.program.classPriority.length + kind)
    s.sums[at + what]! += 1
    if (what !== 0) return
    const wait = s.now - s.numbers[slot * s.layout.numbers + F.QUEUED]!
    s.sums[at + 1]! += wait
    s.sums[at + 2]! += wait * wait
  }
}

function firstFilled(cursors: Int32Array, lanes: number): number {
  for (let lane = 0; lane < lanes; lane++) if (cursors[lane]! >= 0) return lane
  return -1
}

/** When a Poisson process with these rates has gathered the hazard −ln u since `from`; infinite if it never does. */
function afterHazard(
  arrivals: { readonly every: number; readonly rates: readonly number[]; readonly repeat?: boolean },
  from: number,
  u: number,
): number {
  const { every, rates, repeat = false } = arrivals
  let left = durationAt(UNIT, u)
  let period = Math.floor(from / every)
  let time = from
  let idle = 0
  for (;;) {
    if (!repeat && period >= rates.length) return Number.POSITIVE_INFINITY
    const rate = rates[period % rates.length]!
    const end = (period + 1) * every
    const room = rate * (end - time)
    if (left < room) return time + left / rate
    left -= room
    time = end
    period++
    idle = rate > 0 ? 0 : idle + 1
    if (idle > rates.length) return Number.POSITIVE_INFINITY
  }
}

const UNIT = { kind: 'exponential', a: 1, b: 0, c: 0, values: [] } as const

function checkReplication(replication: number): void {
  if (!Number.isInteger(replication) || replication < 0 || replication > 0xffffffff)
    throw new DiscreteError('invalid-option', `replication ${replication}`, {
      expected: 'an integer from 0 to 2^32 - 1',
    })
}
