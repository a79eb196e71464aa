import type { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'
import { createBreaks } from './breaks.ts'
import { createClock } from './clock.ts'
import { createCrossings } from './crossings.ts'
import { dormandPrince } from './dormand-prince.ts'
import { createEvents } from './events.ts'
import { noConvergence, notFinite } from './failures.ts'
import { type PastSolution, rememberSolution } from './history.ts'
import type { FlowSettings, InitialValues } from './options.ts'
import { rodas } from './rodas.ts'
import { rungeKutta4 } from './runge-kutta-4.ts'
import { rushLarsen } from './rush-larsen.ts'
import { createStep, interpolate, type Method, type Step, timeResolution } from './step.ts'

/** Told of a solution as it is found. */
export interface FlowObserver {
  /** Of no piece that ends before this time is it told; infinite: of none. */
  readonly wanted: number
  /** The solution from `step.from` to before `until`, which is at most the step's end; see `interpolate`. */
  piece?(step: Step, until: number): void
  /** The solution at the end of each piece and at the start, after everything that happens at that instant. `machine` knows the past, the one that the flow was made of does not. */
  instant?(time: number, states: Float64Array, parameters: Float64Array, machine: Machine): void
}

export interface FlowStatistics {
  /** Steps taken, and steps tried and given up because of their error. */
  steps: number
  rejected: number
  /** Times that integration began anew: at crossings and events. */
  restarts: number
  eventsCarriedOut: number
  /** Changes between the explicit and the stiff method. */
  methodChanges: number
}

/** A solution that is followed through steps, discontinuities and events. Holds what lies between calls of `advance`. */
export interface Flow {
  readonly time: number
  /** As they are at `time`; whoever writes to them calls `disturb` afterwards. */
  readonly states: Float64Array
  readonly parameters: Float64Array
  readonly statistics: Readonly<FlowStatistics>
  advance(until: number): void
  disturb(): void
}

/** States below this part of the largest state's size count as nothing, as far as no absolute tolerance is given. */
const NEGLIGIBLE = 1e-20
/** So many restarts that bring a run on by next to nothing are taken for switching to and fro without end. */
const CROWD = 1000
/** Of the step times the largest eigenvalue, where Dormand–Prince is at the edge of its stability (its real axis: 3.3). */
const EDGE_OF_STABILITY = 3.25

export function createFlow(
  given: Machine,
  start: number,
  initial: InitialValues,
  settings: FlowSettings,
  observer: FlowObserver = { wanted: Number.POSITIVE_INFINITY },
): Flow {
  const n = given.stateCount
  const parameters = initial.parameters
  const past = given.system.lags.length > 0 ? rememberSolution(given, start, initial) : undefined
  const machine = past?.machine ?? given
  const step = createStep(machine, parameters, settings.relativeTolerance)
  past?.follow(step)
  const { start: states, startRates, end, endRates, absoluteTolerance } = step
  states.set(initial.states)
  const events = createEvents(machine, parameters, settings.seed)
  const hasEvents = machine.system.events.length > 0
  const clock = createClock(machine.system)
  const crossings = createCrossings(step, events, clock.others)
  const discontinuous = machine.system.crossings.length > 0 || hasEvents
  // All that can turn a trigger between events is a comparison; where the clock knows them all, nothing is looked for.
  const lookedFor = clock.others.length > 0
  const largest = new Float64Array(n)
  const beside = new Float64Array(n)
  const ratesBefore = new Float64Array(n)
  const ratesAfter = new Float64Array(n)
  const statistics: FlowStatistics = { steps: 0, rejected: 0, restarts: 0, eventsCarriedOut: 0, methodChanges: 0 }

  const explicit = settings.method === 'auto' ? dormandPrince(n) : fixedMethod(settings.method, n)
  let stiff: Method | undefined
  let method: Method = explicit
  if (settings.method === 'rodas') method = stiffMethod()
  const changesMethod = settings.method === 'auto'
  /** Steps in a row that spoke for another method, and against it. */
  let votesFor = 0
  let votesAgainst = 0
  let patience = 15

  let time = start
  /** What error control would like next; 0: to be found. */
  let nextSize = 0
  let lastError = 1e-4
  let fresh = true
  let crowdSince = Number.NEGATIVE_INFINITY
  const breaks = createBreaks()
  /** No step is longer than this, so that what is delayed is known. */
  let shortestLag = Number.POSITIVE_INFINITY
  /** When the clock next turns something, or a lag after something did. */
  let turn = Number.POSITIVE_INFINITY
  /** Where a crossing was seen that spoilt the step over it; the next steps go close up to it. */
  let approached = Number.NEGATIVE_INFINITY

  function stiffMethod(): Method {
    stiff ??= rodas(n, past ? byDifference : (at, into) => machine.rateOfRates(at.from, at.start, parameters, into))
    return stiff
  }

  /** What is delayed changes with time too, which only the past knows. */
  function byDifference(at: Step, into: Float64Array): void {
    const later = Math.max(1e-5 * at.size, 1e-9 * Math.abs(at.from))
    machine.rates(at.from + later, at.start, parameters, into)
    for (let i = 0; i < n; i++) into[i] = (into[i]! - at.startRates[i]!) / later
  }

  step.from = time
  // What happens at the start already counts to it.
  settle()

  /** Everything that happens at this instant; then integration begins anew. */
  function settle(): void {
    happen()
    observer.instant?.(time, states, parameters, machine)
    if (discontinuous) {
      crossings.restart(time, states)
      // Where two sides of a comparison are equal now, what holds from here on is what holds the next moment.
      if (time === turn || crossings.undecided()) {
        time += Math.max(timeResolution(time), 1e-300)
        happen()
        crossings.restart(time, states)
      }
    }
    fresh = true
    if (past) breaks.add(past.lagsAt(time, states, parameters), time)
    turn = Math.min(clock.next(time, parameters), breaks.next(time))
  }

  function happen(): void {
    if (!hasEvents) return
    if (events.happen(time, states)) {
      nextSize = 0
      past?.parametersChanged()
    }
    statistics.eventsCarriedOut = events.carriedOut
  }

  function startPiece(until: number): void {
    machine.rates(time, states, parameters, startRates)
    for (let i = 0; i < n; i++) if (!Number.isFinite(startRates[i]!)) throw notFinite(machine, i, startRates[i]!, time)
    growTolerances()
    method.restart()
    fresh = false
    if (method.adaptive && nextSize === 0) nextSize = firstSize(until)
  }

  function growTolerances(): void {
    if (!method.adaptive) return
    if (settings.absoluteTolerance !== undefined) {
      absoluteTolerance.fill(settings.absoluteTolerance)
      return
    }
    let grew = false
    for (let i = 0; i < n; i++) {
      const size = Math.abs(states[i]!)
      if (size > largest[i]! && size < Number.POSITIVE_INFINITY) {
        largest[i] = size
        grew = true
      }
    }
    if (!grew && !fresh) return
    let most = 0
    for (let i = 0; i < n; i++) if (largest[i]! > most) most = largest[i]!
    const part = settings.relativeTolerance / 100
    const least = most > 0 ? most * NEGLIGIBLE : NEGLIGIBLE
    for (let i = 0; i < n; i++) absoluteTolerance[i] = part * largest[i]! + least
  }

  /** Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, II.4. */
  function firstSize(until: number): number {
    let stateSize = 0
    let rateSize = 0
    const weight = (i: number) => absoluteTolerance[i]! + settings.relativeTolerance * Math.abs(states[i]!)
    for (let i = 0; i < n; i++) {
      if (startRates[i] === 0) continue
      stateSize = Math.max(stateSize, Math.abs(states[i]!) / weight(i))
      rateSize = Math.max(rateSize, Math.abs(startRates[i]!) / weight(i))
    }
    const span = until - time
    let size = stateSize < 1e-5 || rateSize < 1e-5 ? 1e-6 * span : (0.01 * stateSize) / rateSize
    if (!(size <= span)) size = span
    for (let i = 0; i < n; i++) end[i] = states[i]! + size * startRates[i]!
    machine.rates(time + size, end, parameters, endRates)
    let bend = 0
    for (let i = 0; i < n; i++)
      if (endRates[i] !== startRates[i]) bend = Math.max(bend, Math.abs(endRates[i]! - startRates[i]!) / weight(i))
    bend /= size
    const most = Math.max(rateSize, bend)
    const second = most <= 1e-15 ? Math.max(1e-6 * span, size * 1e-3) : (0.01 / most) ** (1 / 5)
    const first = Math.min(100 * size, second)
    return first > 0 ? Math.min(first, span) : size
  }

  function advance(until: number): void {
    while (time < until) {
      if (settings.signal?.aborted) throw settings.signal.reason
      if (fresh) startPiece(until)
      const due = hasEvents ? events.nextDue() : Number.POSITIVE_INFINITY
      // Steps end just before a turn of the clock, so that none of their stages is on its other side.
      const beforeTurn =
        turn < Number.POSITIVE_INFINITY ? turn - Math.max(timeResolution(turn), timeResolution(time)) : turn
      const stop = Math.min(until, due, beforeTurn)
      const reached = n === 0 ? skip(stop) : stop > time ? takeStep(stop) : time
      const between = lookedFor || past !== undefined || observer.wanted <= reached
      if (between) method.finish(step)
      past?.know(step)
      const located = lookedFor && reached > time ? crossings.locate(step, reached, end) : Number.NaN
      const crossed = !Number.isNaN(located)
      if (crossed && method.adaptive && spoilt(located, reached)) continue
      const arrived = crossed ? located : reached
      if (arrived > time) {
        past?.keep(step, arrived)
        if (observer.wanted <= arrived) observer.piece?.(step, arrived)
        time = arrived
        for (let i = 0; i < n; i++) states[i] = end[i]!
        growTolerances()
      }
      past?.know(undefined)
      if (time === beforeTurn) time = turnedAt()
      if (crossed || time === due || time >= turn) begin(until)
      else {
        for (let i = 0; i < n; i++) startRates[i] = endRates[i]!
        if (observer.wanted <= time + timeResolution(time)) observer.instant?.(time, states, parameters, machine)
      }
    }
  }

  /** After something has turned or was due. */
  function begin(until: number): void {
    if (++statistics.restarts % CROWD === 0) {
      if (time - crowdSince < 1e-9 * (until - start))
        throw noConvergence(machine, method.name, time, `the model switches ${CROWD} times within next to no time`)
      crowdSince = time
    }
    settle()
  }

  /** The clock's time; the next number after it if rounding lets nothing be turned there yet. */
  function turnedAt(): number {
    if (!hasEvents || events.differ(turn, states)) return turn
    const after = turn + timeResolution(turn)
    return events.differ(after, states) && !crossings.zeroAt(turn, states) ? after : turn
  }

  /**
   * Whether the rates jump at a crossing so far that the step over it, some of whose stages were on the other side, is
   * not to be trusted. Then the next step tried ends shortly before it, and so on until the step over it is short
   * enough for the jump not to matter.
   */
  function spoilt(crossing: number, reached: number): boolean {
    const margin = timeResolution(crossing)
    const length = reached - time
    if (!(crossing - time > 4 * margin)) return false
    interpolate(step.dense, (crossing - margin - time) / step.size, beside)
    machine.rates(crossing - margin, beside, parameters, ratesBefore)
    interpolate(step.dense, (crossing + margin - time) / step.size, beside)
    machine.rates(crossing + margin, beside, parameters, ratesAfter)
    let jump = 0
    for (let i = 0; i < n; i++) {
      const change = Math.abs(ratesAfter[i]! - ratesBefore[i]!)
      if (change === 0) continue
      const tolerance = absoluteTolerance[i]! + settings.relativeTolerance * Math.abs(beside[i]!)
      jump = Math.max(jump, (change * length) / tolerance)
    }
    if (jump < 0.1) return false
    approached = crossing
    nextSize = 0.98 * (crossing - time)
    statistics.rejected++
    crossings.rewind()
    return true
  }

  /** Without states there is nothing to integrate, only time to pass. */
  function skip(stop: number): number {
    const size = settings.step ?? (lookedFor ? Math.max((stop - time) / 100, timeResolution(stop)) : stop - time)
    step.from = time
    const to = Math.min(time + size, stop)
    step.size = to - time
    statistics.steps++
    return to
  }

  /** One step that error control accepts, not beyond `stop`; gives its end. */
  function takeStep(stop: number): number {
    const least = Math.max(4 * timeResolution(time), 1e-300)
    for (;;) {
      const left = stop - time
      let size = method.adaptive ? Math.min(nextSize, settings.step ?? Number.POSITIVE_INFINITY) : settings.step!
      size = Math.min(size, shortestLag)
      if (approached > time) size = Math.min(size, 1.1 * (approached - time))
      // A step that would leave a crumb is stretched, or shared with the next.
      const lands = size >= left * (1 - 1e-9)
      if (lands) size = left
      else if (method.adaptive && size > left / 2) size = left / 2
      if (statistics.steps + statistics.rejected >= settings.maximumSteps)
        throw noConvergence(machine, method.name, time, `${settings.maximumSteps} steps were not enough`)
      step.from = time
      step.size = size
      let error = method.attempt(step)
      if (past) {
        const excess = past.takeExcess()
        // What is delayed by less than a step: the step is made shorter, or its own solution put in if that is too short.
        if (excess > 0 && method.adaptive && size - excess > size / 20) {
          shortestLag = (size - excess) * (1 - 1e-9)
          continue
        }
        if (excess > 0) error = correct(past, error)
        else shortestLag *= 1.1
      }
      if (!method.adaptive) {
        for (let i = 0; i < n; i++)
          if (!Number.isFinite(endRates[i]! + end[i]!)) throw notFinite(machine, i, endRates[i]! + end[i]!, time + size)
      } else if (!(error <= 1)) {
        statistics.rejected++
        const finite = error < Number.POSITIVE_INFINITY
        nextSize = size * (finite ? Math.max(0.1, 0.9 * error ** (-1 / method.order)) : 0.1)
        if (nextSize >= least) continue
        if (size > least) {
          nextSize = least
          continue
        }
        // Within the resolution of time nothing can be told about a jump but that it is there: it is stepped over.
        if (!(finite && lookedFor && crossings.crosses(step))) throw tooSmall(finite)
        nextSize = least
      } else {
        nextSize = grown(size, error, lands)
        lastError = Math.max(error, 1e-4)
      }
      statistics.steps++
      if (changesMethod || method === explicit) vote(stop)
      return lands ? stop : time + size
    }
  }

  /** Repeats a step with its own last solution for what is delayed, until that no longer changes. */
  function correct(solution: PastSolution, error: number): number {
    let result = error
    for (let round = 0; round < 20; round++) {
      method.finish(step)
      solution.suppose(step)
      beside.set(end)
      result = method.attempt(step)
      solution.takeExcess()
      let change = 0
      for (let i = 0; i < n; i++) {
        const tolerance = absoluteTolerance[i]! + settings.relativeTolerance * Math.abs(end[i]!)
        const moved = Math.abs(end[i]! - beside[i]!)
        if (moved > 0) change = Math.max(change, moved / (tolerance > 0 ? tolerance : 1e-12 * Math.abs(end[i]!)))
      }
      if (change <= 0.1) break
      if (round === 19) result = Number.NaN
    }
    solution.suppose(undefined)
    return result
  }

  /** Control by the last two errors (Hairer, Wanner, Solving Ordinary Differential Equations II, IV.2). */
  function grown(size: number, error: number, lands: boolean): number {
    const beta = method === explicit ? 0.04 : 0
    const factor = error === 0 ? 10 : 0.9 * error ** -(1 / method.order - 0.75 * beta) * lastError ** beta
    const wanted = size * Math.min(10, Math.max(0.2, factor))
    // A step cut short by where it had to land says nothing against the step that error control wanted.
    return lands ? Math.max(wanted, Math.min(nextSize, 10 * size)) : wanted
  }

  /** Whether the other method of `auto` would do better; for the explicit one alone, whether it is defeated. */
  function vote(stop: number): void {
    if (method === explicit) {
      if (votesFor === 0 && statistics.steps % 8 !== 0) return
      if (method.stiffness(step) > EDGE_OF_STABILITY) {
        votesAgainst = 0
        if (++votesFor < patience) return
        if (changesMethod) change(stiffMethod())
        else if (method.adaptive && (stop - time) / step.size > settings.maximumSteps)
          throw noConvergence(machine, method.name, time, 'the problem is stiff here')
        else votesFor = 0
      } else if (++votesAgainst === 6) {
        votesFor = 0
        votesAgainst = 0
      }
    } else {
      votesFor = method.stiffness(step) < EDGE_OF_STABILITY / 3 ? votesFor + 1 : 0
      if (votesFor >= 3 * patience) {
        // Each way there and back makes it slower to leave the stiff method again.
        patience = Math.min(1000, 2 * patience)
        change(explicit)
      }
    }
  }

  function change(to: Method): void {
    method = to
    votesFor = 0
    votesAgainst = 0
    lastError = 1e-4
    statistics.methodChanges++
    method.restart()
  }

  function tooSmall(finite: boolean): DynamicsError {
    if (finite) return noConvergence(machine, method.name, time, 'the step has shrunk below the resolution of time')
    // Which it is shows where nothing has spread yet: a step on with the states as they are, or moved along their rates.
    for (const along of [0, step.size]) {
      for (let i = 0; i < n; i++) beside[i] = states[i]! + along * startRates[i]!
      machine.rates(time + step.size, beside, parameters, endRates)
      for (let i = 0; i < n; i++) if (!Number.isFinite(endRates[i]!)) return notFinite(machine, i, endRates[i]!, time)
    }
    machine.rateOfRates(time, states, parameters, endRates)
    const jacobian = new Float64Array(n * n)
    machine.jacobian(time, states, parameters, jacobian)
    for (let i = 0; i < n; i++)
      for (const value of [endRates[i]!, ...jacobian.subarray(i * n, (i + 1) * n)])
        if (!Number.isFinite(value)) return notFinite(machine, i, value, time)
    for (let i = 0; i < n; i++) if (!Number.isFinite(end[i]!)) return notFinite(machine, i, end[i]!, time)
    return noConvergence(machine, method.name, time, 'the step has shrunk below the resolution of time')
  }

  return {
    get time() {
      return time
    },
    states,
    parameters,
    statistics,
    advance,
    disturb() {
      nextSize = 0
      fresh = true
    },
  }
}

function fixedMethod(name: Exclude<FlowSettings['method'], 'auto'>, n: number): Method {
  switch (name) {
    case 'runge-kutta-4':
      return rungeKutta4(n)
    case 'rush-larsen':
      return rushLarsen(n, 1)
    case 'rush-larsen-2':
      return rushLarsen(n, 2)
    case 'dormand-prince':
    case 'rodas':
      return dormandPrince(n)
  }
}
