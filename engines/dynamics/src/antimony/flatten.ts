import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Name } from './cursor.ts'
import { mapExpression } from './map-expression.ts'
import type { ModuleSyntax, Statement } from './syntax.ts'
import { suggestion } from './words.ts'

/** A statement with the names it has in the flat model. */
export interface FlatStatement {
  readonly statement: Exclude<Statement, { kind: 'instance' | 'same' }>
  /** How deep in submodels it was said; what is said further out counts more. */
  readonly level: number
  /** Whether it was said under another name than the one that counts. */
  readonly aliased: boolean
  /** Compartment of the submodel it was said in. */
  readonly within?: string
}

/** As libAntimony writes `A.S1` of a flattened model. */
const separator = '__'
const most = 100_000
const uncertainty: ReadonlySet<string> = new Set([
  ...['mean', 'stdev', 'standardDeviation', 'coefficientOfVariation', 'kurtosis', 'median', 'mode', 'sampleSize'],
  ...['skewness', 'standardError', 'variance', 'confidenceInterval', 'credibleInterval', 'interquartileRange'],
  ...['range', 'distribution', 'externalParameter'],
])

/**
 * Puts all submodels' statements into one list: what is `S1` in the instance `A` is called `A__S1`, and things that are
 * said to be the same get one name, the one after `is`.
 *
 * @throws DynamicsError `undeclared` for a model or part that is not there; `cycle` for a model within itself.
 */
export function flatten(main: ModuleSyntax, modules: readonly ModuleSyntax[]): readonly FlatStatement[] {
  const byName = new Map(modules.map((module) => [module.name.id, module]))
  const out: { statement: Statement; level: number; within?: string }[] = []
  const put = (statement: Statement, level: number, within: string | undefined) => {
    if (out.length >= most)
      throw new DynamicsError('invalid-model', `the model has more than ${most} statements, submodels counted`, {
        element: main.name.id,
      })
    out.push({ statement, level, ...(within === undefined ? {} : { within }) })
  }

  const instantiate = (module: ModuleSyntax, prefix: string, path: readonly ModuleSyntax[], within?: string): void => {
    const level = path.length
    const parts = partsOf(module, byName)
    const rename = ({ id, place }: Name): Name => {
      checkPath(id, place, parts)
      return { id: prefix + id.replaceAll('.', separator), place }
    }
    for (const of of module.interface) put({ kind: 'declare', of: rename(of) }, level, within)
    for (const statement of module.statements) {
      if (statement.kind !== 'instance') {
        put(renameStatement(statement, rename), level, within)
        continue
      }
      const inner = byName.get(statement.module.id)
      const { place } = statement.of
      if (inner === undefined)
        throw new DynamicsError('undeclared', `there is no model called ${statement.module.id}`, {
          element: statement.module.id,
          place: statement.module.place,
          mend: suggestion(statement.module.id, byName.keys()),
        })
      if (inner === module || path.includes(inner))
        throw new DynamicsError('cycle', `the model ${inner.name.id} contains itself`, {
          element: inner.name.id,
          place,
        })
      if (statement.arguments.length > inner.interface.length)
        throw new DynamicsError('invalid-model', `${inner.name.id} is given ${statement.arguments.length} things`, {
          element: statement.of.id,
          place,
          expected: `at most ${inner.interface.length}`,
        })
      const compartment = statement.compartment ? rename(statement.compartment).id : within
      const innerPrefix = `${prefix}${statement.of.id}${separator}`
      instantiate(inner, innerPrefix, [...path, module], compartment)
      if (statement.compartment)
        put({ kind: 'declare', of: rename(statement.compartment), type: 'compartment' }, level, within)
      statement.arguments.forEach((given, i) => {
        const of = { id: innerPrefix + inner.interface[i]!.id, place }
        if ('id' in given && !('kind' in given)) put({ kind: 'same', of, as: rename(given) }, level, within)
        else put({ kind: 'initial', of, value: given as Expression }, level, within)
      })
    }
  }
  instantiate(main, '', [])
  return unify(out)
}

/** Names in a model; behind those of submodels, theirs. */
interface Parts {
  readonly names: ReadonlySet<string>
  readonly submodels: ReadonlyMap<string, () => Parts | undefined>
}

