import { DynamicsError, type Place } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Compartment, Model, Parameter, Reaction, Species, SpeciesReference } from '../model.ts'
import { compartmentsWithoutSize } from '../sizeless.ts'

/** How a symbol's value comes about. */
type Determination =
  /** A formula holds at all times. */
  | { readonly by: 'formula'; readonly formula: Expression | undefined; readonly place?: Place | undefined }
  /** A formula tells how fast it changes. */
  | { readonly by: 'rate'; readonly formula: Expression; readonly place?: Place | undefined }
  /** Reactions change it; species only. */
  | { readonly by: 'reactions' }
  /** An algebraic rule. */
  | { readonly by: 'equations' }
  /** Nothing; at most events set it anew. */
  | { readonly by: 'itself' }

export type DeclaredSymbol = {
  readonly id: string
  readonly label: string
  readonly place?: Place | undefined
  /** Events assign it. */
  readonly discrete: boolean
  readonly constant: boolean
  readonly determination: Determination
} & (
  | { readonly kind: 'compartment'; readonly element: Compartment }
  | { readonly kind: 'species'; readonly element: Species; readonly isConcentration: boolean }
  | { readonly kind: 'parameter'; readonly element: Parameter }
  | { readonly kind: 'reaction'; readonly element: Reaction }
  | { readonly kind: 'species-reference'; readonly element: SpeciesReference }
)

export type SymbolTable = ReadonlyMap<string, DeclaredSymbol>

/**
 * All symbols of a model in the order in which they are declared, with what determines each; algebraic rules are not yet
 * looked at.
 *
 * @throws {DynamicsError} `undeclared` or `invalid-model`: a rule for what is not there, two for one symbol, a rule for
 * what a reaction changes
 */
export function declareSymbols(model: Model): Map<string, DeclaredSymbol> {
  const rules = rulesBySymbol(model)
  const assigned = new Set(model.events.flatMap((event) => event.assignments.map((assignment) => assignment.symbol)))
  const changed = new Set(
    model.reactions.flatMap((reaction) =>
      [...reaction.reactants, ...reaction.products].map((reference) => reference.species),
    ),
  )
  const compartments = new Set(model.compartments.map(({ id }) => id))
  const withoutSize = compartmentsWithoutSize(model)
  const table = new Map<string, DeclaredSymbol>()

  const common = (element: { id: string; name?: string; place?: Place; constant?: boolean }) => {
    if (table.has(element.id)) {
      throw new DynamicsError('invalid-model', `“${element.id}” is declared twice`, {
        element: element.id,
        ...(element.place && { place: element.place }),
      })
    }
    return {
      id: element.id,
      label: element.name ?? element.id,
      place: element.place,
      discrete: assigned.has(element.id),
      constant: element.constant ?? false,
    }
  }
  const ruled = (id: string): Determination => rules.get(id) ?? { by: 'itself' }

  for (const element of model.compartments) {
    table.set(element.id, { ...common(element), kind: 'compartment', element, determination: ruled(element.id) })
  }
  for (const element of model.species) {
    if (!compartments.has(element.compartment)) {
      throw new DynamicsError(
        'undeclared',
        `species “${element.id}” is in compartment “${element.compartment}”, which is declared nowhere`,
        { element: element.compartment, ...(element.place && { place: element.place }) },
      )
    }
    const moved = changed.has(element.id) && !element.boundaryCondition && !element.constant
    const rule = rules.get(element.id)
    if (moved && rule) {
      throw new DynamicsError('invalid-model', `species “${element.id}” is changed by reactions and by a rule`, {
        element: element.id,
        ...(rule.place && { place: rule.place }),
        mend: 'make it a boundary species or take the rule away',
      })
    }
    table.set(element.id, {
      ...common(element),
      kind: 'species',
      element,
      isConcentration: !element.hasOnlySubstanceUnits && !withoutSize.has(element.compartment),
      determination: moved ? { by: 'reactions' } : ruled(element.id),
    })
  }
  for (const element of model.parameters) {
    table.set(element.id, { ...common(element), kind: 'parameter', element, determination: ruled(element.id) })
  }
  for (const element of model.reactions) {
    const determination: Determination = { by: 'formula', formula: element.rate, place: element.place }
    table.set(element.id, { ...common(element), kind: 'reaction', element, determination })
    for (const reference of [...element.reactants, ...element.products]) {
      const { id, stoichiometry } = reference
      if (id === undefined) continue
      const formula = typeof stoichiometry === 'object' ? stoichiometry : undefined
      const own: Determination = formula ? { by: 'formula', formula, place: reference.place } : { by: 'itself' }
      table.set(id, {
        ...common({ ...reference, id }),
        kind: 'species-reference',
        element: reference,
        determination: rules.get(id) ?? own,
      })
    }
  }
  for (const [id, rule] of rules) requireVariable(table, id, 'a rule', rule.place)
  return table
}

/** The symbol that something sets. */
export function requireVariable(table: SymbolTable, id: string, what: string, place?: Place): DeclaredSymbol {
  const found = table.get(id)
  const details = { element: id, ...(place && { place }) }
  if (!found) throw new DynamicsError('undeclared', `${what} sets “${id}”, which is declared nowhere`, details)
  if (found.kind === 'reaction') {
    throw new DynamicsError('invalid-model', `${what} sets “${id}”, which is a reaction`, details)
  }
  return found
}

type RuleDetermination = Determination & { readonly by: 'formula' | 'rate' }

function rulesBySymbol(model: Model): Map<string, RuleDetermination> {
  const rules = new Map<string, RuleDetermination>()
  for (const rule of model.rules) {
    if (rule.kind === 'algebraic') continue
    if (rules.has(rule.symbol)) {
      throw new DynamicsError('invalid-model', `“${rule.symbol}” has two rules`, {
        element: rule.symbol,
        ...(rule.place && { place: rule.place }),
        expected: 'one rule for each symbol',
      })
    }
    const by = rule.kind === 'rate' ? ('rate' as const) : ('formula' as const)
    rules.set(rule.symbol, { by, formula: rule.value, place: rule.place })
  }
  return rules
}
