import type { Place } from '../errors.ts'
import type { Expression, Operator } from '../expression.ts'
import type { FunctionDefinition } from '../model.ts'
import { constantValue } from './constant-value.ts'
import { printUnit } from './print-unit.ts'
import { dimensionless, divideUnits, multiplyUnits, raiseUnit, sameDimension, sameFactor, type Unit } from './unit.ts'

/**
 * What a formula is measured in.
 *
 * A number without a unit is `any`: in sums and comparisons it takes on its neighbours' unit, in products it counts as
 * dimensionless and leaves the product `bare`, which softens what is found later: the number may stand for a quantity
 * whose unit the author did not write. `unknown` is the unit of what rests on a symbol that has none.
 */
export type Inferred =
  | { readonly kind: 'unit'; readonly unit: Unit; readonly bare: boolean }
  | { readonly kind: 'any' }
  | { readonly kind: 'unknown' }

const any: Inferred = { kind: 'any' }
export const unknown: Inferred = { kind: 'unknown' }
export const known = (unit: Unit): Inferred => ({ kind: 'unit', unit, bare: false })
const none = known(dimensionless)

/** What the formulas of a model rest on, and who is told of what they find. */
export interface UnitContext {
  symbol(id: string): Inferred
  /** The number that an id stands for all the time, for exponents. */
  constant(id: string): number | undefined
  unit(name: string): Inferred
  time(): Inferred
  readonly functions: ReadonlyMap<string, FunctionDefinition>
  /** Calls whose bodies have been looked into, by function and operands: functions that call each other twice over would take for ever. */
  readonly calls: Map<string, Inferred>
  /** Numbers have to have units, and one without is dimensionless: CellML. */
  readonly strict: boolean
  /** `what` is a sentence with `differ` or `differs` in it. */
  differ(what: string, left: Inferred, right: Inferred, place: Place | undefined): void
  unchecked(why: string, place: Place | undefined): void
}

/** Formulas nested deeper than this are not looked into. */
const deepest = 1000

const angles = /^(arc)?(sin|cos|tan|sec|csc|cot)h?$/

/** The unit of `expression`; what does not balance inside it is told to the context. */
export function inferUnit(expression: Expression, context: UnitContext, depth = 0): Inferred {
  const { place } = expression
  if (depth > deepest) {
    context.unchecked(`it is nested more than ${deepest} levels deep`, place)
    return unknown
  }
  const infer = (part: Expression): Inferred => inferUnit(part, context, depth + 1)
  switch (expression.kind) {
    case 'number':
      if (expression.unit !== undefined) return context.unit(expression.unit)
      return context.strict ? none : any
    case 'named-number':
      return expression.name === 'infinity' || expression.name === 'not-a-number' ? any : none
    case 'symbol':
      return context.symbol(expression.id)
    case 'time':
      return context.time()
    case 'rate-of':
      return quotient(context.symbol(expression.id), context.time())
    case 'delay':
      same('the time of a delay differs from the model’s time', infer(expression.by), context.time(), place, context)
      return infer(expression.of)
    case 'piecewise': {
      for (const { condition } of expression.pieces) infer(condition)
      const values = expression.pieces.map(({ value }) => infer(value))
      if (expression.otherwise) values.push(infer(expression.otherwise))
      return agreed('the pieces of a piecewise formula differ', values, place, context)
    }
    case 'call':
      return inferCall(expression, expression.operands.map(infer), context, depth)
    case 'apply':
      return inferOperator(expression, expression.operands.map(infer), context)
  }
}

/** A function's body with its arguments' units in place. */
function inferCall(
  call: Expression & { kind: 'call' },
  operands: readonly Inferred[],
  context: UnitContext,
  depth: number,
): Inferred {
  const definition = context.functions.get(call.function)
  if (!definition || definition.arguments.length !== operands.length) return unknown
  const units = new Map(definition.arguments.map((id, i) => [id, operands[i]!]))
  const values = new Map(definition.arguments.map((id, i) => [id, constantValue(call.operands[i]!, context.constant)]))
  const key = `${call.function}(${call.operands.map((_, i) => keyOf(operands[i]!, values.get(definition.arguments[i]!)))})`
  const earlier = context.calls.get(key)
  if (earlier) return earlier
  const inner: UnitContext = {
    ...context,
    symbol: (id) => units.get(id) ?? context.symbol(id),
    constant: (id) => (units.has(id) ? values.get(id) : context.constant(id)),
    differ: (what, left, right) => context.differ(`in function ${call.function}, ${what}`, left, right, call.place),
    unchecked: (why) => context.unchecked(`${why}, in function ${call.function}`, call.place),
  }
  const result = inferUnit(definition.body, inner, depth + 1)
  context.calls.set(key, result)
  return result
}

