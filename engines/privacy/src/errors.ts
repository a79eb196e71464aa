/** Every error that this room throws on purpose; `code` is stable, the message is for people. */
export class PrivacyError extends Error {
  readonly code: 'question-invalid'

  constructor(code: PrivacyError['code'], message: string) {
    super(message)
    this.name = 'PrivacyError'
    this.code = code
  }
}
