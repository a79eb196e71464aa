import { DynamicsError } from './errors.ts'
import type { Expression } from './expression.ts'
import type { Model } from './model.ts'

/**
 * The same model with `symbol` defined at all times by `value`, whatever defined it before: a number, an initial
 * assignment, a rule.
 *
 * For what an experiment puts in place of a model's own part: a stimulus protocol, a clamped voltage, a meal.
 *
 * @param symbol A parameter, a species or a compartment.
 * @throws {DynamicsError} `undeclared` when it is none of these; `invalid-model` when events set it, which a rule would
 *   undo at once.
 *
 * @example
 * withRule(model, 'membrane__i_Stim', { kind: 'number', value: 0, unit: 'picoA' })
 */
export function withRule(model: Model, symbol: string, value: Expression): Model {
  const isIt = ({ id }: { readonly id: string }) => id === symbol
  const variable = <Kind extends { readonly id: string; readonly constant: boolean }>(one: Kind): Kind =>
    isIt(one) ? { ...one, constant: false } : one
  if (![...model.parameters, ...model.species, ...model.compartments].some(isIt))
    throw new DynamicsError('undeclared', `model ${model.id} has no parameter, species or compartment ${symbol}`, {
      element: symbol,
    })
  const event = model.events.find(({ assignments }) => assignments.some((one) => one.symbol === symbol))
  if (event)
    throw new DynamicsError('invalid-model', `event ${event.id ?? event.name ?? ''} sets ${symbol}`, {
      element: symbol,
      mend: 'take that assignment out of the event first',
    })
  return {
    ...model,
    compartments: model.compartments.map(variable).map((one) => (isIt(one) ? without(one, 'size') : one)),
    species: model.species
      .map(variable)
      .map((one) =>
        isIt(one) ? { ...without(one, 'initialAmount', 'initialConcentration'), boundaryCondition: true } : one,
      ),
    parameters: model.parameters.map(variable).map((one) => (isIt(one) ? without(one, 'value') : one)),
    initialAssignments: model.initialAssignments.filter((one) => one.symbol !== symbol),
    rules: [
      ...model.rules.filter((rule) => rule.kind === 'algebraic' || rule.symbol !== symbol),
      { kind: 'assignment', symbol, value },
    ],
  }
}

function without<Whole extends object, Key extends keyof Whole>(whole: Whole, ...keys: Key[]): Omit<Whole, Key> {
  const rest = { ...whole }
  for (const key of keys) delete rest[key]
  return rest
}
