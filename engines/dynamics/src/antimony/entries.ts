import { DynamicsError, type Place } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { UnitFactor } from '../model.ts'
import { partsOfFormula } from '../sbml/check-formulas.ts'
import type { Name } from './cursor.ts'
import type { FlatStatement } from './flatten.ts'
import type { Statement } from './syntax.ts'
import { isReserved } from './words.ts'

/** Something said about an element, and how much it counts. */
interface Said<T> {
  readonly value: T
  readonly level: number
  readonly aliased: boolean
  /** Place in the order of all statements. */
  readonly order: number
  readonly place: Place
}

type EntryType = 'species' | 'compartment' | 'parameter' | 'reaction' | 'event' | 'stoichiometry' | 'rule'
type ReactionSyntax = Extract<Statement, { kind: 'reaction' }>
type EventSyntax = Extract<Statement, { kind: 'event' }>

/** All that a model says about one name. Of two things said, the outer counts, then the later. */
export interface Entry {
  readonly id: string
  readonly place: Place
  type?: { readonly is: EntryType; readonly because: string; readonly place: Place }
  constness?: Said<'const' | 'var'>
  substanceOnly?: true
  compartment?: Said<string>
  initial?: Said<Expression | undefined>
  rule?: Said<{ readonly kind: 'assignment' | 'rate'; readonly value: Expression | undefined }>
  unit?: Said<readonly UnitFactor[]>
  name?: Said<string>
  reaction?: Said<ReactionSyntax>
  /** Compartment of the reaction or the submodel that it is in. */
  reactionCompartment?: string
  within?: string
  /** Events assign to it. */
  changes?: true
}

export interface Entries {
  readonly all: ReadonlyMap<string, Entry>
  readonly unitDefinitions: ReadonlyMap<
    string,
    { readonly factors: readonly UnitFactor[]; readonly place: Place; readonly name?: string }
  >
  readonly algebraic: readonly { readonly value: Expression; readonly order: number; readonly place: Place }[]
  readonly constraints: readonly { readonly condition: Expression; readonly place: Place }[]
  readonly events: readonly EventSyntax[]
  readonly interactions: readonly { readonly species: readonly Name[]; readonly reactions: readonly Name[] }[]
  readonly notes?: string
}

/**
 * Gathers what statements say, element by element, in the order in which elements are first declared, set or react.
 *
 * @throws DynamicsError `invalid-model` where an element is used as two different things.
 */
