import { type CrossingProbe, SPOILS } from './crossing-probe.ts'
import type { Crossings } from './crossings.ts'
import { noConvergence, notFinite, whyNotFinite } from './failures.ts'
import { type FixedStepWatch, watchFixedStep } from './fixed-step-watch.ts'
import type { PastSolution } from './history.ts'
import type { MethodChoice } from './method-choice.ts'
import type { FlowSettings } from './options.ts'
import { createStep, type Method, type Step, timeResolution } from './step.ts'
import { createTolerances, firstSize, NEGLIGIBLE, toleranceOf } from './tolerances.ts'

/** Takes steps that error control accepts. */
export interface StepControl {
  /** From `step.from` on integration begins anew; `until` bounds the first step. */
  begin(until: number): void
  /** States have jumped: the next beginning looks for its step anew. */
  forgetSize(): void
  /** One step from `step.from`, not beyond `stop`; gives its end. */
  take(stop: number): number
  /**
   * Steps from `step.from` that nobody needs to look at, done at once if that can be: all end before `limit` and well
   * before `stop`. Gives when the last one ended, whose end has become the start.
   */
  skim(stop: number, limit: number): number
  /** The method that took the last step, for its dense output. */
  readonly method: Method
  /** The step's end has become its start. */
  arrive(): void
  /**
   * Whether the rates jump at a crossing so far that the step over it, some of whose stages were on the other side, is
   * not to be trusted. Then the next step ends shortly before it, and so on until the step over it is short enough for
   * the jump not to matter.
   */
  spoilt(crossing: number, reached: number): boolean
  /** After the run: throws `no-convergence` if a method without error control took steps that were too long for it. */
  checkSteps(): void
  readonly steps: number
  readonly rejected: number
}

/** So many steps in a row that a delay keeps short tell how many there will be. */
const LAG_STEPS = 1000

