// The few statistics by which the simulated clinic is put beside published studies.
import { leastSquares, matrix, mean, normalQuantile, quantile, standardDeviation } from '@counterpart/numerics'

/** An estimate with its 95 % interval. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

const z = 1.96

/** Mean over people. */
export function meanOver(values: readonly number[]): Estimate {
  const sample = Float64Array.from(values)
  return around(mean(sample), standardDeviation(sample) / Math.sqrt(sample.length))
}

/** Median over people; the interval is that of its order statistics. */
export function medianOver(values: readonly number[]): Estimate {
  const sorted = Float64Array.from(values).sort()
  const half = (z * Math.sqrt(sorted.length)) / 2
  const at = (rank: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))]!
  return {
    value: quantile(sorted, 0.5),
    low: at(sorted.length / 2 - half),
    high: at(sorted.length / 2 + half),
  }
}

/** Coefficient `which` (from 1) of a linear regression with these columns beside the constant. */
export function coefficient(rows: readonly (readonly number[])[], y: readonly number[], which: number): Estimate {
  const design = rows.map((row) => [1, ...row])
  const fit = leastSquares(matrix(rows.length, design[0]!.length, design.flat()), Float64Array.from(y))
  const variance = fit.residualSumOfSquares / (rows.length - design[0]!.length)
  // What the other columns leave of this one (Frisch and Waugh).
  const own = Float64Array.from(design, (row) => row[which]!)
  const others = design.flatMap((row) => row.filter((_, i) => i !== which))
  const left = leastSquares(matrix(rows.length, design[0]!.length - 1, others), own).residualSumOfSquares
  return around(fit.coefficients[which]!, Math.sqrt(variance / left))
}

/**
 * Slope of y on x within people (each has a level of their own), with `beside` held constant; the interval allows for what is
 * common to a person.
 */
export function slopeWithin(
  people: readonly (readonly { readonly x: number; readonly beside: number; readonly y: number }[])[],
): Estimate {
  const centre = (values: readonly number[]) => {
    const middle = mean(Float64Array.from(values))
    return values.map((value) => value - middle)
  }
  const centred = people.map((points) => ({
    x: centre(points.map(({ x }) => x)),
    beside: centre(points.map(({ beside }) => beside)),
    y: centre(points.map(({ y }) => y)),
  }))
  const product = (a: 'x' | 'beside' | 'y', b: 'x' | 'beside' | 'y') =>
    centred.reduce((sum, person) => sum + person[a].reduce((part, value, i) => part + value * person[b][i]!, 0), 0)
  const [onX, onY] = [
    product('x', 'beside') / product('beside', 'beside'),
    product('y', 'beside') / product('beside', 'beside'),
  ]
  const left = centred.map(({ x, beside, y }) =>
    x.map((value, i) => ({ x: value - onX * beside[i]!, y: y[i]! - onY * beside[i]! })),
  )
  let [xx, xy] = [0, 0]
  for (const points of left)
    for (const { x, y } of points) {
      xx += x * x
      xy += x * y
    }
  const slope = xy / xx
  let meat = 0
  for (const points of left) meat += points.reduce((sum, { x, y }) => sum + x * (y - slope * x), 0) ** 2
  return around(slope, Math.sqrt(meat) / xx)
}

/** Area under the ROC curve: probability that one of those with the event scores higher than one without. */
export function areaUnderCurve(scored: readonly { readonly score: number; readonly event: boolean }[]): Estimate {
  const events = scored.filter(({ event }) => event)
  const others = scored.filter(({ event }) => !event)
  let wins = 0
  for (const a of events) for (const b of others) wins += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0
  const area = wins / (events.length * others.length)
  // Hanley and McNeil 1982.
  const [q1, q2] = [area / (2 - area), (2 * area * area) / (1 + area)]
  const variance =
    (area * (1 - area) + (events.length - 1) * (q1 - area * area) + (others.length - 1) * (q2 - area * area)) /
    (events.length * others.length)
  return around(area, Math.sqrt(variance))
}

/** A published value whose two-sided p alone is known: the interval that this p means, on the logarithm for a ratio. */
export function fromP(value: number, p: number, ratio: boolean): Estimate {
  const deviate = normalQuantile(1 - p / 2)
  if (!ratio) return around(value, Math.abs(value) / deviate)
  const log = around(Math.log(value), Math.abs(Math.log(value)) / deviate)
  return { value, low: Math.exp(log.low), high: Math.exp(log.high) }
}

/** A published mean of `n` people without its spread: the interval that a coefficient of variation of other people means. */
export function fromSpread(value: number, n: number, variation: number): Estimate {
  return around(value, (variation * value) / Math.sqrt(n))
}

export function around(value: number, standardError: number): Estimate {
  return { value, low: value - z * standardError, high: value + z * standardError }
}
