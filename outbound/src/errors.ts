/** Every error that this room throws on purpose; `code` is stable, the message is for people. */
export class OutboundError extends Error {
  readonly code: OutboundErrorCode

  constructor(code: OutboundErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'OutboundError'
    this.code = code
  }
}

export type OutboundErrorCode =
  /** The address or the token of the receiving system is not usable. */
  | 'endpoint-invalid'
  /** There is no event of a person's decision behind what was asked: nothing goes out. */
  | 'decision-missing'
  /** The decision names a recommendation, or a decision to take back, that its event does not come from. */
  | 'basis-missing'
  /** The decision names an intervention that no definition at hand has. */
  | 'intervention-unknown'
  | 'closed'
