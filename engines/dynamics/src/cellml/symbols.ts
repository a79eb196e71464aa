import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Parameter, Rule } from '../model.ts'
import { printUnit } from '../units/print-unit.ts'
import { sameDimension, sameFactor, type Unit } from '../units/unit.ts'
import type { Equation } from './equations.ts'
import type { FlatModel, Variable } from './flatten.ts'
import type { UnitTable } from './unit-table.ts'

/** All variables that are connected with each other, which are one quantity. */
export interface Quantity {
  /** The variable that its equation or its initial value is given for; it gives the symbol its name and unit. */
  readonly owner: Variable
  readonly members: readonly Variable[]
}

/** One quantity for each set of connected variables. */
export function connectedQuantities(
  { components, connections }: FlatModel,
  equations: readonly Equation[],
): ReadonlyMap<Variable, Quantity> {
  const variables = components.flatMap((component) => [...component.variables.values()])
  const leader = new Map<Variable, Variable>(variables.map((variable) => [variable, variable]))
  const lead = (variable: Variable): Variable => {
    let first = variable
    while (leader.get(first)! !== first) first = leader.get(first)!
    // The next search is short.
    for (let one = variable; one !== first; ) {
      const next = leader.get(one)!
      leader.set(one, first)
      one = next
    }
    return first
  }
  for (const { variables: pair } of connections) leader.set(lead(pair[1]), lead(pair[0]))
  const sets = new Map<Variable, Variable[]>()
  for (const variable of variables) {
    const first = lead(variable)
    const set = sets.get(first)
    if (set) set.push(variable)
    else sets.set(first, [variable])
  }
  const determined = new Set<Variable>()
  const rated = new Set<Variable>()
  for (const { left, right } of equations)
    for (const { is } of [left, right])
      if (is.kind === 'rate') rated.add(is.variable)
      else if (is.kind === 'variable' && is === left.is) determined.add(is.variable)
  const quantities = new Map<Variable, Quantity>()
  for (const members of sets.values()) {
    const owner =
      members.find((one) => rated.has(one)) ??
      members.find((one) => determined.has(one)) ??
      members.find(({ initialValue }) => initialValue !== undefined) ??
      members[0]!
    const quantity = { owner, members }
    for (const member of members) quantities.set(member, quantity)
  }
  return quantities
}

/** What variables are called in the model. */
export interface Symbols {
  readonly quantities: ReadonlySet<Quantity>
  readonly time: Quantity | undefined
  quantityOf(variable: Variable): Quantity
  idOf(quantity: Quantity): string
  /** A variable in its own unit, converted where its quantity's owner has another. */
  expressionOf(variable: Variable): Expression
  /** `value`, which is in unit `from`, in unit `to` of the same dimension. */
  convert(value: Expression, from: string, to: string): Expression
  /** How many of unit `to` are one of unit `from`; `undefined` where the dimensions differ. */
  factor(from: string, to: string): number | undefined
  /** Makes the rate at which a quantity changes a symbol of its own, which something else has to determine. */
  addRate(quantity: Quantity): void
  /** The rate at which a quantity changes. */
  rateOf(quantity: Quantity): Expression
  /** What conversions and rates have added to the model. */
  readonly parameters: readonly Parameter[]
  readonly rules: readonly Rule[]
}

/**
 * Names quantities `component__variable` after their owners, and makes a symbol of its own for each other unit in which
 * a quantity is used.
 */
