import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Rule } from '../model.ts'
import type { CellmlVersion } from './document.ts'
import { type Equation, type Side, variableOf } from './equations.ts'
import type { Variable } from './flatten.ts'
import { matchAll } from './matching.ts'
import type { Quantity, Symbols } from './symbols.ts'
import { translate } from './translate.ts'

export interface Rules {
  readonly rules: readonly Rule[]
  /** What has a rule of its own: a value or a rate. */
  readonly determined: ReadonlyMap<Quantity, 'rate' | 'assignment'>
  /** What algebraic rules determine together. */
  readonly solvedFor: ReadonlySet<Quantity>
}

/** A quantity, or the rate at which it changes. */
interface Unknown {
  readonly quantity: Quantity
  readonly rate: boolean
}

/**
 * Finds for each equation what it determines: a rate that stands alone on a side, a variable that does, or else
 * something in it that has to be solved for. Each unknown is determined by one equation.
 */
export function rulesOf(equations: readonly Equation[], symbols: Symbols, version: CellmlVersion): Rules {
  const rules: Rule[] = []
  const determined = new Map<Quantity, 'rate' | 'assignment'>()

  function rate(of: Side, value: Side, { component, place }: Equation): void {
    if (of.is.kind !== 'rate') return
    const { variable } = of.is
    const quantity = symbols.quantityOf(variable)
    const { owner } = quantity
    if (quantity === symbols.time || determined.has(quantity)) throw overdetermined(variable, quantity, symbols, place)
    determined.set(quantity, 'rate')
    const perOwnTime = symbols.convert(translate(value, component, symbols), variable.unit, owner.unit)
    const perTime = symbols.convert(perOwnTime, symbols.time!.owner.unit, of.by[0]!.unit)
    rules.push({ kind: 'rate', symbol: symbols.idOf(quantity), value: perTime, place })
  }

  const isRate = ({ is }: Side): boolean => is.kind === 'rate'
  const others = equations.filter((equation) => {
    const { left, right } = equation
    if (isRate(left)) rate(left, right, equation)
    else if (isRate(right) && !alone(left)) rate(right, left, equation)
    else return true
    return false
  })
  // `x = dy/dt` says what x is where y has a rate already, and otherwise how y changes.
  const values = others.filter((equation) => {
    const { left, right } = equation
    if (right.is.kind !== 'rate' || determined.has(symbols.quantityOf(right.is.variable))) return true
    rate(right, left, equation)
    return false
  })

  const solvedFor = new Set<Quantity>()
  const matched = matchUnknowns(values, determined, symbols, version)
  for (const { quantity, rate } of matched.values()) {
    if (!rate) continue
    determined.set(quantity, 'rate')
    symbols.addRate(quantity)
  }
  for (const equation of values) {
    const { component, left, right, place } = equation
    const unknown = matched.get(equation)
    if (!unknown) throw determinesNothing(equation, determined, symbols)
    const { quantity } = unknown
    const own = unknown.rate ? undefined : [left, right].find((side) => lone(side, symbols) === quantity)
    const variable = own && alone(own)
    if (variable) {
      determined.set(quantity, 'assignment')
      const value = translate(own === left ? right : left, component, symbols)
      const inUnit = symbols.convert(value, variable.unit, quantity.owner.unit)
      rules.push({ kind: 'assignment', symbol: symbols.idOf(quantity), value: inUnit, place })
      continue
    }
    if (!unknown.rate) solvedFor.add(quantity)
    const operands = [translate(left, component, symbols), translate(right, component, symbols)]
    rules.push({ kind: 'algebraic', value: { kind: 'apply', operator: 'minus', operands, place }, place })
  }
  return { rules, determined, solvedFor }
}

