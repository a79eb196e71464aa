import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Model } from '../model.ts'
import { compartmentsWithoutSize } from '../sizeless.ts'
import { freeSymbols } from '../system/free-symbols.ts'
import { attributeOf, childOf, type XmlElement } from '../xml/element.ts'
import { mathNamespace, readMathml } from '../xml/read-mathml.ts'
import { readXml } from '../xml/read-xml.ts'
import { membersOf, partsOf, present, reference } from './attributes.ts'
import { checkModel } from './check-model.ts'
import { checkPackages, type Dialect, dialectOf } from './dialect.ts'
import { plainText } from './notes.ts'
import { readConstraint, readEvent, readFunction, readInitialAssignment, readRule } from './read-changes.ts'
import { readCompartment, readParameter, readSpecies } from './read-components.ts'
import { readInfix } from './read-infix.ts'
import { levelOneRules, readLevelOneRule } from './read-level-1-rule.ts'
import { type ReadFormula, readReaction } from './read-reaction.ts'
import { defaultUnits, readUnits } from './read-units.ts'

/**
 * Reads a model in SBML Level 1 (Versions 1 and 2), Level 2 (Versions 1 to 5) or Level 3 core (Versions 1 and 2).
 *
 * What Levels 1 and 2 say by default is spelt out. Elements whose formula is left out, as Level 3 Version 2 allows, say nothing
 * and are left out too. Packages of Level 3 that a document requires are refused; of the others the model's `remarks` tell.
 *
 * @throws {DynamicsError} With the element and its line: `syntax`, `not-supported`, `undeclared`, `cycle` or
 *   `invalid-model`.
 *
 * @example
 * const model = readSbml(`<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
 *   <model id="growth"><listOfParameters><parameter id="k" value="2" constant="true"/></listOfParameters></model></sbml>`)
 * model.parameters[0].value // 2
 *
 * @see https://sbml.org/documents/specifications/ (Hucka et al., Level 3 Version 2 Core Release 2, 2019)
 */
export function readSbml(text: string): Model {
  const root = readXml(text)
  const dialect = dialectOf(root)
  const remarks = checkPackages(root)
  const model = partsOf(root, dialect, ['level', 'version'], ['model'])[0]
  if (!model)
    throw new DynamicsError('invalid-model', 'the document holds no <model>', { element: 'sbml', place: root.place })
  const read = readModel(model, dialect)
  const complete = { ...read, ...(remarks.length > 0 && { remarks }) }
  checkModel(complete, model.place)
  return complete
}

function readModel(element: XmlElement, dialect: Dialect): Model {
  const parts = partsOf(
    element,
    dialect,
    ['substanceUnits', 'timeUnits', 'volumeUnits', 'areaUnits', 'lengthUnits', 'extentUnits', 'conversionFactor'],
    [
      ...['listOfFunctionDefinitions', 'listOfUnitDefinitions', 'listOfCompartmentTypes', 'listOfSpeciesTypes'],
      ...['listOfCompartments', 'listOfSpecies', 'listOfParameters', 'listOfInitialAssignments', 'listOfRules'],
      ...['listOfConstraints', 'listOfReactions', 'listOfEvents'],
    ],
  )
  const members = (list: string, ...names: string[]) => membersOf(parts, list, dialect, ...names)
  const formula: ReadFormula = (holder) => formulaIn(holder, dialect)
  const units = readUnits(members('listOfUnitDefinitions', 'unitDefinition'), dialect)
  const rules =
    dialect.level === 1
      ? members('listOfRules', ...levelOneRules).map((rule) => readLevelOneRule(rule, dialect, formula))
      : members('listOfRules', 'assignmentRule', 'rateRule', 'algebraicRule').flatMap(
          (rule) => readRule(rule, dialect, formula) ?? [],
        )
  const initialAssignments = members('listOfInitialAssignments', 'initialAssignment').flatMap(
    (assignment) => readInitialAssignment(assignment, dialect, formula) ?? [],
  )
  // Level 1 does not say what is constant: it is what no rule sets, and no algebraic rule may determine.
  const ruled = new Set(
    rules.flatMap((rule) =>
      rule.kind === 'algebraic' ? [...freeSymbols(rule.value, new Set()).symbols] : rule.symbol,
    ),
  )
  const compartments = members('listOfCompartments', 'compartment').map((compartment) =>
    readCompartment(compartment, dialect, units, ruled),
  )
  const withoutSize = compartmentsWithoutSize({ compartments, rules, initialAssignments })
  const notes = childOf(element, 'notes', dialect.namespace)
  return {
    id: reference(element, dialect.level === 1 ? 'name' : 'id') ?? 'model',
    ...present({ name: dialect.level === 1 ? undefined : element.attributes.get('name') }),
    source: { format: 'sbml', version: `Level ${dialect.level} Version ${dialect.version}` },
    ...present({ notes: notes && plainText(notes) }),
    unitDefinitions: units.definitions,
    units:
      dialect.level === 3
        ? present({
            time: units.named(element, 'timeUnits'),
            substance: units.named(element, 'substanceUnits'),
            extent: units.named(element, 'extentUnits'),
            volume: units.named(element, 'volumeUnits'),
            area: units.named(element, 'areaUnits'),
            length: units.named(element, 'lengthUnits'),
          })
        : defaultUnits(units),
    ...present({ conversionFactor: reference(element, 'conversionFactor') }),
    functions: members('listOfFunctionDefinitions', 'functionDefinition').flatMap(
      (definition) => readFunction(definition, dialect) ?? [],
    ),
    compartments,
    species: members('listOfSpecies', 'species', ...(dialect.level === 1 ? ['specie'] : [])).map((species) =>
      readSpecies(species, dialect, units, withoutSize),
    ),
    parameters: members('listOfParameters', 'parameter').map((parameter) =>
      readParameter(parameter, dialect, units, ruled),
    ),
    reactions: members('listOfReactions', 'reaction').map((reaction) =>
      readReaction(reaction, dialect, units, formula),
    ),
    initialAssignments,
    rules,
    constraints: members('listOfConstraints', 'constraint').flatMap(
      (constraint) => readConstraint(constraint, dialect, formula) ?? [],
    ),
    events: members('listOfEvents', 'event').flatMap((event) => readEvent(event, dialect, formula) ?? []),
  }
}

function formulaIn(holder: XmlElement, { level, version, namespace }: Dialect): Expression | undefined {
  if (level === 1) return readInfix(attributeOf(holder, 'formula'), holder.place)
  const math = childOf(holder, 'math', mathNamespace)
  if (math) return readMathml(math, namespace)
  if (level === 3 && version >= 2) return undefined
  throw new DynamicsError('syntax', `<${holder.name}> has no <math>`, {
    element: holder.attributes.get('variable') ?? holder.attributes.get('symbol') ?? holder.name,
    place: holder.place,
  })
}
