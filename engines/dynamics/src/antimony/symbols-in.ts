import type { Expression } from '../expression.ts'

/** Ids in a formula in the order of their mention. */
export function symbolsIn(formula: Expression): string[] {
  const found = new Set<string>()
  const visit = (part: Expression): void => {
    if (part.kind === 'symbol' || part.kind === 'rate-of') found.add(part.id)
    else if (part.kind === 'apply' || part.kind === 'call') part.operands.forEach(visit)
    else if (part.kind === 'delay') [part.of, part.by].forEach(visit)
    else if (part.kind === 'piecewise') {
      for (const { value, condition } of part.pieces) [value, condition].forEach(visit)
      if (part.otherwise) visit(part.otherwise)
    }
  }
  visit(formula)
  return [...found]
}
