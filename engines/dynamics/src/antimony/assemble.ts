import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type {
  FunctionDefinition,
  InitialAssignment,
  Model,
  ModelEvent,
  Parameter,
  Reaction,
  Rule,
  Species,
  SpeciesReference,
} from '../model.ts'
import { balancedSymbols } from './balanced-symbols.ts'
import { checkDeclared } from './check-declared.ts'
import type { Entries, Entry } from './entries.ts'
import { resolveUnits, type Units } from './resolve-units.ts'
import { symbolsIn } from './symbols-in.ts'
import type { Participant } from './syntax.ts'

/** What everything is in that is in nothing else; of size 1. */
export const defaultCompartment = 'default_compartment'

interface Assembly {
  readonly entries: Entries
  readonly units: Units
  readonly initialAssignments: { readonly order: number; readonly assignment: InitialAssignment }[]
  /** Symbols that algebraic rules may determine. */
  readonly balanced: ReadonlySet<string>
}

/** Makes a model of what was said about its elements. */
export function assemble(
  said: Entries,
  head: Pick<Model, 'id' | 'name' | 'source' | 'notes' | 'remarks'>,
  functions: readonly FunctionDefinition[],
): Model {
  const entries = withDefaultCompartment(said)
  const units = resolveUnits(entries)
  const balanced = balancedSymbols(
    entries.algebraic.map(({ value }) => value),
    (symbol) => {
      const rule = entries.all.get(symbol)?.rule?.value
      return rule?.value ? { kind: rule.kind, value: rule.value } : undefined
    },
  )
  const assembly: Assembly = { entries, units, initialAssignments: [], balanced }
  const all = [...entries.all.values()]
  checkDeclared(entries)
  const species = all.filter(isSpecies)
  const compartments = all
    .filter(({ type }) => type?.is === 'compartment')
    .map((entry) => {
      const { value, unit } = numeric(assembly, entry)
      const size = value ?? (entry.id === defaultCompartment && !entry.initial && !entry.rule ? 1 : undefined)
      return {
        ...common(entry),
        ...(size === undefined ? {} : { size }),
        spatialDimensions: 3,
        ...(unit === undefined ? {} : { unit }),
        constant: isConstant(assembly, entry),
      }
    })
  return {
    ...head,
    ...(entries.notes === undefined ? {} : { notes: entries.notes }),
    unitDefinitions: units.definitions,
    units: units.model,
    functions: functions.map((one) => ({ ...one, body: units.inFormula(one.body) })),
    compartments,
    species: species.map((entry) => makeSpecies(assembly, entry)),
    parameters: all.filter(isParameter).map((entry) => makeParameter(assembly, entry)),
    reactions: all.filter(({ reaction }) => reaction).map((entry) => makeReaction(assembly, entry)),
    rules: makeRules(assembly),
    constraints: entries.constraints.map(({ condition, place }) => ({ condition: units.inFormula(condition), place })),
    events: entries.events.map((event) => makeEvent(assembly, event)),
    initialAssignments: assembly.initialAssignments
      .sort((a, b) => a.order - b.order)
      .map(({ assignment }) => assignment),
  }
}

/** What is in nothing is in a compartment that goes without saying. */
function withDefaultCompartment(entries: Entries): Entries {
  const { all } = entries
  if (all.has(defaultCompartment)) return entries
  const first = [...all.values()].find((entry) => isSpecies(entry) && compartmentOf(entry) === defaultCompartment)
  if (!first) return entries
  const { place } = first
  const entry: Entry = {
    id: defaultCompartment,
    place,
    type: { is: 'compartment', because: 'what species are in', place },
  }
  return { ...entries, all: new Map([[defaultCompartment, entry], ...all]) }
}

