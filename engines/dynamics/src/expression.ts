import type { Place } from './errors.ts'

/** Operators of one operand. `root` and `log` take a degree or base too and are among {@link naryOperators}. */
export const unaryOperators = [
  'abs',
  'exp',
  'ln',
  'floor',
  'ceiling',
  'factorial',
  'not',
  'sin',
  'cos',
  'tan',
  'sec',
  'csc',
  'cot',
  'sinh',
  'cosh',
  'tanh',
  'sech',
  'csch',
  'coth',
  'arcsin',
  'arccos',
  'arctan',
  'arcsec',
  'arccsc',
  'arccot',
  'arcsinh',
  'arccosh',
  'arctanh',
  'arcsech',
  'arccsch',
  'arccoth',
] as const

/**
 * The others. `minus` with one operand negates; `root` is (degree, radicand) and `log` (base, argument), always both;
 * `plus` and `times` of nothing are 0 and 1, `and`, `or` and `xor` of nothing true, false and false; relations of more
 * than two operands hold between all neighbours.
 */
export const naryOperators = [
  'plus',
  'minus',
  'times',
  'divide',
  'power',
  'root',
  'log',
  'min',
  'max',
  'quotient',
  'rem',
  'eq',
  'neq',
  'gt',
  'lt',
  'geq',
  'leq',
  'and',
  'or',
  'xor',
  'implies',
] as const

export type Operator = (typeof unaryOperators)[number] | (typeof naryOperators)[number]

/** Numbers that have a name. Avogadro's is the one the model's format states. */
export type NamedNumber = 'pi' | 'e' | 'infinity' | 'not-a-number' | 'avogadro' | 'true' | 'false'

/**
 * A formula as a model's author wrote it: what is read, written, typeset and checked for units. What runs is made of
 * {@link Node}s, which share their common parts.
 */
export type Expression =
  | {
      readonly kind: 'number'
      readonly value: number /** Name of a unit of the model. */
      readonly unit?: string
      readonly place?: Place
    }
  | { readonly kind: 'named-number'; readonly name: NamedNumber; readonly place?: Place }
  | { readonly kind: 'symbol'; readonly id: string; readonly place?: Place }
  /** The model's time, in the model's unit of time. */
  | { readonly kind: 'time'; readonly place?: Place }
  | {
      readonly kind: 'apply'
      readonly operator: Operator
      readonly operands: readonly Expression[]
      readonly place?: Place
    }
  /** The first piece whose condition holds; without one, and without `otherwise`, not a number. */
  | {
      readonly kind: 'piecewise'
      readonly pieces: readonly { readonly value: Expression; readonly condition: Expression }[]
      readonly otherwise?: Expression
      readonly place?: Place
    }
  /** A function that the model defines. */
  | {
      readonly kind: 'call'
      readonly function: string
      readonly operands: readonly Expression[]
      readonly place?: Place
    }
  /** What `of` was `by` earlier; before the start, what it is by the initial values at that time. */
  | { readonly kind: 'delay'; readonly of: Expression; readonly by: Expression; readonly place?: Place }
  /** How fast a symbol changes. */
  | { readonly kind: 'rate-of'; readonly id: string; readonly place?: Place }
