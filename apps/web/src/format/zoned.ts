const formats = new Map<string, Intl.DateTimeFormat>()

function format(zone: string, locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}|${locale ?? ''}|${Object.entries(options).join()}`
  let made = formats.get(key)
  if (!made) {
    made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone })
    formats.set(key, made)
  }
  return made
}

/** A day on the clock of a place: "22 Nov 2026". */
export function writeDayIn(zone: string, instant: number, locale?: string): string {
  return format(zone, locale, { day: 'numeric', month: 'short', year: 'numeric' }).format(instant)
}

/** A time on the clock of a place: "22 Nov 2026, 14:02". */
export function writeWhenIn(zone: string, instant: number, locale?: string): string {
  const time = format(zone, locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(instant)
  return `${writeDayIn(zone, instant, locale)}, ${time}`
}

/** The calendar day of a moment at a place, `YYYY-MM-DD`. */
export function calendarDayIn(zone: string, instant: number): string {
  return format(zone, 'en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant)
}

/** The minute of the day of a moment on the clock of a place, 0 to 1439. */
export function minuteOfDayIn(zone: string, instant: number): number {
  const [hours = 0, minutes = 0] = format(zone, 'en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    .format(instant)
    .split(':')
    .map(Number)
  return hours * 60 + minutes
}

/** A calendar day `YYYY-MM-DD` as people write it, e.g. "Mon 23 Nov"; the same wherever one reads it. */
export function writeCalendarDay(day: string, style: 'short' | 'full' = 'short', locale?: string): string {
  const at = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(at)) return day
  return format('UTC', locale, {
    day: 'numeric',
    month: 'short',
    ...(style === 'full' ? { year: 'numeric' as const } : { weekday: 'short' as const }),
  }).format(at)
}

/** So many days after a calendar day, `YYYY-MM-DD`. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** Whether clocks at a place differ from those of the reader. */
export function isElsewhere(zone: string): boolean {
  return zone !== Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** The Monday of the week of a calendar day. */
export function mondayOf(day: string): string {
  return daysAfter(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))
}
