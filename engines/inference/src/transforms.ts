import { type Matrix, matrix, portableExp, portableLog } from '@counterpart/numerics'
import { InferenceError } from './errors.ts'

/**
 * How a bounded variable is stretched to the whole line, where Kalman updates are at home:
 * - `identity`: as it is;
 * - `log`: ln(x − lower), for x above `lower` (0 when not given);
 * - `logit`: ln((x − lower)/(upper − x)), for x between the two.
 */
export type Transform =
  | { readonly kind: 'identity' }
  | { readonly kind: 'log'; readonly lower?: number }
  | { readonly kind: 'logit'; readonly lower: number; readonly upper: number }

/**
 * Stretches each row of an ensemble by its transform, into `out` when given (which may be `ensemble` itself).
 * Throws `InferenceError` (`argument-out-of-range`) for a member on or outside its bounds.
 */
export function toUnbounded(
  ensemble: Matrix,
  transforms: readonly Transform[],
  out: Matrix = matrix(ensemble.rows, ensemble.columns),
): Matrix {
  return each(ensemble, transforms, out, (transform, x, v, m) => {
    const y = unbounded(transform, x)
    if (!Number.isFinite(y))
      throw new InferenceError(
        'argument-out-of-range',
        `variable ${v} of member ${m} is ${x}; expected ${describeBounds(transform)}`,
      )
    return y
  })
}

/** The inverse of `toUnbounded`: every result lies strictly inside its bounds. `out` may be `ensemble` itself. */
export function toBounded(
  ensemble: Matrix,
  transforms: readonly Transform[],
  out: Matrix = matrix(ensemble.rows, ensemble.columns),
): Matrix {
  return each(ensemble, transforms, out, bounded)
}

function each(
  ensemble: Matrix,
  transforms: readonly Transform[],
  out: Matrix,
  apply: (transform: Transform, x: number, v: number, m: number) => number,
): Matrix {
  if (transforms.length !== ensemble.rows || out.values.length !== ensemble.values.length)
    throw new InferenceError(
      'shape-mismatch',
      `${transforms.length} transforms for ${ensemble.rows} variables, ${out.values.length} places for ${ensemble.values.length} values; expected as many`,
    )
  for (let v = 0; v < ensemble.rows; v++) {
    const transform = transforms[v]!
    requireBounds(transform, v)
    for (let m = 0; m < ensemble.columns; m++) {
      const at = v * ensemble.columns + m
      out.values[at] = apply(transform, ensemble.values[at]!, v, m)
    }
  }
  return out
}

function unbounded(transform: Transform, x: number): number {
  if (transform.kind === 'identity') return x
  if (transform.kind === 'log') return portableLog(x - (transform.lower ?? 0))
  return portableLog((x - transform.lower) / (transform.upper - x))
}

function bounded(transform: Transform, y: number): number {
  if (transform.kind === 'identity') return y
  if (transform.kind === 'log') {
    const lower = transform.lower ?? 0
    // A value so far down that it rounds onto the bound is kept just above it.
    return Math.max(lower + portableExp(y), nextAbove(lower))
  }
  const { lower, upper } = transform
  const x = y >= 0 ? upper - (upper - lower) / (1 + portableExp(y)) : lower + (upper - lower) / (1 + portableExp(-y))
  return Math.min(Math.max(x, nextAbove(lower)), -nextAbove(-upper))
}

function nextAbove(x: number): number {
  return x + Math.max(Number.MIN_VALUE, Math.abs(x) * Number.EPSILON)
}

function requireBounds(transform: Transform, v: number): void {
  const lower = transform.kind === 'identity' ? 0 : (transform.lower ?? 0)
  const upper = transform.kind === 'logit' ? transform.upper : Number.POSITIVE_INFINITY
  if (!(Number.isFinite(lower) && lower < upper))
    throw new InferenceError(
      'argument-out-of-range',
      `the bounds of variable ${v} are ${lower} and ${upper}; expected a finite lower bound below the upper one`,
    )
}

function describeBounds(transform: Transform): string {
  if (transform.kind === 'identity') return 'a finite number'
  if (transform.kind === 'log') return `a number above ${transform.lower ?? 0}`
  return `a number between ${transform.lower} and ${transform.upper}`
}
