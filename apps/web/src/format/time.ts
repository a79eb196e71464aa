import { strings } from '../strings.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A length of time in the one or two largest units that matter: "4 s", "12 min", "2 h 10 min", "3 d". */
export function writeDuration(milliseconds: number): string {
  const ms = Math.max(0, Math.abs(milliseconds))
  const u = strings.durationUnits
  if (ms < minute) return `${Math.floor(ms / second)} ${u.second}`
  if (ms < hour) return `${Math.floor(ms / minute)} ${u.minute}`
  if (ms < 10 * hour) {
    const minutes = Math.floor((ms % hour) / minute)
    return `${Math.floor(ms / hour)} ${u.hour}${minutes ? ` ${minutes} ${u.minute}` : ''}`
  }
  if (ms < 2 * day) return `${Math.floor(ms / hour)} ${u.hour}`
  return `${Math.floor(ms / day)} ${u.day}`
}

/** How long somebody has waited, as short as it can be read: "42 min", "1 h 20", "2 d". */
export function writeStay(milliseconds: number): string {
  const ms = Math.max(0, milliseconds)
  const u = strings.durationUnits
  if (ms >= hour && ms < day) {
    const minutes = Math.floor((ms % hour) / minute)
    return `${Math.floor(ms / hour)} ${u.hour} ${String(minutes).padStart(2, '0')}`
  }
  return ms < hour ? `${Math.floor(ms / minute)} ${u.minute}` : writeDuration(ms)
}

/** Beyond so many of a unit nobody counts in it. */
const countable = 600

/** A lead time such as forecasts have: exact where it is a whole number of a unit, and not of too many. */
export function writeLead(milliseconds: number): string {
  const u = strings.durationUnits
  for (const [size, name] of [
    [day, u.day],
    [hour, u.hour],
    [minute, u.minute],
    [second, u.second],
  ] as const)
    if (milliseconds >= size && milliseconds % size === 0 && milliseconds / size <= countable)
      return `${milliseconds / size} ${name}`
  return writeDuration(milliseconds)
}

const formats = new Map<string, Intl.DateTimeFormat>()
function format(name: string, locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name}|${locale ?? ''}`
  let made = formats.get(key)
  if (!made) {
    made = new Intl.DateTimeFormat(locale, options)
    formats.set(key, made)
  }
  return made
}

/** "14:02:11" */
export function writeClock(instant: number, locale?: string): string {
  return format('clock', locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(
    instant,
  )
}

/** "14:02" */
export function writeMinute(instant: number, locale?: string): string {
  return format('minute', locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(instant)
}

/** "22 Nov" */
export function writeDay(instant: number, locale?: string): string {
  return format('day', locale, { day: 'numeric', month: 'short' }).format(instant)
}

/** "22 Nov 2026, 14:02:11" */
export function writeMoment(instant: number, locale?: string): string {
  const date = format('date', locale, { day: 'numeric', month: 'short', year: 'numeric' }).format(instant)
  return `${date}, ${writeClock(instant, locale)}`
}

/** The clock time, with the date where it is not today's. */
export function writeWhen(instant: number, now: number, locale?: string): string {
  const sameDay = new Date(instant).toDateString() === new Date(now).toDateString()
  if (sameDay) return writeClock(instant, locale)
  return `${writeDay(instant, locale)}, ${writeMinute(instant, locale)}`
}

/** A date of birth, unambiguous between conventions: "03 May 1951". */
export function writeBirthDate(iso: string, locale?: string): string {
  const [year, month, dayOfMonth] = iso.split('-').map(Number)
  if (!year) return iso
  if (!month) return String(year)
  const at = new Date(Date.UTC(year, month - 1, dayOfMonth ?? 1))
  const name = dayOfMonth ? 'birth' : 'birth-month'
  return format(name, locale, {
    ...(dayOfMonth ? { day: '2-digit' as const } : {}),
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(at)
}

/** Completed years between a date of birth and now. */
export function ageInYears(iso: string, now: number): number | null {
  const [year, month = 1, dayOfMonth = 1] = iso.split('-').map(Number)
  if (!year) return null
  const today = new Date(now)
  const before = today.getMonth() + 1 < month || (today.getMonth() + 1 === month && today.getDate() < dayOfMonth)
  return today.getFullYear() - year - (before ? 1 : 0)
}

/** Whether the newest value of a channel counts as stale. */
export function isStale(effective: number | null, staleAfter: number | null, now: number): boolean {
  return effective !== null && staleAfter !== null && now - effective > staleAfter
}
