import { WorklogError } from '../errors.ts'
import type { LogMap } from '../work-event.ts'

export const columns = ['time', 'user', 'action', 'patient', 'object', 'detail'] as const
type Column = (typeof columns)[number]

/** What each field of a line is: an index into {@link columns}, or −1 for one that is passed over. */
export type Header = readonly number[]

/** Finds the columns in the first line of a log. Throws {@link WorklogError} `header`. */
export function readHeader(line: string, map: LogMap = {}): Header {
  const names = splitLine(line.replace(/^\ufeff/, '').replace(/\r?\n?$/, '')).map((name) => name.trim())
  const header = names.map((name) => {
    const ours = map.columns && Object.hasOwn(map.columns, name) ? map.columns[name]! : name.toLowerCase()
    return columns.indexOf(ours as Column)
  })
  const missing = (['time', 'user', 'action'] as const).filter((name) => !header.includes(columns.indexOf(name)))
  if (missing.length > 0)
    throw new WorklogError(
      'header',
      `there is no column ${missing.map((name) => `"${name}"`).join(' and ')} (expected a header such as ${columns.join(',')}; found ${names.slice(0, 12).join(',').slice(0, 200) || 'nothing'}); if the columns are called otherwise, say so in the map's "columns"`,
      1,
    )
  const twice = columns.find((_, column) => header.filter((each) => each === column).length > 1)
  if (twice) throw new WorklogError('header', `two columns are "${twice}"; keep one`, 1)
  return header
}

/** The fields of one line of CSV: `"` quotes a field, `""` within is one quote. */
export function splitLine(line: string): readonly string[] {
  const fields: string[] = []
  let p = 0
  for (;;) {
    let field = ''
    if (line[p] === '"') {
      for (p++; p < line.length; p++) {
        if (line[p] !== '"') field += line[p]
        else if (line[p + 1] === '"') field += line[p++]
        else break
      }
      p++
    }
    const end = line.indexOf(',', p)
    field += line.slice(p, end < 0 ? line.length : end)
    fields.push(field)
    if (end < 0) return fields
    p = end + 1
  }
}
