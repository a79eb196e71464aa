import type { Expression } from '../expression.ts'
import type { Model } from '../model.ts'
import type { SymbolTable } from './symbol-table.ts'

/** What is doubtful in a model without being wrong. */
export function findDoubts(model: Model, table: SymbolTable): string[] {
  const doubts: string[] = []
  const used = namedAnywhere(model)
  const initial = new Set(model.initialAssignments.map((assignment) => assignment.symbol))
  for (const declared of table.values()) {
    const { id, determination } = declared
    if (declared.constant && determination.by !== 'itself') doubts.push(`“${id}” is declared constant but has a rule`)
    if (declared.constant && declared.discrete) doubts.push(`“${id}” is declared constant but an event assigns it`)
    const held = determination.by === 'itself' || determination.by === 'rate' || determination.by === 'reactions'
    if (held && !initial.has(id) && hasNoValue(declared)) {
      const until = declared.discrete ? ' until an event assigns one' : ''
      if (used.has(id) || determination.by !== 'itself') doubts.push(`“${id}” has no value${until}`)
    }
    if (declared.kind === 'parameter' && determination.by === 'itself' && !used.has(id) && !declared.discrete) {
      doubts.push(`parameter “${id}” is used nowhere`)
    }
    if (declared.kind === 'compartment' && declared.element.size === 0) doubts.push(`compartment “${id}” has size 0`)
    if (declared.kind === 'reaction' && !declared.element.rate) {
      doubts.push(`reaction “${id}” has no rate: it changes nothing`)
    }
  }
  return doubts
}

function hasNoValue(declared: SymbolTable extends ReadonlyMap<string, infer D> ? D : never): boolean {
  switch (declared.kind) {
    case 'compartment':
      return declared.element.size === undefined
    case 'parameter':
      return declared.element.value === undefined
    case 'species':
      return declared.element.initialAmount === undefined && declared.element.initialConcentration === undefined
    default:
      return false
  }
}

function namedAnywhere(model: Model): Set<string> {
  const names = new Set<string>()
  const open: (Expression | undefined)[] = [
    ...model.reactions.flatMap((reaction) => [
      reaction.rate,
      ...[...reaction.reactants, ...reaction.products].map(({ stoichiometry }) =>
        typeof stoichiometry === 'object' ? stoichiometry : undefined,
      ),
    ]),
    ...model.initialAssignments.map(({ value }) => value),
    ...model.rules.map(({ value }) => value),
    ...model.constraints.map(({ condition }) => condition),
    ...model.events.flatMap((event) => [
      event.trigger,
      event.delay,
      event.priority,
      ...event.assignments.map(({ value }) => value),
    ]),
  ]
  while (open.length > 0) {
    const part = open.pop()
    if (part?.kind === 'symbol' || part?.kind === 'rate-of') names.add(part.id)
    else if (part?.kind === 'apply' || part?.kind === 'call') open.push(...part.operands)
    else if (part?.kind === 'delay') open.push(part.of, part.by)
    else if (part?.kind === 'piecewise') {
      open.push(part.otherwise, ...part.pieces.flatMap(({ value, condition }) => [value, condition]))
    }
  }
  for (const factor of [model.conversionFactor, ...model.species.map((species) => species.conversionFactor)]) {
    if (factor !== undefined) names.add(factor)
  }
  return names
}
