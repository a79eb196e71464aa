import fc from 'fast-check'
import type { Expression, FunctionDefinition, Operator } from '../index.ts'

/** Draws values inside {@link fc.gen}. */
export type Draw = fc.GeneratorValue

export interface ExpressionScope {
  /** Symbols that have a number. */
  readonly symbols: readonly string[]
  readonly functions: readonly FunctionDefinition[]
  /** Symbols of which a rate may be asked. */
  readonly rates: readonly string[]
  readonly units: readonly string[]
  readonly time: boolean
  readonly delays: boolean
  /**
   * Whether every operand stays where its operator is defined and moderate, so that a model of such expressions runs;
   * otherwise any operator is applied to anything of the right type.
   */
  readonly tame: boolean
}

export const whole = (draw: Draw, min: number, max: number): number => draw(fc.integer, { min, max })
export const chance = (draw: Draw, percent: number): boolean => whole(draw, 1, 100) <= percent
export const pick = <T>(draw: Draw, items: readonly T[]): T => items[whole(draw, 0, items.length - 1)]!

const numbers = () =>
  fc.oneof(
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 1, max: 999 }).map((n) => n / 100),
    fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
  )
const anyNumbers = () => fc.oneof(numbers(), fc.double({ noNaN: true, noDefaultInfinity: true }))

export const randomNumber = (draw: Draw): number => draw(numbers)

const number = (value: number): Expression => ({ kind: 'number', value })
export const apply = (operator: Operator, ...operands: Expression[]): Expression => ({
  kind: 'apply',
  operator,
  operands,
})

/** Somewhere in −1 … 1, whatever `x` is. */
const bounded = (x: Expression) => apply('tanh', x)
/** At least `least`. */
const atLeast = (least: number, x: Expression) => apply('plus', number(least), apply('abs', x))

/** For each operator of one operand that is not defined or moderate everywhere: how to make an operand that it can bear. */
const bearable: { readonly [operator in Operator]?: (x: Expression) => Expression } = {
  exp: bounded,
  ln: (x) => atLeast(0.5, x),
  factorial: (x) => apply('floor', apply('plus', number(2), bounded(x))),
  tan: bounded,
  sec: bounded,
  csc: (x) => atLeast(0.5, bounded(x)),
  cot: (x) => atLeast(0.5, bounded(x)),
  sinh: bounded,
  cosh: bounded,
  csch: (x) => atLeast(0.5, bounded(x)),
  coth: (x) => atLeast(0.5, bounded(x)),
  arcsin: bounded,
  arccos: bounded,
  arcsec: (x) => atLeast(1, x),
  arccsc: (x) => atLeast(1, x),
  arccot: (x) => atLeast(0.1, x),
  arccosh: (x) => atLeast(1, x),
  arctanh: (x) => apply('times', number(0.9), bounded(x)),
  arcsech: (x) => apply('divide', number(1), atLeast(1.1, x)),
  arccsch: (x) => atLeast(0.1, x),
  arccoth: (x) => atLeast(1.1, x),
}

const plain: readonly Operator[] = ['abs', 'floor', 'ceiling', 'sin', 'cos', 'tanh', 'sech', 'arctan', 'arcsinh']
const unary: readonly Operator[] = [...plain, ...(Object.keys(bearable) as Operator[])]

function leaf(draw: Draw, scope: ExpressionScope): Expression {
  const kind = whole(draw, 0, 9)
  if (kind < 6 && scope.symbols.length > 0) return { kind: 'symbol', id: pick(draw, scope.symbols) }
  if (kind === 6 && scope.time) return { kind: 'time' }
  if (kind === 7) {
    const names = scope.tame ? (['pi', 'e'] as const) : (['pi', 'e', 'infinity', 'not-a-number', 'avogadro'] as const)
    return { kind: 'named-number', name: pick(draw, names) }
  }
  if (kind === 8 && scope.rates.length > 0) return { kind: 'rate-of', id: pick(draw, scope.rates) }
  const value = scope.tame ? draw(numbers) : draw(anyNumbers)
  return scope.units.length > 0 && chance(draw, 20)
    ? { kind: 'number', value, unit: pick(draw, scope.units) }
    : number(value)
}

