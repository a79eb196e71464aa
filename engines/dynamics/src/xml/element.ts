import { DynamicsError, type Place } from '../errors.ts'

/** An element of an XML document, with its namespace resolved and the place where its tag begins. */
export interface XmlElement {
  /** Local name: what follows the prefix. */
  readonly name: string
  /** URI; empty: none. */
  readonly namespace: string
  /** Values by local name, those with a namespace by `{URI}name`. Declarations of namespaces are not among them. */
  readonly attributes: ReadonlyMap<string, string>
  /** URIs that its tag declares, by prefix; the default one under the empty prefix. */
  readonly declared: ReadonlyMap<string, string>
  /** Elements and texts in the order of the document; neighbouring texts are one. */
  readonly children: readonly (XmlElement | string)[]
  readonly place: Place
}

/** Its child elements; with `namespace`, only those of that one. */
export function elementsOf(element: XmlElement, namespace?: string): XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement =>
      typeof child !== 'string' && (namespace === undefined || child.namespace === namespace),
  )
}

/** Its first child element of that name and, unless left out, namespace. */
export function childOf(element: XmlElement, name: string, namespace?: string): XmlElement | undefined {
  return element.children.find(
    (child): child is XmlElement =>
      typeof child !== 'string' && child.name === name && (namespace === undefined || child.namespace === namespace),
  )
}

/** All text in it and in what it holds, in order. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('')
}

/**
 * The value of an attribute that has to be there.
 *
 * @throws {DynamicsError} `syntax` when it is not.
 */
export function attributeOf(element: XmlElement, name: string): string {
  const value = element.attributes.get(name)
  if (value !== undefined) return value
  throw new DynamicsError('syntax', `<${element.name}> has no attribute '${name}'`, {
    element: element.name,
    place: element.place,
  })
}
