import fc from 'fast-check'
import type {
  Compartment,
  Constraint,
  Expression,
  FunctionDefinition,
  InitialAssignment,
  Model,
  ModelEvent,
  Parameter,
  Reaction,
  Rule,
  Species,
  SpeciesReference,
  UnitDefinition,
} from '../index.ts'
import {
  apply,
  chance,
  type Draw,
  type ExpressionScope,
  pick,
  randomCondition,
  randomExpression,
  randomNumber,
  symbolsOf,
  whole,
} from './random-expression.test-data.ts'

/** What a format may not be able to say. */
type ModelFeature =
  | 'algebraic rules'
  | 'constant species'
  | 'constraint messages'
  | 'conversion factors'
  | 'delays'
  | 'fast reactions'
  | 'local parameters'
  | 'model units'
  | 'names of references'
  | 'notes'
  | 'rates of symbols'
  | 'spatial dimensions'
  | 'stoichiometry formulas'

export interface RandomModelOptions {
  readonly without?: readonly ModelFeature[]
  /** Only models that run: every operand where its operator is defined, rates moderate, everything given a value; no fast reactions. */
  readonly tame?: boolean
}

/** Valid models with every feature of the form, small enough to read. */
export function randomModel(options: RandomModelOptions = {}): fc.Arbitrary<Model> {
  return fc.gen().map((draw) => makeModel(draw, options))
}

const number = (value: number): Expression => ({ kind: 'number', value })
const symbol = (id: string): Expression => ({ kind: 'symbol', id })
const names = ['Glucose', 'plasma insulin', 'β-cell “mass”', 'a // b', 'x;y', '10% of # 3'] as const

