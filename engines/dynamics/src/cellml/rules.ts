import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Rule } from '../model.ts'
import type { CellmlVersion } from './document.ts'
import { type Equation, type Side, variableOf } from './equations.ts'
import type { Variable } from './flatten.ts'
import type { Quantity, Symbols } from './symbols.ts'
import { translate } from './translate.ts'

export interface Rules {
  readonly rules: readonly Rule[]
  /** What has a rule of its own: a value or a rate. */
  readonly determined: ReadonlyMap<Quantity, 'rate' | 'assignment'>
  /** What algebraic rules determine together. */
  readonly solvedFor: ReadonlySet<Quantity>
}

/**
 * Finds for each equation what it determines: a rate, the variable that stands alone on a side, or else something that
 * has to be solved for.
 */
export function rulesOf(equations: readonly Equation[], symbols: Symbols, version: CellmlVersion): Rules {
  const rules: Rule[] = []
  const determined = new Map<Quantity, 'rate' | 'assignment'>()
  const solvedFor = new Set<Quantity>()
  const given = ({ members }: Quantity) => members.some(({ initialValue }) => initialValue !== undefined)
  const open = (quantity: Quantity) => quantity !== symbols.time && !determined.has(quantity)
  const alone = ({ is }: Side): Variable | undefined => (is.kind === 'variable' ? is.variable : undefined)

  function determine(
    kind: 'rate' | 'assignment',
    variable: Variable,
    value: Side,
    { component, place }: Equation,
  ): void {
    const quantity = symbols.quantityOf(variable)
    const name = `${component.name}.${variable.name}`
    if (quantity === symbols.time || determined.has(quantity))
      throw new DynamicsError(
        'invalid-model',
        quantity === symbols.time ? `${name} is the model’s time and has an equation` : `${name} has two equations`,
        { element: name, place },
      )
    determined.set(quantity, kind)
    let formula: Expression = translate(value, component, symbols)
    formula = symbols.convert(formula, variable.unit, quantity.owner.unit)
    rules.push({ kind, symbol: symbols.idOf(quantity), value: formula, place })
  }

  function rate(of: Side, value: Side, equation: Equation): void {
    if (of.is.kind !== 'rate') return
    determine('rate', of.is.variable, value, equation)
    const rule = rules.pop()! as Rule & { kind: 'rate' }
    rules.push({ ...rule, value: symbols.convert(rule.value, symbols.time!.owner.unit, of.by[0]!.unit) })
  }

  const isRate = ({ is }: Side): boolean => is.kind === 'rate'
  const plain = equations.filter((equation) => {
    const { left, right } = equation
    if (isRate(left)) rate(left, right, equation)
    else if (isRate(right) && !alone(left)) rate(right, left, equation)
    else return true
    return false
  })
  // `x = dy/dt` says what x is where y has a rate already, and otherwise how y changes.
  const values = plain.filter((equation) => {
    const { left, right } = equation
    if (right.is.kind !== 'rate' || determined.has(symbols.quantityOf(right.is.variable))) return true
    rate(right, left, equation)
    return false
  })
  const unsolved = values.filter((equation) => {
    for (const [own, other] of [
      [equation.left, equation.right],
      [equation.right, equation.left],
    ] as const) {
      const variable = alone(own)
      const quantity = variable && symbols.quantityOf(variable)
      if (!quantity || !open(quantity) || given(quantity)) continue
      determine('assignment', variable, other, equation)
      return false
    }
    return true
  })
  for (const equation of unsolved) {
    const { left, right, component, place } = equation
    const quantities = quantitiesIn(equation, symbols).filter(open)
    const unknown = quantities.filter((quantity) => !given(quantity))
    const variable = alone(left)
    const own = variable && symbols.quantityOf(variable)
    if (unknown.length === 0 && own && open(own) && version === '2.0') {
      // An initial value is a first guess only (CellML 2.0, section 3.2.7).
      determine('assignment', variable, right, equation)
      continue
    }
    const guessed = version === '2.0' ? quantities : []
    if (unknown.length === 0 && guessed.length === 0) {
      const name = variable ? `${component.name}.${variable.name}` : `an equation of ${component.name}`
      const why = own && !open(own) ? 'has two equations' : 'has an initial value and an equation'
      throw new DynamicsError(
        'invalid-model',
        variable ? `${name} ${why}` : `${name} determines nothing: all in it is determined elsewhere`,
        { element: name, place },
      )
    }
    for (const quantity of unknown.length > 0 ? unknown : guessed) solvedFor.add(quantity)
    const operands = [translate(left, component, symbols), translate(right, component, symbols)]
    rules.push({ kind: 'algebraic', value: { kind: 'apply', operator: 'minus', operands, place }, place })
  }
  return { rules, determined, solvedFor }
}

function quantitiesIn({ component, left, right }: Equation, symbols: Symbols): Quantity[] {
  const found = new Set<Quantity>()
  const visit = (expression: Expression): void => {
    if (expression.kind === 'symbol')
      found.add(symbols.quantityOf(variableOf(component, expression.id, expression.place)))
    else if (expression.kind === 'apply') expression.operands.forEach(visit)
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
  return [...found]
}
