import { DynamicsError, type Place } from '../errors.ts'
import { attributeOf, childOf, elementsOf, type XmlElement } from '../xml/element.ts'
import { readXml } from '../xml/read-xml.ts'
import { readComponent } from './read-component.ts'
import { readUnits } from './read-units.ts'
import { refuseTwice, strange } from './refusals.ts'

/** One CellML document as it is written, before imports are followed. */
export interface CellmlDocument {
  readonly version: CellmlVersion
  readonly namespace: string
  readonly name: string
  readonly units: readonly UnitsDeclaration[]
  readonly components: readonly ComponentDeclaration[]
  readonly connections: readonly Connection[]
  /** The component that encapsulates another, by the other's name. */
  readonly parents: ReadonlyMap<string, string>
  readonly imports: readonly Import[]
}

export type CellmlVersion = '1.0' | '1.1' | '2.0'

export interface UnitsDeclaration {
  readonly name: string
  readonly base: boolean
  readonly factors: readonly UnitDeclaration[]
  readonly place: Place
}

/** multiplier · (10^prefix · units)^exponent. */
export interface UnitDeclaration {
  readonly units: string
  readonly prefix: number
  readonly exponent: number
  readonly multiplier: number
  readonly place: Place
}

export interface ComponentDeclaration {
  readonly name: string
  readonly variables: readonly VariableDeclaration[]
  /** Units that only this component knows; CellML 1.x. */
  readonly units: readonly UnitsDeclaration[]
  /** Equations: elements within `<math>`. */
  readonly equations: readonly XmlElement[]
  readonly place: Place
}

export interface VariableDeclaration {
  readonly name: string
  readonly units: string
  /** A number, or the name of another variable of the component. */
  readonly initialValue?: string
  readonly public: Interface
  readonly private: Interface
  readonly place: Place
}

/** Which way a value may pass; `both`: CellML 2.0, which does not say. */
export type Interface = 'in' | 'out' | 'both' | 'none'

interface Connection {
  readonly components: readonly [string, string]
  readonly variables: readonly { readonly names: readonly [string, string]; readonly place: Place }[]
  readonly place: Place
}

export interface Import {
  readonly href: string
  readonly units: readonly ImportedName[]
  readonly components: readonly ImportedName[]
  readonly place: Place
}

interface ImportedName {
  readonly name: string
  /** What it is called where it comes from. */
  readonly reference: string
  readonly place: Place
}

const versions: ReadonlyMap<string, CellmlVersion> = new Map([
  ['http://www.cellml.org/cellml/1.0#', '1.0'],
  ['http://www.cellml.org/cellml/1.1#', '1.1'],
  ['http://www.cellml.org/cellml/2.0#', '2.0'],
])

/** Reads the text of one document; metadata and what belongs to other namespaces is passed over. */
export function readDocument(text: string): CellmlDocument {
  const root = readXml(text)
  const { namespace } = root
  const version = versions.get(namespace)
  if (!version || root.name !== 'model')
    throw new DynamicsError('syntax', `<${root.name}> of namespace '${namespace}' is not a CellML model`, {
      element: root.name,
      place: root.place,
      expected: `<model> of one of the namespaces ${[...versions.keys()].join(', ')}`,
    })
  const parts = elementsOf(root, namespace)
  for (const part of parts)
    if (!['units', 'component', 'connection', 'group', 'encapsulation', 'import'].includes(part.name))
      throw strange(part, 'a model')
  const named = (name: string) => parts.filter((part) => part.name === name)
  if (version === '1.0' && named('import')[0]) throw strange(named('import')[0]!, 'a CellML 1.0 model')
  const document: CellmlDocument = {
    version,
    namespace,
    name: attributeOf(root, 'name'),
    units: named('units').map((part) => readUnits(part)),
    components: named('component').map((part) => readComponent(part, version)),
    connections: named('connection').map((part) => readConnection(part)),
    parents: readParents([...named('group'), ...named('encapsulation')]),
    imports: named('import').map((part) => readImport(part)),
  }
  refuseTwice(document.units, 'units')
  refuseTwice(document.components, 'component')
  return document
}

function readConnection(element: XmlElement): Connection {
  // CellML 2.0 has the components as attributes, 1.x in an element of their own.
  const components = childOf(element, 'map_components', element.namespace) ?? element
  return {
    components: [attributeOf(components, 'component_1'), attributeOf(components, 'component_2')],
    variables: elementsOf(element, element.namespace)
      .filter(({ name }) => name === 'map_variables')
      .map((map) => ({ names: [attributeOf(map, 'variable_1'), attributeOf(map, 'variable_2')], place: map.place })),
    place: element.place,
  }
}

/** Encapsulation only: other groups (containment, or the author's own) say nothing about equations. */
function readParents(groups: readonly XmlElement[]): ReadonlyMap<string, string> {
  const parents = new Map<string, string>()
  const visit = (element: XmlElement, parent: string | undefined): void => {
    for (const part of elementsOf(element, element.namespace)) {
      if (part.name !== 'component_ref') continue
      const name = attributeOf(part, 'component')
      if (parent !== undefined) {
        if (parents.has(name))
          throw new DynamicsError('invalid-model', `component ${name} is encapsulated twice`, {
            element: name,
            place: part.place,
          })
        parents.set(name, parent)
      }
      visit(part, name)
    }
  }
  for (const group of groups) {
    const relationships = elementsOf(group, group.namespace).filter(({ name }) => name === 'relationship_ref')
    if (
      group.name === 'encapsulation' ||
      relationships.some((one) => one.attributes.get('relationship') === 'encapsulation')
    )
      visit(group, undefined)
  }
  for (const name of parents.keys()) {
    const above = new Set([name])
    for (let parent = parents.get(name); parent !== undefined; parent = parents.get(parent)) {
      if (above.has(parent))
        throw new DynamicsError('cycle', `component ${parent} encapsulates itself`, { element: parent })
      above.add(parent)
    }
  }
  return parents
}

function readImport(element: XmlElement): Import {
  const imported = (what: 'units' | 'component'): ImportedName[] =>
    elementsOf(element, element.namespace)
      .filter(({ name }) => name === what)
      .map((part) => ({
        name: attributeOf(part, 'name'),
        reference: attributeOf(part, `${what}_ref`),
        place: part.place,
      }))
  return {
    href: attributeOf(element, '{http://www.w3.org/1999/xlink}href'),
    units: imported('units'),
    components: imported('component'),
    place: element.place,
  }
}
