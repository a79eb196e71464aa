import type { Place } from './errors.ts'
import type { Model } from './model.ts'

/** Where a model's text says what a symbol is: in a rule before its initial assignment, in that before its declaration. */
export function placeOf(model: Model, symbol: string): Place | undefined {
  const { rules = [], initialAssignments = [] } = model as Partial<Model>
  const { reactions = [], species = [], parameters = [], compartments = [] } = model as Partial<Model>
  const said =
    rules.find((one) => one.kind !== 'algebraic' && one.symbol === symbol) ??
    initialAssignments.find((one) => one.symbol === symbol)
  if (said?.place) return said.place
  return [...reactions, ...species, ...parameters, ...compartments].find(({ id }) => id === symbol)?.place
}
