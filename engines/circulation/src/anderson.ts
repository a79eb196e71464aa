import { leastSquares, matrix } from '@counterpart/numerics'

/**
 * Anderson acceleration of a fixed-point iteration (Walker & Ni, SIAM J Numer Anal 2011;49:1715, type II): the next
 * point mixes the last images so that the linearised residual is least. The weights add to one, so linear invariants
 * of the map, here the total blood volume, are kept.
 */
export interface Anderson {
  /** Takes a point and its image; writes the next point to `next`. */
  advance(point: Float64Array, image: Float64Array, next: Float64Array): void
}

export function anderson(size: number, depth: number): Anderson {
  const imageSteps: Float64Array[] = []
  const residualSteps: Float64Array[] = []
  let lastImage: Float64Array | undefined
  let lastResidual: Float64Array | undefined
  return {
    advance(point, image, next) {
      // Scaled, so that mL, mmHg and mL/s count alike.
      const residual = image.map((value, i) => (value - point[i]!) / (1 + Math.abs(point[i]!)))
      if (lastImage && lastResidual) {
        imageSteps.push(image.map((value, i) => value - lastImage![i]!))
        residualSteps.push(residual.map((value, i) => value - lastResidual![i]!))
        if (imageSteps.length > depth) {
          imageSteps.shift()
          residualSteps.shift()
        }
      }
      lastImage = Float64Array.from(image)
      lastResidual = residual
      next.set(image)
      if (residualSteps.length === 0) return
      const weights = weightsOf(residualSteps, residual)
      for (const [j, step] of imageSteps.entries())
        for (let i = 0; i < size; i++) next[i] = next[i]! - weights[j]! * step[i]!
    },
  }
}

/** Weights of `columns` that come nearest to `target`; a trace of ridge keeps nearly parallel columns from shouting. */
function weightsOf(columns: readonly Float64Array[], target: Float64Array): ArrayLike<number> {
  const design = matrix(target.length, columns.length)
  let squares = 0
  for (const [j, column] of columns.entries())
    for (const [i, value] of column.entries()) {
      design.values[i * columns.length + j] = value
      squares += value * value
    }
  if (!(squares > 0)) return new Float64Array(columns.length)
  return leastSquares(design, target, { ridge: 1e-12 * squares }).coefficients
}
