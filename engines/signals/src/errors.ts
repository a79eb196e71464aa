/** Every error that this room throws on purpose. */
export class SignalError extends Error {
  readonly code: 'sampling-rate-invalid' | 'filter-invalid' | 'option-invalid'

  constructor(code: SignalError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SignalError'
    this.code = code
  }
}
