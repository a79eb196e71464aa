import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import { partsOfFormula } from '../sbml/check-formulas.ts'
import type { Entries } from './entries.ts'
import { suggestion } from './words.ts'

/** Every name in a formula has to be declared, given a value or take part in something somewhere. */
export function checkDeclared({ all, algebraic, constraints, events }: Entries): void {
  const check = (formula: Expression | undefined) => {
    if (!formula) return
    for (const part of partsOfFormula(formula)) {
      if ((part.kind !== 'symbol' && part.kind !== 'rate-of') || all.has(part.id)) continue
      const mend = suggestion(part.id, all.keys())
      throw new DynamicsError('undeclared', `${part.id} is given no value and declared nowhere`, {
        element: part.id,
        ...(part.place ? { place: part.place } : {}),
        mend: mend ?? `give it a value, such as "${part.id} = 1", or declare it, "const ${part.id}"`,
      })
    }
  }
  for (const { initial, rule } of all.values()) for (const said of [initial?.value, rule?.value.value]) check(said)
  for (const { value } of algebraic) check(value)
  for (const { condition } of constraints) check(condition)
  for (const { trigger, delay, priority, assignments } of events) {
    for (const formula of [trigger, delay, priority]) check(formula)
    for (const { value } of assignments) check(value)
  }
}
