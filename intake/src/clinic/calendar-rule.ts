import { type Property, unreadable, untaken } from './calendar-lines.ts'

const day = 86_400_000
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const

/** How an event comes again (RFC 5545, 3.3.10), as far as it is taken. */
export interface RecurrenceRule {
  readonly frequency: 'DAILY' | 'WEEKLY'
  readonly interval: number
  readonly count: number | undefined
  /** As the rule gives it: a day, or a time. */
  readonly until: string | undefined
  /** 0 Monday … 6 Sunday; left out: that of the first. */
  readonly weekdays: ReadonlySet<number> | undefined
  /** On which weekday weeks begin. */
  readonly weekStart: number
}

/** Reads RRULE. Throws `IntakeError` `malformed`, `not-supported`, naming the line and the part. */
export function readRule({ value, line }: Property): RecurrenceRule {
  const parts = new Map<string, string>()
  for (const part of value.split(';')) {
    const [name = '', ...rest] = part.toUpperCase().split('=')
    if (rest.length !== 1 || parts.has(name)) throw unreadable(line, `RRULE: "${part.slice(0, 40)}" cannot be read`)
    if (!['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'WKST'].includes(name))
      throw untaken(line, `RRULE ${name.slice(0, 20)}`, 'FREQ, INTERVAL, COUNT, UNTIL, BYDAY and WKST')
    parts.set(name, rest[0]!)
  }
  const frequency = parts.get('FREQ')
  if (frequency === undefined) throw unreadable(line, 'RRULE has no FREQ')
  if (frequency !== 'DAILY' && frequency !== 'WEEKLY')
    throw untaken(line, `RRULE FREQ=${frequency.slice(0, 20)}`, 'DAILY or WEEKLY')
  const whole = (name: string): number | undefined => {
    const text = parts.get(name)
    if (text === undefined) return undefined
    if (!/^[1-9]\d{0,4}$/.test(text)) throw unreadable(line, `RRULE ${name} must be 1 to 99999`)
    return Number(text)
  }
  const weekdayOf = (text: string): number => {
    const index = weekdays.indexOf(text as (typeof weekdays)[number])
    if (index < 0) throw untaken(line, `"${text.slice(0, 10)}" in RRULE`, weekdays.join(', '))
    return index
  }
  const [count, until] = [whole('COUNT'), parts.get('UNTIL')]
  if (count !== undefined && until !== undefined) throw unreadable(line, 'RRULE has both COUNT and UNTIL')
  const byDay = parts.get('BYDAY')
  return {
    frequency,
    interval: whole('INTERVAL') ?? 1,
    count,
    until,
    weekdays: byDay === undefined ? undefined : new Set(byDay.split(',').map(weekdayOf)),
    weekStart: weekdayOf(parts.get('WKST') ?? 'MO'),
  }
}

/** The wall-clock times (as if UTC) of a rule from its first on, without end. */
export function* timesOf(first: number, rule: RecurrenceRule): Generator<number> {
  const weekdayAt = (at: number) => (((Math.floor(at / day) + 3) % 7) + 7) % 7
  if (rule.frequency === 'DAILY') {
    for (let at = first; ; at += rule.interval * day) {
      if (rule.weekdays?.has(weekdayAt(at)) ?? true) yield at
      // A rule such as every seventh day, on another weekday, never comes true.
      else if (rule.interval % 7 === 0) return
    }
  }
  const chosen = rule.weekdays ?? new Set([weekdayAt(first)])
  const back = (weekdayAt(first) - rule.weekStart + 7) % 7
  for (let week = first - back * day; ; week += rule.interval * 7 * day)
    for (let i = 0; i < 7; i++) {
      const at = week + i * day
      if (at >= first && chosen.has(weekdayAt(at))) yield at
    }
}
