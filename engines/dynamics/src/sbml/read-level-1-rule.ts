import { DynamicsError } from '../errors.ts'
import type { Rule } from '../model.ts'
import type { XmlElement } from '../xml/element.ts'
import { partsOf, requiredReference } from './attributes.ts'
import type { Dialect } from './dialect.ts'
import type { ReadFormula } from './read-reaction.ts'

/** The attribute by which each of Level 1's rules names what it sets; Version 1 says specie. */
const targets: ReadonlyMap<string, string | undefined> = new Map([
  ['algebraicRule', undefined],
  ['speciesConcentrationRule', 'species'],
  ['specieConcentrationRule', 'specie'],
  ['compartmentVolumeRule', 'compartment'],
  ['parameterRule', 'name'],
])

export const levelOneRules: readonly string[] = [...targets.keys()]

/** Reads a rule as Level 1 has them (Level 1 Version 2, section 4.8). */
export function readLevelOneRule(element: XmlElement, dialect: Dialect, formula: ReadFormula): Rule {
  const { name, place } = element
  const target = targets.get(name)
  partsOf(element, dialect, ['formula', 'type', 'units', ...(target === undefined ? [] : [target])])
  const value = formula(element)!
  if (target === undefined) return { kind: 'algebraic', value, place }
  const type = element.attributes.get('type') ?? 'scalar'
  if (type !== 'scalar' && type !== 'rate')
    throw new DynamicsError('syntax', `a rule of type '${type}'`, { element: name, place, expected: 'scalar or rate' })
  return { kind: type === 'rate' ? 'rate' : 'assignment', symbol: requiredReference(element, target), value, place }
}
