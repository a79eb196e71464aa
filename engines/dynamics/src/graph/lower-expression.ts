import { DynamicsError, type Place } from '../errors.ts'
import type { Expression, NamedNumber } from '../expression.ts'
import type { FunctionDefinition } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import { lowerOperator } from './lower-operator.ts'

/** What names mean where a formula stands. */
export interface Scope {
  readonly symbol: (id: string, place?: Place) => Node
  readonly function: (id: string) => FunctionDefinition | undefined
  /** `of` makes the node of what is delayed, in whatever scope it is to be seen; asked for when all is defined. */
  readonly delay: (key: string, of: (scope: Scope) => Node, by: Node) => Node
  readonly rateOf: (id: string, place?: Place) => Node
  /** Results of function calls, kept by the operands they were called with. */
  readonly calls: Map<string, Node>
}

/** SBML Level 3 Version 2, section 3.4.6: the value of its time. */
const namedNumbers: Readonly<Record<NamedNumber, number>> = {
  pi: Math.PI,
  e: Math.E,
  infinity: Number.POSITIVE_INFINITY,
  'not-a-number': Number.NaN,
  avogadro: 6.02214179e23,
  true: 1,
  false: 0,
}

/** Formulas and calls within calls may be nested this deep. */
const deepest = 2000
/** Functions that call functions, of which each takes more of the stack than an operator. */
const deepestCalls = 500

/**
 * A formula as nodes: function calls put in, names resolved.
 *
 * @throws {DynamicsError} `undeclared`, `cycle` of a function that calls itself, `invalid-model`, `not-supported` when
 * nested deeper than 2,000 levels,
 * or 500 function calls
 */
export function lowerExpression(graph: Graph, expression: Expression, scope: Scope): Node {
  return lower(expression, { graph, scope, bound: undefined, symbols: undefined, calling: [], depth: 0 })
}

interface Context {
  readonly graph: Graph
  readonly scope: Scope
  /** Arguments of the function that is being put in; its body knows no other symbols. */
  readonly bound: ReadonlyMap<string, Node> | undefined
  /** Symbols of the model that arguments stand for, where the operand is no more than one. */
  readonly symbols: ReadonlyMap<string, string> | undefined
  readonly calling: readonly string[]
  readonly depth: number
}

function lower(expression: Expression, context: Context): Node {
  const { graph, scope, bound, depth } = context
  const at = expression.place && { place: expression.place }
  if (depth > deepest) {
    throw new DynamicsError('not-supported', `a formula is nested deeper than ${deepest} levels`, {
      ...at,
      mend: 'name parts of it by assignment rules',
    })
  }
  const within = { ...context, depth: depth + 1 }
  switch (expression.kind) {
    case 'number':
      return graph.number(expression.value)
    case 'named-number':
      return graph.number(namedNumbers[expression.name])
    case 'time':
      return graph.time
    case 'symbol': {
      if (!bound) return scope.symbol(expression.id, expression.place)
      const argument = bound.get(expression.id)
      if (argument) return argument
      throw new DynamicsError(
        'undeclared',
        `function “${context.calling.at(-1)}” names “${expression.id}”, which is none of its arguments`,
        { element: expression.id, ...at },
      )
    }
    case 'apply':
      return lowerOperator(
        graph,
        expression.operator,
        expression.operands.map((operand) => lower(operand, within)),
        expression.place,
      )
    case 'piecewise': {
      let value = expression.otherwise ? lower(expression.otherwise, within) : graph.number(Number.NaN)
      for (const piece of expression.pieces.toReversed()) {
        value = graph.if(lower(piece.condition, within), lower(piece.value, within), value)
      }
      return value
    }
    case 'call':
      return call(expression, within)
    case 'delay': {
      const operands = bound ? [...bound].map(([name, node]) => `${name}=${node.index}`).join() : ''
      const key = `${keyOf(expression.of)}|${keyOf(expression.by)}|${operands}`
      const of = (seen: Scope) => lower(expression.of, { ...within, scope: seen })
      return scope.delay(key, of, lower(expression.by, within))
    }
    case 'rate-of': {
      const id = bound ? context.symbols?.get(expression.id) : expression.id
      if (id !== undefined) return scope.rateOf(id, expression.place)
      throw new DynamicsError(
        'not-supported',
        `function “${context.calling.at(-1)}” asks for the rate of its argument “${expression.id}”, which is no symbol`,
        { element: expression.id, ...at, mend: 'name what it is called with by an assignment rule' },
      )
    }
  }
}

const keyOf = (expression: Expression) =>
  JSON.stringify(expression, (name, value) => {
    if (name === 'place' || name === 'unit') return undefined
    return typeof value === 'number' ? `${value}` : value
  })

function call(expression: Expression & { kind: 'call' }, context: Context): Node {
  const { scope, calling } = context
  const name = expression.function
  const details = { element: name, ...(expression.place && { place: expression.place }) }
  const definition = scope.function(name)
  if (!definition) throw new DynamicsError('undeclared', `function “${name}” is called but defined nowhere`, details)
  if (calling.includes(name)) {
    const circle = [...calling.slice(calling.indexOf(name)), name].join(' → ')
    throw new DynamicsError('cycle', `functions call themselves: ${circle}`, details)
  }
  if (calling.length >= deepestCalls) {
    throw new DynamicsError('not-supported', `functions call each other deeper than ${deepestCalls} levels`, {
      ...details,
      mend: 'write some of them out',
    })
  }
  if (definition.arguments.length !== expression.operands.length) {
    throw new DynamicsError(
      'invalid-model',
      `function “${name}” is called with ${expression.operands.length} operands`,
      {
        ...details,
        expected: `${definition.arguments.length}`,
      },
    )
  }
  const operands = expression.operands.map((operand) => lower(operand, context))
  const symbols = new Map<string, string>()
  for (const [at, operand] of expression.operands.entries()) {
    if (operand.kind !== 'symbol') continue
    const symbol = context.bound ? context.symbols?.get(operand.id) : operand.id
    if (symbol !== undefined) symbols.set(definition.arguments[at]!, symbol)
  }
  const key = `${name}(${operands.map((operand) => operand.index).join()}) ${[...symbols].join()}`
  let value = scope.calls.get(key)
  if (!value) {
    const bound = new Map(definition.arguments.map((argument, at) => [argument, operands[at]!]))
    value = lower(definition.body, { ...context, bound, symbols, calling: [...calling, name] })
    scope.calls.set(key, value)
  }
  return value
}
