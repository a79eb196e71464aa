import { chiSquare, density, normalCumulative, quantileOf, survival } from '@counterpart/numerics'

/**
 * Rinott's constant h(k, p, f): the least h for which E[(E[Φ(h/√(f(1/X + 1/Y))) | Y])^(k−1)] reaches p, with X and Y
 * independent χ² of f degrees of freedom.
 *
 * Source: Y. Rinott, "On two-stage selection procedures and related probability-inequalities", Commun. Stat. Theory
 * Methods 7 (1978) 799–811.
 */
export function rinottConstant(systems: number, probability: number, freedom: number): number {
  const { points, weights } = chiSquareRule(freedom)
  const achieved = (h: number) => {
    let outer = 0
    for (let i = 0; i < points.length; i++) {
      let inner = 0
      for (let j = 0; j < points.length; j++)
        inner += weights[j]! * normalCumulative(h / Math.sqrt(freedom * (1 / points[i]! + 1 / points[j]!)))
      outer += weights[i]! * inner ** (systems - 1)
    }
    return outer
  }
  return rootOfRising(achieved, probability)
}

/**
 * The constant η of the screening in the good selection procedure: E[2·(1 − Φ(η√R))] = 1 − p^(1/(k−1)), with R the
 * smaller of two independent χ² of f degrees of freedom.
 *
 * Source: E. C. Ni, D. F. Ciocan, S. G. Henderson, S. R. Hunter, "Efficient ranking and selection in high performance
 * computing environments", Oper. Res. 65 (2017) 821–836, section 4.
 */
export function screeningConstant(systems: number, probability: number, freedom: number): number {
  const { points, weights } = chiSquareRule(freedom)
  const spread = chiSquare(freedom)
  const smaller = weights.map((w, i) => 2 * w * survival(spread, points[i]!))
  const kept = (eta: number) => {
    let error = 0
    for (let i = 0; i < points.length; i++) error += smaller[i]! * 2 * normalCumulative(-eta * Math.sqrt(points[i]!))
    return -error
  }
  return rootOfRising(kept, probability ** (1 / (systems - 1)) - 1)
}

/**
 * A quadrature rule for expectations under χ²: the trapezium rule in ln x, whose error falls exponentially with the
 * number of points because the density of ln x is analytic and dies off at both ends.
 */
function chiSquareRule(freedom: number): { readonly points: Float64Array; readonly weights: Float64Array } {
  const distribution = chiSquare(freedom)
  const low = Math.log(quantileOf(distribution, 1e-14))
  const high = Math.log(quantileOf(distribution, 1 - 1e-14))
  const count = Math.max(100, Math.ceil(3 * (high - low)))
  const points = new Float64Array(count)
  const weights = new Float64Array(count)
  let total = 0
  for (let i = 0; i < count; i++) {
    points[i] = Math.exp(low + ((high - low) * i) / (count - 1))
    weights[i] = points[i]! * density(distribution, points[i]!)
    total += weights[i]!
  }
  for (let i = 0; i < count; i++) weights[i]! /= total
  return { points, weights }
}

/** By doubling and bisection, to the last digits; the function rises from below the target. */
function rootOfRising(f: (x: number) => number, target: number): number {
  let low = 0
  let high = 1
  while (f(high) < target) {
    low = high
    high *= 2
  }
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2
    if (f(middle) < target) low = middle
    else high = middle
  }
  return high
}
