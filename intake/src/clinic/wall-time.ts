import type { Instant } from '@counterpart/kernel'
import type { CivilTime } from '@counterpart/numerics'

const day = /^(\d{4}-\d\d-\d\d)$/
const local = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?$/
const absolute = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/

/**
 * The instant that a text means: ISO 8601 with its offset, without one by the clinic's clock, or a day: its first moment, or as an
 * `end` its last. `undefined` when it is none of them.
 */
export function instantOfText(text: string, time: CivilTime, end = false): Instant | undefined {
  const date = day.exec(text)?.[1]
  if (date !== undefined) return isDay(date) ? time.startOf(end ? time.dayAfter(date, 1) : date) : undefined
  const wall = local.exec(text)
  if (wall) {
    const at = isDay(wall[1]!) ? Date.parse(`${wall[1]}T${wall[2]}:${wall[3] ?? '00'}Z`) : Number.NaN
    return Number.isNaN(at) ? undefined : time.instantOf(at)
  }
  if (!absolute.test(text) || !isDay(text.slice(0, 10))) return undefined
  const at = Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(at) ? undefined : at
}

/** Date.parse takes the 31st of February for the 2nd or 3rd of March. */
export function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

/** The Monday of the week that an instant is in. */
export function mondayOf(instant: Instant, time: CivilTime): string {
  const today = time.dayOf(instant)
  return time.dayAfter(today, -time.weekdayOf(today))
}
