import type { XmlElement } from '../xml/element.ts'
import type { XmlTree } from '../xml/write-xml.ts'

/** Elements of XHTML that begin a line of their own. */
const blocks: ReadonlySet<string> = new Set(
  'address blockquote body br dd div dl dt h1 h2 h3 h4 h5 h6 hr html li ol p pre table td th tr ul'.split(' '),
)

/** The text of XHTML without its marks, a line for each paragraph, or `undefined` if there is none. */
export function plainText(element: XmlElement): string | undefined {
  const lines: string[] = ['']
  const gather = ({ children }: XmlElement): void => {
    for (const child of children) {
      if (typeof child === 'string') {
        lines[lines.length - 1] += child
        continue
      }
      const block = blocks.has(child.name)
      if (block) lines.push('')
      gather(child)
      if (block) lines.push('')
    }
  }
  gather(element)
  const text = lines
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join('\n')
  return text === '' ? undefined : text
}

/** A paragraph of XHTML for each line. */
export function paragraphs(name: string, text: string): XmlTree {
  return {
    name,
    children: text
      .split('\n')
      .map((line): XmlTree => ({ name: 'p', attributes: { xmlns: 'http://www.w3.org/1999/xhtml' }, children: [line] })),
  }
}
