import type { Instant, RosterDetail, RosterSpan } from '@counterpart/kernel'
import { z } from 'zod'
import { IntakeError } from '../errors.ts'

const mostSpans = 10_000
const mostStaff = 10_000

const time = z
  .union([z.string().transform((text) => instantIn(text)), z.number().int()])
  .refine((at) => Number.isFinite(at), 'must be a time with its offset, e.g. 2025-01-15T07:00:00Z')
const span = z
  .strictObject({
    role: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be a role such as "nurse" or "senior-clinician"'),
    from: time,
    until: time,
    count: z.number().int('must be a whole number').min(0).max(mostStaff),
  })
  .refine(({ from, until }) => from < until, 'until must be after from')
const roster = z.strictObject({
  from: time.optional(),
  until: time.optional(),
  spans: z.array(span).min(1).max(mostSpans),
})

/**
 * Reads a roster: JSON, or CSV with the columns `role,from,until,count`. What it does not say itself, it is of: the time
 * from its first to its last span. Throws {@link IntakeError} `malformed`, `invalid`, saying where.
 *
 * @example readRoster('role,from,until,count\nnurse,2025-01-15T07:00:00Z,2025-01-15T19:00:00Z,6', 'text/csv')
 */
export function readRoster(text: string, contentType: string): RosterDetail {
  const isCsv = contentType === 'text/csv'
  const value = isCsv ? { spans: rowsOf(text) } : jsonOf(text)
  const parsed = roster.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = issue!.path.map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))
    const row = isCsv && typeof issue!.path[1] === 'number' ? `line ${issue!.path[1] + 2}` : undefined
    throw wrong(row ? [row, ...path.slice(2)].join(', ') : path.join('.').replaceAll('.[', '['), issue!.message)
  }
  const { spans } = parsed.data
  const from = parsed.data.from ?? spans.reduce((least, each) => Math.min(least, each.from), Infinity)
  const until = parsed.data.until ?? spans.reduce((most, each) => Math.max(most, each.until), -Infinity)
  if (from >= until) throw wrong('until', 'until must be after from')
  const outside = spans.findIndex((each) => each.from < from || each.until > until)
  if (outside >= 0) throw wrong(`spans[${outside}]`, 'it lies outside the time that the roster is of')
  const byTime = (a: RosterSpan, b: RosterSpan) => a.from - b.from || (a.role < b.role ? -1 : 1)
  return { from, until, spans: [...spans].sort(byTime) }
}

function instantIn(text: string): Instant {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw wrong('roster', `it is not JSON: ${(error as Error).message}`, 'malformed')
  }
}

const columns = ['role', 'from', 'until', 'count']

function rowsOf(text: string): unknown[] {
  const [head = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const cellsOf = (line: string) => line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
  const names = cellsOf(head)
  if (names.length !== columns.length || columns.some((name) => !names.includes(name)))
    throw wrong('line 1', `the columns are "${head.slice(0, 100)}"`, 'malformed')
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return []
    const cells = cellsOf(line)
    if (cells.length !== names.length) throw wrong(`line ${i + 2}`, `it has ${cells.length} cells`, 'malformed')
    const row = Object.fromEntries(names.map((name, column) => [name, cells[column]]))
    return [{ ...row, count: row.count === '' ? row.count : Number(row.count) }]
  })
}

function wrong(location: string, message: string, code: 'malformed' | 'invalid' = 'invalid'): IntakeError {
  return new IntakeError(code, `the roster cannot be read: ${location}: ${message}`, {
    location,
    expected: 'role,from,until,count for each span, times as ISO 8601 with offset',
    mend: `correct ${location}`,
  })
}
