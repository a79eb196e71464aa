import {
  type Distribution,
  density,
  gamma,
  normalCumulative,
  normalDensity,
  normalQuantile,
  portableExp,
  portableLog,
  quantileOf,
  survival,
} from '@counterpart/numerics'

/**
 * The inverse survival function of a gamma distribution as a table that fills itself: ln x against the normal score z
 * of the probability, nearly straight, with its slope, at every 128th from −9 to 9. Root finding for every draw would
 * cost some fifty times as much.
 */
export interface GammaInverse {
  readonly distribution: Distribution
  /** ln x and d ln x / dz at each node; NaN where they were not needed yet. */
  readonly logs: Float64Array
  readonly slopes: Float64Array
}

const MOST = 9
const PER_UNIT = 128
const NODES = 2 * MOST * PER_UNIT + 1

export const gammaInverse = (shape: number, scale: number): GammaInverse => ({
  distribution: gamma(shape, scale),
  logs: new Float64Array(NODES).fill(Number.NaN),
  slopes: new Float64Array(NODES),
})

/** The x that is exceeded with this probability (0 < tail < 1); relative error below 1e-9. */
export function gammaAt(inverse: GammaInverse, tail: number): number {
  const { distribution, logs, slopes } = inverse
  const z = -normalQuantile(tail)
  const place = (z + MOST) * PER_UNIT
  if (!(place >= 0 && place < NODES - 1)) return upperQuantile(distribution, tail)
  const left = Math.floor(place)
  if (Number.isNaN(logs[left]!)) fill(inverse, left)
  if (Number.isNaN(logs[left + 1]!)) fill(inverse, left + 1)
  const a = logs[left]!
  const b = logs[left + 1]!
  if (!(a > LEAST && b > LEAST)) return upperQuantile(distribution, tail)
  // Hermite's cubic through both values and slopes.
  const t = place - left
  const p = slopes[left]! / PER_UNIT
  const q = slopes[left + 1]! / PER_UNIT
  const rise = b - a
  return portableExp(a + t * (p + t * (3 * rise - 2 * p - q + t * (p + q - 2 * rise))))
}

/** Below e to this power doubles lose digits. */
const LEAST = -690

function fill({ distribution, logs, slopes }: GammaInverse, node: number): void {
  const z = node / PER_UNIT - MOST
  const x = z < 0 ? quantileOf(distribution, normalCumulative(z)) : upperQuantile(distribution, normalCumulative(-z))
  logs[node] = portableLog(x)
  slopes[node] = normalDensity(z) / (x * density(distribution, x))
}

/** The quantile by the upper tail: 1 − tail has too few digits of a small one, so Newton's method goes on from there. */
function upperQuantile(distribution: Distribution, tail: number): number {
  let x = quantileOf(distribution, 1 - Math.max(tail, 1e-3))
  if (tail > 1e-3) return x
  // Below this, densities have no digits left.
  const target = portableLog(Math.max(tail, 1e-300))
  let above = survival(distribution, x)
  for (let i = 0; i < 100; i++) {
    let step = ((portableLog(above) - target) * above) / density(distribution, x)
    // Newton's step goes too far where the hazard grows, at worst to where nothing is left.
    while (survival(distribution, x + step) === 0) step /= 2
    x += step
    above = survival(distribution, x)
    if (!(Math.abs(step) > 1e-14 * x)) break
  }
  return x
}
