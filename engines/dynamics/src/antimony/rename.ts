import type { Expression } from '../expression.ts'
import type { Model, SpeciesReference } from '../model.ts'
import { mapExpression } from './map-expression.ts'
import { baseUnits } from './units.ts'
import { isReserved, modelUnits } from './words.ts'

/**
 * The same model with `_` added to every name that means something else in Antimony: words of the language, and units
 * called like an element, like a unit that the language knows or like one of the model's own.
 */
export function renameReserved(model: Model): Model {
  const { functions, compartments, species, parameters, reactions, events } = model
  const references = reactions.flatMap(({ reactants, products }) => [...reactants, ...products])
  const ids = [functions, compartments, species, parameters, reactions, references, events].flatMap((all) =>
    all.flatMap(({ id }) => (id === undefined ? [] : [id])),
  )
  const own = new Map(Object.entries(modelUnits).map(([kind, unit]) => [unit as string, kind as keyof Model['units']]))
  const renamed = renaming(ids, (one) => isReserved(one) || own.has(one))
  const id = (one: string) => renamed.get(one) ?? one

  const elements = new Set(ids.map(id))
  const unitsRenamed = renaming(
    model.unitDefinitions.map((one) => one.id),
    (unit) => {
      const kind = own.get(unit)
      const another = kind !== undefined && model.units[kind] !== unit
      return isReserved(unit) || elements.has(unit) || baseUnits.has(unit) || another
    },
  )
  const unit = (one: string) => unitsRenamed.get(one) ?? one
  if (renamed.size === 0 && unitsRenamed.size === 0 && !reservedArguments(model)) return withOwnUnits(model, unit)

  const formula = (value: Expression, locals: ReadonlyMap<string, string> = new Map()): Expression =>
    mapExpression(value, (part) => {
      if (part.kind === 'symbol') return { ...part, id: locals.get(part.id) ?? id(part.id) }
      if (part.kind === 'rate-of') return { ...part, id: id(part.id) }
      if (part.kind === 'call') return { ...part, function: id(part.function) }
      return part.kind === 'number' && part.unit !== undefined ? { ...part, unit: unit(part.unit) } : part
    })
  const reference = (one: SpeciesReference): SpeciesReference => ({
    ...one,
    ...(one.id === undefined ? {} : { id: id(one.id) }),
    species: id(one.species),
  })
  const measured = (one: { readonly unit?: string }) => (one.unit === undefined ? {} : { unit: unit(one.unit) })
  return withOwnUnits(
    {
      ...model,
      unitDefinitions: model.unitDefinitions.map((one) => ({
        ...one,
        id: unit(one.id),
        factors: one.factors.map((factor) => ({ ...factor, unit: unit(factor.unit) })),
      })),
      functions: functions.map((one) => {
        const locals = renaming(one.arguments, isReserved)
        return {
          ...one,
          id: id(one.id),
          arguments: one.arguments.map((name) => locals.get(name) ?? name),
          body: formula(one.body, new Map(one.arguments.map((name) => [name, locals.get(name) ?? name]))),
        }
      }),
      compartments: compartments.map((one) => ({ ...one, id: id(one.id), ...measured(one) })),
      species: species.map((one) => ({
        ...one,
        id: id(one.id),
        compartment: id(one.compartment),
        ...(one.substanceUnit === undefined ? {} : { substanceUnit: unit(one.substanceUnit) }),
      })),
      parameters: parameters.map((one) => ({ ...one, id: id(one.id), ...measured(one) })),
      reactions: reactions.map((one) => ({
        ...one,
        id: id(one.id),
        reactants: one.reactants.map(reference),
        products: one.products.map(reference),
        modifiers: one.modifiers.map(id),
        ...(one.rate ? { rate: formula(one.rate) } : {}),
        ...(one.compartment === undefined ? {} : { compartment: id(one.compartment) }),
      })),
      initialAssignments: model.initialAssignments.map((one) => ({
        ...one,
        symbol: id(one.symbol),
        value: formula(one.value),
      })),
      rules: model.rules.map((rule) =>
        rule.kind === 'algebraic'
          ? { ...rule, value: formula(rule.value) }
          : { ...rule, symbol: id(rule.symbol), value: formula(rule.value) },
      ),
      constraints: model.constraints.map((one) => ({ ...one, condition: formula(one.condition) })),
      events: events.map((one) => ({
        ...one,
        ...(one.id === undefined ? {} : { id: id(one.id) }),
        trigger: formula(one.trigger),
        ...(one.delay ? { delay: formula(one.delay) } : {}),
        ...(one.priority ? { priority: formula(one.priority) } : {}),
        assignments: one.assignments.map((each) => ({ ...each, symbol: id(each.symbol), value: formula(each.value) })),
      })),
    },
    unit,
  )
}

const reservedArguments = ({ functions }: Model): boolean => functions.some((one) => one.arguments.some(isReserved))

/** Other names for those that may not stay. */
function renaming(names: readonly string[], bad: (name: string) => boolean): ReadonlyMap<string, string> {
  const taken = new Set(names)
  const renamed = new Map<string, string>()
  for (const name of names) {
    if (!bad(name) || renamed.has(name)) continue
    let other = `${name}_`
    while (taken.has(other) || bad(other)) other += '_'
    taken.add(other)
    renamed.set(name, other)
  }
  return renamed
}

/** Antimony knows the model's units by their names only: `time_unit`, `substance`, …. */
function withOwnUnits(model: Model, unit: (name: string) => string): Model {
  const definitions = [...model.unitDefinitions]
  for (const [kind, own] of Object.entries(modelUnits) as [keyof Model['units'], string][]) {
    const meant = model.units[kind]
    if (meant === undefined || meant === own) continue
    definitions.push({ id: own, factors: [{ unit: unit(meant), exponent: 1, scale: 0, multiplier: 1 }] })
  }
  return { ...model, unitDefinitions: definitions }
}
