import type { Milliseconds } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import { type Centre, returnTimes } from './variables.ts'

/**
 * Moves the ensemble on in time: every variable wanders and returns slowly to its centre (an Ornstein–Uhlenbeck walk,
 * exact for any length of time).
 *
 * The noise is made exactly uncorrelated with the ensemble and within itself (its sample is projected off the
 * ensemble's span and orthonormalised, second-order exact sampling after Pham, Mon Weather Rev 2001;129:1194), so that
 * the sample covariance after many steps is what the walk implies, without the spurious correlations that random
 * members would bring, and without an inflation factor to tune.
 */
export function wander(
  inner: Float64Array,
  size: number,
  centres: readonly Centre[],
  elapsed: Milliseconds,
  stream: RandomStream,
): Float64Array {
  if (!(elapsed > 0)) return inner
  const rows = centres.length
  const out = Float64Array.from(inner)
  const noise = new Float64Array(rows * size)
  stream.fillNormal(noise)
  orthogonalise(noise, inner, rows, size)
  for (let v = 0; v < rows; v++) {
    const { middle, spread } = centres[v]!
    const keep = Math.exp(-elapsed / returnTimes[v]!)
    const step = spread * Math.sqrt(-Math.expm1((-2 * elapsed) / returnTimes[v]!))
    for (let m = v * size; m < (v + 1) * size; m++) out[m] = middle + keep * (out[m]! - middle) + step * noise[m]!
  }
  return out
}

/** A first ensemble with exactly the prior's means and covariance. */
export function spreadOut(size: number, centres: readonly Centre[], stream: RandomStream): Float64Array {
  const rows = centres.length
  const values = new Float64Array(rows * size)
  stream.fillNormal(values)
  orthogonalise(values, new Float64Array(0), rows, size)
  for (let v = 0; v < rows; v++)
    for (let m = v * size; m < (v + 1) * size; m++) values[m] = centres[v]!.middle + centres[v]!.spread * values[m]!
  return values
}

/** Makes the rows of `noise` mean 0, variance 1, uncorrelated with each other and with the rows of `against`. */
function orthogonalise(noise: Float64Array, against: Float64Array, rows: number, size: number): void {
  const taken = against.length / size
  const basis = new Float64Array((taken + rows) * size)
  basis.set(against)
  basis.set(noise, taken * size)
  let kept = 0
  for (let r = 0; r < taken + rows; r++) {
    const at = r * size
    let mean = 0
    let before = 0
    for (let m = 0; m < size; m++) mean += basis[at + m]! / size
    for (let m = 0; m < size; m++) {
      basis[at + m] = basis[at + m]! - mean
      before += basis[at + m]! ** 2
    }
    for (let b = 0; b < kept; b++) {
      let dot = 0
      for (let m = 0; m < size; m++) dot += basis[b * size + m]! * basis[at + m]!
      for (let m = 0; m < size; m++) basis[at + m] = basis[at + m]! - dot * basis[b * size + m]!
    }
    let left = 0
    for (let m = 0; m < size; m++) left += basis[at + m]! ** 2
    // A row of the ensemble that depends on the others spans nothing new.
    if (r < taken && !(left > 1e-16 * before)) continue
    const norm = 1 / Math.sqrt(left)
    for (let m = 0; m < size; m++) basis[kept * size + m] = basis[at + m]! * norm
    if (r >= taken) {
      const unit = Math.sqrt(size - 1)
      for (let m = 0; m < size; m++) noise[(r - taken) * size + m] = basis[kept * size + m]! * unit
    }
    kept++
  }
}