export function nameSymbols(
  quantities: ReadonlyMap<Variable, Quantity>,
  time: Quantity | undefined,
  units: UnitTable,
  unitOf: (id: string) => Unit,
): Symbols {
  const taken = new Set<string>()
  const unused = (plain: string): string => {
    let id = plain
    for (let i = 2; taken.has(id); i++) id = `${plain}_${i}`
    taken.add(id)
    return id
  }
  const nameOf = ({ component, name }: Variable): string => {
    return unused(`${component.name}__${name}`.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_'))
  }
  const all = new Set(quantities.values())
  const ids = new Map([...all].flatMap((quantity) => (quantity === time ? [] : [[quantity, nameOf(quantity.owner)]])))
  const parameters: Parameter[] = []
  const rules: Rule[] = []
  const converted = new Map<Quantity, { readonly unit: Unit; readonly id: string }[]>()
  const rateIds = new Map<Quantity, string>()
  const ratioUnits = new Map<string, string>()

  function factor(from: string, to: string): number | undefined {
    const [a, b] = [unitOf(from), unitOf(to)]
    if (from === to) return 1
    if (!sameDimension(a, b)) return undefined
    return sameFactor(a, b) ? 1 : a.factor / b.factor
  }

  function convert(value: Expression, from: string, to: string): Expression {
    const by = factor(from, to)
    if (by === undefined || by === 1) return value
    const ratio: Expression = { kind: 'number', value: by, unit: ratioUnit(to, from) }
    return { kind: 'apply', operator: 'times', operands: [value, ratio] }
  }

  function ratioUnit(of: string, per: string): string {
    const key = `${of} ${per}`
    let unit = ratioUnits.get(key)
    if (unit === undefined) {
      unit = units.add(`${of}_per_${per}`, [
        { unit: of, exponent: 1, scale: 0, multiplier: 1 },
        { unit: per, exponent: -1, scale: 0, multiplier: 1 },
      ])
      ratioUnits.set(key, unit)
    }
    return unit
  }

  function addRate(quantity: Quantity): void {
    const symbol = ids.get(quantity)!
    const id = unused(`${symbol}__rate`)
    rateIds.set(quantity, id)
    const { component, name, unit, place } = quantity.owner
    parameters.push({
      id,
      name: `rate of ${component.name}.${name}`,
      unit: ratioUnit(unit, time!.owner.unit),
      constant: false,
      place,
    })
    rules.push({ kind: 'rate', symbol, value: { kind: 'symbol', id }, place })
  }

  function expressionOf(variable: Variable): Expression {
    const quantity = quantities.get(variable)!
    const { owner } = quantity
    const value: Expression = quantity === time ? { kind: 'time' } : { kind: 'symbol', id: ids.get(quantity)! }
    if (factor(owner.unit, variable.unit) === 1) return value
    const others = converted.get(quantity) ?? []
    converted.set(quantity, others)
    const unit = unitOf(variable.unit)
    let symbol = others.find((other) => sameFactor(other.unit, unit))
    if (!symbol) {
      symbol = { unit, id: nameOf(variable) }
      others.push(symbol)
      const { component, name, place } = variable
      parameters.push({ id: symbol.id, name: `${component.name}.${name}`, unit: variable.unit, constant: false, place })
      rules.push({ kind: 'assignment', symbol: symbol.id, value: convert(value, owner.unit, variable.unit), place })
    }
    return { kind: 'symbol', id: symbol.id }
  }

  return {
    quantities: all,
    time,
    quantityOf: (variable) => quantities.get(variable)!,
    idOf: (quantity) => ids.get(quantity)!,
    expressionOf,
    convert,
    factor,
    addRate,
    rateOf(quantity) {
      const id = rateIds.get(quantity)
      return id === undefined ? { kind: 'rate-of', id: ids.get(quantity)! } : { kind: 'symbol', id }
    },
    parameters,
    rules,
  }
}

/** That all units can be had, and that connected variables measure the same. */
export function checkConnections({ components, connections }: FlatModel, unitOf: (id: string) => Unit): void {
  for (const { variables } of components) for (const { unit } of variables.values()) unitOf(unit)
  for (const { variables, place } of connections) {
    const [a, b] = variables.map(({ unit }) => unitOf(unit)) as [Unit, Unit]
    if (sameDimension(a, b)) continue
    const [one, other] = variables.map(({ component, name }) => `${component.name}.${name}`)
    throw new DynamicsError(
      'units',
      `${one} and ${other} are connected and differ: left: ${printUnit(a)} right: ${printUnit(b)}`,
      { element: `${one} and ${other}`, place },
    )
  }
}