export function gather(statements: readonly FlatStatement[]): Entries {
  const all = new Map<string, Entry>()
  const unitDefinitions = new Map<string, { factors: readonly UnitFactor[]; place: Place; name?: string }>()
  const unitNames = new Set(
    statements.flatMap(({ statement }) => (statement.kind === 'define-unit' ? [statement.of.id] : [])),
  )
  const algebraic: { value: Expression; order: number; place: Place }[] = []
  const constraints: { condition: Expression; place: Place }[] = []
  const events: EventSyntax[] = []
  const interactions: { species: readonly Name[]; reactions: readonly Name[] }[] = []
  const deleted: Name[] = []
  let notes: string | undefined

  const entryOf = ({ id, place }: Name, within?: string): Entry => {
    let entry = all.get(id)
    if (!entry) {
      if (isReserved(id))
        throw new DynamicsError('invalid-model', `${id} is a word of the language`, {
          element: id,
          place,
          expected: 'another name',
          mend: `${id}_ would do`,
        })
      entry = { id, place }
      all.set(id, entry)
    }
    if (within !== undefined) entry.within = within
    return entry
  }

  statements.forEach(({ statement, level, aliased, within }, order) => {
    const say = <T>(before: Said<T> | undefined, value: T, place: Place): Said<T> =>
      before && (before.level < level || (before.level === level && !before.aliased && aliased))
        ? before
        : { value, level, aliased, order, place }
    switch (statement.kind) {
      case 'declare': {
        const { of, type, constness, compartment, substanceOnly } = statement
        const entry = entryOf(of, within)
        if (type) setType(entry, type === 'formula' ? 'parameter' : type, `declared ${article(type)}`, of.place)
        if (constness) entry.constness = say(entry.constness, constness, of.place)
        if (substanceOnly) entry.substanceOnly = true
        if (compartment) {
          setType(entryOf(compartment), 'compartment', 'what something is in', compartment.place)
          entry.compartment = say(entry.compartment, compartment.id, of.place)
        }
        break
      }
      case 'initial': {
        const entry = entryOf(statement.of, within)
        entry.initial = say(entry.initial, statement.value, statement.of.place)
        break
      }
      case 'assignment':
      case 'rate': {
        const entry = entryOf(statement.of, within)
        entry.rule = say(entry.rule, { kind: statement.kind, value: statement.value }, statement.of.place)
        break
      }
      case 'unit': {
        const entry = entryOf(statement.of, within)
        entry.unit = say(entry.unit, statement.factors, statement.of.place)
        break
      }
      case 'name': {
        const definition = unitDefinitions.get(statement.of.id)
        if (definition && !all.has(statement.of.id)) definition.name = statement.text
        else if (!unitNames.has(statement.of.id) || all.has(statement.of.id)) {
          const entry = entryOf(statement.of, within)
          entry.name = say(entry.name, statement.text, statement.of.place)
        }
        break
      }
      case 'notes':
        if (['model', 'module'].includes(statement.of.id) && level === 0) notes = statement.text
        break
      case 'define-unit':
        unitDefinitions.set(statement.of.id, {
          ...unitDefinitions.get(statement.of.id),
          factors: statement.factors,
          place: statement.of.place,
        })
        break
      case 'reaction': {
        const entry = entryOf(statement.of, within)
        setType(entry, 'reaction', 'a reaction', statement.of.place)
        entry.reaction = say(entry.reaction, statement, statement.of.place)
        if (statement.rate) entry.initial = say(entry.initial, statement.rate, statement.of.place)
        for (const { species, stoichiometry, boundary } of [...statement.reactants, ...statement.products]) {
          const participant = entryOf(species, within)
          setType(participant, 'species', 'takes part in a reaction', species.place)
          if (boundary) participant.constness = say(participant.constness, 'const', species.place)
          if (typeof stoichiometry !== 'number')
            setType(entryOf(stoichiometry, within), 'stoichiometry', 'a stoichiometry', stoichiometry.place)
        }
        break
      }
      case 'interaction':
        for (const species of statement.species)
          setType(entryOf(species, within), 'species', 'acts on a reaction', species.place)
        interactions.push(statement)
        break
      case 'event':
        if (statement.of) setType(entryOf(statement.of, within), 'event', 'an event', statement.place)
        for (const { of } of statement.assignments) entryOf(of, within).changes = true
        events.push(statement)
        break
      case 'algebraic':
        if (statement.of) setType(entryOf(statement.of), 'rule', 'an algebraic rule', statement.place)
        algebraic.push({ value: statement.value, order, place: statement.place })
        break
      case 'constraint':
        constraints.push(statement)
        break
      case 'delete':
        deleted.push(statement.of)
    }
  })
  if (deleted.length > 0) remove(all, deleted)
  // What an algebraic rule determines need not be declared.
  for (const { value } of algebraic)
    for (const part of partsOfFormula(value))
      if (part.kind === 'symbol') entryOf({ id: part.id, place: part.place ?? { line: 1 } })
  for (const { reaction } of all.values())
    for (const { species } of [...(reaction?.value.reactants ?? []), ...(reaction?.value.products ?? [])]) {
      const entry = all.get(species.id)!
      const compartment = all.get(reaction!.value.of.id)?.compartment?.value
      if (compartment !== undefined) entry.reactionCompartment = compartment
    }
  return {
    all,
    unitDefinitions,
    algebraic,
    constraints,
    events: events.filter(({ of }) => !of || all.has(of.id)),
    interactions,
    ...(notes === undefined ? {} : { notes }),
  }
}

/** Takes out what was deleted, and the reactions it takes part in. */
function remove(all: Map<string, Entry>, deleted: readonly Name[]): void {
  const gone = new Set(deleted.map(({ id }) => id))
  for (const { id, place } of deleted) if (!all.delete(id)) throw missing(id, place)
  for (const [id, { reaction }] of all)
    if (
      reaction &&
      [...reaction.value.reactants, ...reaction.value.products].some(({ species }) => gone.has(species.id))
    )
      all.delete(id)
}

const missing = (id: string, place: Place) =>
  new DynamicsError('undeclared', `${id} is deleted and was never there`, { element: id, place })

const article = (word: string) => `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`

function setType(entry: Entry, is: EntryType, because: string, place: Place): void {
  if (entry.type && entry.type.is !== is)
    throw new DynamicsError(
      'invalid-model',
      `${entry.id} is ${because} here and at line ${entry.type.place.line} ${entry.type.because}`,
      { element: entry.id, place, expected: `${article(entry.type.is)} only` },
    )
  entry.type ??= { is, because, place }
}
