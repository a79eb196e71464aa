import { dormandPrince } from './dormand-prince.ts'
import { noConvergence } from './failures.ts'
import type { PastSolution } from './history.ts'
import type { FlowSettings } from './options.ts'
import { rodas } from './rodas.ts'
import { rungeKutta4 } from './runge-kutta-4.ts'
import { rushLarsen } from './rush-larsen.ts'
import type { Method, Step } from './step.ts'

/** Which method takes the steps. */
export interface MethodChoice {
  readonly method: Method
  readonly changes: number
  /**
   * After each step, with the steps that are left at its size: `auto` may choose another method for the next. Throws
   * `no-convergence` where the problem is too stiff for an explicit method that was asked for.
   */
  vote(step: Step, steps: number, stepsLeft: number): void
  /** After how many more steps it has to be asked again, if so many have been taken; 0 where it cannot tell. */
  untilVote(steps: number): number
}

/** Of the step times the largest eigenvalue, where Dormand–Prince is at the edge of its stability (its real axis: 3.3). */
export const EDGE_OF_STABILITY = 3.25
/** Mostly there is nothing to see, and seldom looking is enough to begin with: at every so many steps. */
export const LOOK_EVERY = 8
/** Steps that have to speak for the stiff method, and steps against that set them at nought (Hairer's DOPRI5). */
export const FOR_STIFF = 15
export const AGAINST_STIFF = 6

/** Steps that have to speak for the explicit method. Each way there and back makes it slower to leave the stiff one again. */
export const FIRST_PATIENCE = 3 * FOR_STIFF
export const morePatience = (patience: number): number => Math.min(1000, 2 * patience)

export function chooseMethod(step: Step, settings: FlowSettings, past: PastSolution | undefined): MethodChoice {
  const n = step.start.length
  const explicit = explicitMethod(settings.method, step)
  let stiff: Method | undefined
  const stiffMethod = () => {
    stiff ??= rodas(n, past ? differenceByTime : rateOfRates)
    return stiff
  }
  let method = explicit ?? stiffMethod()
  let changes = 0
  let votesFor = 0
  let votesAgainst = 0
  let patience = FIRST_PATIENCE

  function change(to: Method): void {
    method = to
    method.restart()
    votesFor = 0
    votesAgainst = 0
    changes++
  }

  function voteForStiff(at: Step, steps: number, stepsLeft: number): void {
    if (votesFor === 0 && steps % LOOK_EVERY !== 0) return
    if (method.stiffness(at) <= EDGE_OF_STABILITY) {
      if (++votesAgainst < AGAINST_STIFF) return
      votesFor = 0
      votesAgainst = 0
      return
    }
    votesAgainst = 0
    if (++votesFor < FOR_STIFF) return
    if (settings.method === 'auto') change(stiffMethod())
    else if (stepsLeft > settings.maximumSteps)
      throw noConvergence(at.machine, method.name, at.from, 'the problem is stiff here')
    else votesFor = 0
  }

  function voteForExplicit(at: Step): void {
    votesFor = method.stiffness(at) < EDGE_OF_STABILITY / 3 ? votesFor + 1 : 0
    if (votesFor < patience) return
    patience = morePatience(patience)
    change(explicit!)
  }

  return {
    get method() {
      return method
    },
    get changes() {
      return changes
    },
    untilVote(steps) {
      if (method !== explicit || !method.adaptive) return 0
      return votesFor === 0 ? LOOK_EVERY - (steps % LOOK_EVERY) : 1
    },
    vote(at, steps, stepsLeft) {
      if (!method.adaptive) return
      if (method === explicit) voteForStiff(at, steps, stepsLeft)
      else if (settings.method === 'auto') voteForExplicit(at)
    },
  }
}

function explicitMethod(name: FlowSettings['method'], { start, kernel }: Step): Method | undefined {
  const n = start.length
  switch (name) {
    case 'auto':
    case 'dormand-prince':
      return dormandPrince(n, kernel)
    case 'runge-kutta-4':
      return rungeKutta4(n)
    case 'rush-larsen':
      return rushLarsen(n, 1)
    case 'rush-larsen-2':
      return rushLarsen(n, 2)
    case 'rodas':
      return undefined
  }
}

function rateOfRates({ machine, from, start, parameters }: Step, into: Float64Array): void {
  machine.rateOfRates(from, start, parameters, into)
}

/** What is delayed changes with time too, which only the past knows. */
function differenceByTime({ machine, from, size, start, startRates, parameters }: Step, into: Float64Array): void {
  const later = Math.max(1e-5 * size, 1e-9 * Math.abs(from))
  machine.rates(from + later, start, parameters, into)
  for (let i = 0; i < into.length; i++) into[i] = (into[i]! - startRates[i]!) / later
}
