import type { Compartment, ModelEvent, Parameter, Reaction, Rule, Species, SpeciesReference } from '../model.ts'
import { writeMathml } from '../xml/write-mathml.ts'
import type { XmlTree } from '../xml/write-xml.ts'

/** Prefix under which documents declare SBML's namespace, for the units of numbers. */
export const unitPrefix = 'sbml'

/** XML Schema's way to write a number. */
export function decimal(value: number | undefined): string | undefined {
  if (value === Number.POSITIVE_INFINITY) return 'INF'
  if (value === Number.NEGATIVE_INFINITY) return '-INF'
  return value === undefined ? undefined : Object.is(value, -0) ? '-0' : String(value)
}

/** A list of that name, or nothing: Level 3 Version 1 has no empty lists. */
export function list(name: string, children: readonly XmlTree[]): XmlTree[] {
  return children.length === 0 ? [] : [{ name, children }]
}

export function compartment({ id, name, size, spatialDimensions, unit, constant }: Compartment): XmlTree {
  const dimensions = decimal(spatialDimensions)
  return {
    name: 'compartment',
    attributes: {
      id,
      name,
      spatialDimensions: dimensions,
      size: decimal(size),
      units: unit,
      constant: String(constant),
    },
  }
}

export function species(each: Species): XmlTree {
  const { id, name, compartment, initialAmount, initialConcentration, substanceUnit, conversionFactor } = each
  return {
    name: 'species',
    attributes: {
      id,
      name,
      compartment,
      initialAmount: decimal(initialAmount),
      initialConcentration: decimal(initialConcentration),
      substanceUnits: substanceUnit,
      hasOnlySubstanceUnits: String(each.hasOnlySubstanceUnits),
      boundaryCondition: String(each.boundaryCondition),
      constant: String(each.constant),
      conversionFactor,
    },
  }
}

export function parameter({ id, name, value, unit, constant }: Parameter): XmlTree {
  return { name: 'parameter', attributes: { id, name, value: decimal(value), units: unit, constant: String(constant) } }
}

const localParameter = ({ id, name, value, unit }: Parameter): XmlTree => ({
  name: 'localParameter',
  attributes: { id, name, value: decimal(value), units: unit },
})

export function rule(each: Rule): XmlTree {
  const children = [writeMathml(each.value, unitPrefix)]
  return each.kind === 'algebraic'
    ? { name: 'algebraicRule', children }
    : { name: `${each.kind}Rule`, attributes: { variable: each.symbol }, children }
}

/** @param version Of Level 3: Version 1 has fast reactions, Version 2 kinetic laws without a formula. */
export function reaction(each: Reaction, version: 1 | 2): XmlTree {
  const { id, name, reversible, fast, compartment, reactants, products, modifiers, rate, localParameters } = each
  const law = [
    ...(rate ? [writeMathml(rate, unitPrefix)] : []),
    ...list('listOfLocalParameters', localParameters.map(localParameter)),
  ]
  return {
    name: 'reaction',
    attributes: {
      id,
      name,
      reversible: String(reversible),
      fast: version === 1 ? String(fast) : undefined,
      compartment,
    },
    children: [
      ...list('listOfReactants', reactants.map(speciesReference)),
      ...list('listOfProducts', products.map(speciesReference)),
      ...list(
        'listOfModifiers',
        modifiers.map((species) => ({ name: 'modifierSpeciesReference', attributes: { species } })),
      ),
      ...(rate || version === 2 ? list('kineticLaw', law) : []),
    ],
  }
}

/** Of a model whose stoichiometries are numbers. */
function speciesReference({ id, name, species, stoichiometry, constant }: SpeciesReference): XmlTree {
  const number = typeof stoichiometry === 'object' ? undefined : decimal(stoichiometry)
  return {
    name: 'speciesReference',
    attributes: { id, name, species, stoichiometry: number, constant: String(constant) },
  }
}

export function event(each: ModelEvent): XmlTree {
  const { id, name, trigger, initialValue, persistent, delay, priority, assignments } = each
  return {
    name: 'event',
    attributes: { id, name, useValuesFromTriggerTime: String(each.useValuesFromTriggerTime) },
    children: [
      {
        name: 'trigger',
        attributes: { initialValue: String(initialValue), persistent: String(persistent) },
        children: [writeMathml(trigger, unitPrefix)],
      },
      ...(delay ? [{ name: 'delay', children: [writeMathml(delay, unitPrefix)] }] : []),
      ...(priority ? [{ name: 'priority', children: [writeMathml(priority, unitPrefix)] }] : []),
      ...list(
        'listOfEventAssignments',
        assignments.map(({ symbol, value }) => ({
          name: 'eventAssignment',
          attributes: { variable: symbol },
          children: [writeMathml(value, unitPrefix)],
        })),
      ),
    ],
  }
}
