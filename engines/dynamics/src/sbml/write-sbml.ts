import type { Expression } from '../expression.ts'
import type { Model } from '../model.ts'
import { writeLambda, writeMathml } from '../xml/write-mathml.ts'
import { writeXml, type XmlTree } from '../xml/write-xml.ts'
import { baseFactors } from './base-factors.ts'
import { partsOfFormula } from './check-formulas.ts'
import { checkModel } from './check-model.ts'
import { sbmlNamespace } from './dialect.ts'
import { liftStoichiometries } from './lift-stoichiometries.ts'
import { paragraphs } from './notes.ts'
import * as write from './write-elements.ts'

const extendedMath = 'http://www.sbml.org/sbml/level3/version1/l3v2extendedmath/version1'

/**
 * Writes a model as SBML Level 3 Version 2; as Version 1 where it has fast reactions, which Version 2 does not know.
 *
 * Read back it is the same model, but for this: a stoichiometry that is a formula becomes an assignment rule, units made
 * of defined units are spelt out in SBML's own, and the local parameters of a reaction without a rate are left out in
 * Version 1.
 *
 * @throws {DynamicsError} When the model breaks SBML's rules, as {@link readSbml} does.
 *
 * @example
 * writeSbml(readSbml(text)) // <?xml version="1.0" encoding="UTF-8"?> <sbml … level="3" version="2"> …
 */
export function writeSbml(given: Model): string {
  const model = liftStoichiometries(given)
  checkModel(model)
  const version = model.reactions.some(({ fast }) => fast) ? 1 : 2
  const extended = version === 1 && formulasOf(model).some(needsVersion2)
  const namespace = sbmlNamespace(3, version)
  return writeXml({
    name: 'sbml',
    attributes: {
      xmlns: namespace,
      [`xmlns:${write.unitPrefix}`]: namespace,
      level: '3',
      version: String(version),
      ...(extended && { 'xmlns:math': extendedMath, 'math:required': 'true' }),
    },
    children: [modelTree(model, version)],
  })
}

function modelTree(model: Model, version: 1 | 2): XmlTree {
  const { id, name, notes, units, conversionFactor, unitDefinitions, functions } = model
  const definitions = new Map(unitDefinitions.map((definition) => [definition.id, definition]))
  return {
    name: 'model',
    attributes: {
      id,
      name,
      substanceUnits: units.substance,
      timeUnits: units.time,
      volumeUnits: units.volume,
      areaUnits: units.area,
      lengthUnits: units.length,
      extentUnits: units.extent,
      conversionFactor,
    },
    children: [
      ...(notes === undefined ? [] : [paragraphs('notes', notes)]),
      ...write.list(
        'listOfFunctionDefinitions',
        functions.map((definition) => ({
          name: 'functionDefinition',
          attributes: { id: definition.id, name: definition.name },
          children: [writeLambda(definition, write.unitPrefix)],
        })),
      ),
      ...write.list(
        'listOfUnitDefinitions',
        unitDefinitions.map((definition) => ({
          name: 'unitDefinition',
          attributes: { id: definition.id, name: definition.name },
          children: write.list(
            'listOfUnits',
            baseFactors(definition, definitions).map(({ unit, exponent, scale, multiplier }) => ({
              name: 'unit',
              attributes: {
                kind: unit,
                exponent: write.decimal(exponent),
                scale: write.decimal(scale),
                multiplier: write.decimal(multiplier),
              },
            })),
          ),
        })),
      ),
      ...write.list('listOfCompartments', model.compartments.map(write.compartment)),
      ...write.list('listOfSpecies', model.species.map(write.species)),
      ...write.list('listOfParameters', model.parameters.map(write.parameter)),
      ...write.list(
        'listOfInitialAssignments',
        model.initialAssignments.map(({ symbol, value }) => ({
          name: 'initialAssignment',
          attributes: { symbol },
          children: [writeMathml(value, write.unitPrefix)],
        })),
      ),
      ...write.list('listOfRules', model.rules.map(write.rule)),
      ...write.list(
        'listOfConstraints',
        model.constraints.map(({ condition, message }) => ({
          name: 'constraint',
          children: [
            writeMathml(condition, write.unitPrefix),
            ...(message === undefined ? [] : [paragraphs('message', message)]),
          ],
        })),
      ),
      ...write.list(
        'listOfReactions',
        model.reactions.map((reaction) => write.reaction(reaction, version)),
      ),
      ...write.list('listOfEvents', model.events.map(write.event)),
    ],
  }
}

/** MathML that Level 3 has from Version 2 on (section 3.4.1), and that Version 1 has by a package. */
const newOperators: ReadonlySet<string> = new Set(['min', 'max', 'quotient', 'rem', 'implies'])

function needsVersion2(formula: Expression): boolean {
  for (const part of partsOfFormula(formula))
    if (part.kind === 'rate-of' || (part.kind === 'apply' && newOperators.has(part.operator))) return true
  return false
}

function formulasOf(model: Model): Expression[] {
  return [
    ...model.functions.map(({ body }) => body),
    ...model.initialAssignments.map(({ value }) => value),
    ...model.rules.map(({ value }) => value),
    ...model.constraints.map(({ condition }) => condition),
    ...model.reactions.flatMap(({ rate }) => rate ?? []),
    ...model.events.flatMap(({ trigger, delay, priority, assignments }) => [
      trigger,
      ...(delay ? [delay] : []),
      ...(priority ? [priority] : []),
      ...assignments.map(({ value }) => value),
    ]),
  ]
}
