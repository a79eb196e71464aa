import { DynamicsError, type Place } from '../errors.ts'
import type { XmlElement } from '../xml/element.ts'
import { type CellmlDocument, type Import, readDocument, type VariableDeclaration } from './document.ts'
import type { UnitScope, UnitTable } from './unit-table.ts'

/** A component with all that its equations need, wherever it came from. */
export interface Component {
  /** As the importing document calls it. */
  readonly name: string
  /** What encapsulates it; set once all components are there. */
  parent: Component | undefined
  readonly variables: ReadonlyMap<string, Variable>
  readonly equations: readonly XmlElement[]
  readonly unitScope: UnitScope
  /** The CellML namespace of its document, in which its numbers have their units. */
  readonly namespace: string
}

export interface Variable {
  readonly component: Component
  readonly name: string
  /** Id of a unit of the model. */
  readonly unit: string
  readonly initialValue?: string
  readonly place: Place
}

export interface FlatModel {
  readonly components: readonly Component[]
  /** Pairs that are the same quantity. */
  readonly connections: readonly { readonly variables: readonly [Variable, Variable]; readonly place: Place }[]
}

/** Gives the text of a document by what an import calls it. */
export type Resolve = (href: string) => string

/** Puts a document and all that it imports together. */
export function flatten(document: CellmlDocument, units: UnitTable, resolve: Resolve | undefined): FlatModel {
  return flattenOne(document, units, resolve, []).flat
}

interface Flattened {
  readonly flat: FlatModel
  readonly byName: ReadonlyMap<string, Component>
  readonly unitScope: UnitScope
}

function flattenOne(
  document: CellmlDocument,
  units: UnitTable,
  resolve: Resolve | undefined,
  path: readonly string[],
): Flattened {
  const components: Component[] = []
  const connections: FlatModel['connections'][number][] = []
  const byName = new Map<string, Component>()
  const importedUnits = new Map<string, string>()
  for (const one of document.imports) {
    const source = importOne(one, units, resolve, path)
    for (const { name, reference, place } of one.units) importedUnits.set(name, source.unitScope(reference, place))
    const kept = new Map<Component, Component>()
    for (const { name, reference, place } of one.components) {
      const origin = source.byName.get(reference)
      if (!origin)
        throw new DynamicsError('undeclared', `${one.href} has no component ${reference}`, { element: name, place })
      if (byName.has(name) || document.components.some((other) => other.name === name))
        throw new DynamicsError('invalid-model', `component ${name} is there twice`, { element: name, place })
      const copied = copyTree(origin, name, source.flat.components, kept)
      byName.set(name, copied[0]!)
      components.push(...copied)
    }
    for (const { variables, place } of source.flat.connections) {
      const [a, b] = variables.map((variable) => kept.get(variable.component)?.variables.get(variable.name))
      if (a && b) connections.push({ variables: [a, b], place })
    }
  }
  const unitScope = units.scope(document.units, importedUnits)
  for (const declaration of document.components) {
    const scope = declaration.units.length === 0 ? unitScope : units.scope(declaration.units, new Map(), unitScope)
    const component = build(declaration.name, declaration.variables, declaration.equations, scope, document.namespace)
    byName.set(declaration.name, component)
    components.push(component)
  }
  for (const [name, parent] of document.parents) {
    const [inner, outer] = [byName.get(name), byName.get(parent)]
    if (!inner || !outer)
      throw new DynamicsError('undeclared', `component ${inner ? parent : name} is encapsulated and declared nowhere`, {
        element: inner ? parent : name,
      })
    inner.parent = outer
  }
  connections.push(...connected(document, byName))
  return { flat: { components, connections }, byName, unitScope }
}

function build(
  name: string,
  declared: readonly VariableDeclaration[],
  equations: readonly XmlElement[],
  unitScope: UnitScope,
  namespace: string,
): Component {
  const variables = new Map<string, Variable>()
  const component: Component = { name, parent: undefined, variables, equations, unitScope, namespace }
  for (const { name: own, units, initialValue, place } of declared)
    variables.set(own, {
      component,
      name: own,
      unit: unitScope(units, place),
      ...(initialValue !== undefined && { initialValue }),
      place,
    })
  return component
}

