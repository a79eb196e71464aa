/** A place in a pathway's text. Both count from 1. */
export interface Place {
  readonly line: number
  readonly column?: number
}

/** What a {@link DiscreteError} is about. Stable: programs may rely on it. */
export type DiscreteErrorCode =
  /** Something is named that is declared nowhere. */
  | 'undeclared'
  /** The pathway contradicts itself: a dead end, a duplicate name, more asked for than there will ever be. */
  | 'invalid-pathway'
  /** An option or argument is out of its range. */
  | 'invalid-option'
  /** A patient goes round without time passing. */
  | 'no-progress'
  /** A patient releases what is not held, or seizes again what is held already. */
  | 'resource-misuse'
  /** A captured state that does not belong to this pathway. */
  | 'wrong-state'

export interface DiscreteErrorDetails {
  /** The element or symbol it is about, in the words of the pathway. */
  readonly element?: string
  readonly place?: Place
  /** What would have been right. */
  readonly expected?: string
  /** What a person can do about it. */
  readonly mend?: string
  readonly cause?: unknown
}

/** Messages may quote what was handed in, which may be of any length. */
const shortened = (text: string): string => (text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text)

/** Everything that this room refuses: says what, where, what was expected, and how to mend it. */
export class DiscreteError extends Error {
  readonly code: DiscreteErrorCode
  readonly element: string | undefined
  readonly place: Place | undefined
  readonly expected: string | undefined
  readonly mend: string | undefined

  constructor(code: DiscreteErrorCode, what: string, details: DiscreteErrorDetails = {}) {
    const { element, place, expected, mend, cause } = details
    const where = place ? `line ${place.line}${place.column === undefined ? '' : `, column ${place.column}`}: ` : ''
    const more = [expected === undefined ? '' : `expected ${expected}`, mend ?? ''].filter(Boolean).join('; ')
    super(
      `${where}${shortened(what)}${more ? ` (${shortened(more)})` : ''}`,
      cause === undefined ? undefined : { cause },
    )
    this.name = 'DiscreteError'
    this.code = code
    this.element = element
    this.place = place
    this.expected = expected
    this.mend = mend
  }
}
