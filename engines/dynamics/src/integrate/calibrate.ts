import { symmetricEigen } from '@counterpart/numerics'
import { compile } from '../compile/compile.ts'
import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'
import { sensitivitySymbol, sensitivitySystem } from '../system/sensitivity-system.ts'
import type { System } from '../system.ts'
import { levenbergMarquardt } from './levenberg-marquardt.ts'
import { observeAt } from './observe-at.ts'
import { type FlowOptions, flowSettings, initialValues } from './options.ts'

/** What was measured of one quantity. */
export interface Measurements {
  /** Key of {@link System.quantities}. */
  readonly symbol: string
  /** In the model's time, in any order. */
  readonly times: ArrayLike<number>
  readonly values: ArrayLike<number>
  /** Standard deviation of each value, or of all. Left out everywhere: equal, and estimated from how well the model fits. */
  readonly deviations?: number | ArrayLike<number>
}

export interface Unknown {
  /** A parameter, or a state in the meaning of its initial value. */
  readonly symbol: string
  /** Where the search begins. Default: the model's value. */
  readonly initial?: number
  /** Default −∞, or 0 on the logarithmic scale. */
  readonly lower?: number
  readonly upper?: number
  /** On which the search goes and singular directions are told. Default logarithmic where `initial` is above and `lower` not below 0. */
  readonly scale?: 'linear' | 'logarithmic'
}

export interface CalibrateOptions extends FlowOptions {
  readonly estimate: readonly Unknown[]
  /** Of the parameters and initial values that are not estimated. */
  readonly given?: Readonly<Record<string, number>>
  /** When the initial conditions hold. Default 0. */
  readonly start?: number
  /** Default 100. */
  readonly maximumIterations?: number
  /** Makes a system executable. Default {@link compile}. */
  readonly machine?: (system: System, observed: readonly string[]) => Machine
}

export interface Estimate {
  readonly symbol: string
  readonly value: number
  /** Infinite if the data do not determine it. */
  readonly standardError: number
  readonly atBound: boolean
}

/** A change of parameters that the data do not see, to first order. */
export interface SingularDirection {
  /** Of unit length; changes of the parameters, or of their logarithms where they are on that scale. */
  readonly parts: readonly {
    readonly symbol: string
    readonly weight: number
    readonly scale: 'linear' | 'logarithmic'
  }[]
  /** Singular value of the weighted sensitivities along it, in parts of the largest. */
  readonly singularValue: number
}

export interface Calibration {
  readonly estimates: readonly Estimate[]
  /** Row by row, in the order of `estimates`; of what the data determine. */
  readonly covariance: Float64Array
  readonly singular: readonly SingularDirection[]
  /** Weighted sum of squared residuals. */
  readonly sumOfSquares: number
  /** (value − model) / deviation, in the order of the data. */
  readonly residuals: readonly Float64Array[]
  readonly iterations: number
  readonly converged: boolean
}

/** Below this part of the largest, a singular value is taken for none: integration's own error is about that. */
const SINGULAR = 1e-6

/**
 * Finds the parameters and initial values with which a model is nearest to measurements, in the sense of weighted least
 * squares, by Levenberg and Marquardt's method with forward sensitivities derived symbolically. Says how well the data
 * determine them: the covariance s² (JᵀJ)⁻¹ (Seber, Wild, Nonlinear Regression, 2.1; s² is 1 where deviations are given)
 * and the directions that they do not determine at all.
 *
 * Throws `invalid-option`, `undeclared` for a symbol that is not the model's; what `simulate` throws if the model cannot
 * be followed at the initial values.
 *
 * @example
 * ```ts
 * calibrate(system, [{ symbol: 'S', times: [1, 2, 4], values: [6.1, 3.7, 1.3] }], { estimate: [{ symbol: 'k' }] })
 * ```
 */