const isSpecies = ({ type }: Entry): boolean => type?.is === 'species'
const isParameter = ({ type }: Entry): boolean => type === undefined || type.is === 'parameter'
const compartmentOf = ({ compartment, reactionCompartment, within }: Entry): string =>
  compartment?.value ?? reactionCompartment ?? within ?? defaultCompartment
const common = ({ id, name, place }: Entry) => ({ id, ...(name ? { name: name.value } : {}), place })
const ruleOf = ({ rule }: Entry) => (rule?.value.value === undefined ? undefined : rule.value.kind)

function isConstant({ balanced }: Assembly, entry: Entry): boolean {
  const changes = ruleOf(entry) !== undefined ? 'a rule' : entry.changes ? 'an event' : undefined
  if (entry.constness?.value === 'const' && changes !== undefined)
    throw new DynamicsError('invalid-model', `${entry.id} is const, and ${changes} changes it`, {
      element: entry.id,
      place: entry.rule?.place ?? entry.place,
      mend: `declare it var, or take "const" away at line ${entry.constness.place.line}`,
    })
  if (entry.constness) return entry.constness.value === 'const'
  return changes === undefined && !(balanced.has(entry.id) && !entry.initial?.value)
}

/** A value as a number, where it is one; otherwise it becomes an initial assignment. */
function numeric(assembly: Assembly, entry: Entry): { value?: number; unit?: string } {
  const said = assembly.units.of(entry)
  const formula = entry.initial?.value
  if (!formula) return said === undefined ? {} : { unit: said }
  const value = literal(formula)
  const spoken =
    formula.kind === 'number' && formula.unit !== undefined
      ? assembly.units.named(formula.unit, formula.place)
      : undefined
  const unit = said ?? spoken
  if (value === undefined) assign(assembly, entry, formula)
  return { ...(value === undefined ? {} : { value }), ...(unit === undefined ? {} : { unit }) }
}

function assign({ initialAssignments, units }: Assembly, { id, initial, rule }: Entry, formula: Expression): void {
  const { order, place, level } = initial!
  if (rule?.value.kind === 'assignment' && rule.value.value) {
    if (rule.level < level) return
    throw new DynamicsError('invalid-model', `${id} has an initial value that is a formula and an assignment rule`, {
      element: id,
      place,
      expected: 'one of "=" and ":="',
    })
  }
  initialAssignments.push({ order, assignment: { symbol: id, value: units.inFormula(formula), place } })
}

function literal(formula: Expression): number | undefined {
  if (formula.kind === 'number') return formula.value
  if (formula.kind === 'named-number') {
    if (formula.name === 'infinity') return Number.POSITIVE_INFINITY
    return formula.name === 'not-a-number' ? Number.NaN : undefined
  }
  const [only] =
    formula.kind === 'apply' && formula.operator === 'minus' && formula.operands.length === 1 ? formula.operands : []
  return only?.kind === 'named-number' && only.name === 'infinity' ? Number.NEGATIVE_INFINITY : undefined
}

function makeParameter(assembly: Assembly, entry: Entry): Parameter {
  return { ...common(entry), ...numeric(assembly, entry), constant: isConstant(assembly, entry) }
}

/** `S = 3` is a concentration; `S = 3/C`, with C what S is in, an amount of 3. Of what is substanceOnly, `S = 3*C` is a concentration. */
function makeSpecies(assembly: Assembly, entry: Entry): Species {
  const compartment = compartmentOf(entry)
  const substanceOnly = entry.substanceOnly === true
  const formula = entry.initial?.value
  const [value, size] = formula?.kind === 'apply' ? formula.operands : []
  const scaled =
    formula?.kind === 'apply' &&
    formula.operator === (substanceOnly ? 'times' : 'divide') &&
    formula.operands.length === 2 &&
    size?.kind === 'symbol' &&
    size.id === compartment &&
    literal(value!) !== undefined
  const boundary = entry.constness?.value === 'const' || ruleOf(entry) !== undefined
  const given = numeric(assembly, scaled ? { ...entry, initial: { ...entry.initial!, value } } : entry)
  return {
    ...common(entry),
    compartment,
    ...(given.value === undefined
      ? {}
      : { [scaled !== substanceOnly ? 'initialAmount' : 'initialConcentration']: given.value }),
    ...(given.unit === undefined ? {} : { substanceUnit: given.unit }),
    hasOnlySubstanceUnits: substanceOnly,
    boundaryCondition: boundary,
    // An algebraic rule could determine it otherwise.
    constant: boundary && !ruleOf(entry) && !entry.changes && assembly.balanced.has(entry.id),
  }
}

