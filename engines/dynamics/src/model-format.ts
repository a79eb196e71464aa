import { DynamicsError } from './errors.ts'
import type { ModelSource } from './model.ts'

/**
 * Which format a model's text is in: told by the root element of XML, and by its being no XML.
 *
 * @throws DynamicsError `syntax` for an empty text or XML whose root is of neither format
 */
export function modelFormat(text: string): ModelSource['format'] {
  const start = text.search(/[^\s\uFEFF]/)
  if (start < 0) throw new DynamicsError('syntax', 'there is no text', { expected: 'Antimony, SBML or CellML' })
  if (text[start] !== '<') return 'antimony'
  const root = rootTag(text, start)
  const name = /^<(?:[^\s/>:]+:)?([^\s/>:]+)/.exec(root)?.[1]
  if (name === 'sbml') return 'sbml'
  if (name === 'model' && /=\s*["']http:\/\/www\.cellml\.org\/cellml\//.test(root)) return 'cellml'
  throw new DynamicsError('syntax', `the root element is ${name ? `<${name}>` : 'missing'}`, {
    place: { line: text.slice(0, start).split('\n').length },
    expected: '<sbml> of SBML, or <model> in a namespace of CellML',
  })
}

/** The first tag that is no declaration, comment or instruction; empty where there is none. */
function rootTag(text: string, start: number): string {
  let at = start
  while (at >= 0 && at < text.length) {
    const rest = text.slice(at, at + 9)
    if (rest.startsWith('<!--')) at = after(text, '-->', at)
    else if (rest.startsWith('<?')) at = after(text, '?>', at)
    else if (rest.startsWith('<!')) at = afterDocumentType(text, at)
    else return text.slice(at, after(text, '>', at))
    at = text.indexOf('<', at)
  }
  return ''
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from)
  return at < 0 ? text.length : at + mark.length
}

/** A document type may hold declarations in square brackets; what is wrong with them the XML reader says. */
function afterDocumentType(text: string, from: number): number {
  const end = after(text, '>', from)
  return text.slice(from, end).includes('[') ? after(text, ']', from) : end
}
