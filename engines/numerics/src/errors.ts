/** Every error that the numerics room throws on purpose. */
export class NumericsError extends Error {
  /**
   * - `argument-out-of-range`: a number lies outside what the function is defined for.
   * - `shape-mismatch`: two arrays do not fit each other.
   * - `not-positive-definite`: a Cholesky factorisation met a pivot that is not positive.
   * - `rank-deficient`: a least-squares problem has no unique answer.
   * - `no-convergence`: an iteration did not settle within its bound.
   */
  readonly code:
    | 'argument-out-of-range'
    | 'shape-mismatch'
    | 'not-positive-definite'
    | 'rank-deficient'
    | 'no-convergence'

  constructor(code: NumericsError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NumericsError'
    this.code = code
  }
}
