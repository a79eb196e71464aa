import { WorklogError } from '../errors.ts'
import { timeReader } from '../log/read-time.ts'
import { readRows } from './table.ts'

/** What somebody is scheduled for: the words of the kernel's `RotaWork`, and `leave`. */
export const scheduledWorks = ['clinic', 'inbox', 'administration', 'teaching', 'on-call', 'leave'] as const
export type ScheduledWork = (typeof scheduledWorks)[number]

export interface ScheduledSpan {
  readonly provider: string
  /** Milliseconds since 1970 UTC. */
  readonly from: number
  readonly until: number
  /** `clinic`: patients are scheduled; `leave` takes all others away. */
  readonly work: ScheduledWork
}

/** Whether it is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  // A 30th of February is read as a day in March.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

const encoder = new TextEncoder()
const longest = 400 * 86_400_000

/**
 * Reads a schedule: CSV with the columns `provider,from,until` and perhaps `work` (`clinic` without it). Times are as in the
 * log; a day without a time is its start, as `until` its end; lines whose work is `off` are passed over. Throws
 * {@link WorklogError} `invalid-file` that names the line.
 *
 * @example readSchedule('provider,from,until\np001,2026-03-02T08:00,2026-03-02T12:00', 'Europe/London')
 */
export function readSchedule(text: string, zone = 'UTC'): readonly ScheduledSpan[] {
  const times = timeReader(zone)
  const instant = (written: string, end: boolean, name: string, line: number) => {
    if (isDay(written)) return times.civil.startOf(end ? times.civil.dayAfter(written, 1) : written)
    const bytes = encoder.encode(written)
    const at = times.read(bytes, 0, bytes.length)
    if (Number.isNaN(at))
      throw new WorklogError(
        'invalid-file',
        `${name} is "${written.slice(0, 40)}" (expected a time such as 2026-03-02T08:00, or a day)`,
        line,
      )
    return at
  }
  return readRows(text, 'schedule', ['provider', 'from', 'until']).flatMap(({ line, cells }) => {
    const { provider = '', work = '' } = cells
    if (provider === '') throw new WorklogError('invalid-file', 'there is no provider', line)
    const from = instant(cells.from!, false, 'from', line)
    const until = instant(cells.until!, true, 'until', line)
    if (!(until > from && until - from < longest))
      throw new WorklogError('invalid-file', 'until is not after from, or more than 400 days', line)
    const word = work.toLowerCase() || 'clinic'
    if (word === 'off') return []
    if (!scheduledWorks.includes(word as ScheduledWork))
      throw new WorklogError(
        'invalid-file',
        `work is "${work.slice(0, 40)}" (expected one of ${scheduledWorks.join(', ')}, or off)`,
        line,
      )
    return [{ provider, from, until, work: word as ScheduledWork }]
  })
}
