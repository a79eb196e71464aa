/** Every error that the thread throws on purpose. */
export class ThreadError extends Error {
  readonly code:
    | 'event-invalid'
    | 'idempotency-conflict'
    | 'sequence-conflict'
    | 'subject-erased'
    | 'schema-newer'
    | 'content-damaged'
    | 'waveform-invalid'
    | 'import-invalid'
    | 'key-missing'
    | 'store-locked'
    | 'store-newer'
    | 'store-unusable'
    | 'store-failed'
    | 'store-unavailable'
    | 'store-closed'

  constructor(code: ThreadError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ThreadError'
    this.code = code
  }
}