/** An expression with a numeric value, at most `depth` operators deep (tame ones a few more). */
export function randomExpression(draw: Draw, scope: ExpressionScope, depth: number): Expression {
  if (depth <= 0 || chance(draw, 15)) return leaf(draw, scope)
  const inner = () => randomExpression(draw, scope, depth - 1)
  const some = (min: number, max: number) => Array.from({ length: whole(draw, min, max) }, inner)
  switch (whole(draw, 0, 13)) {
    case 0:
    case 1:
      return apply('plus', ...some(chance(draw, 10) ? 0 : 2, 4))
    case 2:
    case 3:
      return apply('times', ...some(chance(draw, 10) ? 0 : 2, 3))
    case 4:
      return apply('minus', inner(), inner())
    case 5:
      return apply('minus', inner())
    case 6:
      return apply('divide', inner(), scope.tame ? atLeast(0.5, inner()) : inner())
    case 7:
      return scope.tame
        ? apply('power', atLeast(0.5, bounded(inner())), number(pick(draw, [2, 3, 0.5, 1.7])))
        : apply('power', inner(), inner())
    case 8: {
      const operator = pick(draw, unary)
      return apply(operator, scope.tame ? (bearable[operator] ?? ((x) => x))(inner()) : inner())
    }
    case 9:
      return chance(draw, 50)
        ? apply(
            'root',
            scope.tame ? number(pick(draw, [2, 3, 4.5])) : inner(),
            scope.tame ? atLeast(0.1, inner()) : inner(),
          )
        : apply('log', scope.tame ? number(pick(draw, [2, 10])) : inner(), scope.tame ? atLeast(0.1, inner()) : inner())
    case 10:
      return apply(pick(draw, ['min', 'max'] as const), ...some(1, 3))
    case 11:
      return apply(
        pick(draw, ['quotient', 'rem'] as const),
        inner(),
        scope.tame ? number(pick(draw, [1, 2, 7])) : inner(),
      )
    case 12: {
      if (scope.functions.length === 0) return inner()
      const callee = pick(draw, scope.functions)
      return { kind: 'call', function: callee.id, operands: callee.arguments.map(inner) }
    }
    default: {
      if (scope.delays && chance(draw, 30))
        return { kind: 'delay', of: leaf(draw, scope), by: number(pick(draw, [0.1, 0.5, 2])) }
      const pieces = Array.from({ length: whole(draw, 1, 2) }, () => ({
        value: inner(),
        condition: randomCondition(draw, scope, depth - 1),
      }))
      return scope.tame || chance(draw, 80)
        ? { kind: 'piecewise', pieces, otherwise: inner() }
        : { kind: 'piecewise', pieces }
    }
  }
}

/** An expression with a truth value. */
export function randomCondition(draw: Draw, scope: ExpressionScope, depth: number): Expression {
  const inner = () => randomCondition(draw, scope, depth - 1)
  if (depth > 0 && chance(draw, 35)) {
    if (chance(draw, 25)) return apply('not', inner())
    if (chance(draw, 15)) return apply('implies', inner(), inner())
    const operands = Array.from({ length: whole(draw, chance(draw, 10) ? 0 : 2, 3) }, inner)
    return apply(pick(draw, ['and', 'or', 'xor'] as const), ...operands)
  }
  if (chance(draw, 8)) return { kind: 'named-number', name: pick(draw, ['true', 'false'] as const) }
  const relation = pick(draw, ['eq', 'neq', 'gt', 'lt', 'geq', 'leq'] as const)
  const count = relation !== 'neq' && chance(draw, 15) ? 3 : 2
  return apply(relation, ...Array.from({ length: count }, () => randomExpression(draw, scope, Math.min(depth - 1, 1))))
}

/** Ids of all symbols in an expression, each once, in the order of their first mention. */
export function symbolsOf(expression: Expression): string[] {
  const found = new Set<string>()
  const visit = (e: Expression): void => {
    if (e.kind === 'symbol' || e.kind === 'rate-of') found.add(e.id)
    else if (e.kind === 'apply' || e.kind === 'call') e.operands.forEach(visit)
    else if (e.kind === 'delay') [e.of, e.by].forEach(visit)
    else if (e.kind === 'piecewise') {
      for (const { value, condition } of e.pieces) [value, condition].forEach(visit)
      if (e.otherwise) visit(e.otherwise)
    }
  }
  visit(expression)
  return [...found]
}
