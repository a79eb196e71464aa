import { DynamicsError } from '../errors.ts'
import type { InitialAssignment, Parameter } from '../model.ts'
import { variableOf } from './equations.ts'
import type { Variable } from './flatten.ts'
import type { Rules } from './rules.ts'
import type { Quantity, Symbols } from './symbols.ts'

/** One parameter for each quantity but time, with what it is at the start. */
export function parametersOf(
  symbols: Symbols,
  determined: Rules['determined'],
  solvedFor: Rules['solvedFor'],
): { readonly parameters: readonly Parameter[]; readonly initialAssignments: readonly InitialAssignment[] } {
  const parameters: Parameter[] = []
  const initialAssignments: InitialAssignment[] = []
  for (const quantity of symbols.quantities) {
    if (quantity === symbols.time) continue
    const { owner } = quantity
    const id = symbols.idOf(quantity)
    const name = `${owner.component.name}.${owner.name}`
    const start = startOf(quantity, symbols)
    const kind = determined.get(quantity)
    if (kind === 'rate' && start === undefined)
      throw new DynamicsError('invalid-model', `${name} changes at a rate and has no initial value`, {
        element: name,
        place: owner.place,
        mend: 'give it an initial_value',
      })
    parameters.push({
      id,
      name,
      unit: owner.unit,
      ...(kind !== 'assignment' && typeof start === 'number' && { value: start }),
      constant: kind === undefined && !solvedFor.has(quantity),
      place: owner.place,
    })
    if (kind !== 'assignment' && typeof start === 'object')
      initialAssignments.push({ ...start, symbol: id, place: owner.place })
  }
  return { parameters, initialAssignments }
}

const real = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/** What a quantity is at the start, in its owner's unit. */
function startOf(quantity: Quantity, symbols: Symbols): number | Pick<InitialAssignment, 'value'> | undefined {
  const { owner, members } = quantity
  const starts = members.filter((member): member is Variable & { initialValue: string } => {
    return member.initialValue !== undefined
  })
  const [first, second] = starts
  if (!first) return undefined
  const name = `${first.component.name}.${first.name}`
  if (second)
    throw new DynamicsError(
      'invalid-model',
      `${name} and ${second.component.name}.${second.name} are connected and both have an initial value`,
      { element: second.name, place: second.place },
    )
  const { initialValue: text, place } = first
  if (real.test(text) && Number.isFinite(Number(text))) return Number(text) * symbols.factor(first.unit, owner.unit)!
  if (!/^[A-Za-z_]\w*$/.test(text))
    throw new DynamicsError('syntax', `the initial value '${text}' of ${name} is neither a number nor a variable`, {
      element: name,
      place,
    })
  const from = variableOf(first.component, text, place)
  return { value: symbols.convert(symbols.expressionOf(from), from.unit, owner.unit) }
}
