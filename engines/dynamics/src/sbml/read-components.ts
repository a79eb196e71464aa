import type { Compartment, Parameter, Species } from '../model.ts'
import type { XmlElement } from '../xml/element.ts'
import { identity, number, partsOf, present, reference, requiredReference, truth } from './attributes.ts'
import type { Dialect } from './dialect.ts'
import type { Units } from './read-units.ts'

// What Levels 1 and 2 have defaults for, Level 3 asks to be said.
const unlessLevel3 = ({ level }: Dialect, value: boolean): boolean | undefined => (level === 3 ? undefined : value)

/** @param ruled What rules set or may determine: in Level 1 all else is constant. */
export function readCompartment(
  element: XmlElement,
  dialect: Dialect,
  units: Units,
  ruled: ReadonlySet<string>,
): Compartment {
  partsOf(element, dialect, ['size', 'volume', 'spatialDimensions', 'units', 'outside', 'constant', 'compartmentType'])
  const named = identity(element, dialect)
  const size = dialect.level === 1 ? (number(element, 'volume') ?? 1) : number(element, 'size')
  return {
    ...named,
    ...present({ size, unit: units.named(element, 'units') }),
    spatialDimensions: number(element, 'spatialDimensions') ?? 3,
    constant: dialect.level === 1 ? !ruled.has(named.id) : truth(element, 'constant', unlessLevel3(dialect, true)),
    place: element.place,
  }
}

/** @param withoutSize Compartments of no dimensions and no size, in which there are amounts only (Level 2 Version 5, section 4.8.5). */
export function readSpecies(
  element: XmlElement,
  dialect: Dialect,
  units: Units,
  withoutSize: ReadonlySet<string>,
): Species {
  partsOf(element, dialect, [
    ...['compartment', 'initialAmount', 'initialConcentration', 'substanceUnits', 'spatialSizeUnits', 'units'],
    ...['hasOnlySubstanceUnits', 'boundaryCondition', 'charge', 'constant', 'conversionFactor', 'speciesType'],
  ])
  const compartment = requiredReference(element, 'compartment')
  const onlySubstance =
    dialect.level === 1 ? false : truth(element, 'hasOnlySubstanceUnits', unlessLevel3(dialect, false))
  return {
    ...identity(element, dialect),
    compartment,
    ...present({
      initialAmount: number(element, 'initialAmount'),
      initialConcentration: number(element, 'initialConcentration'),
      substanceUnit: units.named(element, dialect.level === 1 ? 'units' : 'substanceUnits'),
    }),
    hasOnlySubstanceUnits: onlySubstance || withoutSize.has(compartment),
    boundaryCondition: truth(element, 'boundaryCondition', unlessLevel3(dialect, false)),
    constant: dialect.level === 1 ? false : truth(element, 'constant', unlessLevel3(dialect, false)),
    ...present({ conversionFactor: reference(element, 'conversionFactor') }),
    place: element.place,
  }
}

/** @param ruled What rules set or may determine: in Level 1 all else is constant; left out: it is local to a reaction and never changes. */
export function readParameter(
  element: XmlElement,
  dialect: Dialect,
  units: Units,
  ruled?: ReadonlySet<string>,
): Parameter {
  partsOf(element, dialect, ['value', 'units', 'constant'])
  const named = identity(element, dialect)
  const constant = () =>
    dialect.level === 1 ? !ruled?.has(named.id) : truth(element, 'constant', unlessLevel3(dialect, true))
  return {
    ...named,
    ...present({ value: number(element, 'value'), unit: units.named(element, 'units') }),
    constant: ruled ? constant() : true,
    place: element.place,
  }
}
