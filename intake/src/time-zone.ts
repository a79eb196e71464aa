import type { Instant } from '@counterpart/kernel'
import { minute } from '@counterpart/kernel'

/** A wall clock's reading. */
export interface WallTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
}

/** Where a wall clock hangs: minutes east of Greenwich, or an IANA zone such as `Europe/Oslo`. */
export type Zone = number | string

/** The instant at which a wall clock in `zone` shows `wall`; `undefined` when there is no such date or time of day. */
export function instantOf(wall: WallTime, zone: Zone): Instant | undefined {
  const asIfUtc = utc(wall)
  if (asIfUtc === undefined) return undefined
  if (typeof zone === 'number') return asIfUtc - zone * minute
  // Two rounds find the offset that holds at the result; at the hour that is skipped in spring the later one holds.
  const guess = asIfUtc - offsetAt(zone, asIfUtc)
  return asIfUtc - offsetAt(zone, guess)
}

/** Throws `RangeError` when the runtime knows no such zone. */
export function checkZone(zone: Zone): Zone {
  if (typeof zone === 'string') formatterFor(zone)
  return zone
}

function utc(wall: WallTime): Instant | undefined {
  const date = new Date(0)
  date.setUTCFullYear(wall.year, wall.month - 1, wall.day)
  const sameDay =
    date.getUTCFullYear() === wall.year && date.getUTCMonth() === wall.month - 1 && date.getUTCDate() === wall.day
  if (!sameDay || wall.hour > 23 || wall.minute > 59 || wall.second > 60) return undefined
  return date.setUTCHours(wall.hour, wall.minute, wall.second, wall.millisecond)
}

function offsetAt(zone: string, instant: Instant): number {
  const whole = Math.floor(instant / 1000) * 1000
  const parts = Object.fromEntries(
    formatterFor(zone)
      .formatToParts(whole)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const shown = Date.UTC(parts.year!, parts.month! - 1, parts.day, parts.hour, parts.minute, parts.second)
  return shown - whole
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      calendar: 'gregory',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formatters.set(timeZone, formatter)
  }
  return formatter
}