/** The unknown that each equation determines, as far as there is one; a variable that stands alone rather than others. */
function matchUnknowns(
  equations: readonly Equation[],
  determined: ReadonlyMap<Quantity, 'rate' | 'assignment'>,
  symbols: Symbols,
  version: CellmlVersion,
): ReadonlyMap<Equation, Unknown> {
  const unknowns = new Map<Quantity, Unknown>()
  const unknownOf = (quantity: Quantity, rate = false): Unknown => {
    const unknown = unknowns.get(quantity) ?? { quantity, rate }
    unknowns.set(quantity, unknown)
    return unknown
  }
  const given = ({ members }: Quantity) => members.some(({ initialValue }) => initialValue !== undefined)
  const open = (quantity: Quantity) => quantity !== symbols.time && !determined.has(quantity)
  const contents = new Map(equations.map((equation) => [equation, contentsOf(equation, symbols)]))
  // Rates first: a quantity whose rate is asked for changes at that rate, and is no unknown itself.
  for (const { rates } of contents.values()) for (const quantity of rates) if (open(quantity)) unknownOf(quantity, true)
  const certain = new Map<Equation, Unknown[]>()
  const guessed = new Map<Equation, Unknown[]>()
  for (const [equation, { quantities, rates }] of contents) {
    const inIt = [...rates].filter(open).map((quantity) => unknownOf(quantity))
    const values = [...quantities].filter(open).filter((quantity) => !unknowns.get(quantity)?.rate)
    certain.set(equation, [...inIt, ...values.filter((quantity) => !given(quantity)).map((one) => unknownOf(one))])
    // An initial value of what is solved for is a first guess (CellML 2.0, section 3.2.7); in CellML 1.x it is the value.
    guessed.set(equation, version === '2.0' ? values.map((one) => unknownOf(one)) : [])
  }

  const taken = new Map<Unknown, Equation>()
  const settled = new Set<Equation>()
  for (const side of ['left', 'right'] as const)
    for (const equation of equations) {
      const quantity = lone(equation[side], symbols)
      const unknown = quantity && certain.get(equation)!.find((one) => one.quantity === quantity && !one.rate)
      if (!unknown || taken.has(unknown) || settled.has(equation)) continue
      taken.set(unknown, equation)
      settled.add(equation)
    }
  matchAll(equations, (equation) => certain.get(equation)!, taken)
  matchAll(equations, (equation) => [...certain.get(equation)!, ...guessed.get(equation)!], taken)
  return new Map([...taken].map(([unknown, equation]) => [equation, unknown]))
}

const alone = ({ is }: Side): Variable | undefined => (is.kind === 'variable' ? is.variable : undefined)

function lone(side: Side, symbols: Symbols): Quantity | undefined {
  const variable = alone(side)
  return variable && symbols.quantityOf(variable)
}

/** Quantities whose values and whose rates an equation speaks of. */
function contentsOf(
  { component, left, right }: Equation,
  symbols: Symbols,
): { readonly quantities: ReadonlySet<Quantity>; readonly rates: ReadonlySet<Quantity> } {
  const quantities = new Set<Quantity>()
  const rates = new Set<Quantity>()
  const visit = (expression: Expression): void => {
    if (expression.kind === 'symbol' || expression.kind === 'rate-of') {
      const quantity = symbols.quantityOf(variableOf(component, expression.id, expression.place))
      if (expression.kind === 'symbol') quantities.add(quantity)
      else rates.add(quantity)
    } else if (expression.kind === 'apply') expression.operands.forEach(visit)
    else if (expression.kind === 'piecewise') {
      for (const { value, condition } of expression.pieces) {
        visit(value)
        visit(condition)
      }
      if (expression.otherwise) visit(expression.otherwise)
    }
  }
  visit(left.value)
  visit(right.value)
  return { quantities, rates }
}

function overdetermined(
  { component, name: own }: Variable,
  quantity: Quantity,
  symbols: Symbols,
  place: Equation['place'],
): DynamicsError {
  const name = `${component.name}.${own}`
  const why = quantity === symbols.time ? 'is the model’s time and has an equation' : 'has two equations'
  return new DynamicsError('invalid-model', `${name} ${why}`, { element: name, place })
}

function determinesNothing(
  { component, left, place }: Equation,
  determined: Rules['determined'],
  symbols: Symbols,
): DynamicsError {
  const variable = alone(left)
  if (!variable)
    return new DynamicsError(
      'invalid-model',
      `an equation of ${component.name} determines nothing: all in it is determined elsewhere`,
      { element: component.name, place },
    )
  const quantity = symbols.quantityOf(variable)
  const given = quantity.members.some(({ initialValue }) => initialValue !== undefined)
  if (!given || determined.has(quantity)) return overdetermined(variable, quantity, symbols, place)
  const name = `${component.name}.${variable.name}`
  return new DynamicsError('invalid-model', `${name} has an initial value and an equation`, { element: name, place })
}
