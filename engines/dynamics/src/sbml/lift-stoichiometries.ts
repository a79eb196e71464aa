import type { Model, Reaction, Rule, SpeciesReference } from '../model.ts'

/**
 * The same model with every stoichiometry that is a formula, as Level 2 has them, turned into an assignment rule on the
 * species reference, as Level 3 wants it (Level 3 Version 2 Core, section 4.11.3).
 */
export function liftStoichiometries(model: Model): Model {
  const taken = new Set(
    [model.functions, model.compartments, model.species, model.parameters, model.reactions, model.events]
      .flat()
      .map(({ id }) => id),
  )
  for (const { reactants, products, localParameters } of model.reactions)
    for (const { id } of [...reactants, ...products, ...localParameters]) taken.add(id)
  const rules: Rule[] = []
  const lifted = (reference: SpeciesReference, reaction: string): SpeciesReference => {
    const { stoichiometry, place, ...rest } = reference
    if (typeof stoichiometry !== 'object') return reference
    const base = `${reaction}_${reference.species}_stoichiometry`
    let id = reference.id ?? base
    for (let n = 2; reference.id === undefined && taken.has(id); n++) id = `${base}_${n}`
    taken.add(id)
    const where = place && { place }
    rules.push({ kind: 'assignment', symbol: id, value: stoichiometry, ...where })
    return { ...rest, id, constant: false, ...where }
  }
  const reactions = model.reactions.map((reaction): Reaction => {
    const lift = (reference: SpeciesReference) => lifted(reference, reaction.id)
    return { ...reaction, reactants: reaction.reactants.map(lift), products: reaction.products.map(lift) }
  })
  return rules.length === 0 ? model : { ...model, reactions, rules: [...model.rules, ...rules] }
}
