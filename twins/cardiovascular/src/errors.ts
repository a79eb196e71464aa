/** Every error that this room throws on purpose. */
export class CardiovascularError extends Error {
  readonly code: 'prior-invalid' | 'belief-invalid' | 'scenario-invalid' | 'emulator-invalid'

  constructor(code: CardiovascularError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CardiovascularError'
    this.code = code
  }
}
