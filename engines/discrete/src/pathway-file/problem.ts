import { DiscreteError, type DiscreteErrorCode, type Place } from '../errors.ts'

/** Something wrong (or doubtful) in a pathway's text, with its place. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  readonly place: Place
  readonly what: string
  /** What would have been right. */
  readonly expected?: string
  /** What a person can do about it. */
  readonly mend?: string
}

/** A problem as one line: `line 3, column 5: error: … (expected …; …)`. */
export const problemInWords = (problem: Problem): string =>
  `${whereOf(problem)}${problem.severity}: ${sentenceOf(problem)}`

function whereOf({ place: { column, line } }: Problem): string {
  return `line ${line}${column === undefined ? '' : `, column ${column}`}: `
}

function sentenceOf({ what, expected, mend }: Problem): string {
  const more = [expected === undefined ? '' : `expected ${expected}`, mend ?? ''].filter(Boolean).join('; ')
  return `${what}${more ? ` (${more})` : ''}`
}

/** Problems in the order of the text. */
export const inOrder = (problems: readonly Problem[]): Problem[] =>
  problems.toSorted((a, b) => a.place.line - b.place.line || (a.place.column ?? 0) - (b.place.column ?? 0))

const MOST_SHOWN = 10

/** All that is wrong as one error at the place of the first. */
export function errorOf(problems: readonly Problem[], code: DiscreteErrorCode = 'invalid-pathway'): DiscreteError {
  const [first, ...others] = problems
  const shown = others.slice(0, MOST_SHOWN - 1).map((problem) => `\n${whereOf(problem)}${sentenceOf(problem)}`)
  const left = others.length - shown.length
  const more = left > 0 ? `\nand ${left} more` : ''
  return new DiscreteError(code, `${sentenceOf(first!)}${shown.join('')}${more}`, { place: first!.place })
}

/** Of the known names the one that was probably meant: at most a third of its letters differ. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.floor(Math.max(3, Math.min(name.length, 60)) / 3) + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least || candidate.length > 100) continue
    const far = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (far < least) [best, least] = [candidate, far]
  }
  return best
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    ;[before, above] = [above, row]
  }
  return above[b.length]!
}
