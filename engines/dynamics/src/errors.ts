/** A place in a model's text. Both count from 1. */
export interface Place {
  readonly line: number
  readonly column?: number
}

/** What a {@link DynamicsError} is about. Stable: programs may rely on it. */
export type DynamicsErrorCode =
  /** The text is not what its format allows. */
  | 'syntax'
  /** The format allows it, this engine does not do it; the message names it. */
  | 'not-supported'
  /** Something is named that is declared nowhere. */
  | 'undeclared'
  /** Definitions that lead back to themselves. */
  | 'cycle'
  /** The two sides of an equation have different dimensions. */
  | 'units'
  /** The model contradicts itself or its format's rules otherwise. */
  | 'invalid-model'
  /** An option or argument is out of its range. */
  | 'invalid-option'
  /** A rate, a value or a trajectory stopped being a number. */
  | 'not-finite'
  /** The method cannot follow the solution: step too small, too many steps, Newton does not converge. */
  | 'no-convergence'

export interface DynamicsErrorDetails {
  /** The element or symbol it is about, in the words of the model. */
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
export class DynamicsError extends Error {
  readonly code: DynamicsErrorCode
  readonly element: string | undefined
  readonly place: Place | undefined
  readonly expected: string | undefined
  readonly mend: string | undefined

  constructor(code: DynamicsErrorCode, what: string, details: DynamicsErrorDetails = {}) {
    const { element, place, expected, mend, cause } = details
    const where = place ? `line ${place.line}${place.column === undefined ? '' : `, column ${place.column}`}: ` : ''
    const more = [expected === undefined ? '' : `expected ${expected}`, mend ?? ''].filter(Boolean).join('; ')
    super(
      `${where}${shortened(what)}${more ? ` (${shortened(more)})` : ''}`,
      cause === undefined ? undefined : { cause },
    )
    this.name = 'DynamicsError'
    this.code = code
    this.element = element
    this.place = place
    this.expected = expected
    this.mend = mend
  }
}
