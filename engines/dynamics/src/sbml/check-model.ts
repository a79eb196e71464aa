import { DynamicsError, type DynamicsErrorCode, type Place } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { FunctionDefinition, Model } from '../model.ts'
import { checkFormula, checkFunctions } from './check-formulas.ts'

/** What a symbol of a model stands for. */
interface Declared {
  readonly kind: 'compartment' | 'species' | 'parameter' | 'reaction' | 'species reference' | 'function' | 'event'
  readonly constant: boolean
  readonly place?: Place
}

/**
 * Looks whether a model keeps SBML's rules on what may be named and set where: every symbol declared once, every name
 * known, each symbol determined by one thing only, constants left alone.
 *
 * @param place Of the model itself, for what it says outside its elements.
 * @throws {DynamicsError} `undeclared`, `invalid-model` or `cycle` (functions that call themselves), with the element
 *   and its place.
 */
export function checkModel(model: Model, place?: Place): void {
  const declared = declarations(model)
  checkReferences(model, declared, place)
  checkSet(model, declared)
  const functions = new Map(model.functions.map((definition) => [definition.id, definition]))
  checkFunctions(functions)
  checkFormulas(model, declared, functions)
}

type Declarations = ReadonlyMap<string, Declared>

function declarations(model: Model): Declarations {
  const declared = new Map<string, Declared>()
  const declare = (id: string | undefined, kind: Declared['kind'], constant: boolean, place: Place | undefined) => {
    if (id === undefined) return
    const before = declared.get(id)
    if (before)
      throw refusal(
        'invalid-model',
        id,
        place,
        `'${id}' is declared twice: as a ${before.kind}${at(before.place)} and as a ${kind}`,
      )
    declared.set(id, { kind, constant, ...(place && { place }) })
  }
  for (const { id, place } of model.functions) declare(id, 'function', true, place)
  for (const { id, constant, place } of model.compartments) declare(id, 'compartment', constant, place)
  for (const { id, constant, place } of model.species) declare(id, 'species', constant, place)
  for (const { id, constant, place } of model.parameters) declare(id, 'parameter', constant, place)
  for (const { id, place, reactants, products } of model.reactions) {
    declare(id, 'reaction', true, place)
    for (const each of [...reactants, ...products]) declare(each.id, 'species reference', each.constant, each.place)
  }
  for (const { id, place } of model.events) declare(id, 'event', true, place)
  const units = new Set<string>()
  for (const { id, place } of model.unitDefinitions) {
    if (units.has(id)) throw refusal('invalid-model', id, place, `the unit '${id}' is defined twice`)
    units.add(id)
  }
  return declared
}

/** Compartments of species, species of reactions, conversion factors. */
function checkReferences(model: Model, declared: Declarations, ofModel: Place | undefined): void {
  const expect = (id: string, kind: Declared['kind'], by: string, place: Place | undefined) => {
    const found = declared.get(id)
    if (found?.kind === kind) return
    const what = found ? `'${id}' is a ${found.kind}` : `'${id}' is not declared`
    throw refusal(found ? 'invalid-model' : 'undeclared', id, place, `${what}; ${by} names it`, `a ${kind}`)
  }
  const expectFactor = (id: string | undefined, by: string, place?: Place) => {
    if (id === undefined) return
    expect(id, 'parameter', `the conversion factor of ${by}`, place)
    if (!declared.get(id)!.constant)
      throw refusal('invalid-model', id, place, `the conversion factor '${id}' of ${by} is not constant`)
  }
  expectFactor(model.conversionFactor, 'the model', ofModel)
  for (const { id, compartment, conversionFactor, place } of model.species) {
    expect(compartment, 'compartment', `the species '${id}'`, place)
    expectFactor(conversionFactor, `the species '${id}'`, place)
  }
  const species = new Map(model.species.map((each) => [each.id, each]))
  for (const reaction of model.reactions) {
    const by = `the reaction '${reaction.id}'`
    if (reaction.compartment !== undefined) expect(reaction.compartment, 'compartment', by, reaction.place)
    for (const modifier of reaction.modifiers) expect(modifier, 'species', by, reaction.place)
    for (const { species: id, place } of [...reaction.reactants, ...reaction.products]) {
      expect(id, 'species', by, place ?? reaction.place)
      const { constant, boundaryCondition } = species.get(id)!
      if (constant && !boundaryCondition)
        throw refusal(
          'invalid-model',
          id,
          place,
          `the species '${id}' is constant, and ${by} changes it`,
          'boundaryCondition',
        )
    }
    const locals = new Set<string>()
    for (const { id, place } of reaction.localParameters) {
      if (locals.has(id)) throw refusal('invalid-model', id, place, `${by} has two local parameters '${id}'`)
      locals.add(id)
    }
  }
}

