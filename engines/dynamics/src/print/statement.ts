import type { Expression } from '../expression.ts'
import type { Model, ModelEvent } from '../model.ts'
import { changeOf, type Names, symbolOf, writeFormula } from './formula.ts'
import type { Notation } from './notation.ts'
import { drawnSymbols } from './symbols.ts'
import { unitText } from './unit-text.ts'

/** What an equation says, before it is written in a notation. */
export type Statement =
  /** Symbol = value. */
  | { readonly kind: 'equals'; readonly symbol: string; readonly value: Expression }
  /** Symbol at the start = value. */
  | { readonly kind: 'starts'; readonly symbol: string; readonly value: Expression }
  /** How fast a symbol changes, or its product with another. */
  | { readonly kind: 'changes'; readonly symbol: string; readonly times?: string; readonly value: Expression }
  | {
      readonly kind: 'function'
      readonly symbol: string
      readonly arguments: readonly string[]
      readonly value: Expression
    }
  /** 0 = value. */
  | { readonly kind: 'vanishes'; readonly value: Expression }
  | { readonly kind: 'holds'; readonly value: Expression }
  | { readonly kind: 'happens'; readonly event: ModelEvent }

export function writeStatement(statement: Statement, to: Notation, names: Names): string {
  if (statement.kind === 'happens') return writeEvent(statement.event, to, names)
  const value = writeFormula(statement.value, to, names)
  if (statement.kind === 'holds') return value
  return to.row([leftSide(statement, to, names), to.sign('equals'), value])
}

/** What a model's names look like. */
export function namesOf(model: Model): Names {
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

function leftSide(statement: Exclude<Statement, { kind: 'happens' | 'holds' }>, to: Notation, names: Names): string {
  const zero = () => to.number('0', undefined)
  if (statement.kind === 'vanishes') return zero()
  const symbol = symbolOf(to, names, statement.symbol)
  switch (statement.kind) {
    case 'equals':
      return symbol
    case 'starts':
      return to.applied(symbol, [zero()])
    case 'function':
      return to.applied(
        symbol,
        statement.arguments.map((argument) => to.symbol(argument)),
      )
    case 'changes': {
      if (statement.times === undefined) return changeOf(to, symbol, names.time)
      const product = to.row([symbol, to.sign('times'), symbolOf(to, names, statement.times)])
      return changeOf(to, to.bracket('round', product), names.time)
    }
  }
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