function partsOf(module: ModuleSyntax, modules: ReadonlyMap<string, ModuleSyntax>): Parts {
  const names = new Set(module.interface.map(({ id }) => id))
  const submodels = new Map<string, () => Parts | undefined>()
  for (const statement of module.statements) {
    if (statement.kind === 'instance')
      submodels.set(
        statement.of.id,
        once(() => {
          const inner = modules.get(statement.module.id)
          return inner && partsOf(inner, modules)
        }),
      )
    else
      renameStatement(statement, (name) => {
        names.add(name.id)
        return name
      })
  }
  return { names, submodels }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Sees whether `A.B.S1` is there. */
function checkPath(id: string, place: Name['place'], parts: Parts): void {
  if (!id.includes('.')) return
  const [first, ...rest] = id.split('.')
  const submodel = parts.submodels.get(first!)
  if (submodel === undefined) {
    if (uncertainty.has(rest.at(-1)!))
      throw new DynamicsError('not-supported', `uncertainty (${id}) is not supported`, { element: id, place })
    throw new DynamicsError('undeclared', `${first} is not a submodel`, {
      element: id,
      place,
      mend: suggestion(first!, parts.submodels.keys()),
    })
  }
  const inner = submodel()
  const other = rest.join('.')
  if (!inner || inner.names.has(other)) return
  if (rest.length > 1) {
    checkPath(other, place, inner)
    return
  }
  throw new DynamicsError('undeclared', `the submodel ${first} has nothing called ${other}`, {
    element: id,
    place,
    mend: suggestion(other, inner.names),
  })
}

/** Gives what is the same one name. */
function unify(
  statements: readonly { statement: Statement; level: number; within?: string }[],
): readonly FlatStatement[] {
  const next = new Map<string, string>()
  const final = (id: string): string => {
    let at = id
    for (let to = next.get(at); to !== undefined; to = next.get(at)) at = to
    return at
  }
  for (const { statement } of statements) {
    if (statement.kind !== 'same') continue
    const [from, to] = [final(statement.of.id), final(statement.as.id)]
    if (from !== to) next.set(from, to)
  }
  const flat: FlatStatement[] = []
  for (const { statement, ...rest } of statements) {
    if (statement.kind === 'instance') continue
    if (statement.kind === 'same') {
      flat.push({
        statement: { kind: 'declare', of: { ...statement.as, id: final(statement.as.id) } },
        aliased: true,
        ...rest,
      })
      continue
    }
    const said = 'of' in statement ? statement.of?.id : undefined
    const renamed = renameStatement(statement, ({ id, place }) => ({ id: final(id), place }))
    const where = rest.within === undefined ? {} : { within: final(rest.within) }
    flat.push({
      statement: renamed as FlatStatement['statement'],
      aliased: said !== undefined && next.has(said),
      level: rest.level,
      ...where,
    })
  }
  return flat
}

/** The same statement with other names for everything but units, functions and models. */
function renameStatement(statement: Statement, rename: (name: Name) => Name): Statement {
  const formula = (value: Expression) =>
    mapExpression(value, (part) =>
      part.kind === 'symbol' || part.kind === 'rate-of'
        ? { ...part, id: rename({ id: part.id, place: part.place ?? { line: 1 } }).id }
        : part,
    )
  const participants = (all: Extract<Statement, { kind: 'reaction' }>['reactants']) =>
    all.map((one) => ({
      ...one,
      species: rename(one.species),
      stoichiometry: typeof one.stoichiometry === 'number' ? one.stoichiometry : rename(one.stoichiometry),
    }))
  switch (statement.kind) {
    case 'declare':
    case 'instance': {
      const { compartment } = statement
      return { ...statement, of: rename(statement.of), ...(compartment ? { compartment: rename(compartment) } : {}) }
    }
    case 'initial':
    case 'assignment':
    case 'rate':
      return { ...statement, of: rename(statement.of), ...(statement.value ? { value: formula(statement.value) } : {}) }
    case 'algebraic':
      return {
        ...statement,
        ...(statement.of ? { of: rename(statement.of) } : {}),
        value: formula(statement.value),
      }
    case 'constraint':
      return { ...statement, condition: formula(statement.condition) }
    case 'define-unit':
      return statement
    case 'name':
    case 'notes':
    case 'unit':
    case 'delete':
      return { ...statement, of: rename(statement.of) }
    case 'same':
      return { ...statement, of: rename(statement.of), as: rename(statement.as) }
    case 'reaction':
      return {
        ...statement,
        of: rename(statement.of),
        reactants: participants(statement.reactants),
        products: participants(statement.products),
        ...(statement.rate ? { rate: formula(statement.rate) } : {}),
      }
    case 'interaction':
      return { ...statement, species: statement.species.map(rename), reactions: statement.reactions.map(rename) }
    case 'event':
      return {
        ...statement,
        ...(statement.of ? { of: rename(statement.of) } : {}),
        trigger: formula(statement.trigger),
        ...(statement.delay ? { delay: formula(statement.delay) } : {}),
        ...(statement.priority ? { priority: formula(statement.priority) } : {}),
        assignments: statement.assignments.map(({ of, value }) => ({ of: rename(of), value: formula(value) })),
      }
  }
}