export function createStepControl(
  step: Step,
  settings: FlowSettings,
  choice: MethodChoice,
  past: PastSolution | undefined,
  crossings: Crossings,
  probe: CrossingProbe,
): StepControl {
  const { machine, parameters, start: states, startRates, end, endRates } = step
  const n = states.length
  const longest = settings.step ?? Number.POSITIVE_INFINITY
  const beside = new Float64Array(n)
  const tolerances = choice.method.adaptive ? createTolerances(step, settings) : undefined
  let watch: FixedStepWatch | undefined
  const half = choice.method.adaptive ? undefined : createStep(machine, parameters, settings.relativeTolerance)
  let method = choice.method
  /** What error control would like next; 0: to be found. */
  let nextSize = 0
  let lastError = 1e-4
  /** No step is longer than this, so that what is delayed is known. */
  let shortestLag = Number.POSITIVE_INFINITY
  /** Steps in a row that a delay kept short, and how long the first of them was. */
  let keptShort = 0
  let firstKept = 0
  /** Where a crossing was seen that spoilt the step over it; the next steps go close up to it. */
  let approached = Number.NEGATIVE_INFINITY
  let steps = 0
  let rejected = 0
  let rejectedInARow = 0

  function begin(until: number): void {
    const time = step.from
    step.kernel?.parameters.set(parameters)
    machine.rates(time, states, parameters, startRates)
    for (let i = 0; i < n; i++)
      if (!Number.isFinite(startRates[i]!)) throw notFinite(machine, i, startRates[i]!, time, { states, parameters })
    tolerances?.grow(true)
    // What is delayed by less than a step has no halves to be compared with.
    if (!choice.method.adaptive && !past) watch ??= watchFixedStep(machine, method.name, (until - time) / longest)
    choice.method.restart()
    if (choice.method.adaptive && nextSize === 0) nextSize = firstSize(step, until - time)
  }

  function take(stop: number): number {
    const time = step.from
    const least = Math.max(4 * timeResolution(time), 1e-300)
    method = choice.method
    for (;;) {
      const left = stop - time
      let size = Math.min(method.adaptive ? nextSize : longest, longest, shortestLag)
      if (approached > time) size = Math.min(size, 1.1 * (approached - time))
      // A step that would leave a crumb is stretched, or shared with the next.
      const lands = size >= left * (1 - 1e-9)
      if (lands) size = left
      else if (method.adaptive && size > left / 2) size = left / 2
      if (steps + rejected >= settings.maximumSteps)
        throw noConvergence(machine, method.name, time, `${settings.maximumSteps} steps were not enough`)
      step.size = size
      const keptByLag = method.adaptive && size === shortestLag
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
        requireFinite(time + size)
        if (watch?.went(states, end, 1)) compareHalves()
      } else if (error <= 1) {
        nextSize = grown(size, error, lands)
        lastError = Math.max(error, 1e-4)
      } else {
        rejected++
        const finite = error < Number.POSITIVE_INFINITY
        if (finite && ++rejectedInARow % 3 === 0) tolerances?.allowRounding()
        nextSize = size * (finite ? Math.max(0.1, 0.9 * error ** (-1 / method.order)) : 0.1)
        if (nextSize >= least) continue
        if (size > least) {
          nextSize = least
          continue
        }
        // Within the resolution of time nothing can be told about a jump but that it is there: it is stepped over.
        if (!finite) throw whyNotFinite(step) ?? tooSmall()
        if (!crossings.crosses(step)) throw tooSmall()
        nextSize = least
      }
      steps++
      rejectedInARow = 0
      if (keptByLag) checkLag(time, size, left)
      else keptShort = 0
      choice.vote(step, steps, left / size)
      if (choice.method !== method) lastError = 1e-4
      return lands ? stop : time + size
    }
  }

  function skim(stop: number, limit: number): number {
    const { kernel } = step
    let time = step.from
    if (!kernel || !tolerances) return time
    const { control } = kernel
    for (;;) {
      const count = choice.untilVote(steps)
      const part = tolerances.part
      // What may not be exceeded is counted one by one when it comes near.
      if (count === 0 || part === undefined || steps + rejected + 10 * count > settings.maximumSteps) return time
      control.time[0] = time
      control.stop[0] = stop
      control.limit[0] = limit
      control.next[0] = nextSize
      control.longest[0] = longest
      control.lastError[0] = lastError
      control.steps[0] = steps
      control.rejected[0] = rejected
      control.rejectedInARow[0] = rejectedInARow
      control.relativeTolerance[0] = settings.relativeTolerance
      control.absolutePart[0] = part
      control.negligible[0] = NEGLIGIBLE
      kernel.run(count)
      const taken = control.steps[0]! - steps
      time = control.time[0]!
      nextSize = control.next[0]!
      lastError = control.lastError[0]!
      steps += taken
      rejected = control.rejected[0]!
      rejectedInARow = control.rejectedInARow[0]!
      if (taken < count) return time
      step.from = time
      step.size = control.size[0]!
      choice.vote(step, steps, (stop - time) / step.size)
      if (choice.method !== method) lastError = 1e-4
    }
  }

  /** Steps that a delay keeps short: whether they can bring the run to its end is told from some of them. */
  function checkLag(time: number, size: number, left: number): void {
    if (keptShort++ % LAG_STEPS === 0) firstKept = size
    const needed = Math.ceil(left / size)
    if (keptShort % LAG_STEPS !== 0 || size > 2 * firstKept || needed <= settings.maximumSteps - steps) return
    throw noConvergence(
      machine,
      method.name,
      time,
      `a delay of about ${Number(size.toPrecision(3))} allows no longer steps, and ${needed} of them are left to go`,
      'leave so short a delay out; or allow more steps',
    )
  }

  /** The step just tried once more, in two halves. */
  function compareHalves(): void {
    half!.size = step.size / 2
    half!.from = step.from
    half!.start.set(states)
    half!.startRates.set(startRates)
    method.attempt(half!)
    half!.from += half!.size
    half!.start.set(half!.end)
    half!.startRates.set(half!.endRates)
    method.attempt(half!)
    watch!.compare(step.from, step.size, end, half!.end)
  }

  function requireFinite(time: number): void {
    for (let i = 0; i < n; i++) {
      const sum = end[i]! + endRates[i]!
      // Nothing but a number is itself less itself nought.
      if (sum - sum !== 0) throw notFinite(machine, i, sum, time, { states: end, parameters })
    }
  }

  function tooSmall() {
    return noConvergence(machine, method.name, step.from, 'the step has shrunk below the resolution of time')
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
        const moved = Math.abs(end[i]! - beside[i]!)
        // Without error control there is no tolerance but this.
        const tolerance = toleranceOf(step, i, end[i]!) || 1e-12 * Math.abs(end[i]!)
        if (moved > 0) change = Math.max(change, moved / tolerance)
      }
      if (change <= 0.1) break
      if (round === 19) result = Number.NaN
    }
    solution.suppose(undefined)
    return result
  }

  /** Control by the last two errors (Hairer, Wanner, Solving Ordinary Differential Equations II, IV.2). */
  function grown(size: number, error: number, lands: boolean): number {
    const { beta } = method
    const factor = error === 0 ? 10 : 0.9 * error ** -(1 / method.order - 0.75 * beta) * lastError ** beta
    const wanted = size * Math.min(10, Math.max(0.2, factor))
    // A step cut short by where it had to land says nothing against the step that error control wanted.
    return lands ? Math.max(wanted, Math.min(nextSize, 10 * size)) : wanted
  }

  function spoilt(crossing: number, reached: number): boolean {
    const time = step.from
    if (!method.adaptive || !(crossing - time > 4 * timeResolution(crossing))) return false
    if (probe.jump(crossing, reached, (state, size) => toleranceOf(step, state, size)) < SPOILS) return false
    approached = crossing
    nextSize = 0.98 * (crossing - time)
    rejected++
    return true
  }

  return {
    begin,
    forgetSize() {
      nextSize = 0
    },
    take,
    skim,
    get method() {
      return method
    },
    arrive() {
      if (step.kernel) {
        tolerances?.grow(step.kernel.arrive() !== 0)
        return
      }
      for (let i = 0; i < n; i++) states[i] = end[i]!
      for (let i = 0; i < n; i++) startRates[i] = endRates[i]!
      tolerances?.grow(true)
    },
    spoilt,
    checkSteps() {
      const verdict = watch?.verdict()
      if (verdict) throw verdict.error
    },
    get steps() {
      return steps
    },
    get rejected() {
      return rejected
    },
  }
}
