import type { Expression } from '../expression.ts'
import { partsOfFormula } from '../sbml/check-formulas.ts'

/**
 * Symbols that algebraic rules may determine: those in them, and in the assignment rules of those in them, that have no
 * rule themselves.
 *
 * @param ruleOf What kind of rule a symbol has, and its formula if that is an assignment.
 */
export function balancedSymbols(
  algebraic: readonly Expression[],
  ruleOf: (symbol: string) => { readonly kind: 'assignment' | 'rate'; readonly value: Expression } | undefined,
): ReadonlySet<string> {
  const found = new Set<string>()
  const seen = new Set<string>()
  const pending = [...algebraic]
  for (let formula = pending.pop(); formula; formula = pending.pop())
    for (const part of partsOfFormula(formula)) {
      if (part.kind !== 'symbol' || seen.has(part.id)) continue
      seen.add(part.id)
      const rule = ruleOf(part.id)
      if (rule?.kind === 'assignment') pending.push(rule.value)
      else if (!rule) found.add(part.id)
    }
  return found
}
