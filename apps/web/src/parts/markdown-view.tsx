// biome-ignore-all lint/suspicious/noArrayIndexKey: blocks of a text are known by their place
import { createElement, type ReactNode } from 'react'
import { type Inline, parseMarkdown } from '../format/markdown.ts'

/** Draws Markdown from data; text never becomes markup. */
export function MarkdownView({ source, headingOffset = 1 }: { source: string; headingOffset?: number }) {
  return parseMarkdown(source).map((block, index) => {
    const key = `${block.kind}${index}`
    switch (block.kind) {
      case 'heading':
        return createElement(`h${Math.min(6, block.level + headingOffset)}`, { key }, inline(block.inline))
      case 'paragraph':
        return <p key={key}>{inline(block.inline)}</p>
      case 'quote':
        return <blockquote key={key}>{inline(block.inline)}</blockquote>
      case 'code':
        return (
          <pre key={key}>
            <code>{block.text}</code>
          </pre>
        )
      case 'rule':
        return <hr key={key} />
      case 'list': {
        const items = block.items.map((item, which) => <li key={`${key}-${which}`}>{inline(item)}</li>)
        return block.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>
      }
      case 'table':
        return (
          <div key={key} className="scroll">
            <table>
              <thead>
                <tr>
                  {block.head.map((cell, which) => (
                    <th key={`${key}h${which}`} scope="col">
                      {inline(cell)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {block.rows.map((row, which) => (
                  <tr key={`${key}r${which}`}>
                    {row.map((cell, column) => (
                      <td key={`${key}r${which}c${column}`}>{inline(cell)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      default:
        return null
    }
  })
}

function inline(parts: readonly Inline[]): ReactNode {
  return parts.map((part, index) => {
    const key = `${part.kind}${index}`
    if (part.kind === 'strong') return <strong key={key}>{part.text}</strong>
    if (part.kind === 'emphasis') return <em key={key}>{part.text}</em>
    if (part.kind === 'code') return <code key={key}>{part.text}</code>
    if (part.kind === 'link')
      return (
        <a key={key} href={part.href} rel="noreferrer" target="_blank">
          {part.text}
        </a>
      )
    return part.text
  })
}
