import type { Expression } from '../expression.ts'
import type { Model, Reaction, Rule, SpeciesReference } from '../model.ts'
import { balances } from './balance.ts'
import { initialValues } from './initial-values.ts'
import { latex } from './latex.ts'
import { escapeMarkup, mathml } from './mathml.ts'
import { plainText } from './plain-text.ts'
import { namesOf, type Statement, writeStatement } from './statement.ts'
import { describer } from './symbols.ts'
import { unitText } from './unit-text.ts'

/** What an equation of a model says, in the order in which they are given. */
export const equationKinds = [
  'function',
  /** What a symbol is at all times. */
  'definition',
  /** Extent per time. */
  'reaction',
  /** What changes, and how fast. */
  'rate',
  /** Holds at all times and determines what no rule does. */
  'algebraic',
  'event',
  'constraint',
  /** Where what changes starts. */
  'initial',
  'constant',
] as const

export type EquationKind = (typeof equationKinds)[number]

/** An equation of a model in three notations. */
export interface ModelEquation {
  readonly kind: EquationKind
  /** What it determines; empty where that is no one symbol. */
  readonly symbol: string
  /** In words: its name, and what a reaction turns into what. */
  readonly label: string
  /** Of the symbol, as a person writes it; `undefined`: not said. */
  readonly unit: string | undefined
  /** A `math` element (MathML Core), escaped: safe to put into a page. */
  readonly mathml: string
  /** For mathematics mode, with amsmath. */
  readonly latex: string
  readonly text: string
}

/** One equation before it is written. */
interface Said extends Pick<ModelEquation, 'kind' | 'symbol' | 'label' | 'unit'> {
  readonly statement: Statement
}

/**
 * A model's equations for people to read: reactions gathered into rates of change, rules, events in words and formulas,
 * initial values, constants. Nothing is simplified, except that what stands on both sides of a reaction cancels and that
 * a compartment whose size is 1 is not divided by.
 *
 * @example
 * for (const { kind, text } of equations(model)) console.log(kind, text)
 */
export function equations(model: Model): readonly ModelEquation[] {
  const names = namesOf(model)
  const all = everythingSaid(model)
  const ordered = equationKinds.flatMap((kind) => all.filter((each) => each.kind === kind))
  return ordered.map(({ statement, ...about }) => {
    const text = writeStatement(statement, plainText, names)
    const markup = writeStatement(statement, mathml, names)
    return {
      ...about,
      mathml: `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block" alttext="${escapeMarkup(text)}">${markup}</math>`,
      latex: writeStatement(statement, latex, names),
      text,
    }
  })
}

function everythingSaid(model: Model): Said[] {
  const about = describer(model)
  const of = (kind: EquationKind, symbol: string, statement: Statement, label = about(symbol).label): Said => ({
    kind,
    symbol,
    label,
    unit: about(symbol).unit,
    statement,
  })
  return [
    ...model.functions.map(({ id, name, arguments: names, body }) =>
      of('function', id, { kind: 'function', symbol: id, arguments: names, value: body }, name ?? id),
    ),
    ...model.rules.map((rule) => fromRule(rule, of)),
    ...model.reactions.flatMap((reaction) => [
      ...(reaction.rate === undefined
        ? []
        : [of('reaction', reaction.id, equals(reaction.id, reaction.rate), reactionLabel(reaction))]),
      ...localConstants(reaction, model),
    ]),
    ...balances(model).map(({ species, compartment, ofAmount, rate }) =>
      of('rate', species, {
        kind: 'changes',
        symbol: species,
        ...(ofAmount ? { times: compartment } : {}),
        value: rate,
      }),
    ),
    ...model.events.map((event) =>
      of('event', event.id ?? '', { kind: 'happens', event }, event.name ?? event.id ?? ''),
    ),
    ...model.constraints.map(({ condition, message }) =>
      of('constraint', '', { kind: 'holds', value: condition }, message ?? ''),
    ),
    ...initialValues(model).map(({ symbol, constant, value }) =>
      constant
        ? of('constant', symbol, equals(symbol, value))
        : of('initial', symbol, { kind: 'starts', symbol, value }),
    ),
  ]
}

function equals(symbol: string, value: Expression): Statement {
  return { kind: 'equals', symbol, value }
}

function fromRule(rule: Rule, of: (kind: EquationKind, symbol: string, statement: Statement) => Said): Said {
  switch (rule.kind) {
    case 'assignment':
      return of('definition', rule.symbol, equals(rule.symbol, rule.value))
    case 'rate':
      return of('rate', rule.symbol, { kind: 'changes', symbol: rule.symbol, value: rule.value })
    case 'algebraic':
      return of('algebraic', '', { kind: 'vanishes', value: rule.value })
  }
}

function localConstants({ id: reaction, localParameters }: Reaction, model: Model): Said[] {
  return localParameters.flatMap(({ id, name, value, unit }) =>
    value === undefined
      ? []
      : [
          {
            kind: 'constant' as const,
            symbol: id,
            label: `${name ?? id}, in ${reaction} only`,
            unit: unit === undefined ? undefined : unitText(model, unit),
            statement: equals(id, { kind: 'number', value, ...(unit === undefined ? {} : { unit }) }),
          },
        ],
  )
}

/** `J1: 2 A + B → C`. */
function reactionLabel({ id, name, reactants, products, reversible, fast }: Reaction): string {
  const side = (references: readonly SpeciesReference[]) =>
    references
      .map(({ species, stoichiometry, id: factor }) => {
        const times = typeof stoichiometry === 'number' ? stoichiometry : (factor ?? (stoichiometry ? '…' : 1))
        return times === 1 ? species : `${times} ${species}`
      })
      .join(' + ') || '∅'
  const arrow = reversible ? '⇌' : '→'
  return `${name ?? id}: ${side(reactants)} ${arrow} ${side(products)}${fast ? ' (always in equilibrium)' : ''}`
}
