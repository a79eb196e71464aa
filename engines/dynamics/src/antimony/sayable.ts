import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { InitialAssignment, Model, Parameter, Reaction, Rule, SpeciesReference } from '../model.ts'
import { liftStoichiometries } from '../sbml/lift-stoichiometries.ts'
import { balancedSymbols } from './balanced-symbols.ts'
import { renameSymbols } from './map-expression.ts'
import { renameReserved } from './rename.ts'

/**
 * The same model in the words that Antimony has:
 *
 * - what is called like a word of the language gets `_` added to its name;
 * - parameters of a reaction become the model's, with the reaction's name before theirs;
 * - stoichiometries that are formulas or negative, and conversion factors, become named stoichiometries.
 *
 * @throws DynamicsError `not-supported` for fast reactions, and for boundary species that reactions name and algebraic
 *   rules determine.
 */
export function sayable(model: Model): Model {
  for (const { id, fast, place } of model.reactions)
    if (fast)
      throw new DynamicsError('not-supported', `${id} is a fast reaction, which Antimony cannot say`, {
        element: id,
        ...(place ? { place } : {}),
      })
  checkBalanced(model)
  return renameReserved(withoutSigns(withoutConversion(withoutLocals(liftStoichiometries(model)))))
}

/** In Antimony a boundary species is constant, or a rule or an event says what it is. */
function checkBalanced(model: Model): void {
  const determined = algebraicSymbols(model)
  const reacting = new Set(
    model.reactions.flatMap(({ reactants, products }) => [...reactants, ...products].map(({ species }) => species)),
  )
  for (const { id, boundaryCondition, constant, place } of model.species)
    if (boundaryCondition && !constant && reacting.has(id) && determined.has(id))
      throw new DynamicsError('not-supported', `an algebraic rule may determine the boundary species ${id}`, {
        element: id,
        ...(place ? { place } : {}),
        expected: 'a species that no reaction names, which Antimony can say',
      })
}

export function algebraicSymbols({ rules }: Model): ReadonlySet<string> {
  const ruled = new Map(rules.flatMap((rule) => (rule.kind === 'algebraic' ? [] : [[rule.symbol, rule] as const])))
  const algebraic = rules.flatMap((rule) => (rule.kind === 'algebraic' ? [rule.value] : []))
  return balancedSymbols(algebraic, (symbol) => ruled.get(symbol))
}

/** Gives out ids that are not taken. */
function freshIds(model: Model): (wanted: string) => string {
  const taken = new Set(
    [model.functions, model.compartments, model.species, model.parameters, model.reactions, model.events].flatMap(
      (all) => all.flatMap(({ id }) => (id === undefined ? [] : [id])),
    ),
  )
  for (const { reactants, products } of model.reactions)
    for (const { id } of [...reactants, ...products]) if (id !== undefined) taken.add(id)
  return (wanted) => {
    let id = wanted
    for (let n = 2; taken.has(id); n++) id = `${wanted}_${n}`
    taken.add(id)
    return id
  }
}

function withoutLocals(model: Model): Model {
  if (model.reactions.every(({ localParameters }) => localParameters.length === 0)) return model
  const fresh = freshIds(model)
  const parameters: Parameter[] = [...model.parameters]
  const reactions = model.reactions.map((reaction): Reaction => {
    const ids = new Map(reaction.localParameters.map(({ id }) => [id, fresh(`${reaction.id}_${id}`)]))
    for (const local of reaction.localParameters) parameters.push({ ...local, id: ids.get(local.id)! })
    const rate = reaction.rate && renameSymbols(reaction.rate, (id) => ids.get(id) ?? id)
    return { ...reaction, ...(rate ? { rate } : {}), localParameters: [] }
  })
  return { ...model, parameters, reactions }
}

/** A species changes by stoichiometry × conversion factor (SBML Level 3 Version 2 Core, section 4.11.7): this says the product. */
function withoutConversion(model: Model): Model {
  const factors = new Map<string, string>()
  for (const { id, boundaryCondition, conversionFactor = model.conversionFactor } of model.species)
    if (conversionFactor !== undefined && !boundaryCondition) factors.set(id, conversionFactor)
  const fresh = freshIds(model)
  const parameters: Parameter[] = []
  const initialAssignments: InitialAssignment[] = []
  const rules: Rule[] = []
  const convert = (reference: SpeciesReference, reaction: string): SpeciesReference => {
    const factor = factors.get(reference.species)
    if (factor === undefined) return reference
    const { id, name, species, stoichiometry, constant } = reference
    const symbol = fresh(`${reaction}_${species}_converted`)
    const by = (value: Expression): Expression => ({
      kind: 'apply',
      operator: 'times',
      operands: [value, { kind: 'symbol', id: factor }],
    })
    if (id === undefined) {
      const value: Expression = { kind: 'number', value: typeof stoichiometry === 'number' ? stoichiometry : 1 }
      initialAssignments.push({ symbol, value: by(value) })
      return { id: symbol, species, constant: true }
    }
    parameters.push({
      id,
      ...(name === undefined ? {} : { name }),
      ...(stoichiometry === undefined && isSet(model, id)
        ? {}
        : { value: typeof stoichiometry === 'number' ? stoichiometry : 1 }),
      constant,
    })
    rules.push({ kind: 'assignment', symbol, value: by({ kind: 'symbol', id }) })
    return { id: symbol, species, constant: false }
  }
  const reactions = model.reactions.map((reaction): Reaction => {
    const converted = (reference: SpeciesReference) => convert(reference, reaction.id)
    return { ...reaction, reactants: reaction.reactants.map(converted), products: reaction.products.map(converted) }
  })
  const { conversionFactor: _, ...rest } = model
  return {
    ...rest,
    species: model.species.map(({ conversionFactor: _, ...one }) => one),
    parameters: [...model.parameters, ...parameters],
    initialAssignments: [...model.initialAssignments, ...initialAssignments],
    rules: [...model.rules, ...rules],
    reactions,
  }
}

/** Before a species stands a number without a sign, or a name. */
function withoutSigns(model: Model): Model {
  const unsigned = ({ id, stoichiometry }: SpeciesReference) =>
    id !== undefined || typeof stoichiometry !== 'number' || (stoichiometry >= 0 && Number.isFinite(stoichiometry))
  const fresh = freshIds(model)
  const named = (reference: SpeciesReference, reaction: string): SpeciesReference =>
    unsigned(reference)
      ? reference
      : { ...reference, id: fresh(`${reaction}_${reference.species}_stoichiometry`), constant: true }
  const reactions = model.reactions.map((reaction): Reaction => {
    const name = (reference: SpeciesReference) => named(reference, reaction.id)
    return { ...reaction, reactants: reaction.reactants.map(name), products: reaction.products.map(name) }
  })
  return { ...model, reactions }
}

/** Whether a rule or an initial assignment gives a symbol its value. */
const isSet = ({ rules, initialAssignments }: Model, id: string): boolean =>
  initialAssignments.some(({ symbol }) => symbol === id) ||
  rules.some((rule) => rule.kind !== 'algebraic' && rule.symbol === id)
