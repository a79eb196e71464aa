import { DynamicsError, type Place } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Model, Parameter } from '../model.ts'
import type { UnitFinding } from './finding.ts'
import { type Inferred, inferUnit, known, same, type UnitContext, unknown } from './infer-unit.ts'
import { printUnit } from './print-unit.ts'
import { resolveUnits } from './resolve-units.ts'
import { dimensionless, divideUnits, sameDimension } from './unit.ts'

/**
 * Checks that every formula of a model balances in its units: both sides of rules, rates of reactions against extent
 * per time, initial assignments, what events assign and wait for, the terms of sums, what is compared, the pieces of
 * piecewise formulas, delays, exponents and arguments of functions, bodies of the model's functions wherever they are
 * called.
 *
 * A difference shows both sides. What has no unit cannot be checked: one remark for each such symbol says so. Numbers
 * without units take on what stands beside them in sums and comparisons and count as dimensionless in products, as is
 * usual for SBML and Antimony; in CellML every number has a unit, and one without is dimensionless.
 *
 * @example
 * checkUnits(model).filter(({ severity }) => severity === 'error').map(({ message }) => message)
 * // ['rate rule of V: its two sides differ: left: mV ms⁻¹ (kg m² s⁻⁴ A⁻¹) right: mV (kg m² s⁻³ A⁻¹)']
 */
export function checkUnits(model: Model): readonly UnitFinding[] {
  const findings: UnitFinding[] = []
  const missing = new Map<string, { formulas: Set<string>; place?: Place }>()
  const unit = unitFinder(model, findings)
  const symbols = symbolUnits(model, unit)
  const time = optional(model.units.time)
  const extent = optional(model.units.extent ?? (oldSbml(model) ? 'substance' : undefined))
  const constants = fixedNumbers(model)
  const functions = new Map(model.functions.map((definition) => [definition.id, definition]))

  function optional(name: string | undefined): Inferred {
    return name === undefined ? unknown : unit(name)
  }

  const places = declarations(model)

  function lacks(what: string, element: string, place = places.get(what)): Inferred {
    const entry = missing.get(what)
    if (entry) entry.formulas.add(element)
    else missing.set(what, { formulas: new Set([element]), ...(place && { place }) })
    return unknown
  }

  /** For formulas of `element`, in which `locals` hide the model's symbols. */
  function contextOf(element: string, at: Place | undefined, locals: readonly Parameter[] = []): UnitContext {
    const local = new Map(locals.map((parameter) => [parameter.id, parameter]))
    const told = new Set<string>()
    return {
      symbol(id) {
        const own = local.get(id)
        const found = own ? (own.unit === undefined ? unknown : unit(own.unit)) : symbols.get(id)
        if (!found || found.kind === 'unknown') return lacks(id, element, own?.place)
        return found
      },
      constant: (id) => (local.has(id) ? local.get(id)!.value : constants.get(id)),
      unit: (name) => unit(name),
      time: () => (time.kind === 'unknown' ? lacks('time', element) : time),
      functions,
      calls: new Map(),
      strict: model.source.format === 'cellml',
      differ(what, left, right, place) {
        const finding = difference(element, what, left, right, place ?? at)
        if (!finding || told.has(finding.message)) return
        told.add(finding.message)
        findings.push(finding)
      },
      unchecked(why, place = at) {
        const message = `${element} cannot be checked: ${why}`
        if (told.has(message)) return
        told.add(message)
        findings.push({ severity: 'remark', kind: 'unchecked', element, ...(place && { place }), message })
      },
    }
  }

  /** That a formula has the unit that `wanted` gives. */
  function check(
    element: string,
    value: Expression,
    place: Place | undefined,
    wanted: (context: UnitContext) => Inferred,
    locals?: readonly Parameter[],
  ): void {
    const context = contextOf(element, place ?? value.place, locals)
    const right = inferUnit(value, context)
    same('its two sides differ', wanted(context), right, undefined, context)
  }
  const perTime = (of: Inferred, context: UnitContext): Inferred => ratio(of, context.time())
  const plain = (): Inferred => known(dimensionless)
  const anything = (): Inferred => unknown

  for (const { symbol, value, place } of model.initialAssignments)
    check(`initial assignment of ${symbol}`, value, place, (context) => context.symbol(symbol))
  for (const rule of model.rules) {
    if (rule.kind === 'algebraic') check('algebraic rule', rule.value, rule.place, anything)
    else if (rule.kind === 'assignment')
      check(`assignment rule of ${rule.symbol}`, rule.value, rule.place, (context) => context.symbol(rule.symbol))
    else
      check(`rate rule of ${rule.symbol}`, rule.value, rule.place, (context) =>
        perTime(context.symbol(rule.symbol), context),
      )
  }
  for (const reaction of model.reactions) {
    const element = `reaction ${reaction.id}`
    const rate = (context: UnitContext) =>
      perTime(extent.kind === 'unknown' ? lacks('extent', element) : extent, context)
    if (reaction.rate) check(element, reaction.rate, reaction.place, rate, reaction.localParameters)
    for (const { species, stoichiometry, place } of [...reaction.reactants, ...reaction.products])
      if (typeof stoichiometry === 'object')
        check(`stoichiometry of ${species} in ${element}`, stoichiometry, place ?? reaction.place, plain)
  }
  for (const { condition, place } of model.constraints) check('constraint', condition, place, anything)
  for (const [i, event] of model.events.entries()) {
    const element = `event ${event.id ?? event.name ?? i + 1}`
    check(`trigger of ${element}`, event.trigger, event.place, anything)
    if (event.delay) check(`delay of ${element}`, event.delay, event.place, (context) => context.time())
    if (event.priority) check(`priority of ${element}`, event.priority, event.place, plain)
    for (const { symbol, value, place } of event.assignments)
      check(`assignment of ${symbol} in ${element}`, value, place ?? event.place, (context) => context.symbol(symbol))
  }
  for (const [what, { formulas, place }] of missing) findings.push(lack(what, [...formulas], place))
  return findings
}

