import { WorklogError } from '../errors.ts'
import { splitLine } from '../log/header.ts'

/** One line of a small CSV file, by column. */
export interface Row {
  /** Counted from 1, the header being the first. */
  readonly line: number
  readonly cells: Readonly<Record<string, string>>
}

/** Reads a small CSV file with a header. Throws {@link WorklogError} `invalid-file` when a column that is needed is not there. */
export function readRows(text: string, what: string, needed: readonly string[]): readonly Row[] {
  const [first = '', ...rest] = text.replace(/^\ufeff/, '').split(/\r?\n/)
  const names = splitLine(first).map((name) => name.trim().toLowerCase())
  const missing = needed.filter((name) => !names.includes(name))
  if (missing.length > 0)
    throw new WorklogError(
      'invalid-file',
      `the ${what} has no column ${missing.map((name) => `"${name}"`).join(' and ')} (expected a header with ${needed.join(',')}; found ${first.slice(0, 200) || 'nothing'})`,
      1,
    )
  return rest.flatMap((text, i) => {
    if (text.trim() === '') return []
    const fields = splitLine(text)
    if (fields.length > names.length)
      throw new WorklogError(
        'invalid-file',
        `there are ${fields.length} fields (expected ${names.length}, as the header has)`,
        i + 2,
      )
    return [{ line: i + 2, cells: Object.fromEntries(names.map((name, k) => [name, (fields[k] ?? '').trim()])) }]
  })
}