const keyOf = (inferred: Inferred, value: number | undefined): string =>
  `${inferred.kind === 'unit' ? `${inferred.bare} ${printUnit(inferred.unit, { scale: true })}` : inferred.kind} ${value}`

function inferOperator(
  { operator, operands: parts, place }: Expression & { kind: 'apply' },
  operands: readonly Inferred[],
  context: UnitContext,
): Inferred {
  const first = operands[0] ?? any
  switch (operator) {
    case 'plus':
    case 'minus':
      return agreed(
        operator === 'plus' ? 'the terms of a sum differ' : 'the terms of a difference differ',
        operands,
        place,
        context,
      )
    case 'min':
    case 'max':
      return agreed(`the operands of ${operator} differ`, operands, place, context)
    case 'rem':
      return agreed('dividend and divisor differ', operands, place, context)
    case 'abs':
    case 'floor':
    case 'ceiling':
      return first
    case 'times':
      return operands.length === 0 ? any : operands.reduce(product)
    case 'divide':
      return quotient(first, operands[1] ?? any)
    case 'quotient':
      return quotient(first, operands[1] ?? any)
    case 'power':
      return raised(first, operands[1] ?? any, parts[1], 'exponent', place, context)
    case 'root':
      return raised(operands[1] ?? any, first, parts[0], 'degree', place, context)
    case 'eq':
    case 'neq':
    case 'gt':
    case 'lt':
    case 'geq':
    case 'leq':
      agreed('the sides of a comparison differ', operands, place, context)
      return none
    case 'and':
    case 'or':
    case 'xor':
    case 'implies':
    case 'not':
      return none
    default:
      for (const [i, operand] of operands.entries())
        same(`${argumentOf(operator, i)} differs from a plain number`, operand, none, parts[i]?.place ?? place, context)
      return none
  }
}

function argumentOf(operator: Operator, index: number): string {
  if (operator === 'log') return index === 0 ? 'the base of log' : 'the argument of log'
  return angles.test(operator) ? `the angle of ${operator}` : `the argument of ${operator}`
}

const product = (a: Inferred, b: Inferred): Inferred => combined(a, b, multiplyUnits)
const quotient = (a: Inferred, b: Inferred): Inferred => combined(a, b, divideUnits)

function combined(a: Inferred, b: Inferred, by: (a: Unit, b: Unit) => Unit): Inferred {
  if (a.kind === 'unknown' || b.kind === 'unknown') return unknown
  if (a.kind === 'any' && b.kind === 'any') return any
  const left = a.kind === 'unit' ? a : { unit: dimensionless, bare: true }
  const right = b.kind === 'unit' ? b : { unit: dimensionless, bare: true }
  return { kind: 'unit', unit: by(left.unit, right.unit), bare: left.bare || right.bare }
}

/** `base` to the power of what `part` comes to, or of 1 over it for a degree. */
function raised(
  base: Inferred,
  by: Inferred,
  part: Expression | undefined,
  what: 'exponent' | 'degree',
  place: Place | undefined,
  context: UnitContext,
): Inferred {
  same(`the ${what} differs from a plain number`, by, none, place, context)
  if (base.kind !== 'unit') return base
  if (base.unit.dimension.size === 0 && base.unit.factor === 1) return base
  const value = part && constantValue(part, context.constant)
  if (value === undefined || !Number.isFinite(value) || (what === 'degree' && value === 0)) {
    context.unchecked(`the ${what} of something with a unit is not a fixed number`, place)
    return unknown
  }
  return { ...base, unit: raiseUnit(base.unit, what === 'degree' ? 1 / value : value) }
}

/** The unit that all have, which is the first known one's; those that have another are told of. */
function agreed(what: string, operands: readonly Inferred[], place: Place | undefined, context: UnitContext): Inferred {
  let first: Inferred | undefined
  let bare = false
  for (const operand of operands) {
    if (operand.kind !== 'unit') continue
    bare ||= operand.bare
    if (!first) first = operand
    else same(what, first, operand, place, context)
  }
  if (first?.kind === 'unit') return first.bare === bare ? first : { ...first, bare }
  return operands.some(({ kind }) => kind === 'unknown') ? unknown : any
}

/** Tells the context when both are known and differ. */
export function same(
  what: string,
  left: Inferred,
  right: Inferred,
  place: Place | undefined,
  context: Pick<UnitContext, 'differ'>,
): void {
  if (left.kind !== 'unit' || right.kind !== 'unit') return
  if (sameDimension(left.unit, right.unit) && sameFactor(left.unit, right.unit)) return
  context.differ(what, left, right, place)
}