function makeReaction(assembly: Assembly, entry: Entry): Reaction {
  const { entries, units } = assembly
  const { reversible, reactants, products } = entry.reaction!.value
  const rate = entry.initial?.value
  const reference = ({ species, stoichiometry }: Participant): SpeciesReference => {
    const { place } = species
    if (typeof stoichiometry === 'number') return { species: species.id, stoichiometry, constant: true, place }
    const named = entries.all.get(stoichiometry.id)!
    const { value } = numeric(assembly, named)
    return {
      ...common(named),
      species: species.id,
      ...(value === undefined ? {} : { stoichiometry: value }),
      constant: isConstant(assembly, named),
    }
  }
  const taking = new Set([...reactants, ...products].map(({ species }) => species.id))
  const acting = entries.interactions
    .filter(({ reactions }) => reactions.some(({ id }) => id === entry.id))
    .flatMap(({ species }) => species.map(({ id }) => id))
  const mentioned = rate
    ? symbolsIn(rate).filter((id) => {
        const found = entries.all.get(id)
        return found !== undefined && isSpecies(found)
      })
    : []
  return {
    ...common(entry),
    reversible,
    fast: false,
    reactants: reactants.map(reference),
    products: products.map(reference),
    modifiers: [...new Set([...acting, ...mentioned])].filter((id) => !taking.has(id)),
    ...(rate ? { rate: units.inFormula(rate) } : {}),
    localParameters: [],
    ...(entry.compartment ? { compartment: entry.compartment.value } : {}),
  }
}

function makeRules({ entries, units }: Assembly): readonly Rule[] {
  const rules: { order: number; rule: Rule }[] = entries.algebraic.map(({ value, order, place }) => ({
    order,
    rule: { kind: 'algebraic', value: units.inFormula(value), place },
  }))
  for (const { id, rule, type, reaction } of entries.all.values()) {
    const value = rule?.value.value
    if (!rule || !value) continue
    if (reaction || type?.is === 'event')
      throw new DynamicsError('invalid-model', `${id} is ${reaction ? 'a reaction' : 'an event'} and has a rule`, {
        element: id,
        place: rule.place,
        mend: reaction ? `the rate of a reaction is given with "${id} = …"` : undefined,
      })
    rules.push({
      order: rule.order,
      rule: { kind: rule.value.kind, symbol: id, value: units.inFormula(value), place: rule.place },
    })
  }
  return rules.sort((a, b) => a.order - b.order).map(({ rule }) => rule)
}

function makeEvent({ entries, units }: Assembly, event: Entries['events'][number]): ModelEvent {
  const { of, trigger, delay, priority, initialValue, persistent, useValuesFromTriggerTime, assignments, place } = event
  const name = of && entries.all.get(of.id)?.name?.value
  return {
    ...(of ? { id: of.id } : {}),
    ...(name === undefined ? {} : { name }),
    trigger: units.inFormula(trigger),
    initialValue,
    persistent,
    ...(delay ? { delay: units.inFormula(delay) } : {}),
    ...(priority ? { priority: units.inFormula(priority) } : {}),
    useValuesFromTriggerTime,
    assignments: assignments.map(({ of: { id: symbol, place }, value }) => ({
      symbol,
      value: units.inFormula(value),
      place,
    })),
    place,
  }
}
