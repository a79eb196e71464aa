import { DynamicsError } from '../errors.ts'
import type { Model } from '../model.ts'
import { resolveUnits } from '../units/resolve-units.ts'
import { readDocument } from './document.ts'
import { type Equation, readEquations } from './equations.ts'
import { flatten, type Resolve, type Variable } from './flatten.ts'
import { parametersOf } from './parameters.ts'
import { rulesOf } from './rules.ts'
import { checkConnections, connectedQuantities, nameSymbols, type Quantity } from './symbols.ts'
import { createUnitTable } from './unit-table.ts'

/**
 * Reads a CellML 1.0, 1.1 or 2.0 model.
 *
 * Connected variables become one symbol, called `component__variable` after the component that computes it; where they
 * are connected in other units of the same dimension, each such unit has a symbol of its own that converts. The
 * variable that rates of change are taken by becomes the model's time. Equations for a rate become rate rules, those
 * for a variable assignment rules, all others algebraic rules.
 *
 * Refused by name: resets, reactions, derivatives of higher degree or by more than one variable, `csymbol`, units with
 * an offset. Metadata is passed over.
 *
 * @param options.resolve Gives the text of an imported document by its `href`, as seen from the importing one.
 * @throws {DynamicsError} With the element and its line.
 * @see CellML 1.1 (Cuellar et al., https://www.cellml.org/specifications/cellml_1.1), CellML 2.0 (Clerx et al., J Integr
 *   Bioinform 2020;17:20200021).
 *
 * @example
 * const model = readCellml(text, { resolve: (href) => readFileSync(join(folder, href), 'utf8') })
 * model.rules.find(({ symbol }) => symbol === 'membrane__V')
 */
export function readCellml(text: string, { resolve }: { readonly resolve?: Resolve } = {}): Model {
  const document = readDocument(text)
  const units = createUnitTable()
  const flat = flatten(document, units, resolve)
  const resolved = resolveUnits(units.definitions)
  checkConnections(flat, resolved)
  const equations = flat.components.flatMap(readEquations)
  const quantities = connectedQuantities(flat, equations)
  const time = timeOf(equations, quantities)
  const symbols = nameSymbols(quantities, time, units, resolved)
  const { rules, determined, solvedFor } = rulesOf(equations, symbols, document.version)
  const { parameters, initialAssignments } = parametersOf(symbols, determined, solvedFor)
  return {
    id: document.name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_'),
    name: document.name,
    source: { format: 'cellml', version: document.version, ...(time && { time: time.owner.name }) },
    unitDefinitions: units.definitions,
    units: time ? { time: time.owner.unit } : {},
    functions: [],
    compartments: [],
    species: [],
    parameters: [...parameters, ...symbols.parameters],
    reactions: [],
    initialAssignments,
    rules: [...rules, ...symbols.rules],
    constraints: [],
    events: [],
  }
}

/** The one quantity that all rates are taken by. */
function timeOf(equations: readonly Equation[], quantities: ReadonlyMap<Variable, Quantity>): Quantity | undefined {
  let time: Quantity | undefined
  for (const { left, right, place } of equations)
    for (const variable of [...left.by, ...right.by]) {
      const quantity = quantities.get(variable)!
      time ??= quantity
      if (quantity === time) continue
      const [one, other] = [time.owner, variable].map(({ component, name }) => `${component.name}.${name}`)
      throw new DynamicsError('not-supported', `rates are taken by ${one} and by ${other}: partial derivatives`, {
        element: variable.name,
        place,
        mend: 'connect the two if they are the same',
      })
    }
  return time
}