function importOne(
  { href, place }: Import,
  units: UnitTable,
  resolve: Resolve | undefined,
  path: readonly string[],
): Flattened {
  if (!resolve)
    throw new DynamicsError('undeclared', `the model imports '${href}', and nothing says where that is`, {
      element: 'import',
      place,
      mend: 'read it from a folder that has the imported files',
    })
  const full = besides(path.at(-1), href.replace(/#.*$/, ''))
  if (path.includes(full))
    throw new DynamicsError('cycle', `models import each other: ${[...path, full].join(' → ')}`, {
      element: 'import',
      place,
    })
  if (path.length > 100)
    throw new DynamicsError('not-supported', 'more than 100 imports within each other', { element: 'import', place })
  let document: CellmlDocument
  try {
    document = readDocument(resolve(full))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DynamicsError(cause instanceof DynamicsError ? cause.code : 'undeclared', `import of '${full}': ${why}`, {
      element: 'import',
      place,
      cause,
    })
  }
  return flattenOne(document, units, resolve, [...path, full])
}

/** An import's own imports are named from where it lies. */
function besides(from: string | undefined, href: string): string {
  if (from === undefined || /^([a-z][a-z0-9+.-]*:|\/)/i.test(href)) return href
  const parts = from.split('/').slice(0, -1)
  for (const part of href.split('/'))
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '.') parts.push(part)
  return parts.join('/')
}

/** A component and all that it encapsulates, anew: each import has its own. */
function copyTree(
  origin: Component,
  name: string,
  all: readonly Component[],
  kept: Map<Component, Component>,
  parent?: Component,
): Component[] {
  const variables = new Map<string, Variable>()
  const copy: Component = { ...origin, name, parent, variables }
  for (const variable of origin.variables.values()) variables.set(variable.name, { ...variable, component: copy })
  kept.set(origin, copy)
  const inner = all.filter((other) => other.parent === origin)
  return [copy, ...inner.flatMap((child) => copyTree(child, child.name, all, kept, copy))]
}

function connected(document: CellmlDocument, byName: ReadonlyMap<string, Component>): FlatModel['connections'] {
  const declared = new Map(
    document.components.map(({ name, variables }) => [name, new Map(variables.map((one) => [one.name, one]))]),
  )
  return document.connections.flatMap(({ components: names, variables: pairs, place: at }) => {
    const [first, second] = names.map((name) => {
      const component = byName.get(name)
      if (!component)
        throw new DynamicsError('undeclared', `component ${name} is connected and declared nowhere`, {
          element: name,
          place: at,
        })
      return component
    }) as [Component, Component]
    return pairs.map(({ names: [one, other], place }) => {
      const variables = [variableOf(first, one, place), variableOf(second, other, place)] as const
      checkInterfaces(
        [first, second],
        [declared.get(names[0])?.get(one), declared.get(names[1])?.get(other)],
        variables.map((variable) => `${variable.component.name}.${variable.name}`),
        place,
      )
      return { variables, place }
    })
  })
}

function variableOf(component: Component, name: string, place: Place): Variable {
  const variable = component.variables.get(name)
  if (variable) return variable
  throw new DynamicsError('undeclared', `component ${component.name} has no variable ${name}`, { element: name, place })
}

/** Values pass between neighbours only, and in CellML 1.x from an `out` to an `in` (1.1, section 3.4.5). */
function checkInterfaces(
  [a, b]: readonly [Component, Component],
  [one, other]: readonly (VariableDeclaration | undefined)[],
  names: readonly string[],
  place: Place,
): void {
  const [sideA, sideB] =
    a.parent === b.parent
      ? (['public', 'public'] as const)
      : b.parent === a
        ? (['private', 'public'] as const)
        : a.parent === b
          ? (['public', 'private'] as const)
          : []
  const pair = names.join(' and ')
  if (!sideA || a === b)
    throw new DynamicsError('invalid-model', `${pair} are connected, but their components are not neighbours`, {
      element: pair,
      place,
      expected: 'siblings, or one that encapsulates the other',
    })
  // An imported component's interfaces were checked in its own document.
  const passes = [one?.[sideA], other?.[sideB]]
  const right = passes.every((way) => way === undefined || way === 'both') || new Set(passes).size === 2
  if (passes.includes('none') || !right)
    throw new DynamicsError('invalid-model', `${pair} are connected with interfaces ${passes.join(' and ')}`, {
      element: pair,
      place,
      expected: 'in on the one side and out on the other',
    })
}
