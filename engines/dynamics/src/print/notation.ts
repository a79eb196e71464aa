/** Signs that stand between operands. */
export type Sign =
  | 'plus'
  | 'minus'
  | 'times'
  | 'equals'
  | 'assign'
  | 'not-equal'
  | 'less'
  | 'greater'
  | 'at-most'
  | 'at-least'
  | 'and'
  | 'or'
  | 'xor'
  | 'implies'

export type Bracket = 'round' | 'bar' | 'floor' | 'ceiling'

/** One way to write formulas down. All take and give finished code, escaped. */
export interface Notation {
  /** Fractions, powers, roots and cases are drawn in two dimensions, so that their parts need no brackets. */
  readonly planar: boolean
  /** Digits of a number that is not negative, and the power of ten it is multiplied by. */
  number(digits: string, exponent: string | undefined): string
  /** A variable, by its id. */
  symbol(id: string): string
  /** A name of a function or of a constant that is no variable. */
  upright(text: string): string
  /** Words between formulas; blanks at their ends count. */
  words(text: string): string
  /** A unit behind a number. */
  unit(text: string): string
  sign(sign: Sign): string
  prefixed(sign: 'minus' | 'not', inside: string): string
  factorial(inside: string): string
  /** One after the other. */
  row(parts: readonly string[]): string
  bracket(kind: Bracket, inside: string): string
  /** A function's arguments in its brackets. */
  applied(name: string, operands: readonly string[]): string
  fraction(above: string, below: string): string
  power(base: string, exponent: string): string
  /** Without a degree: square root. */
  root(radicand: string, degree: string | undefined): string
  subscript(base: string, below: string): string
  cases(
    pieces: readonly { readonly value: string; readonly condition: string }[],
    otherwise: string | undefined,
  ): string
  /** One below the other, left aligned. */
  lines(lines: readonly string[]): string
}
