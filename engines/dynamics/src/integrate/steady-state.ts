import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'
import { finiteJacobian } from './finite-jacobian.ts'
import { createFlow } from './flow.ts'
import { createLu } from './lu.ts'
import { flowSettings, initialValues } from './options.ts'

export interface SteadyStateOptions {
  /** When: rates that depend on time are taken at this one. Default 0. */
  readonly time?: number
  /** Values of parameters and initial values of states, by symbol; what the states' sums that never change start with. */
  readonly given?: Readonly<Record<string, number>>
  /** Largest rate that counts as none, in parts of the sum of its terms' sizes. Default 1e-10. */
  readonly tolerance?: number
  readonly maximumSteps?: number
}

export interface SteadyState {
  readonly states: Float64Array
  readonly parameters: Float64Array
  /** Values of what the machine observes there. */
  readonly observed: Float64Array
  /** Largest rate, in parts of the sum of its terms' sizes, Σ |∂ rate / ∂ state| · |state|. */
  readonly residual: number
  readonly steps: number
  /** How many sums of states the rates leave as they are; they have the values that they start with. */
  readonly conserved: number
}

/**
 * States at which all rates are zero, reached from the initial values along the solution: implicit steps in pseudo-time
 * that grow as the rates fall and so pass over into Newton's method (Kelley, Keyes, SIAM J Numer Anal 1998;35:508,
 * switched evolution relaxation). An implicit Euler step keeps every linear invariant of the rates, so that conserved
 * totals, for which the Jacobian is singular, stay what they were.
 *
 * Throws `no-convergence` if there is none to be reached, as in a model that oscillates; `not-finite` as `simulate`.
 */
export function steadyState(machine: Machine, options: SteadyStateOptions = {}): SteadyState {
  const { time = 0, given, tolerance = 1e-10, maximumSteps = 2000 } = options
  if (!(tolerance > 0))
    throw new DynamicsError('invalid-option', `tolerance is ${tolerance}`, {
      element: 'tolerance',
      expected: 'a positive number',
    })
  const n = machine.stateCount
  const initial = initialValues(machine, time, given)
  const { parameters } = initial
  // What events do at the start is part of what is settled from.
  const flow = createFlow(machine, time, initial, flowSettings({}))
  const states = flow.states
  const rates = new Float64Array(n)
  const trialRates = new Float64Array(n)
  const trial = new Float64Array(n)
  const jacobian = new Float64Array(n * n)
  const matrix = new Float64Array(n * n)
  const change = new Float64Array(n)
  const lu = createLu(n)

  /** Of the rates, in parts of what would come of their terms did they not cancel. */
  const residualOf = (f: Float64Array) => {
    let most = 0
    for (const value of states) most = Math.max(most, Math.abs(value))
    let largest = 0
    for (let i = 0; i < n; i++) {
      if (f[i] === 0) continue
      let terms = 0
      for (let j = 0; j < n; j++) terms += Math.abs(jacobian[i * n + j]!) * Math.max(Math.abs(states[j]!), 1e-6 * most)
      const part = Math.abs(f[i]!) / terms
      if (!(part <= largest)) largest = part
      if (Number.isNaN(part)) break
    }
    return largest
  }
  const look = () => {
    finiteJacobian(machine, time, states, parameters, rates, jacobian)
    speed = 0
    for (let i = 0; i < n; i++) {
      let row = 0
      for (let j = 0; j < n; j++) row += Math.abs(jacobian[i * n + j]!)
      speed = Math.max(speed, row)
    }
    residual = residualOf(rates)
  }

  let speed = 0
  let residual = 0
  machine.rates(time, states, parameters, rates)
  look()
  if (Number.isNaN(residual))
    throw new DynamicsError('not-finite', `a rate is not a number at the initial values, time ${time}`)
  let pseudoStep = speed > 0 ? 0.1 / speed : 1
  let steps = 0
  while (residual > tolerance) {
    if (++steps > maximumSteps)
      throw new DynamicsError(
        'no-convergence',
        `no steady state was reached: after ${maximumSteps} steps the largest rate is ${residual.toExponential(2)} of what it is made of`,
        { mend: 'the model may oscillate or grow without bound: look at a simulation, or use periodicSteadyState' },
      )
    for (let i = 0; i < n * n; i++) matrix[i] = -jacobian[i]!
    for (let i = 0; i < n; i++) matrix[i * n + i]! += 1 / pseudoStep
    const solvable = lu.factor(matrix)
    if (solvable) {
      change.set(rates)
      lu.solve(change)
      for (let i = 0; i < n; i++) trial[i] = states[i]! + change[i]!
      machine.rates(time, trial, parameters, trialRates)
    }
    const next = solvable ? residualOf(trialRates) : Number.NaN
    // Along a solution rates may well rise for a while; a step that makes them explode, or a size negative, was too long.
    if (!(next <= 10 * residual) || changesSign(states, trial)) {
      pseudoStep /= 4
      if (!(pseudoStep > 1e-300)) steps = maximumSteps
      continue
    }
    pseudoStep *= Math.min(10, Math.max(1.2, residual / next))
    // Longer ones would leave nothing of what keeps conserved sums as they are.
    pseudoStep = Math.min(pseudoStep, 1e10 / speed)
    states.set(trial)
    rates.set(trialRates)
    look()
  }
  const observed = new Float64Array(machine.observed.length)
  machine.observe(time, states, parameters, observed)
  return { states, parameters, observed, residual, steps, conserved: n - rank(jacobian, n) }
}

/** A state that was at least 0 would become clearly negative, or the reverse: over such a step a model may not hold. */
function changesSign(from: Float64Array, to: Float64Array): boolean {
  let most = 0
  for (const value of from) most = Math.max(most, Math.abs(value))
  return from.some((value, i) => value > 1e-9 * most && to[i]! < -1e-9 * most)
}

/** By elimination with the largest of all entries as pivot, after bringing rows to like sizes. */
function rank(a: Float64Array, n: number): number {
  const left = Float64Array.from(a)
  for (let i = 0; i < n; i++) {
    let largest = 0
    for (let j = 0; j < n; j++) largest = Math.max(largest, Math.abs(left[i * n + j]!))
    if (largest > 0) for (let j = 0; j < n; j++) left[i * n + j]! /= largest
  }
  const used = new Uint8Array(n)
  for (let done = 0; done < n; done++) {
    let [row, column, largest] = [-1, -1, 1e-11]
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        if (used[i] === 0 && Math.abs(left[i * n + j]!) > largest)
          [row, column, largest] = [i, j, Math.abs(left[i * n + j]!)]
    if (row < 0) return done
    used[row] = 1
    for (let i = 0; i < n; i++) {
      if (used[i] === 1) continue
      const multiplier = left[i * n + column]! / left[row * n + column]!
      for (let j = 0; j < n; j++) left[i * n + j]! -= multiplier * left[row * n + j]!
      left[i * n + column] = 0
    }
  }
  return n
}
