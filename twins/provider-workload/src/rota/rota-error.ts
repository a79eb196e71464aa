/** What is wrong with a rota problem, or with solving it: where, what was expected, how to mend it. */
export class RotaError extends Error {
  readonly code: 'rota-invalid' | 'solver-failed'

  constructor(code: RotaError['code'], message: string) {
    super(message)
    this.name = 'RotaError'
    this.code = code
  }
}
