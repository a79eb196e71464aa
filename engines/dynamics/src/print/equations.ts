import type { Expression } from '../expression.ts'
import type { Model, ModelEvent, Parameter, Reaction, SpeciesReference } from '../model.ts'
import { balances, hasSizeOne } from './balance.ts'
import { changeOf, type Names, symbolOf, writeFormula } from './formula.ts'
import { latex } from './latex.ts'
import { escapeMarkup, mathml } from './mathml.ts'
import type { Notation } from './notation.ts'
import { plainText } from './plain-text.ts'
import { describer, drawnSymbols } from './symbols.ts'
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

/** One equation, written in any notation. */
interface Statement extends Pick<ModelEquation, 'kind' | 'symbol' | 'label' | 'unit'> {
  write(notation: Notation): string
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
  const statements = statementsOf(model)
  const ordered = equationKinds.flatMap((kind) => statements.filter((each) => each.kind === kind))
  return ordered.map(({ kind, symbol, label, unit, write }) => {
    const text = write(plainText)
    return {
      kind,
      symbol,
      label,
      unit,
      mathml: `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block" alttext="${escapeMarkup(text)}">${write(mathml)}</math>`,
      latex: write(latex),
      text,
    }
  })
}

function statementsOf(model: Model): Statement[] {
  const names = namesOf(model)
  const about = describer(model)
  const is = (kind: EquationKind, symbol: string, value: Expression, more: Partial<Statement> = {}): Statement => ({
    kind,
    symbol,
    ...about(symbol),
    write: (to) => notationOf(to).equal(symbolOf(to, names, symbol), value),
    ...more,
  })
  const notationOf = (to: Notation) => ({
    formula: (of: Expression) => writeFormula(of, to, names),
    equal: (left: string, right: Expression) => to.row([left, to.sign('equals'), writeFormula(right, to, names)]),
  })
  const at0 = (symbol: string, value: Expression): Statement =>
    is('initial', symbol, value, {
      write: (to) => notationOf(to).equal(to.applied(symbolOf(to, names, symbol), [to.number('0', undefined)]), value),
    })

  const functions = model.functions.map((each) =>
    is('function', each.id, each.body, {
      label: each.name ?? each.id,
      write: (to) =>
        notationOf(to).equal(
          to.applied(
            symbolOf(to, names, each.id),
            each.arguments.map((argument) => to.symbol(argument)),
          ),
          each.body,
        ),
    }),
  )
  const rules = model.rules.map((rule): Statement => {
    if (rule.kind === 'assignment') return is('definition', rule.symbol, rule.value)
    if (rule.kind === 'rate')
      return is('rate', rule.symbol, rule.value, {
        write: (to) => notationOf(to).equal(changeOf(to, symbolOf(to, names, rule.symbol), names.time), rule.value),
      })
    return is('algebraic', '', rule.value, {
      label: '',
      unit: undefined,
      write: (to) => notationOf(to).equal(to.number('0', undefined), rule.value),
    })
  })
  const reactions = model.reactions.flatMap((reaction): Statement[] =>
    reaction.rate === undefined
      ? []
      : [
          is('reaction', reaction.id, reaction.rate, { label: reactionLabel(reaction) }),
          ...reaction.localParameters.flatMap((parameter) => localConstant(parameter, reaction, names, model)),
        ],
  )
  const gathered = balances(model).map(({ species, compartment, ofAmount, rate }) =>
    is('rate', species, rate, {
      write: (to) => {
        const what = symbolOf(to, names, species)
        const amount = ofAmount
          ? to.bracket('round', to.row([what, to.sign('times'), symbolOf(to, names, compartment)]))
          : what
        return notationOf(to).equal(changeOf(to, amount, names.time), rate)
      },
    }),
  )
  const events = model.events.map((event): Statement => {
    const id = event.id ?? ''
    return {
      kind: 'event',
      symbol: id,
      label: event.name ?? id,
      unit: undefined,
      write: (to) => writeEvent(event, to, names),
    }
  })
  const constraints = model.constraints.map(
    ({ condition, message }): Statement => ({
      kind: 'constraint',
      symbol: '',
      label: message ?? '',
      unit: undefined,
      write: (to) => notationOf(to).formula(condition),
    }),
  )
  return [...functions, ...rules, ...reactions, ...gathered, ...events, ...constraints, ...starts(model, is, at0)]
}

