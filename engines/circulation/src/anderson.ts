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
      const weights = leastSquares(residualSteps, residual)
      for (const [j, weight] of weights.entries())
        for (let i = 0; i < size; i++) next[i] = next[i]! - weight * imageSteps[j]![i]!
    },
  }
}

/** Weights of `columns` that come nearest to `target`, by modified Gram–Schmidt; dependent columns get none. */
function leastSquares(columns: readonly Float64Array[], target: Float64Array): number[] {
  const m = columns.length
  const basis: Float64Array[] = []
  const R = Array.from({ length: m }, () => new Float64Array(m))
  const used: number[] = []
  // Newest first: it carries the best local information.
  for (let j = m - 1; j >= 0; j--) {
    const q = Float64Array.from(columns[j]!)
    const before = norm(q)
    for (const [b, e] of basis.entries()) {
      const dot = inner(e, q)
      R[b]![used.length] = dot
      for (let i = 0; i < q.length; i++) q[i] = q[i]! - dot * e[i]!
    }
    const length = norm(q)
    if (!(length > 1e-4 * before)) continue
    for (let i = 0; i < q.length; i++) q[i] = q[i]! / length
    R[basis.length]![used.length] = length
    basis.push(q)
    used.push(j)
  }
  const weights = new Array<number>(m).fill(0)
  for (let b = basis.length - 1; b >= 0; b--) {
    let value = inner(basis[b]!, target)
    for (let c = b + 1; c < basis.length; c++) value -= R[b]![c]! * weights[used[c]!]!
    weights[used[b]!] = value / R[b]![b]!
  }
  return weights
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function norm(a: Float64Array): number {
  return Math.sqrt(inner(a, a))
}
