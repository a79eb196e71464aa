import type { Model } from './model.ts'

/**
 * Compartments without dimensions to which nothing gives a size: in them there are amounts only (SBML Level 2 Version 5,
 * section 4.7.3). In Level 3 a compartment without dimensions may have a size, and then is like any other.
 */
export function compartmentsWithoutSize({
  compartments,
  rules,
  initialAssignments,
}: Pick<Model, 'compartments' | 'rules' | 'initialAssignments'>): ReadonlySet<string> {
  const sized = new Set(initialAssignments.map(({ symbol }) => symbol))
  for (const rule of rules) if (rule.kind !== 'algebraic') sized.add(rule.symbol)
  return new Set(
    compartments
      .filter(({ id, spatialDimensions, size }) => spatialDimensions === 0 && size === undefined && !sized.has(id))
      .map(({ id }) => id),
  )
}
