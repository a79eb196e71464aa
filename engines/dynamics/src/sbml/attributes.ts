import { DynamicsError } from '../errors.ts'
import { elementsOf, type XmlElement } from '../xml/element.ts'
import { mathNamespace } from '../xml/read-mathml.ts'
import type { Dialect } from './dialect.ts'

/** Leaves out the entries that are not there. */
export function present<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A reference to an element of the model, or `undefined`. */
export function reference(element: XmlElement, name: string): string | undefined {
  const value = element.attributes.get(name)?.trim()
  if (value === undefined || identifier.test(value)) return value
  throw new DynamicsError('syntax', `'${value}' is not an identifier`, {
    element: element.name,
    place: element.place,
    expected: 'letters, digits and _, not beginning with a digit',
  })
}

export function requiredReference(element: XmlElement, name: string): string {
  return reference(element, name) ?? missing(element, name)
}

/** Its id and, if it has one, name. In Level 1 the name is the id. */
export function identity(element: XmlElement, { level }: Dialect): { readonly id: string; readonly name?: string } {
  if (level === 1) return { id: requiredReference(element, 'name') }
  return { id: requiredReference(element, 'id'), ...present({ name: element.attributes.get('name') }) }
}

/** A number as XML Schema's `double` writes it. */
export function number(element: XmlElement, name: string): number | undefined {
  const text = element.attributes.get(name)?.trim()
  if (text === undefined) return undefined
  if (text === 'INF') return Number.POSITIVE_INFINITY
  if (text === '-INF') return Number.NEGATIVE_INFINITY
  if (text === 'NaN') return Number.NaN
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text)
  throw new DynamicsError('syntax', `'${text}' as ${name} of <${element.name}>`, {
    element: element.name,
    place: element.place,
    expected: 'a number',
  })
}

/** @param otherwise What it is where it is left out; without this it has to be there. */
export function truth(element: XmlElement, name: string, otherwise?: boolean): boolean {
  const text = element.attributes.get(name)?.trim()
  if (text === 'true' || text === '1') return true
  if (text === 'false' || text === '0') return false
  if (text === undefined) return otherwise ?? missing(element, name)
  throw new DynamicsError('syntax', `'${text}' as ${name} of <${element.name}>`, {
    element: element.name,
    place: element.place,
    expected: 'true or false',
  })
}

function missing(element: XmlElement, name: string): never {
  throw new DynamicsError('syntax', `<${element.name}> has no attribute '${name}'`, {
    element: element.attributes.get('id') ?? element.name,
    place: element.place,
  })
}

/**
 * Looks whether an element has attributes and children that SBML has no meaning for, which would otherwise be passed
 * over in silence. What other namespaces add is left alone; notes and annotations may be anywhere.
 *
 * @returns Its children in SBML's namespace.
 */
export function partsOf(
  element: XmlElement,
  { namespace }: Dialect,
  attributes: readonly string[],
  children: readonly string[] = [],
): XmlElement[] {
  const about = { element: element.attributes.get('id') ?? element.name, place: element.place }
  for (const name of element.attributes.keys())
    if (!name.startsWith('{') && !common.has(name) && !attributes.includes(name))
      throw new DynamicsError(
        'syntax',
        `<${element.name}> with an attribute '${name}', which SBML does not have`,
        about,
      )
  const parts: XmlElement[] = []
  for (const part of elementsOf(element)) {
    if (part.namespace === mathNamespace && !children.includes('math'))
      throw new DynamicsError('syntax', `<${part.name}> directly in <${element.name}>`, { ...about, place: part.place })
    if (part.namespace !== namespace || part.name === 'notes' || part.name === 'annotation') continue
    if (!children.includes(part.name))
      throw new DynamicsError('syntax', `<${part.name}> in <${element.name}>, where SBML does not have it`, {
        element: part.name,
        place: part.place,
      })
    if (parts.some(({ name }) => name === part.name))
      throw new DynamicsError('syntax', `<${element.name}> has two of <${part.name}>`, {
        element: part.name,
        place: part.place,
      })
    parts.push(part)
  }
  return parts
}

const common: ReadonlySet<string> = new Set(['id', 'name', 'metaid', 'sboTerm'])

/** The members of one of an element's lists; none where there is no such list. */
export function membersOf(
  parts: readonly XmlElement[],
  list: string,
  dialect: Dialect,
  ...members: string[]
): XmlElement[] {
  const found = parts.find(({ name }) => name === list)
  if (!found) return []
  return elementsOf(found, dialect.namespace).filter((member) => {
    if (member.name === 'notes' || member.name === 'annotation') return false
    if (members.includes(member.name)) return true
    throw new DynamicsError('syntax', `<${member.name}> in <${list}>`, {
      element: member.name,
      place: member.place,
      expected: members.map((name) => `<${name}>`).join(' or '),
    })
  })
}
