/** An element to be written; attributes that are `undefined` are left out. */
export interface XmlTree {
  readonly name: string
  readonly attributes?: Readonly<Record<string, string | undefined>>
  readonly children?: readonly (XmlTree | string)[]
}

/** Writes a document, indented by two spaces; an element that holds text is written on one line. */
export function writeXml(root: XmlTree): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>']
  // A stack of what is still to be written rather than recursion: formulas may be deep.
  const pending: { readonly tree: XmlTree; readonly depth: number; readonly closing?: true }[] = [
    { tree: root, depth: 0 },
  ]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { tree, depth, closing } = next
    const children = tree.children ?? []
    if (closing) lines.push(`${indent(depth)}</${tree.name}>`)
    else if (children.length === 0 || children.some((child) => typeof child === 'string'))
      lines.push(indent(depth) + inline(tree))
    else {
      lines.push(`${indent(depth)}<${opening(tree)}>`)
      pending.push({ tree, depth, closing: true })
      for (const child of children.toReversed()) pending.push({ tree: child as XmlTree, depth: depth + 1 })
    }
  }
  return `${lines.join('\n')}\n`
}

// Deep formulas would otherwise be mostly space.
const indent = (depth: number): string => ' '.repeat(2 * Math.min(depth, 40))

function inline(tree: XmlTree | string): string {
  if (typeof tree === 'string') return escaped(tree)
  const { name, children = [] } = tree
  return children.length === 0 ? `<${opening(tree)}/>` : `<${opening(tree)}>${children.map(inline).join('')}</${name}>`
}

function opening({ name, attributes = {} }: XmlTree): string {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === undefined
      ? ''
      : ` ${key}="${escaped(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`,
  )
  return name + written.join('')
}

/** Also a carriage return, which a reader would take for the end of a line. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;')
