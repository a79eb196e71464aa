/** What is wrong with a question about risk. */
export class RiskError extends Error {
  readonly code: 'group-too-small' | 'figure-invalid'

  constructor(code: RiskError['code'], message: string) {
    super(message)
    this.name = 'RiskError'
    this.code = code
  }
}
