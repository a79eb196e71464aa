/** Every error that the learning room throws on purpose. */
export class LearningError extends Error {
  /**
   * - `argument-out-of-range`: a number or option lies outside what the function is defined for.
   * - `shape-mismatch`: columns, outcomes, weights or scores do not have the same length.
   * - `column-invalid`: a feature is named twice, is missing, or holds values of the wrong kind.
   * - `outcome-invalid`: an outcome is not a finite number, or not 0 or 1 where it must be.
   * - `data-insufficient`: too few rows, or only one class, for what is asked.
   */
  readonly code: 'argument-out-of-range' | 'shape-mismatch' | 'column-invalid' | 'outcome-invalid' | 'data-insufficient'

  constructor(code: LearningError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'LearningError'
    this.code = code
  }
}