/** Initial values and constants. An initial assignment counts before a value; an assignment rule leaves none of either. */
function starts(
  model: Model,
  is: (kind: EquationKind, symbol: string, value: Expression) => Statement,
  at0: (symbol: string, value: Expression) => Statement,
): Statement[] {
  const isOne = hasSizeOne(model)
  const assigned = new Map(model.initialAssignments.map(({ symbol, value }) => [symbol, value]))
  const defined = new Set(model.rules.flatMap((rule) => (rule.kind === 'assignment' ? [rule.symbol] : [])))
  const start = (symbol: string, constant: boolean, value: Expression | undefined): Statement[] => {
    const first = assigned.get(symbol) ?? value
    if (first === undefined || defined.has(symbol)) return []
    return [constant ? is('constant', symbol, first) : at0(symbol, first)]
  }
  const number = (value: number | undefined, unit?: string): Expression | undefined =>
    value === undefined ? undefined : { kind: 'number', value, ...(unit === undefined ? {} : { unit }) }
  return [
    ...model.compartments.flatMap(({ id, size, unit, constant }) => start(id, constant, number(size, unit))),
    ...model.species.flatMap((species) => {
      const { id, compartment, initialAmount, initialConcentration, hasOnlySubstanceUnits, constant } = species
      const size: Expression | undefined = isOne(compartment) ? undefined : { kind: 'symbol', id: compartment }
      const given =
        initialConcentration === undefined
          ? per(number(initialAmount, species.substanceUnit), hasOnlySubstanceUnits ? undefined : size, 'divide')
          : per(number(initialConcentration), hasOnlySubstanceUnits ? size : undefined, 'times')
      return start(id, constant, given)
    }),
    ...model.parameters.flatMap(({ id, value, unit, constant }) => start(id, constant, number(value, unit))),
    ...[...model.reactions]
      .flatMap(({ reactants, products }) => [...reactants, ...products])
      .flatMap(({ id, stoichiometry, constant }) =>
        id === undefined || typeof stoichiometry !== 'number' ? [] : start(id, constant, number(stoichiometry)),
      ),
  ]
}

function per(
  value: Expression | undefined,
  by: Expression | undefined,
  operator: 'divide' | 'times',
): Expression | undefined {
  return value && by ? { kind: 'apply', operator, operands: [value, by] } : value
}

function localConstant(
  { id, name, value, unit }: Parameter,
  reaction: Reaction,
  names: Names,
  model: Model,
): Statement[] {
  if (value === undefined) return []
  const expression: Expression = { kind: 'number', value, ...(unit === undefined ? {} : { unit }) }
  return [
    {
      kind: 'constant',
      symbol: id,
      label: `${name ?? id}, in ${reaction.id} only`,
      unit: unit === undefined ? undefined : unitText(model, unit),
      write: (to) => to.row([symbolOf(to, names, id), to.sign('equals'), writeFormula(expression, to, names)]),
    },
  ]
}

function writeEvent(event: ModelEvent, to: Notation, names: Names): string {
  const formula = (of: Expression) => writeFormula(of, to, names)
  const when = [to.words('when '), formula(event.trigger), to.words(' becomes true')]
  if (event.delay) {
    when.push(to.words(', after '), formula(event.delay))
    if (!event.persistent) when.push(to.words(' if it still holds then'))
    if (!event.useValuesFromTriggerTime) when.push(to.words(', with the values of that later moment'))
  }
  if (!event.initialValue) when.push(to.words(', at the start too'))
  if (event.priority) when.push(to.words(', with priority '), formula(event.priority))
  when.push(to.words(':'))
  const assignments = event.assignments.map(({ symbol, value }) =>
    to.row([symbolOf(to, names, symbol), to.sign('assign'), formula(value)]),
  )
  return to.lines([to.row(when), ...assignments])
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

function namesOf(model: Model): Names {
  const taken = new Set([...model.compartments, ...model.species, ...model.parameters].map(({ id }) => id))
  const shown = new Map<string, string>()
  return {
    time: model.source.time ?? (taken.has('t') ? 'time' : 't'),
    drawn: drawnSymbols(taken),
    unit: (id) => {
      const text = shown.get(id) ?? unitText(model, id)
      shown.set(id, text)
      return text
    },
  }
}
