import type { Instant } from '@counterpart/kernel'
import { minute } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'

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

/**
 * The instant at which a wall clock in `zone` shows `wall`: of the hour that comes twice in autumn the first, in the hour that is
 * skipped in spring as if it were not. `undefined` when there is no such date or time of day.
 */
export function instantOf(wall: WallTime, zone: Zone): Instant | undefined {
  const asIfUtc = utc(wall)
  if (asIfUtc === undefined) return undefined
  return typeof zone === 'number' ? asIfUtc - zone * minute : civilTime(zone).instantOf(asIfUtc)
}

/** Throws `RangeError` when the runtime knows no such zone. */
export function checkZone(zone: Zone): Zone {
  if (typeof zone === 'string') civilTime(zone)
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
