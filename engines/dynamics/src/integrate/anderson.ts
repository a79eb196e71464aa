import { leastSquares, matrix } from '@counterpart/numerics'

/**
 * Anderson acceleration of a fixed-point iteration (Walker, Ni, SIAM J Numer Anal 2011;49:1715): the next point mixes
 * the last images so that the residual, taken as linear, is least. The weights add to one, so that linear invariants of
 * the map are kept.
 */
export interface Anderson {
  /** Takes a point and its image; writes the next point to `next`. */
  advance(point: Float64Array, image: Float64Array, next: Float64Array): void
  forget(): void
}

/** `scales`: sizes by which the states' residuals are compared. */
export function anderson(scales: Float64Array, depth: number): Anderson {
  const n = scales.length
  let imageSteps: Float64Array[] = []
  let residualSteps: Float64Array[] = []
  let lastImage: Float64Array | undefined
  let lastResidual: Float64Array | undefined
  return {
    forget() {
      imageSteps = []
      residualSteps = []
      lastImage = undefined
      lastResidual = undefined
    },
    advance(point, image, next) {
      const residual = image.map((value, i) => (scales[i]! > 0 ? (value - point[i]!) / scales[i]! : 0))
      if (lastImage && lastResidual) {
        imageSteps.push(image.map((value, i) => value - lastImage![i]!))
        residualSteps.push(residual.map((value, i) => value - lastResidual![i]!))
        if (imageSteps.length > Math.min(depth, n)) {
          imageSteps.shift()
          residualSteps.shift()
        }
      }
      lastImage = Float64Array.from(image)
      lastResidual = residual
      next.set(image)
      const columns = residualSteps.length
      if (columns === 0) return
      const design = matrix(n, columns)
      let squares = 0
      for (const [j, step] of residualSteps.entries())
        for (const [i, value] of step.entries()) {
          design.values[i * columns + j] = value
          squares += value * value
        }
      if (!(squares > 0)) return
      // A trace of ridge keeps nearly parallel columns from shouting.
      const weights = leastSquares(design, residual, { ridge: 1e-14 * squares }).coefficients
      for (const [j, step] of imageSteps.entries()) for (let i = 0; i < n; i++) next[i]! -= weights[j]! * step[i]!
    },
  }
}
