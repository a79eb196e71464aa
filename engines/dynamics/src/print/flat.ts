import type { Expression } from '../expression.ts'

/** An operator and its operands. */
export type Apply = Extract<Expression, { kind: 'apply' }>

/** A term of a sum. */
export interface Term {
  readonly of: Expression
  readonly negative: boolean
}

/** A sum's terms from left to right; goes down its left side by a loop, since long sums nest there. */
export function termsOf(of: Apply): [Term, ...Term[]] {
  const backwards: Term[] = []
  let negative = false
  let rest: Expression = of
  while (rest.kind === 'apply' && (rest.operator === 'plus' || rest.operator === 'minus') && rest.operands.length > 0) {
    const { operator, operands }: Apply = rest
    const [first, ...others]: readonly Expression[] = operands
    if (operands.length === 1 && operator === 'minus') {
      // −(a + b) keeps its brackets; −a as the first of a sum is a term.
      rest = first!
      negative = !negative
      break
    }
    for (const other of others.reverse()) backwards.push(signed(other, operator === 'minus'))
    rest = first!
  }
  return [signed(rest, negative), ...backwards.reverse()]
}

/** Turns `+ −a` into `− a`, and `− −2` into `+ 2`. */
function signed(of: Expression, negative: boolean): Term {
  if (of.kind === 'number' && of.value < 0) return { of: { ...of, value: -of.value }, negative: !negative }
  if (of.kind === 'apply' && of.operator === 'minus' && of.operands.length === 1)
    return { of: of.operands[0]!, negative: !negative }
  return { of, negative }
}

/** A product's factors from left to right. */
export function factorsOf(of: Apply): [Expression, ...Expression[]] {
  const backwards: Expression[] = []
  let rest: Expression = of
  while (rest.kind === 'apply' && rest.operator === 'times' && rest.operands.length > 0) {
    const [first, ...others]: readonly Expression[] = rest.operands
    for (const other of others.reverse()) backwards.push(other)
    rest = first!
  }
  return [rest, ...backwards.reverse()]
}
