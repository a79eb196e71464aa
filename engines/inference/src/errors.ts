/** Every error that the inference room throws on purpose. */
export class InferenceError extends Error {
  /**
   * - `argument-out-of-range`: a number lies outside what the function is defined for.
   * - `shape-mismatch`: ensembles, predictions or observations do not fit each other.
   * - `observation-invalid`: an observation or its error variance is not a usable number.
   * - `prediction-invalid`: a forward model returned something that is not a finite number.
   * - `design-insufficient`: too few or badly placed design points for the emulator asked for.
   */
  readonly code:
    | 'argument-out-of-range'
    | 'shape-mismatch'
    | 'observation-invalid'
    | 'prediction-invalid'
    | 'design-insufficient'

  constructor(code: InferenceError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'InferenceError'
    this.code = code
  }
}
