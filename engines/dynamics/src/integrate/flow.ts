import type { Machine, StepKernel } from '../machine.ts'
import { createBreaks } from './breaks.ts'
import { createClock } from './clock.ts'
import { createCrossingProbe } from './crossing-probe.ts'
import { createCrossings } from './crossings.ts'
import { createEvents } from './events.ts'
import { noConvergence } from './failures.ts'
import { rememberSolution } from './history.ts'
import { chooseMethod } from './method-choice.ts'
import type { FlowSettings, InitialValues } from './options.ts'
import { createStep, type Step, timeResolution } from './step.ts'
import { createStepControl } from './step-control.ts'

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
  readonly steps: number
  readonly rejected: number
  /** Times that integration began anew: at crossings and events. */
  readonly restarts: number
  readonly eventsCarriedOut: number
  /** Changes between the explicit and the stiff method. */
  readonly methodChanges: number
}

/** A solution that is followed through steps, discontinuities and events. Holds what lies between calls of `advance`. */
export interface Flow {
  readonly time: number
  /** As they are at `time`. */
  readonly states: Float64Array
  readonly parameters: Float64Array
  readonly statistics: FlowStatistics
  /** What is doubtful about the solution so far. */
  readonly warnings: readonly string[]
  advance(until: number): void
  /** Throws `no-convergence` if a method without error control took steps that were too long for it. */
  checkSteps(): void
}

/** So many restarts that bring a run on by next to nothing are taken for switching to and fro without end. */
const CROWD = 1000
/** So many instants of events in a row within the resolution of time look like a limit that events come up to. */
const CROWDED_EVENTS = 5

export function createFlow(
  given: Machine,
  start: number,
  initial: InitialValues,
  settings: FlowSettings,
  observer: FlowObserver = { wanted: Number.POSITIVE_INFINITY },
  kernel?: StepKernel,
): Flow {
  const n = given.stateCount
  const parameters = initial.parameters
  const past = given.system.lags.length > 0 ? rememberSolution(given, start, initial) : undefined
  const machine = past?.machine ?? given
  const step = createStep(machine, parameters, settings.relativeTolerance, past ? undefined : kernel)
  past?.follow(step)
  const { start: states, end } = step
  states.set(initial.states)
  const events = createEvents(machine, parameters, settings.seed)
  const hasEvents = machine.system.events.length > 0
  const clock = createClock(machine.system)
  const breaks = createBreaks()
  const crossings = createCrossings(step, events, clock.others)
  const discontinuous = machine.system.crossings.length > 0 || hasEvents
  // All that can turn a trigger between events is a comparison; where the clock knows them all, nothing is looked for.
  const lookedFor = clock.others.length > 0
  const plain = !lookedFor && past === undefined && n > 0
  const choice = chooseMethod(step, settings, past)
  const probe = createCrossingProbe(step)
  const control = createStepControl(step, settings, choice, past, crossings, probe)

  let time = start
  let fresh = true
  let restarts = 0
  const warnings: string[] = []
  let lastEvent = Number.NEGATIVE_INFINITY
  let crowded = 0
  let crowdSince = Number.NEGATIVE_INFINITY
  /** When the clock next turns something, or a lag after something did. */
  let turn = Number.POSITIVE_INFINITY

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
    if (!hasEvents || !events.happen(time, states)) return
    control.forgetSize()
    past?.parametersChanged()
    // A ball that bounces lower and lower: beyond where its bounces come together no number tells what it does.
    crowded = time - lastEvent < 100 * timeResolution(time) ? crowded + 1 : 0
    lastEvent = time
    if (crowded === CROWDED_EVENTS)
      warnings.push(`events come at ever shorter intervals up to time ${time}: what follows may depend on rounding`)
  }

  function advance(until: number): void {
    while (time < until) {
      if (settings.signal?.aborted) throw settings.signal.reason
      step.from = time
      if (fresh) control.begin(until)
      fresh = false
      const due = hasEvents ? events.nextDue() : Number.POSITIVE_INFINITY
      // Steps end just before a turn of the clock, so that none of their stages is on its other side.
      const beforeTurn =
        turn < Number.POSITIVE_INFINITY ? turn - Math.max(timeResolution(turn), timeResolution(time)) : turn
      const stop = Math.min(until, due, beforeTurn)
      if (plain) {
        const { wanted } = observer
        // What ends this much before the next row does not count to it.
        time = control.skim(stop, wanted < Number.POSITIVE_INFINITY ? wanted - 2 * timeResolution(wanted) : wanted)
        step.from = time
      }
      let crossed = false
      if (stop > time) {
        const reached = n === 0 ? skip(stop) : control.take(stop)
        if (lookedFor || past !== undefined || observer.wanted <= reached) control.method.finish(step)
        past?.know(step)
        const located = lookedFor ? crossings.locate(step, reached, end) : Number.NaN
        crossed = !Number.isNaN(located)
        if (crossed && control.spoilt(located, reached)) {
          crossings.rewind()
          continue
        }
        const arrived = crossed ? probe.besideSingularity(located, stop) : reached
        past?.keep(step, arrived)
        if (observer.wanted <= arrived) observer.piece?.(step, arrived)
        time = arrived
        control.arrive()
        past?.know(undefined)
      }
      if (time === beforeTurn) time = turnedAt()
      if (crossed || time === due || time >= turn) restart(until)
      else if (observer.wanted <= time + timeResolution(time)) observer.instant?.(time, states, parameters, machine)
    }
  }

  /** Something has turned or is due. */
  function restart(until: number): void {
    if (++restarts % CROWD === 0) {
      if (time - crowdSince < 1e-9 * (until - start))
        throw noConvergence(
          machine,
          control.method.name,
          time,
          `the model switches ${CROWD} times in next to no time`,
          'conditions that undo themselves at once need some distance between on and off',
        )
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

  /** Without states there is nothing to integrate, only time to pass. */
  function skip(stop: number): number {
    const size = settings.step ?? (lookedFor ? Math.max((stop - time) / 100, timeResolution(stop)) : stop - time)
    const to = Math.min(time + size, stop)
    step.size = to - time
    return to
  }

  return {
    get time() {
      return time
    },
    states,
    parameters,
    warnings,
    get statistics() {
      return {
        steps: control.steps,
        rejected: control.rejected,
        restarts,
        eventsCarriedOut: events.carriedOut,
        methodChanges: choice.changes,
      }
    },
    advance,
    checkSteps: control.checkSteps,
  }
}
