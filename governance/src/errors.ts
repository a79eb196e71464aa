/** Every error that this room throws on purpose; `code` is stable, the message is for people. */
export class GovernanceError extends Error {
  readonly code: GovernanceErrorCode
  /** For `too-many-attempts` and `busy`: wait this many milliseconds before trying again. */
  readonly retryAfter?: number

  constructor(code: GovernanceErrorCode, message: string, options?: ErrorOptions & { readonly retryAfter?: number }) {
    super(message, options)
    this.name = 'GovernanceError'
    this.code = code
    this.retryAfter = options?.retryAfter
  }
}

export type GovernanceErrorCode =
  | 'sign-in-refused'
  | 'too-many-attempts'
  | 'busy'
  | 'password-refused'
  | 'account-exists'
  | 'account-unknown'
  | 'account-invalid'
  | 'role-not-held'
  | 'openid-invalid'
  | 'openid-unavailable'
  | 'openid-refused'
  | 'policy-invalid'
  | 'access-request-invalid'
  | 'audit-unavailable'
  | 'store-unusable'
