import { DynamicsError } from '../errors.ts'
import type { UnitDefinition, UnitFactor } from '../model.ts'
import { baseUnits } from './read-units.ts'

/**
 * The factors of a unit definition in SBML's own units, as SBML wants them: definitions that it is made of are put in.
 *
 * @throws {DynamicsError} `undeclared` for a unit that is neither, `cycle` for units made of themselves.
 */
export function baseFactors(
  definition: UnitDefinition,
  definitions: ReadonlyMap<string, UnitDefinition>,
  within: readonly string[] = [],
): UnitFactor[] {
  const path = [...within, definition.id]
  const about = { element: definition.id, ...(definition.place && { place: definition.place }) }
  if (within.includes(definition.id))
    throw new DynamicsError('cycle', `units that are made of themselves: ${path.join(' → ')}`, about)
  return definition.factors.flatMap((factor): UnitFactor[] => {
    const { unit, exponent, scale, multiplier } = factor
    const inner = definitions.get(unit)
    // A definition may bear the name of one of SBML's units only if it is that unit.
    if (baseUnits.has(unit)) return [factor]
    if (!inner) throw new DynamicsError('undeclared', `the unit '${unit}' is not defined`, about)
    const size = multiplier === 1 && scale === 0 ? [] : [{ unit: 'dimensionless', exponent, scale, multiplier }]
    const parts = baseFactors(inner, definitions, path).map((part) => ({ ...part, exponent: part.exponent * exponent }))
    return [...size, ...parts]
  })
}
