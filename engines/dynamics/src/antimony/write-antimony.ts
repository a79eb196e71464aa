import type { Model, Reaction, SpeciesReference } from '../model.ts'
import { defaultCompartment } from './assemble.ts'
import { algebraicSymbols, sayable } from './sayable.ts'
import { symbolsIn } from './symbols-in.ts'
import { printUnit } from './units.ts'
import { isReserved } from './words.ts'
import { printFormula, printNumber } from './write-formula.ts'

/**
 * Writes a model in Antimony, so that {@link readAntimony} reads back one with the same trajectory. What Antimony has
 * other words for is said in those, see {@link sayable}; spatial dimensions, messages of constraints and names of
 * nameless stoichiometries are comments.
 *
 * @example writeAntimony(readAntimony('S -> ; k*S; S = 10; k = 0.5'))
 * @throws DynamicsError `not-supported` for fast reactions.
 */
export function writeAntimony(model: Model): string {
  const said = sayable(model)
  const id = modelId(said)
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Units', units(said)],
    ['Compartments', compartments(said)],
    ['Species', species(said)],
    ['Reactions', said.reactions.map((one) => reaction(one))],
    ['Modifiers that rates do not show', modifiers(said)],
    ['Stoichiometries', said.reactions.flatMap(stoichiometries)],
    [
      'Parameters',
      said.parameters.map((one) => declared(one.constant, '', one.id, startOf(said, one.id, one.value), one.unit)),
    ],
    ['Rules', rules(said)],
    [
      'Initial values that are formulas',
      said.initialAssignments.map(({ symbol, value }) => `${symbol} = ${printFormula(value)}`),
    ],
    ['Events', said.events.map(event)],
    ['Constraints', constraints(said)],
    ['Names', names(said)],
  ]
  const body = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `\n  // ${title}\n${lines.map((line) => `  ${line}\n`).join('')}`)
    .join('')
  const functions = said.functions.map(
    (one) => `function ${one.id}(${one.arguments.join(', ')})\n  ${printFormula(one.body)}\nend\n\n`,
  )
  const remarks = [
    ...said.functions.flatMap((one) => (one.name === undefined ? [] : [`${one.id} is ${quote(one.name)}\n`])),
    ...(said.name === undefined ? [] : [`${id} is ${quote(said.name)}\n`]),
    ...(said.notes === undefined ? [] : [`${id} notes ${quote(said.notes)}\n`]),
  ]
  return `${functions.join('')}model *${id}()\n${body}end\n${remarks.length > 0 ? '\n' : ''}${remarks.join('')}`
}

/** A model may not be called like a function or a word of the language. */
function modelId({ id, functions }: Model): string {
  let free = /^[A-Za-z_]\w*$/.test(id) ? id : `model_${id.replaceAll(/\W/g, '_')}`
  while (isReserved(free) || functions.some((one) => one.id === free)) free += '_'
  return free
}

const units = (model: Model): string[] =>
  model.unitDefinitions.map(({ id, factors, base }) =>
    base
      ? `unit ${id} // a dimension of its own`
      : factors.length === 0
        ? `unit ${id}`
        : `unit ${id} = ${printUnit(factors)}`,
  )

/** What everything is in that is in nothing else goes without saying. */
function impliesDefault({ compartments, species, reactions, initialAssignments, rules, parameters }: Model): boolean {
  const [first] = compartments
  const set = [...initialAssignments, ...rules].some((one) => 'symbol' in one && one.symbol === defaultCompartment)
  return (
    first?.id === defaultCompartment &&
    first.size === 1 &&
    first.constant &&
    first.spatialDimensions === 3 &&
    first.unit === undefined &&
    first.name === undefined &&
    !set &&
    parameters.every(({ id }) => id !== defaultCompartment) &&
    reactions.every(({ compartment }) => compartment === undefined) &&
    species.some(({ compartment }) => compartment === defaultCompartment)
  )
}

const compartments = (model: Model): string[] =>
  model.compartments
    .filter(({ id }) => id !== defaultCompartment || !impliesDefault(model))
    .map(({ id, size, unit, constant, spatialDimensions }) => {
      const line = declared(constant, 'compartment ', id, startOf(model, id, size), unit)
      return spatialDimensions === 3 ? line : `${line} // of ${spatialDimensions} spatial dimensions`
    })

function species(model: Model): string[] {
  const implied = impliesDefault(model)
  const balanced = algebraicSymbols(model)
  const ruled = new Set(model.rules.map((rule) => (rule.kind === 'algebraic' ? '' : rule.symbol)))
  return model.species.map((one) => {
    const { id, compartment, hasOnlySubstanceUnits, substanceUnit } = one
    const boundary = one.constant || (one.boundaryCondition && !ruled.has(id) && !balanced.has(id))
    const amount = startOf(model, id, one.initialAmount)
    const concentration = startOf(model, id, one.initialConcentration)
    const size =
      hasOnlySubstanceUnits && concentration !== undefined && amount === undefined
        ? ` * ${compartment}`
        : !hasOnlySubstanceUnits && amount !== undefined
          ? ` / ${compartment}`
          : ''
    const where = implied && compartment === defaultCompartment ? '' : ` in ${compartment}`
    const subject = `${hasOnlySubstanceUnits ? 'substanceOnly ' : ''}species ${boundary ? '$' : ''}${id}${where}`
    return valued(subject, id, amount ?? concentration, substanceUnit, size)
  })
}

