import { readFileSync } from 'node:fs'

/** A piece of code or of a terminal's screen on a page of documentation. */
export interface Fence {
  /** What follows the three backquotes, e.g. `console serve`. */
  readonly info: string
  /** Line of its first line, counted from 1. */
  readonly line: number
  readonly text: string
}

export function fencesOf(page: string): readonly Fence[] {
  const lines = readFileSync(page, 'utf8').split('\n')
  const fences: Fence[] = []
  for (let i = 0; i < lines.length; i++) {
    const open = /^( *)(`{3,})(.+)$/.exec(lines[i]!)
    if (!open) continue
    const end = lines.findIndex((text, j) => j > i && text.trim() === open[2])
    if (end < 0) throw new Error(`${page}:${i + 1}: this fence is never closed`)
    fences.push({ info: open[3]!.trim(), line: i + 2, text: lines.slice(i + 1, end).join('\n') })
    i = end
  }
  return fences
}

/** A terminal's screen taken apart: what was typed after `$ `, and what came. */
export function typedAndShown(text: string): readonly { readonly typed: string; readonly shown: string }[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((piece) => {
      const [typed, ...shown] = piece.split('\n')
      return { typed: typed!, shown: shown.join('\n').trim() }
    })
}

/** `…` stands for anything within a line; on a line of its own, for any lines. */
export function patternOf(shown: string): RegExp {
  const escaped = shown.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/(?<=^|\n)…(?=\n|$)/g, '[^]*').replaceAll('…', '.*')}$`)
}
