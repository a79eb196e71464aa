import type { Expression } from '../expression.ts'
import type { Model, Species } from '../model.ts'
import { hasSizeOne } from './balance.ts'

/** What a symbol is from the start on, or at the start only. */
export interface InitialValue {
  readonly symbol: string
  readonly constant: boolean
  readonly value: Expression
}

/** Initial values and constants. An initial assignment counts before a value; an assignment rule leaves none of either. */
export function initialValues(model: Model): InitialValue[] {
  const isOne = hasSizeOne(model)
  const assigned = new Map(model.initialAssignments.map(({ symbol, value }) => [symbol, value]))
  const defined = new Set(model.rules.flatMap((rule) => (rule.kind === 'assignment' ? [rule.symbol] : [])))
  const references = model.reactions.flatMap(({ reactants, products }) => [...reactants, ...products])
  return [
    ...model.compartments.map(({ id, size, unit, constant }) => ({ id, constant, value: number(size, unit) })),
    ...model.species.map((species) => ({
      id: species.id,
      constant: species.constant,
      value: ofSpecies(species, isOne(species.compartment)),
    })),
    ...model.parameters.map(({ id, value, unit, constant }) => ({ id, constant, value: number(value, unit) })),
    ...references.map(({ id, stoichiometry, constant }) => ({
      id,
      constant,
      value: typeof stoichiometry === 'number' ? number(stoichiometry) : undefined,
    })),
  ].flatMap(({ id, constant, value }) => {
    const first = id === undefined ? undefined : (assigned.get(id) ?? value)
    return id === undefined || first === undefined || defined.has(id) ? [] : [{ symbol: id, constant, value: first }]
  })
}

/** What a species' symbol starts with: an amount by its compartment's size where it is a concentration, and the other way round. */
function ofSpecies(species: Species, inUnitSize: boolean): Expression | undefined {
  const { compartment, initialAmount, initialConcentration, hasOnlySubstanceUnits, substanceUnit } = species
  const size: Expression = { kind: 'symbol', id: compartment }
  const amount = number(initialAmount, substanceUnit)
  const concentration = number(initialConcentration)
  if (concentration)
    return hasOnlySubstanceUnits && !inUnitSize
      ? { kind: 'apply', operator: 'times', operands: [concentration, size] }
      : concentration
  return amount && !hasOnlySubstanceUnits && !inUnitSize
    ? { kind: 'apply', operator: 'divide', operands: [amount, size] }
    : amount
}

function number(value: number | undefined, unit?: string): Expression | undefined {
  return value === undefined ? undefined : { kind: 'number', value, ...(unit === undefined ? {} : { unit }) }
}
