import { SaxesParser, type SaxesTagNS } from 'saxes'
import { DynamicsError, type Place } from '../errors.ts'
import type { XmlElement } from './element.ts'

interface XmlLimits {
  /** Elements within elements. */
  readonly depth: number
  /** UTF-16 code units of the document. */
  readonly characters: number
  readonly elements: number
}

/** Far beyond published models, and near enough to be read within seconds and without running out of stack. */
const xmlLimits: XmlLimits = { depth: 2_500, characters: 100_000_000, elements: 2_000_000 }

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'

/**
 * Reads an XML 1.0 or 1.1 document with namespaces into a tree; comments and processing instructions are left out.
 *
 * Entities that a document declares are never expanded: a document type with declarations of its own is refused, one
 * that only names an external file is passed over, and an entity that XML itself does not define is an error.
 *
 * @throws {DynamicsError} `syntax` where the text is not well-formed, with line and column; `not-supported` for a
 *   document type with declarations and beyond the limits.
 *
 * @example
 * const root = readXml('<a x="1"><b/></a>')
 * root.attributes.get('x') // '1'
 */
export function readXml(text: string, limits: XmlLimits = xmlLimits): XmlElement {
  if (text.length > limits.characters)
    throw new DynamicsError('not-supported', `the document has ${text.length} characters`, {
      expected: `at most ${limits.characters}`,
    })
  const places = placesIn(text)
  const parser = new SaxesParser({ xmlns: true })
  const open: Building[] = []
  let root: XmlElement | undefined
  let begins: Place = { line: 1, column: 1 }
  let elements = 0

  parser.on('error', ({ message }) => {
    throw new DynamicsError('syntax', `the XML is not well-formed: ${message.replace(/^\d+:\d+: /, '')}`, {
      place: { line: parser.line, column: Math.max(1, parser.column) },
    })
  })
  parser.on('doctype', (doctype) => {
    if (!doctype.includes('[')) return
    throw new DynamicsError('not-supported', 'the document type (DOCTYPE) has declarations of its own', {
      element: 'DOCTYPE',
      place: places(text.lastIndexOf('<!DOCTYPE', parser.position)),
      mend: 'take the declarations out: entities that a document declares are not expanded',
    })
  })
  parser.on('opentagstart', ({ name }) => {
    // What follows the name has been read too.
    begins = places(parser.position - name.length - 2)
  })
  parser.on('opentag', (tag) => {
    const element = building(tag, begins)
    if (open.length >= limits.depth || ++elements > limits.elements)
      throw new DynamicsError('not-supported', `<${tag.name}> lies too deep or is one too many`, {
        element: tag.name,
        place: begins,
        expected: `at most ${limits.depth} elements within each other, ${limits.elements} in all`,
      })
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => {
    root = open.pop()
  })
  const addText = (piece: string) => {
    const children = open.at(-1)?.children
    if (!children) return
    const last = children.at(-1)
    if (typeof last === 'string') children[children.length - 1] = last + piece
    else children.push(piece)
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.write(text).close()
  // Without a root element the parser has thrown.
  return root!
}

interface Building extends XmlElement {
  readonly children: (XmlElement | string)[]
}

function building(tag: SaxesTagNS, place: Place): Building {
  const attributes = new Map<string, string>()
  const declared = new Map<string, string>()
  for (const { local, prefix, uri, value } of Object.values(tag.attributes))
    if (uri === xmlnsNamespace) declared.set(prefix === '' ? '' : local, value)
    else attributes.set(uri === '' ? local : `{${uri}}${local}`, value)
  return { name: tag.local, namespace: tag.uri, attributes, declared, children: [], place }
}

/** Gives the place of an offset; offsets have to be asked for in growing order. */
function placesIn(text: string): (offset: number) => Place {
  let line = 1
  let lineBegins = 0
  let next = 0
  return (offset) => {
    for (; next < offset; next++) {
      const code = text.charCodeAt(next)
      if (code !== 10 && !(code === 13 && text.charCodeAt(next + 1) !== 10)) continue
      line++
      lineBegins = next + 1
    }
    return { line, column: offset - lineBegins + 1 }
  }
}
