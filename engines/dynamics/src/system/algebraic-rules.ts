import { DynamicsError } from '../errors.ts'
import type { Model, Rule } from '../model.ts'
import { freeSymbols } from './free-symbols.ts'
import { greatestMatching } from './matching.ts'
import type { DeclaredSymbol, SymbolTable } from './symbol-table.ts'

type AlgebraicRule = Rule & { readonly kind: 'algebraic' }

/**
 * Finds which symbols the algebraic rules determine and marks them so: those of the non-constant ones that nothing else
 * determines, one for each rule (SBML Level 3 Version 2, section 4.11.5). Symbols without a value of their own are
 * preferred, then those that no event assigns.
 *
 * @throws {DynamicsError} `invalid-model` when there are more rules than symbols they can determine
 */
export function matchAlgebraicRules(model: Model, table: Map<string, DeclaredSymbol>): string[] {
  const rules = model.rules.filter((rule) => rule.kind === 'algebraic')
  if (rules.length === 0) return []
  const initial = new Set(model.initialAssignments.map((assignment) => assignment.symbol))
  const candidates = [...table.values()].filter(isFree).sort((one, other) => rank(one, initial) - rank(other, initial))
  const column = new Map(candidates.map((declared, at) => [declared.id, at]))
  const columnsOf = rules.map((rule) =>
    [...symbolsBelow(rule, table)].flatMap((id) => column.get(id) ?? []).sort((one, other) => one - other),
  )
  const matching = greatestMatching(columnsOf)
  const warnings: string[] = []
  for (const [row, rule] of rules.entries()) {
    const declared = candidates[matching[row]!]
    if (!declared)
      throw overdetermined(
        rule,
        row,
        columnsOf[row]!.map((at) => candidates[at]!.id),
      )
    table.set(declared.id, { ...declared, determination: { by: 'equations' } })
  }
  const free = new Set(columnsOf.flat())
  for (const at of matching) free.delete(at)
  if (free.size > 0) {
    const others = [...free].map((at) => candidates[at]!).filter((declared) => !hasValue(declared, initial))
    const names = others.map((declared) => `“${declared.id}”`).join(', ')
    if (names) warnings.push(`the algebraic rules leave ${names} without a value`)
  }
  return warnings
}

const isFree = (declared: DeclaredSymbol) =>
  declared.determination.by === 'itself' && !declared.constant && declared.kind !== 'reaction'

function rank(declared: DeclaredSymbol, initial: ReadonlySet<string>): number {
  return (declared.discrete ? 2 : 0) + (hasValue(declared, initial) ? 1 : 0)
}

function hasValue(declared: DeclaredSymbol, initial: ReadonlySet<string>): boolean {
  if (initial.has(declared.id)) return true
  switch (declared.kind) {
    case 'compartment':
      return declared.element.size !== undefined
    case 'species':
      return declared.element.initialAmount !== undefined || declared.element.initialConcentration !== undefined
    case 'parameter':
      return declared.element.value !== undefined
    default:
      return true
  }
}

const none: ReadonlySet<string> = new Set()

/** Symbols that a rule depends on, through formulas too. */
function symbolsBelow(rule: AlgebraicRule, table: SymbolTable): Set<string> {
  const found = new Set(freeSymbols(rule.value, none).symbols)
  for (const id of found) {
    const declared = table.get(id)
    if (!declared) continue
    const { determination } = declared
    if (determination.by === 'formula' && determination.formula) {
      const locals = new Set(declared.kind === 'reaction' ? declared.element.localParameters.map(({ id }) => id) : [])
      for (const below of freeSymbols(determination.formula, none).symbols) if (!locals.has(below)) found.add(below)
    }
    // An amount that is held makes the size of its compartment what a concentration depends on.
    if (declared.kind === 'species' && declared.isConcentration) found.add(declared.element.compartment)
  }
  return found
}

function overdetermined(rule: AlgebraicRule, row: number, symbols: readonly string[]): DynamicsError {
  const taken = symbols.length > 0 ? `: ${symbols.join(', ')} are determined by other algebraic rules` : ''
  return new DynamicsError('invalid-model', `nothing is left for algebraic rule ${row + 1} to determine${taken}`, {
    element: `algebraic rule ${row + 1}`,
    ...(rule.place && { place: rule.place }),
    expected: 'a symbol in it that is not constant and that no other rule or reaction determines',
  })
}
