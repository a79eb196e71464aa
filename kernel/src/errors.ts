/** Every error that the kernel throws on purpose. */
export class KernelError extends Error {
  readonly code:
    | 'definition-invalid'
    | 'channel-clash'
    | 'unknown-twin'
    | 'belief-invalid'
    | 'scenario-invalid'
    | 'vital-signs-invalid'

  constructor(code: KernelError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KernelError'
    this.code = code
  }
}
