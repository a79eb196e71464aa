/** The small part of Markdown that model cards use, as data; drawing it never makes HTML out of text. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly inline: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly inline: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly inline: readonly Inline[] }
  | {
      readonly kind: 'table'
      readonly head: readonly (readonly Inline[])[]
      readonly rows: readonly (readonly (readonly Inline[])[])[]
    }
  | { readonly kind: 'rule' }

export type Inline =
  | { readonly kind: 'text' | 'strong' | 'emphasis' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

/** Reads Markdown: headings, paragraphs, lists, fenced code, quotes, pipe tables, rules; strong, emphasis, code, links. */
export function parseMarkdown(source: string): readonly Block[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n')
  const blocks: Block[] = []
  let at = 0
  const paragraph: string[] = []
  const flush = () => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', inline: parseInline(paragraph.join(' ')) })
    paragraph.length = 0
  }
  while (at < lines.length) {
    const line = lines[at]!
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line)
    const fence = /^(```|~~~|\$\$)/.exec(line)
    if (fence) {
      flush()
      const body: string[] = []
      at += 1
      while (at < lines.length && !lines[at]!.startsWith(fence[1]!)) body.push(lines[at++]!)
      blocks.push({ kind: 'code', text: body.join('\n') })
    } else if (heading) {
      flush()
      blocks.push({ kind: 'heading', level: heading[1]!.length, inline: parseInline(heading[2]!) })
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      flush()
      blocks.push({ kind: 'rule' })
    } else if (/^\s*\|.*\|\s*$/.test(line) && /^\s*\|?[\s:|-]+\|?\s*$/.test(lines[at + 1] ?? '')) {
      flush()
      const head = cells(line).map(parseInline)
      const rows: (readonly Inline[])[][] = []
      at += 2
      while (at < lines.length && /^\s*\|.*\|\s*$/.test(lines[at]!)) rows.push(cells(lines[at++]!).map(parseInline))
      blocks.push({ kind: 'table', head, rows })
      continue
    } else if (/^\s*(?:[-*+]|\d+[.)])\s+/.test(line)) {
      flush()
      const ordered = /^\s*\d/.test(line)
      const items: string[] = []
      while (at < lines.length) {
        const item = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/.exec(lines[at]!)
        if (item) items.push(item[1]!)
        else if (/^\s{2,}\S/.test(lines[at]!) && items.length > 0) items[items.length - 1] += ` ${lines[at]!.trim()}`
        else break
        at += 1
      }
      blocks.push({ kind: 'list', ordered, items: items.map(parseInline) })
      continue
    } else if (/^>\s?/.test(line)) {
      flush()
      const quote: string[] = []
      while (at < lines.length && /^>\s?/.test(lines[at]!)) quote.push(lines[at++]!.replace(/^>\s?/, ''))
      blocks.push({ kind: 'quote', inline: parseInline(quote.join(' ')) })
      continue
    } else if (line.trim() === '') flush()
    else paragraph.push(line.trim())
    at += 1
  }
  flush()
  return blocks
}

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim())
}

const inlinePattern =
  /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)|<(https?:[^>\s]+)>/g

export function parseInline(text: string): readonly Inline[] {
  const out: Inline[] = []
  let last = 0
  const plain = (to: number) => {
    if (to > last) out.push({ kind: 'text', text: text.slice(last, to) })
  }
  for (const match of text.matchAll(inlinePattern)) {
    plain(match.index)
    const [all, code, strong, strong2, emphasis, label, href, bare] = match
    if (code) out.push({ kind: 'code', text: code })
    else if (strong ?? strong2) out.push({ kind: 'strong', text: (strong ?? strong2)! })
    else if (emphasis) out.push({ kind: 'emphasis', text: emphasis })
    else if (label && href) out.push(safeLink(label, href))
    else if (bare) out.push(safeLink(bare, bare))
    last = match.index + all.length
  }
  plain(text.length)
  return out
}

/** Only web addresses become links; anything else (javascript:, data:) stays text. */
function safeLink(label: string, href: string): Inline {
  return /^https?:\/\//i.test(href) ? { kind: 'link', text: label, href } : { kind: 'text', text: label }
}