function difference(
  element: string,
  what: string,
  left: Inferred,
  right: Inferred,
  place: Place | undefined,
): UnitFinding | undefined {
  if (left.kind !== 'unit' || right.kind !== 'unit') return undefined
  const scale = sameDimension(left.unit, right.unit)
  const bare = left.bare || right.bare
  const sides = { left: printUnit(left.unit, { scale }), right: printUnit(right.unit, { scale }) }
  const how = scale ? ' by a factor' : ''
  const unless = bare ? '; a number without a unit may stand for a quantity that has one' : ''
  const worst = scale ? 'warning' : 'error'
  const softer = scale ? 'remark' : 'warning'
  return {
    severity: bare ? softer : worst,
    kind: scale ? 'scale' : 'dimension',
    element,
    ...(place && { place }),
    message: `${place ? `line ${place.line}: ` : ''}${element}: ${what}${how}: left: ${sides.left} right: ${sides.right}${unless}`,
    ...sides,
  }
}

function lack(what: string, formulas: readonly string[], place: Place | undefined): UnitFinding {
  const [first = ''] = formulas
  const more = formulas.length > 1 ? ` and ${formulas.length - 1} more` : ''
  return {
    severity: 'remark',
    kind: 'unchecked',
    element: what,
    ...(place && { place }),
    message: `${first}${more} cannot be checked because ${what} has no unit`,
  }
}

const oldSbml = ({ source: { format, version } }: Model): boolean => format === 'sbml' && /^Level [12]\b/.test(version)

/** Units by name; the first time that one cannot be had it is told of, and what has it is unknown. */
function unitFinder(model: Model, findings: UnitFinding[]): (name: string) => Inferred {
  const resolve = resolveUnits(model.unitDefinitions, model.source)
  const found = new Map<string, Inferred>()
  const find = (name: string): Inferred => {
    let unit = found.get(name)
    if (!unit) {
      try {
        unit = known(resolve(name))
      } catch (error) {
        if (!(error instanceof DynamicsError)) throw error
        const { message, element = name, place } = error
        findings.push({ severity: 'error', kind: 'definition', element, ...(place && { place }), message })
        unit = unknown
      }
      found.set(name, unit)
    }
    return unit
  }
  for (const { id } of model.unitDefinitions) find(id)
  return find
}

/** The unit of each symbol of the model; `unknown` where none is said. */
function symbolUnits(model: Model, unit: (name: string) => Inferred): ReadonlyMap<string, Inferred> {
  const { units } = model
  const symbols = new Map<string, Inferred>()
  const put = (id: string, name: string | undefined) => symbols.set(id, name === undefined ? unknown : unit(name))
  for (const { id, unit: own, spatialDimensions } of model.compartments) {
    const byDimension = [undefined, units.length, units.area, units.volume]
    put(id, own ?? (spatialDimensions === 0 ? 'dimensionless' : byDimension[spatialDimensions]))
  }
  for (const species of model.species) {
    put(species.id, species.substanceUnit ?? units.substance)
    if (species.hasOnlySubstanceUnits) continue
    const amount = symbols.get(species.id)!
    const size = symbols.get(species.compartment) ?? unknown
    symbols.set(species.id, ratio(amount, size))
  }
  for (const parameter of model.parameters) put(parameter.id, parameter.unit)
  const time = units.time === undefined ? unknown : unit(units.time)
  const extent = units.extent ?? (oldSbml(model) ? 'substance' : undefined)
  const speed = ratio(extent === undefined ? unknown : unit(extent), time)
  for (const { id, reactants, products } of model.reactions) {
    symbols.set(id, speed)
    for (const reference of [...reactants, ...products])
      if (reference.id !== undefined) symbols.set(reference.id, known(dimensionless))
  }
  return symbols
}

const ratio = (a: Inferred, b: Inferred): Inferred =>
  a.kind === 'unit' && b.kind === 'unit' ? known(divideUnits(a.unit, b.unit)) : unknown

/** Where symbols are declared: there a unit can be added. */
const declarations = (model: Model): ReadonlyMap<string, Place> =>
  new Map(
    [...model.compartments, ...model.species, ...model.parameters, ...model.reactions].flatMap(({ id, place }) =>
      place ? [[id, place] as const] : [],
    ),
  )

/** What keeps its number all the time: constant parameters that no formula sets. */
function fixedNumbers(model: Model): ReadonlyMap<string, number> {
  const set = new Set(model.initialAssignments.map(({ symbol }) => symbol))
  for (const rule of model.rules) if (rule.kind !== 'algebraic') set.add(rule.symbol)
  for (const { assignments } of model.events) for (const { symbol } of assignments) set.add(symbol)
  return new Map(
    model.parameters.flatMap(({ id, value }) => (value === undefined || set.has(id) ? [] : [[id, value] as const])),
  )
}