/** What rules, initial assignments and events set. */
function checkSet(model: Model, declared: Declarations): void {
  const expectSymbol = (id: string, by: string, place: Place | undefined): Declared => {
    const found = declared.get(id)
    if (!found) throw refusal('undeclared', id, place, `${by} sets '${id}', which is not declared`)
    if (found.kind === 'function' || found.kind === 'reaction' || found.kind === 'event')
      throw refusal('invalid-model', id, place, `${by} sets '${id}', which is a ${found.kind}`)
    return found
  }
  const expectVariable = (id: string, by: string, place: Place | undefined) => {
    const { constant, kind } = expectSymbol(id, by, place)
    if (constant) throw refusal('invalid-model', id, place, `${by} sets the ${kind} '${id}', which is constant`)
  }
  const changedByReactions = new Map<string, string>()
  const free = new Set(model.species.filter(({ boundaryCondition }) => !boundaryCondition).map(({ id }) => id))
  for (const { id, reactants, products } of model.reactions)
    for (const { species } of [...reactants, ...products]) if (free.has(species)) changedByReactions.set(species, id)
  const ruled = new Map<string, Place | undefined>()
  const assigned = new Set<string>()
  for (const rule of model.rules) {
    if (rule.kind === 'algebraic') continue
    const { symbol, place, kind } = rule
    expectVariable(symbol, `a rule`, place)
    if (ruled.has(symbol))
      throw refusal('invalid-model', symbol, place, `'${symbol}' has two rules${at(ruled.get(symbol))}`)
    ruled.set(symbol, place)
    if (kind === 'assignment') assigned.add(symbol)
    const reaction = changedByReactions.get(symbol)
    if (reaction !== undefined)
      throw refusal(
        'invalid-model',
        symbol,
        place,
        `a rule sets the species '${symbol}', and the reaction '${reaction}' changes it too`,
        'boundaryCondition',
      )
  }
  const initial = new Set<string>()
  for (const { symbol, place } of model.initialAssignments) {
    expectSymbol(symbol, 'an initial assignment', place)
    if (initial.has(symbol) || assigned.has(symbol))
      throw refusal(
        'invalid-model',
        symbol,
        place,
        `'${symbol}' has ${initial.has(symbol) ? 'two initial assignments' : 'an initial assignment and an assignment rule'}`,
      )
    initial.add(symbol)
  }
  for (const event of model.events) {
    const set = new Set<string>()
    for (const { symbol, place = event.place } of event.assignments) {
      expectVariable(symbol, 'an event', place)
      if (set.has(symbol)) throw refusal('invalid-model', symbol, place, `an event sets '${symbol}' twice`)
      if (assigned.has(symbol))
        throw refusal('invalid-model', symbol, place, `an event sets '${symbol}', which has an assignment rule`)
      set.add(symbol)
    }
  }
}

function checkFormulas(model: Model, declared: Declarations, functions: ReadonlyMap<string, FunctionDefinition>): void {
  const isSymbol = (id: string) => {
    const kind = declared.get(id)?.kind
    return kind !== undefined && kind !== 'function' && kind !== 'event'
  }
  const check = (formula: Expression | undefined, place: Place | undefined, known = isSymbol) => {
    if (formula) checkFormula(formula, known, functions, place)
  }
  for (const { value, place } of model.initialAssignments) check(value, place)
  for (const { value, place } of model.rules) check(value, place)
  for (const { condition, place } of model.constraints) check(condition, place)
  for (const { rate, localParameters, reactants, products, place } of model.reactions) {
    const locals = new Set(localParameters.map(({ id }) => id))
    check(rate, place, (id) => locals.has(id) || isSymbol(id))
    for (const { stoichiometry } of [...reactants, ...products])
      if (typeof stoichiometry === 'object') check(stoichiometry, place)
  }
  for (const { trigger, delay, priority, assignments, place } of model.events) {
    for (const formula of [trigger, delay, priority]) check(formula, place)
    for (const assignment of assignments) check(assignment.value, assignment.place ?? place)
  }
}

const at = (place: Place | undefined): string => (place ? ` (line ${place.line})` : '')

function refusal(
  code: DynamicsErrorCode,
  element: string,
  place: Place | undefined,
  what: string,
  expected?: string,
): DynamicsError {
  return new DynamicsError(code, what, {
    element,
    ...(place && { place }),
    ...(expected !== undefined && { expected }),
  })
}