export function calibrate(system: System, data: readonly Measurements[], options: CalibrateOptions): Calibration {
  const { estimate, given = {}, start = 0, maximumIterations = 100, machine: make = compile } = options
  const settings = flowSettings(options)
  const symbols = estimate.map(({ symbol }) => symbol)
  const p = symbols.length
  if (p === 0 || new Set(symbols).size < p)
    throw new DynamicsError('invalid-option', 'estimate names no symbol, or one twice', { element: 'estimate' })
  const rows = rowsOf(data, start)
  const m = rows.length
  if (m === 0) throw new DynamicsError('invalid-option', 'there are no measurements', { element: 'data' })
  const times = Float64Array.from(new Set(rows.map(({ time }) => time))).sort()
  const rowAt = new Map([...times].map((time, i) => [time, i]))

  const observed = [...new Set(data.map(({ symbol }) => symbol))]
  for (const symbol of observed)
    if (!system.quantities.has(symbol))
      throw new DynamicsError('undeclared', `there are measurements of ${symbol}, which the model does not have`, {
        element: symbol,
      })
  const columns = [...observed, ...observed.flatMap((of) => symbols.map((by) => sensitivitySymbol(of, by)))]
  const machine = make(sensitivitySystem(system, symbols), columns)
  const unknowns = scalesOf(machine, estimate, given, start)
  const { logarithmic } = unknowns

  const valueAt = (point: Float64Array, j: number) => (logarithmic[j] ? Math.exp(point[j]!) : point[j]!)
  function fill(point: Float64Array, residuals: Float64Array, jacobian: Float64Array): void {
    const values = { ...given, ...Object.fromEntries(symbols.map((symbol, j) => [symbol, valueAt(point, j)])) }
    const run = observeAt(machine, start, times, settings, values)
    for (const [i, { time, symbol, value, deviation }] of rows.entries()) {
      const row = rowAt.get(time)! * columns.length
      const q = observed.indexOf(symbol)
      residuals[i] = (run.values[row + q]! - value) / deviation
      for (let j = 0; j < p; j++) {
        const sensitivity = run.values[row + observed.length + q * p + j]! / deviation
        jacobian[i * p + j] = logarithmic[j] ? sensitivity * valueAt(point, j) : sensitivity
      }
    }
  }
  let begun = false
  const solution = levenbergMarquardt(
    {
      parameters: p,
      residuals: m,
      lower: unknowns.lower,
      upper: unknowns.upper,
      evaluate(point, residuals, jacobian) {
        try {
          fill(point, residuals, jacobian)
        } catch (error) {
          // A place where the model cannot be followed is no better place; unless it is the one to begin with.
          if (!begun || !(error instanceof DynamicsError)) throw error
          return false
        }
        begun = true
        return residuals.every(Number.isFinite) && jacobian.every(Number.isFinite)
      },
    },
    unknowns.initial,
    maximumIterations,
  )
  if (!solution)
    throw new DynamicsError('not-finite', 'what is measured is not a number in the model at the initial values', {
      mend: 'begin the search elsewhere',
    })

  const { point, jacobian, sumOfSquares } = solution
  const known = data.some(({ deviations }) => deviations !== undefined)
  const variance = known ? 1 : m > p ? sumOfSquares / (m - p) : Number.NaN
  const { inverse, singular } = inspect(jacobian, m, p)
  const covariance = new Float64Array(p * p)
  for (let i = 0; i < p; i++)
    for (let j = 0; j < p; j++) {
      const scale = (logarithmic[i] ? valueAt(point, i) : 1) * (logarithmic[j] ? valueAt(point, j) : 1)
      covariance[i * p + j] = variance * inverse[i * p + j]! * scale
    }
  const undetermined = (j: number) => singular.some(({ direction }) => Math.abs(direction[j]!) > 1e-3)
  let at = 0
  return {
    estimates: symbols.map((symbol, j) => ({
      symbol,
      value: valueAt(point, j),
      standardError: undetermined(j) ? Number.POSITIVE_INFINITY : Math.sqrt(covariance[j * p + j]!),
      atBound: point[j] === unknowns.lower[j] || point[j] === unknowns.upper[j],
    })),
    covariance,
    singular: singular.map(({ direction, singularValue }) => ({
      parts: [...direction].flatMap((weight, j) =>
        Math.abs(weight) > 1e-3
          ? [{ symbol: symbols[j]!, weight, scale: logarithmic[j] ? ('logarithmic' as const) : ('linear' as const) }]
          : [],
      ),
      singularValue,
    })),
    sumOfSquares,
    residuals: data.map(({ values }) => {
      at += values.length
      return solution.residuals.slice(at - values.length, at).map((residual) => -residual)
    }),
    iterations: solution.iterations,
    converged: solution.converged,
  }
}

interface Row {
  readonly symbol: string
  readonly time: number
  readonly value: number
  readonly deviation: number
}

