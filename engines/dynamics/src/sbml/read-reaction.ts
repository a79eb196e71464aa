import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Reaction, SpeciesReference } from '../model.ts'
import type { XmlElement } from '../xml/element.ts'
import { identity, membersOf, number, partsOf, present, reference, requiredReference, truth } from './attributes.ts'
import type { Dialect } from './dialect.ts'
import { readParameter } from './read-components.ts'
import { defaultUnits, sameUnit, type Units } from './read-units.ts'

/** Reads the formula that an element holds; `undefined` where Level 3 Version 2 lets it be left out. */
export type ReadFormula = (element: XmlElement) => Expression | undefined

export function readReaction(element: XmlElement, dialect: Dialect, units: Units, formula: ReadFormula): Reaction {
  const { level, version } = dialect
  const parts = partsOf(
    element,
    dialect,
    ['reversible', 'fast', 'compartment'],
    ['listOfReactants', 'listOfProducts', 'listOfModifiers', 'kineticLaw'],
  )
  const law = parts.find(({ name }) => name === 'kineticLaw')
  const references = (list: string) =>
    membersOf(parts, list, dialect, 'speciesReference', ...(level === 1 ? ['specieReference'] : [])).map((member) =>
      speciesReference(member, dialect, formula),
    )
  // Level 3 Version 2 has no fast reactions; Version 1 asks for the attribute.
  const fast = truth(element, 'fast', level === 3 && version === 1 ? undefined : false)
  if (fast && level === 3 && version > 1)
    throw new DynamicsError('invalid-model', "a reaction with fast='true'", {
      element: element.attributes.get('id') ?? element.name,
      place: element.place,
      expected: 'no fast reactions in Level 3 Version 2',
    })
  return {
    ...identity(element, dialect),
    reversible: truth(element, 'reversible', level === 3 ? undefined : true),
    fast,
    reactants: references('listOfReactants'),
    products: references('listOfProducts'),
    modifiers: membersOf(parts, 'listOfModifiers', dialect, 'modifierSpeciesReference').map((member) => {
      partsOf(member, dialect, ['species'])
      return requiredReference(member, 'species')
    }),
    ...(law ? kineticLaw(law, dialect, units, formula) : { localParameters: [] }),
    ...present({ compartment: reference(element, 'compartment') }),
    place: element.place,
  }
}

function kineticLaw(
  element: XmlElement,
  dialect: Dialect,
  units: Units,
  formula: ReadFormula,
): Pick<Reaction, 'rate' | 'localParameters'> {
  const parts = partsOf(
    element,
    dialect,
    ['formula', 'timeUnits', 'substanceUnits'],
    ['math', dialect.level === 3 ? 'listOfLocalParameters' : 'listOfParameters'],
  )
  checkUnitsOfLaw(element, units)
  const locals =
    dialect.level === 3
      ? membersOf(parts, 'listOfLocalParameters', dialect, 'localParameter')
      : membersOf(parts, 'listOfParameters', dialect, 'parameter')
  return {
    ...present({ rate: formula(element) }),
    localParameters: locals.map((local) => readParameter(local, dialect, units)),
  }
}

/** Level 1 and Level 2 Version 1 let a law have units of its own, which would call for a conversion. */
function checkUnitsOfLaw(element: XmlElement, units: Units): void {
  for (const [attribute, quantity] of [
    ['timeUnits', 'time'],
    ['substanceUnits', 'substance'],
  ] as const) {
    const unit = units.named(element, attribute)
    if (unit === undefined || sameUnit(units, unit, defaultUnits(units)[quantity])) continue
    throw new DynamicsError('not-supported', `a kinetic law in a unit of ${quantity} of its own, '${unit}'`, {
      element: element.name,
      place: element.place,
      mend: `write the formula in the model's unit of ${quantity}`,
    })
  }
}

function speciesReference(element: XmlElement, dialect: Dialect, formula: ReadFormula): SpeciesReference {
  const { level } = dialect
  const parts = partsOf(
    element,
    dialect,
    ['species', 'specie', 'stoichiometry', 'denominator', 'constant'],
    ['stoichiometryMath'],
  )
  const math = parts.find(({ name }) => name === 'stoichiometryMath')
  const given = number(element, 'stoichiometry')
  if (math && (level === 3 || given !== undefined))
    throw new DynamicsError('invalid-model', 'a species reference with <stoichiometryMath>', {
      element: element.attributes.get('species') ?? element.name,
      place: math.place,
      expected: level === 3 ? 'a rule for the species reference' : 'no attribute stoichiometry beside it',
    })
  if (math) partsOf(math, dialect, [], ['math'])
  const formulaOrNumber = math && numberOf(formula(math))
  const stoichiometry =
    formulaOrNumber ?? (level === 3 ? given : (given ?? 1) / (level === 1 ? (number(element, 'denominator') ?? 1) : 1))
  return {
    ...present({ id: level === 1 ? undefined : reference(element, 'id'), name: element.attributes.get('name') }),
    species:
      level === 1 && element.attributes.has('specie')
        ? requiredReference(element, 'specie')
        : requiredReference(element, 'species'),
    ...present({ stoichiometry }),
    constant: level === 3 ? truth(element, 'constant') : typeof stoichiometry === 'number',
    place: element.place,
  }
}

/** Level 2 writes rational stoichiometries as formulas. */
function numberOf(formula: Expression | undefined): Expression | number | undefined {
  return formula?.kind === 'number' ? formula.value : formula
}
