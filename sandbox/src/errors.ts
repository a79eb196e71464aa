/** Every error that the sandbox throws on purpose. */
export class SandboxError extends Error {
  readonly code: 'options-invalid' | 'order-refused' | 'time-backwards' | 'endpoint-failed'

  constructor(code: SandboxError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SandboxError'
    this.code = code
  }
}
