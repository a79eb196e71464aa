import type { Expression } from '../expression.ts'
import type { Model, Reaction, SpeciesReference } from '../model.ts'

/** What reactions do to a species: `d species / d time = rate`; of its amount where its compartment changes in size. */
export interface Balance {
  readonly species: string
  readonly compartment: string
  /** The rate is of species · compartment. */
  readonly ofAmount: boolean
  readonly rate: Expression
}

/**
 * Gathers the reactions of each species that they change: the sum of stoichiometry · rate, by the compartment's size
 * where the species is a concentration (SBML Level 3 Version 2, section 4.11.7).
 */
export function balances(model: Model): Balance[] {
  const changes = new Map<string, Expression[]>()
  for (const reaction of model.reactions)
    for (const [species, own] of changesBy(reaction)) changes.set(species, [...(changes.get(species) ?? []), ...own])
  const compartments = new Map(model.compartments.map((each) => [each.id, each]))
  const isOne = hasSizeOne(model)
  const ruled = new Set(model.rules.flatMap((rule) => (rule.kind === 'algebraic' ? [] : [rule.symbol])))
  return model.species.flatMap((species) => {
    const own = changes.get(species.id)
    if (own === undefined || species.boundaryCondition || species.constant || ruled.has(species.id)) return []
    const converted = species.conversionFactor ?? model.conversionFactor
    const total: Expression = own.length === 1 ? own[0]! : { kind: 'apply', operator: 'plus', operands: own }
    const amount: Expression =
      converted === undefined
        ? total
        : { kind: 'apply', operator: 'times', operands: [{ kind: 'symbol', id: converted }, total] }
    const compartment = compartments.get(species.compartment)
    const isAmount = species.hasOnlySubstanceUnits
    const ofAmount = !isAmount && compartment?.constant === false
    const rate: Expression =
      isAmount || ofAmount || isOne(species.compartment)
        ? amount
        : { kind: 'apply', operator: 'divide', operands: [amount, { kind: 'symbol', id: species.compartment }] }
    return [{ species: species.id, compartment: species.compartment, ofAmount, rate }]
  })
}

/** Whether a compartment's size is 1 and stays so: then amount and concentration are the same number. */
export function hasSizeOne(model: Model): (compartment: string) => boolean {
  const assigned = new Set(model.initialAssignments.map(({ symbol }) => symbol))
  const ones = new Set(
    model.compartments.flatMap(({ id, size, constant }) => (constant && size === 1 && !assigned.has(id) ? [id] : [])),
  )
  return (compartment) => ones.has(compartment)
}

/** What a reaction does to each of its species. What stands on both sides cancels, where the stoichiometries are numbers. */
function changesBy({ id, reactants, products }: Reaction): Map<string, Expression[]> {
  const net = new Map<string, number>()
  const changes = new Map<string, Expression[]>()
  const add = (species: string, change: Expression) => changes.set(species, [...(changes.get(species) ?? []), change])
  const rate: Expression = { kind: 'symbol', id }
  for (const [references, sign] of [
    [reactants, -1],
    [products, 1],
  ] as const)
    for (const reference of references) {
      const factor = factorOf(reference)
      if (typeof factor === 'number') net.set(reference.species, (net.get(reference.species) ?? 0) + sign * factor)
      else add(reference.species, signed({ kind: 'apply', operator: 'times', operands: [factor, rate] }, sign))
    }
  for (const [species, factor] of net) {
    if (factor === 0) continue
    const size: Expression = { kind: 'number', value: Math.abs(factor) }
    const change: Expression = size.value === 1 ? rate : { kind: 'apply', operator: 'times', operands: [size, rate] }
    add(species, signed(change, Math.sign(factor)))
  }
  return changes
}

/** A number, unless the model names it as a symbol or gives a formula. */
function factorOf({ id, stoichiometry, constant }: SpeciesReference): number | Expression {
  if (id !== undefined && (!constant || typeof stoichiometry !== 'number')) return { kind: 'symbol', id }
  return stoichiometry ?? 1
}

function signed(of: Expression, sign: number): Expression {
  return sign < 0 ? { kind: 'apply', operator: 'minus', operands: [of] } : of
}
