import { IntakeError } from '../errors.ts'

/** A row of a table, by column, with the line on which it begins. */
export interface Row {
  readonly line: number
  readonly cells: Readonly<Record<string, string>>
}

const mostRows = 50_000

/**
 * Reads a small table (RFC 4180) that has these columns, in any order, and no others but `optional` ones. Blank lines are passed
 * over. Throws {@link IntakeError} `malformed`, `too-large`, naming the line.
 */
export function readTable(
  text: string,
  what: string,
  columns: readonly string[],
  optional: readonly string[] = [],
): readonly Row[] {
  const records = recordsOf(text.replace(/^\uFEFF/, ''), what)
  const head = records.next().value
  const names = head?.cells.map((cell) => cell.trim().toLowerCase()) ?? []
  const known = names.every((name) => columns.includes(name) || optional.includes(name))
  if (!known || columns.some((name) => !names.includes(name)) || new Set(names).size !== names.length)
    throw wrong(
      what,
      'line 1',
      `the columns are "${names.join(',').slice(0, 100)}"`,
      `the columns ${columns.join(',')}`,
    )
  const rows: Row[] = []
  for (const { line, cells } of records) {
    if (cells.length === 1 && cells[0]!.trim() === '') continue
    if (cells.length !== names.length)
      throw wrong(what, `line ${line}`, `it has ${cells.length} cells`, `${names.length} cells, as line 1 has`)
    if (rows.length === mostRows)
      throw new IntakeError('too-large', `the ${what} has more than ${mostRows} rows`, { mend: 'send it in parts' })
    rows.push({ line, cells: Object.fromEntries(names.map((name, column) => [name, cells[column]!.trim()])) })
  }
  return rows
}

/** Fields are parted by commas, records by line ends; within quotes both stand for themselves, and "" is a quote. */
function* recordsOf(text: string, what: string): Generator<{ line: number; cells: string[] }, undefined> {
  let line = 1
  for (let at = 0; at < text.length; ) {
    const began = line
    const cells: string[] = []
    for (;;) {
      if (text[at] === '"') {
        let cell = ''
        for (at++; ; at++) {
          if (at >= text.length) throw wrong(what, `line ${began}`, 'a quote is not closed', 'a closing "')
          if (text[at] === '\n') line++
          if (text[at] !== '"') cell += text[at]
          else if (text[at + 1] === '"') cell += text[at++]
          else break
        }
        at++
        cells.push(cell)
        if (at < text.length && !',\r\n'.includes(text[at]!))
          throw wrong(what, `line ${line}`, 'something follows a closing quote', 'a comma or the end of the line')
      } else {
        let end = at
        while (end < text.length && !',\r\n'.includes(text[end]!)) end++
        cells.push(text.slice(at, end))
        at = end
      }
      if (text[at] !== ',') break
      at++
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    line++
    yield { line: began, cells }
  }
  return undefined
}

function wrong(what: string, location: string, message: string, expected: string): IntakeError {
  return new IntakeError('malformed', `the ${what} cannot be read: ${location}: ${message}`, {
    location,
    expected,
    mend: `correct ${location}`,
  })
}