function rowsOf(data: readonly Measurements[], start: number): Row[] {
  return data.flatMap(({ symbol, times, values, deviations = 1 }) => {
    if (times.length !== values.length || (typeof deviations !== 'number' && deviations.length !== values.length))
      throw new DynamicsError('invalid-option', `${symbol} has ${times.length} times and ${values.length} values`, {
        element: symbol,
        expected: 'as many times, and deviations, as values',
      })
    return Array.from(values, (value, i) => {
      const time = times[i]!
      const deviation = typeof deviations === 'number' ? deviations : deviations[i]!
      if (!(time >= start) || !Number.isFinite(time) || !Number.isFinite(value) || !(deviation > 0))
        throw new DynamicsError(
          'invalid-option',
          `measurement ${i + 1} of ${symbol}: time ${time}, value ${value}, deviation ${deviation}`,
          { element: symbol, expected: `finite numbers, a time from ${start} on, a deviation above 0` },
        )
      return { symbol, time, value, deviation }
    })
  })
}

/** Where the search begins and ends, on the scales that it goes on. */
function scalesOf(
  machine: Machine,
  estimate: readonly Unknown[],
  given: Readonly<Record<string, number>>,
  start: number,
) {
  const { system } = machine
  const own = initialValues(machine, start, given)
  const p = estimate.length
  const initial = new Float64Array(p)
  const lower = new Float64Array(p)
  const upper = new Float64Array(p)
  const logarithmic = new Array<boolean>(p)
  for (const [j, unknown] of estimate.entries()) {
    const { symbol, upper: highest = Number.POSITIVE_INFINITY, lower: least = Number.NEGATIVE_INFINITY } = unknown
    const parameter = system.parameters.findIndex((one) => one.symbol === symbol)
    const state = system.states.findIndex((one) => one.symbol === symbol)
    const held = parameter >= 0 ? system.parameters[parameter]! : system.states[state]!
    const begin =
      unknown.initial ?? (held.scale ? Number.NaN : parameter >= 0 ? own.parameters[parameter]! : own.states[state]!)
    if (!Number.isFinite(begin) || !(least <= begin && begin <= highest))
      throw new DynamicsError('invalid-option', `the search for ${symbol} begins at ${begin}`, {
        element: symbol,
        expected: `initial as a number from ${least} to ${highest}`,
      })
    const log = unknown.scale
      ? unknown.scale === 'logarithmic'
      : begin > 0 && (unknown.lower === undefined || least >= 0)
    if (log && !(begin > 0))
      throw new DynamicsError('invalid-option', `${symbol} begins at ${begin}, which has no logarithm`, {
        element: symbol,
        expected: 'a positive initial value on the logarithmic scale',
      })
    logarithmic[j] = log
    initial[j] = log ? Math.log(begin) : begin
    lower[j] = log ? Math.log(Math.max(0, least)) : least
    upper[j] = log ? Math.log(highest) : highest
  }
  return { initial, lower, upper, logarithmic }
}

/** Inverse of JᵀJ on the directions that J sees, and those that it does not; columns compared in their own lengths. */
function inspect(jacobian: Float64Array, m: number, p: number) {
  const lengths = new Float64Array(p)
  for (let i = 0; i < m; i++) for (let j = 0; j < p; j++) lengths[j]! += jacobian[i * p + j]! ** 2
  for (let j = 0; j < p; j++) lengths[j] = Math.sqrt(lengths[j]!)
  const longest = Math.max(...lengths)
  // A column next to nothing keeps its own direction: its parameter alone is not seen.
  const scale = lengths.map((length) => (length > SINGULAR * longest ? length : longest > 0 ? longest : 1))
  const square = new Float64Array(p * p)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < p; j++)
      for (let k = 0; k < p; k++)
        square[j * p + k]! += (jacobian[i * p + j]! / scale[j]!) * (jacobian[i * p + k]! / scale[k]!)
  const { values, vectors } = symmetricEigen({ rows: p, columns: p, values: square })
  const largest = Math.sqrt(Math.max(0, values[p - 1]!))
  const inverse = new Float64Array(p * p)
  const singular: { direction: Float64Array; singularValue: number }[] = []
  for (let e = 0; e < p; e++) {
    const value = Math.sqrt(Math.max(0, values[e]!))
    const direction = Float64Array.from({ length: p }, (_, j) => vectors.values[j * p + e]! / scale[j]!)
    if (value > SINGULAR * largest) {
      for (let j = 0; j < p; j++)
        for (let k = 0; k < p; k++) inverse[j * p + k]! += (direction[j]! * direction[k]!) / values[e]!
    } else {
      const norm = Math.hypot(...direction)
      singular.push({
        direction: direction.map((part) => part / norm),
        singularValue: largest > 0 ? value / largest : 0,
      })
    }
  }
  return { inverse, singular }
}
