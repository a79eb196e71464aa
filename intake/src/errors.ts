/** Why intake refuses a message; stable, so that machines may act on it. */
export const refusalCodes = [
  'malformed', // it cannot be read at all: not HL7, not JSON, cut off
  'too-large', // over the door's limit of size or depth
  'not-supported', // well-formed, but a kind of message that this door does not take
  'invalid', // an element is missing, of the wrong type or outside its value set
  'identity-missing', // it does not say whom it is about
  'identity-conflict', // its identifiers belong to two different subjects
  'unknown-subject', // it is about someone of whom nothing has been received
  'subject-erased', // its subject's data have been erased here, and stay so
  'unit-invalid', // not a UCUM unit, and no known way of writing one
  'unit-dimension', // a unit of another kind of quantity than the channel's
  'unit-ambiguous', // no unit, where several are in common use
  'implausible', // physically impossible
  'no-consent', // the person it is about has not agreed, or no longer does; nothing of it is kept
  'in-the-future', // measured later than now
  'control-id-conflict', // the same message identifier as another message with other content
  'not-found', // no such quarantined message
  'not-open', // the quarantined message has been dealt with already
  'store-failed', // the thread could not keep it; send it again
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** Where a message is wrong and how to mend it. */
export interface RefusalDetail {
  /** In the message's own terms: an HL7 location such as `OBX[2]-5.1`, a FHIRPath such as `Observation.value`. */
  readonly location?: string
  readonly expected?: string
  readonly mend?: string
}

/** Every error that intake throws on purpose. Its message says what is wrong; the other fields where and what to do. */
export class IntakeError extends Error {
  readonly code: RefusalCode
  readonly location: string
  readonly expected: string
  readonly mend: string

  constructor(code: RefusalCode, message: string, detail: RefusalDetail = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = 'IntakeError'
    this.code = code
    this.location = detail.location ?? ''
    this.expected = detail.expected ?? ''
    this.mend = detail.mend ?? ''
  }
}