/** Nothing where a formula gives the initial value. */
const startOf = ({ initialAssignments }: Model, id: string, value: number | undefined): number | undefined =>
  initialAssignments.some(({ symbol }) => symbol === id) ? undefined : value

/** A declaration that says whether something is constant, unless its value makes that clear. */
function declared(
  constant: boolean,
  type: string,
  id: string,
  value: number | undefined,
  unit: string | undefined,
): string {
  return valued(`${constant ? (value === undefined ? 'const ' : '') : 'var '}${type}${id}`, id, value, unit)
}

function valued(subject: string, id: string, value: number | undefined, unit: string | undefined, size = ''): string {
  if (value === undefined) return unit === undefined ? subject : `${subject} has ${unit}`
  if (unit === undefined) return `${subject} = ${printNumber(value)}${size}`
  return Number.isFinite(value)
    ? `${subject} = ${printNumber(value)} ${unit}${size}`
    : `${subject} = ${printNumber(value)}${size}; ${id} has ${unit}`
}

const participant = ({ id, species, stoichiometry }: SpeciesReference): string => {
  if (id !== undefined) return `${id} ${species}`
  return stoichiometry === undefined || stoichiometry === 1 ? species : `${stoichiometry} ${species}`
}

function reaction({ id, compartment, reactants, products, reversible, rate }: Reaction): string {
  const side = (references: readonly SpeciesReference[]) => references.map(participant).join(' + ')
  const label = compartment === undefined ? id : `${id} in ${compartment}`
  const equation = `${side(reactants)} ${reversible ? '->' : '=>'} ${side(products)}`.trim()
  return `${label}: ${equation};${rate ? ` ${printFormula(rate)}` : ''}`
}

/** Modifiers that are species in the rate go without saying. */
const modifiers = (model: Model): string[] =>
  model.reactions.flatMap(({ id, reactants, products, modifiers, rate }) => {
    const taking = new Set([...reactants, ...products].map((one) => one.species))
    const isSpecies = (symbol: string) => model.species.some((one) => one.id === symbol)
    const shown = rate ? symbolsIn(rate).filter((symbol) => isSpecies(symbol) && !taking.has(symbol)) : []
    if (modifiers.every((one, i) => one === shown[i])) return []
    return modifiers.map((one) => `${one} -( ${id}`)
  })

const stoichiometries = ({ reactants, products }: Reaction): string[] =>
  [...reactants, ...products].flatMap(({ id, stoichiometry, constant }) =>
    id === undefined
      ? []
      : declared(constant, '', id, typeof stoichiometry === 'number' ? stoichiometry : undefined, undefined),
  )

const rules = (model: Model): string[] =>
  model.rules.map((rule) => {
    const value = printFormula(rule.value)
    if (rule.kind === 'algebraic') return `0 = ${value}`
    return rule.kind === 'rate' ? `${rule.symbol}' = ${value}` : `${rule.symbol} := ${value}`
  })

function event(one: Model['events'][number]): string {
  const { id, delay, trigger, priority, initialValue, persistent, useValuesFromTriggerTime, assignments } = one
  const settings = [
    ...(priority ? [`priority = ${printFormula(priority)}`] : []),
    ...(initialValue ? [] : ['t0 = false']),
    ...(persistent ? [] : ['persistent = false']),
    ...(useValuesFromTriggerTime ? [] : ['fromTrigger = false']),
  ]
  const when = `at ${delay ? `${printFormula(delay)} after ` : ''}${[printFormula(trigger), ...settings].join(', ')}`
  const label = id === undefined ? '' : `${id}: `
  if (assignments.length === 0) return `// ${label}${when}: assigns nothing`
  return `${label}${when}: ${assignments.map(({ symbol, value }) => `${symbol} = ${printFormula(value)}`).join(', ')}`
}

const constraints = (model: Model): string[] =>
  model.constraints.map(({ condition, message }) => {
    const line = `constraint: ${printFormula(condition)}`
    return message === undefined ? line : `${line} // ${message.replaceAll(/\s+/g, ' ')}`
  })

function names(model: Model): string[] {
  const { unitDefinitions, compartments, species, reactions, parameters, events } = model
  const references = reactions.flatMap(({ reactants, products }) => [...reactants, ...products])
  return [unitDefinitions, compartments, species, reactions, references, parameters, events].flatMap((all) =>
    all.flatMap(({ id, name }) => (id === undefined || name === undefined ? [] : [`${id} is ${quote(name)}`])),
  )
}

/** Texts with quotes or several lines stand between triple ticks; what cannot stand there either is changed a little. */
function quote(text: string): string {
  if (!/["\r\n]/.test(text)) return `"${text}"`
  return `\`\`\`${text.includes('```') || text.endsWith('`') ? text.replaceAll('`', "'") : text}\`\`\``
}
