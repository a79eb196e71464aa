/** Every error that this room throws on purpose. */
export class CirculationError extends Error {
  readonly code: 'input-invalid' | 'parameter-invalid' | 'state-invalid' | 'not-finite' | 'not-converged'

  constructor(code: CirculationError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CirculationError'
    this.code = code
  }
}
