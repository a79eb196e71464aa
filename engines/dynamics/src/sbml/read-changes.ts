import { DynamicsError } from '../errors.ts'
import type { Constraint, FunctionDefinition, InitialAssignment, ModelEvent, Rule } from '../model.ts'
import { childOf, type XmlElement } from '../xml/element.ts'
import { mathNamespace, readLambda } from '../xml/read-mathml.ts'
import { identity, membersOf, partsOf, present, reference, requiredReference, truth } from './attributes.ts'
import type { Dialect } from './dialect.ts'
import { plainText } from './notes.ts'
import type { ReadFormula } from './read-reaction.ts'

// Level 3 Version 2 lets formulas be left out. What has none says nothing: it is as if it were not there (section 3.6 and
// the sections of the elements), so each of these gives `undefined`.

export function readFunction(element: XmlElement, dialect: Dialect): FunctionDefinition | undefined {
  partsOf(element, dialect, [], ['math'])
  const math = childOf(element, 'math', mathNamespace)
  if (!math) {
    if (dialect.level === 3 && dialect.version >= 2) return undefined
    throw new DynamicsError('syntax', `<${element.name}> has no <math>`, {
      element: element.name,
      place: element.place,
    })
  }
  return { ...identity(element, dialect), ...readLambda(math, dialect.namespace), place: element.place }
}

export function readInitialAssignment(
  element: XmlElement,
  dialect: Dialect,
  formula: ReadFormula,
): InitialAssignment | undefined {
  partsOf(element, dialect, ['symbol'], ['math'])
  const symbol = requiredReference(element, 'symbol')
  const value = formula(element)
  return value && { symbol, value, place: element.place }
}

export function readRule(element: XmlElement, dialect: Dialect, formula: ReadFormula): Rule | undefined {
  const { name, place } = element
  partsOf(element, dialect, ['variable'], ['math'])
  if (name === 'algebraicRule') {
    const value = formula(element)
    return value && { kind: 'algebraic', value, place }
  }
  const symbol = requiredReference(element, 'variable')
  const value = formula(element)
  return value && { kind: name === 'rateRule' ? 'rate' : 'assignment', symbol, value, place }
}

export function readConstraint(element: XmlElement, dialect: Dialect, formula: ReadFormula): Constraint | undefined {
  const parts = partsOf(element, dialect, [], ['math', 'message'])
  const message = parts.find(({ name }) => name === 'message')
  const condition = formula(element)
  return condition && { condition, ...present({ message: message && plainText(message) }), place: element.place }
}

export function readEvent(element: XmlElement, dialect: Dialect, formula: ReadFormula): ModelEvent | undefined {
  const { level, version } = dialect
  const parts = partsOf(
    element,
    dialect,
    ['useValuesFromTriggerTime', 'timeUnits'],
    ['trigger', 'delay', 'priority', 'listOfEventAssignments'],
  )
  const part = (wanted: string) => parts.find(({ name }) => name === wanted)
  const formulaOf = (holder: XmlElement | undefined) => {
    if (!holder) return undefined
    if (holder.name !== 'trigger') partsOf(holder, dialect, [], ['math'])
    return formula(holder)
  }
  const trigger = part('trigger')
  if (trigger) partsOf(trigger, dialect, ['initialValue', 'persistent'], ['math'])
  else if (level < 3 || version < 2)
    throw new DynamicsError('syntax', '<event> has no <trigger>', {
      element: element.attributes.get('id') ?? element.name,
      place: element.place,
    })
  const assignments = membersOf(parts, 'listOfEventAssignments', dialect, 'eventAssignment').flatMap((assignment) => {
    partsOf(assignment, dialect, ['variable'], ['math'])
    const symbol = requiredReference(assignment, 'variable')
    const value = formula(assignment)
    return value ? [{ symbol, value, place: assignment.place }] : []
  })
  const condition = formulaOf(trigger)
  const said = level === 3 ? undefined : true
  const event = {
    ...present({ id: reference(element, 'id'), name: element.attributes.get('name') }),
    // Before Level 3 a trigger counted as true before the start, and events were carried out come what may (Level 2
    // Version 5, sections 4.14.2 and 4.14.7).
    initialValue: trigger ? truth(trigger, 'initialValue', said) : true,
    persistent: trigger ? truth(trigger, 'persistent', said) : true,
    ...present({ delay: formulaOf(part('delay')), priority: formulaOf(part('priority')) }),
    useValuesFromTriggerTime: truth(element, 'useValuesFromTriggerTime', said),
    assignments,
    place: element.place,
  }
  return condition && { ...event, trigger: condition }
}
