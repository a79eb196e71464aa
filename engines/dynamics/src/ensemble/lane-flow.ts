import type { Clock } from '../integrate/clock.ts'
import { createCrossingProbe, SPOILS } from '../integrate/crossing-probe.ts'
import { createCrossings } from '../integrate/crossings.ts'
import { createEvents } from '../integrate/events.ts'
import { notFinite } from '../integrate/failures.ts'
import { createStep, timeResolution } from '../integrate/step.ts'
import { createFirstStep } from './first-step.ts'
import type { ErrorControlKernel } from './kernel.ts'
import type { MemberRun } from './member-run.ts'
import { load, type Underway, unload } from './underway.ts'

/** What one lane of a kernel does where integration begins anew: as `integrate/flow.ts` does for one trajectory. */
export interface LaneFlow {
  /** Whose trajectory it is; `undefined`: nobody's, and what the lane does does not matter. */
  readonly of: Underway | undefined
  /** Takes a member; throws if its solution cannot begin. */
  begin(of: Underway): void
  /** Nobody is in the lane. */
  leave(): void
  /** Gives the member back, as it is now. */
  handOver(): Underway
  /** The step left open goes over a crossing: it is cut short there, or not taken if that spoils it. */
  lookAtCrossing(): void
  /** After a step: whether integration has to begin anew. */
  readonly arrived: boolean
  /** Integration begins anew. */
  restart(): void
  /** Writes the row that was just observed. */
  writeObserved(): void
}

/** So many restarts that bring a run on by next to nothing are taken for switching to and fro without end. */
const crowd = 1000

export function createLaneFlow(
  run: MemberRun,
  kernel: ErrorControlKernel,
  lane: 0 | 1,
  clock: Clock,
  relativeTolerance: number,
): LaneFlow {
  const { machine, plan, times } = run
  const { start, end } = plan
  const n = machine.stateCount
  const parameters = new Float64Array(machine.parameterCount)
  const step = createStep(machine, parameters, relativeTolerance)
  const crossings = createCrossings(step, createEvents(machine, parameters, ''), clock.others)
  const probe = createCrossingProbe(step)
  const firstStep = createFirstStep(machine)
  const weights = new Float64Array(n)
  const signs = new Float64Array(machine.system.crossings.length)
  const observed = new Float64Array(plan.observed.length)
  let of: Underway | undefined
  /** When the clock next turns something, and where steps end just before. */
  let turn = Number.POSITIVE_INFINITY
  let beforeTurn = Number.POSITIVE_INFINITY
  let crossed = false
  let restarts = 0
  let crowdSince = Number.NEGATIVE_INFINITY

  const get = (from: Float64Array, into: Float64Array) => {
    for (let i = 0; i < into.length; i++) into[i] = from[2 * i + lane]!
  }
  const put = (values: Float64Array, into: Float64Array) => {
    for (let i = 0; i < values.length; i++) into[2 * i + lane] = values[i]!
  }
  const control = (name: Parameters<typeof kernel.control>[0]) => kernel.control(name)[lane]!
  const setControl = (name: Parameters<typeof kernel.control>[0], value: number) => {
    kernel.control(name)[lane] = value
  }

  function begin(member: Underway): void {
    parameters.set(member.parameters)
    restarts = 0
    crossed = false
    crowdSince = Number.NEGATIVE_INFINITY
    load(kernel, lane, member)
    of = member
    settle()
  }

  function leave(): void {
    of = undefined
    setControl('row', Number.POSITIVE_INFINITY)
    // Nothing left to go: its steps are of no length.
    setControl('stop', control('time'))
  }

  /** From the lane's time on, with its states. */
  function settle(): void {
    let time = control('time')
    get(kernel.states, step.start)
    writeInstant(time)
    crossings.restart(time, step.start)
    // Where two sides of a comparison are equal now, what holds from here on is what holds the next moment.
    if (time === turn || crossings.undecided()) time += Math.max(timeResolution(time), 1e-300)
    setControl('time', time)
    turn = clock.next(time, parameters)
    beforeTurn = turn < Number.POSITIVE_INFINITY ? turn - Math.max(timeResolution(turn), timeResolution(time)) : turn
    setControl('stop', Math.min(end, beforeTurn))
    if (clock.others.length > 0) {
      machine.crossings(time, step.start, parameters, signs)
      for (const [i, which] of clock.others.entries()) kernel.firstRates[2 * (n + i) + lane] = signs[which]!
    }
    machine.rates(time, step.start, parameters, step.startRates)
    for (let i = 0; i < n; i++)
      if (!Number.isFinite(step.startRates[i]!))
        throw notFinite(machine, i, step.startRates[i]!, time, { states: step.start, parameters })
    put(step.startRates, kernel.firstRates)
    setControl('stale', 1)
    setControl('change', 0)
    if (control('next') > 0) return
    for (let i = 0; i < n; i++) weights[i] = toleranceOf(i, step.start[i]!)
    setControl('next', firstStep(time, end - time, step.start, parameters, step.startRates, weights))
  }

  function toleranceOf(i: number, size: number): number {
    const absolute = control('absolutePart') * kernel.largest[2 * i + lane]! + control('least')
    return absolute + relativeTolerance * Math.abs(size)
  }

  /** Rows at this instant, and when the next one is due. */
  function writeInstant(time: number): void {
    const last = time + timeResolution(time)
    while (of!.row < times.length && times[of!.row]! <= last) {
      machine.observe(time, step.start, parameters, observed)
      run.write(of!.member, of!.row++, observed, 0, 1)
    }
    setControl('row', times[of!.row] ?? Number.POSITIVE_INFINITY)
  }

  function lookAtCrossing(): void {
    const reached = control('after')
    step.from = control('time')
    step.size = control('size')
    get(kernel.states, step.start)
    get(kernel.ending, step.end)
    get(kernel.dense, step.dense)
    crossings.restart(step.from, step.start)
    const located = crossings.locate(step, reached, step.end)
    crossed = !Number.isNaN(located)
    if (!crossed) return
    if (spoilt(located, reached)) {
      crossed = false
      setControl('approached', located)
      setControl('next', 0.98 * (located - step.from))
      setControl('steps', control('steps') - 1)
      setControl('rejected', control('rejected') + 1)
      setControl('accepted', 0)
      return
    }
    get(kernel.firstRates, step.startRates)
    setControl('after', probe.besideSingularity(located, control('stop')))
    put(step.end, kernel.ending)
  }

  /** As `StepControl.spoilt`. */
  function spoilt(crossing: number, reached: number): boolean {
    if (!(crossing - step.from > 4 * timeResolution(crossing))) return false
    return !(probe.jump(crossing, reached, toleranceOf) < SPOILS)
  }

  function restart(): void {
    if (control('time') === beforeTurn) setControl('time', turn)
    crossed = false
    const time = control('time')
    if (++restarts % crowd === 0) {
      if (time - crowdSince < 1e-9 * (end - start)) throw new Error('switches without end')
      crowdSince = time
    }
    settle()
  }

  return {
    get of() {
      return of
    },
    begin,
    leave,
    handOver() {
      const member = of!
      unload(kernel, lane, member)
      return member
    },
    lookAtCrossing,
    get arrived() {
      return crossed || control('time') >= beforeTurn
    },
    restart,
    writeObserved() {
      run.write(of!.member, of!.row++, kernel.observed, lane, 2)
      setControl('row', times[of!.row] ?? Number.POSITIVE_INFINITY)
    },
  }
}