function makeModel(draw: Draw, { without = [], tame = false }: RandomModelOptions): Model {
  const has = (feature: ModelFeature, percent: number) => !without.includes(feature) && chance(draw, percent)
  const named = () => (chance(draw, 25) ? { name: pick(draw, names) } : {})
  const ids = (prefix: string, min: number, max: number) =>
    Array.from({ length: whole(draw, min, max) }, (_, i) => `${prefix}${i + 1}${pick(draw, ['', '', '_', 'x_y'])}`)

  // Units.
  const unitDefinitions: UnitDefinition[] = ids('u', 0, 2).map((id) => ({
    id,
    ...named(),
    factors: Array.from({ length: whole(draw, 1, 3) }, () => ({
      unit: pick(draw, ['mole', 'litre', 'second', 'metre', 'gram', 'item', 'volt']),
      exponent: pick(draw, [1, 1, -1, 2, -2, 0.5]),
      scale: pick(draw, [0, 0, -3, 6]),
      multiplier: pick(draw, [1, 1, 60, 0.25]),
    })),
  }))
  const units = chance(draw, 50)
    ? ['second', 'mole', 'litre', 'dimensionless', ...unitDefinitions.map(({ id }) => id)]
    : []
  const unit = <Key extends string>(key: Key) =>
    units.length > 0 && chance(draw, 60) ? ({ [key]: pick(draw, units) } as { [K in Key]: string }) : {}

  // Functions call earlier ones only.
  const functions: FunctionDefinition[] = []
  const base = { functions, units, rates: [], time: true, delays: has('delays', 40), tame }
  for (const id of ids('f', 0, 2)) {
    const parameters = ids('x', 0, 3)
    const scope = { ...base, symbols: parameters, functions: [...functions], time: false, delays: false }
    functions.push({ id, ...named(), arguments: parameters, body: randomExpression(draw, scope, 2) })
  }

  // Parameters: some constant, some that rules or events change.
  const rules: Rule[] = []
  const initialAssignments: InitialAssignment[] = []
  const constants: Parameter[] = ids('k', 2, 4).map((id) => ({
    id,
    ...named(),
    value: randomNumber(draw),
    ...unit('unit'),
    constant: true,
  }))
  const given: ExpressionScope = { ...base, symbols: constants.map(({ id }) => id), time: false, delays: false }
  const variables: Parameter[] = ids('v', 0, 3).map((id) => ({
    id,
    ...named(),
    value: randomNumber(draw),
    ...unit('unit'),
    constant: false,
  }))
  const computed: Parameter[] = ids('c', 0, 2).map((id) => {
    initialAssignments.push({ symbol: id, value: randomExpression(draw, given, 2) })
    return { id, ...named(), ...unit('unit'), constant: true }
  })

  // Compartments. A rule that changes one depends on nothing that depends on it.
  const compartments: Compartment[] = ids('C', 1, 3).map((id) => {
    const size = { size: randomNumber(draw) + 1 }
    const common = {
      id,
      ...named(),
      spatialDimensions: has('spatial dimensions', 20) ? pick(draw, [0, 1, 2]) : 3,
      ...unit('unit'),
    }
    if (common.spatialDimensions === 0) return { ...common, constant: true }
    const positive = (scope: ExpressionScope) =>
      apply('plus', number(0.5), apply('abs', apply('tanh', randomExpression(draw, scope, 2))))
    if (chance(draw, 65)) return { ...common, ...size, constant: true }
    const timed = { ...given, time: true }
    switch (whole(draw, 0, 2)) {
      case 0:
        rules.push({ kind: 'assignment', symbol: id, value: positive(timed) })
        return { ...common, constant: false }
      case 1:
        rules.push({ kind: 'rate', symbol: id, value: apply('times', number(0.05), positive(timed)) })
        return { ...common, ...size, constant: false }
      default:
        initialAssignments.push({ symbol: id, value: positive(given) })
        return { ...common, constant: true }
    }
  })

  // Species.
  const conversionFactors = ids('cf', 0, 1)
    .filter(() => has('conversion factors', 50))
    .map((id): Parameter => ({ id, value: pick(draw, [1, 2, 0.5]), constant: true }))
  const conversionFactor = (percent: number) =>
    conversionFactors.length > 0 && chance(draw, percent) ? { conversionFactor: conversionFactors[0]!.id } : {}
  const ruled = new Set<string>()
  const species: Species[] = ids('S', 2, 5).map((id) => {
    const compartment = pick(draw, compartments)
    const amount = compartment.spatialDimensions === 0 || chance(draw, 30)
    const byAssignment = chance(draw, 15)
    const byRule = chance(draw, 15)
    if (byAssignment) initialAssignments.push({ symbol: id, value: randomExpression(draw, given, 2) })
    if (byRule) ruled.add(id)
    const constant = !byRule && has('constant species', 10)
    return {
      id,
      ...named(),
      compartment: compartment.id,
      ...(byAssignment ? {} : { [amount ? 'initialAmount' : 'initialConcentration']: randomNumber(draw) }),
      ...unit('substanceUnit'),
      hasOnlySubstanceUnits: compartment.spatialDimensions === 0 || chance(draw, 25),
      boundaryCondition: constant || byRule || chance(draw, 15),
      constant,
      ...conversionFactor(40),
    }
  })

  // Stoichiometries that are symbols of their own.
  const references: SpeciesReference[] = []
  const reference = (id: string): SpeciesReference => {
    const common = { ...(has('names of references', 10) ? { name: pick(draw, names) } : {}), species: id }
    const stoichiometry = pick(draw, [1, 1, 1, 2, 3, 0.5])
    const kind = whole(draw, 0, 9)
    if (kind < 6) return { ...common, stoichiometry, constant: true }
    if (kind === 6 && has('stoichiometry formulas', 100))
      return { ...common, stoichiometry: randomExpression(draw, given, 1), constant: false }
    const named = { ...common, id: `sr${references.length + 1}` }
    const made: SpeciesReference =
      kind === 7
        ? { ...named, stoichiometry, constant: true }
        : kind === 8
          ? { ...named, stoichiometry, constant: false }
          : { ...named, constant: false }
    if (made.stoichiometry === undefined)
      rules.push({ kind: 'assignment', symbol: named.id, value: apply('tanh', randomExpression(draw, given, 1)) })
    references.push(made)
    return made
  }

  // Rules on parameters, each after those it uses.
  const settled = [
    ...[...constants, ...computed, ...conversionFactors, ...variables].map(({ id }) => id),
    ...species.filter(({ id }) => !ruled.has(id)).map(({ id }) => id),
    ...compartments.filter(({ spatialDimensions }) => spatialDimensions > 0).map(({ id }) => id),
  ]
  const scope = (): ExpressionScope => ({ ...base, symbols: settled })
  const slow = (depth: number) => apply('times', number(0.1), apply('tanh', randomExpression(draw, scope(), depth)))
  for (const { id } of variables) if (chance(draw, 40)) rules.push({ kind: 'rate', symbol: id, value: slow(2) })
  const assigned: Parameter[] = ids('a', 0, 3).map((id) => {
    rules.push({ kind: 'assignment', symbol: id, value: randomExpression(draw, scope(), 3) })
    settled.push(id)
    return { id, ...named(), ...unit('unit'), constant: false }
  })
  for (const id of ruled)
    if (initialAssignments.some(({ symbol }) => symbol === id) || chance(draw, 50))
      rules.push({ kind: 'rate', symbol: id, value: slow(2) })
    else rules.push({ kind: 'assignment', symbol: id, value: randomExpression(draw, scope(), 2) })
  settled.push(...ruled)
  const balanced: Parameter[] = []
  if (has('algebraic rules', 20)) {
    balanced.push({ id: 'z', value: 1, constant: false })
    // Of what is already determined, so that there is no doubt what the rule determines.
    const rated = rules.filter(({ kind }) => kind === 'rate').map((rule) => ('symbol' in rule ? rule.symbol : ''))
    const determined = [...constants, ...computed].map(({ id }) => id)
    const inside = { ...base, symbols: [...determined, ...rated] }
    const value = apply('minus', symbol('z'), apply('tanh', randomExpression(draw, inside, 2)))
    rules.push({ kind: 'algebraic', value })
  }

  // Reactions.
  const reactive = species.filter(({ constant, boundaryCondition }) => !constant || boundaryCondition)
  const reactions: Reaction[] = ids('J', reactive.length > 0 ? 1 : 0, 4).map((id) => {
    const side = () => Array.from({ length: whole(draw, 0, 2) }, () => reference(pick(draw, reactive).id))
    const products = side()
    const reactants = products.length === 0 ? [reference(pick(draw, reactive).id)] : side()
    const localParameters = (has('local parameters', 25) ? ['p', constants[0]!.id] : []).map(
      (id): Parameter => ({ id, ...named(), value: randomNumber(draw), ...unit('unit'), constant: true }),
    )
    const local = localParameters.map(({ id }) => id)
    const inside: ExpressionScope = { ...base, symbols: [...settled, ...references.map(({ id }) => id!), ...local] }
    const rate =
      reactants.length > 0 && chance(draw, 40)
        ? apply('times', number(pick(draw, [0.1, 0.25, 1])), symbol(reactants[0]!.species))
        : apply('times', number(pick(draw, [0.1, 0.5, 2])), apply('tanh', randomExpression(draw, inside, 3)))
    const parts = new Set([...reactants, ...products].map((part) => part.species))
    const modifiers = symbolsOf(rate).filter((one) => species.some((s) => s.id === one) && !parts.has(one))
    const another = pick(draw, species).id
    return {
      id,
      ...named(),
      reversible: chance(draw, 60),
      fast: !tame && has('fast reactions', 5),
      reactants,
      products,
      modifiers: parts.has(another) || modifiers.includes(another) ? modifiers : [...modifiers, another],
      ...(tame || chance(draw, 95) ? { rate } : {}),
      localParameters,
      ...(chance(draw, 20) ? { compartment: pick(draw, compartments).id } : {}),
    }
  })

  // Rules on what nothing else uses may look at reactions and rates.
  const changing = [
    ...variables.map(({ id }) => id),
    ...species.filter(({ id, boundaryCondition }) => !ruled.has(id) && !boundaryCondition).map(({ id }) => id),
  ]
  const rates = has('rates of symbols', 40) ? changing : []
  const everything: ExpressionScope = {
    ...base,
    symbols: [...settled, ...references.map(({ id }) => id!), ...reactions.filter((r) => r.rate).map(({ id }) => id)],
    rates,
  }
  const observed: Parameter[] = ids('o', 0, 2).map((id) => {
    rules.push({ kind: 'assignment', symbol: id, value: randomExpression(draw, everything, 3) })
    return { id, ...named(), constant: false }
  })

  // Events and constraints.
  const assignable = [
    ...variables.map(({ id }) => id),
    ...species.filter(({ id, constant }) => !constant && !ruled.has(id)).map(({ id }) => id),
    ...references.filter(({ constant, stoichiometry }) => !constant && stoichiometry !== undefined).map((r) => r.id!),
  ]
  const trigger = (): Expression => {
    const simple = () =>
      chance(draw, 50)
        ? apply(pick(draw, ['gt', 'geq'] as const), { kind: 'time' }, number(pick(draw, [0, 0.5, 1.25, 3])))
        : apply(pick(draw, ['gt', 'lt'] as const), symbol(pick(draw, settled)), number(randomNumber(draw)))
    if (!tame && chance(draw, 50)) return randomCondition(draw, everything, 2)
    return chance(draw, 75) ? simple() : apply(pick(draw, ['and', 'or'] as const), simple(), simple())
  }
  const events: ModelEvent[] = (assignable.length > 0 ? ids('E', 0, 3) : []).map((id) => ({
    id,
    ...named(),
    trigger: trigger(),
    initialValue: chance(draw, 60),
    persistent: chance(draw, 70),
    ...(chance(draw, 40)
      ? { delay: chance(draw, 60) ? number(pick(draw, [0, 0.5, 1.5])) : apply('abs', slow(1)) }
      : {}),
    ...(chance(draw, 40) ? { priority: chance(draw, 60) ? number(whole(draw, 0, 9)) : slow(1) } : {}),
    useValuesFromTriggerTime: chance(draw, 70),
    assignments: draw(fc.subarray, assignable, { minLength: 1, maxLength: Math.min(2, assignable.length) }).map(
      (target) => ({
        symbol: target,
        value: tame ? apply('tanh', randomExpression(draw, everything, 1)) : randomExpression(draw, everything, 2),
      }),
    ),
  }))
  const constraints: Constraint[] = Array.from({ length: whole(draw, 0, 1) }, () => ({
    condition: randomCondition(draw, everything, 2),
    ...(has('constraint messages', 50) ? { message: 'Out of its range' } : {}),
  }))

  return {
    id: 'random',
    ...named(),
    source: { format: 'sbml', version: 'Level 3 Version 2' },
    ...(has('notes', 25) ? { notes: 'Made by chance.\nNot by nature.' } : {}),
    unitDefinitions,
    units:
      units.length > 0 && has('model units', 60)
        ? {
            ...unit('time'),
            ...unit('substance'),
            ...unit('extent'),
            ...unit('volume'),
            ...unit('area'),
            ...unit('length'),
          }
        : {},
    ...conversionFactor(40),
    functions,
    compartments,
    species,
    parameters: [...constants, ...computed, ...conversionFactors, ...variables, ...assigned, ...balanced, ...observed],
    reactions,
    initialAssignments,
    rules,
    constraints,
    events,
  }
}
