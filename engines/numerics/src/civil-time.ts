/** The clock on the wall of one place: between instants (milliseconds since 1970 UTC) and its days and minutes. */
export interface CivilTime {
  readonly zone: string
  /** Milliseconds to add to UTC for the wall clock's reading at an instant. */
  offsetAt(instant: number): number
  /** The calendar day, `YYYY-MM-DD`, at an instant. */
  dayOf(instant: number): string
  /** The first instant of a day. Throws `RangeError` when `day` is not `YYYY-MM-DD`. */
  startOf(day: string): number
  /** Minutes that the wall clock shows past midnight, 0 to 1439. */
  minuteOf(instant: number): number
  /** The day so many days later (or earlier). */
  dayAfter(day: string, days: number): string
  /** 0 Monday … 6 Sunday. */
  weekdayOf(day: string): number
  /**
   * The instant at which the wall clock shows what UTC shows at `wall`: of the hour that comes twice in autumn the first, and
   * for the hour left out in spring the time as if the clock had not been moved.
   */
  instantOf(wall: number): number
}

const day = 86_400_000
const known = new Map<string, CivilTime>()

/**
 * Civil time of an IANA zone, after the runtime's time-zone data. Offsets are looked up once for each span of six hours, so
 * asking for millions of instants is cheap. Throws `RangeError` when the runtime knows no such zone.
 *
 * @example civilTime('America/Chicago').dayOf(Date.UTC(2026, 0, 1)) // '2025-12-31'
 */
export function civilTime(zone: string): CivilTime {
  let made = known.get(zone)
  if (!made) {
    made = civilTimeOf(zone)
    known.set(zone, made)
  }
  return made
}

function civilTimeOf(zone: string): CivilTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    calendar: 'gregory',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const exactOffset = (instant: number): number => {
    const whole = Math.floor(instant / 1000) * 1000
    const shown = Object.fromEntries(format.formatToParts(whole).map(({ type, value }) => [type, Number(value)]))
    return Date.UTC(shown.year!, shown.month! - 1, shown.day, shown.hour, shown.minute, shown.second) - whole
  }
  // A span in which the clock is moved is asked again for each instant; all others have one offset.
  const span = day / 4
  const spans = new Map<number, number>()
  const atStart = (index: number) => {
    let offset = spans.get(index)
    if (offset === undefined) {
      offset = exactOffset(index * span)
      spans.set(index, offset)
    }
    return offset
  }
  const offsetAt = (instant: number) => {
    const index = Math.floor(instant / span)
    const offset = atStart(index)
    return offset === atStart(index + 1) ? offset : exactOffset(instant)
  }
  const instantOf = (wall: number) => {
    const first = wall - offsetAt(wall - day)
    // The offset before any change holds at the first of two readings, and carries on over a reading left out.
    return offsetAt(first) === wall - first ? first : keep(wall, first)
  }
  const keep = (wall: number, first: number) => {
    const second = wall - offsetAt(first)
    return offsetAt(second) === wall - second ? second : first
  }
  const startOfUtc = (text: string) => {
    const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
    const at = parts ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
    if (Number.isNaN(at)) throw new RangeError(`"${text}" is not a day; expected YYYY-MM-DD`)
    return at
  }
  const dayAt = (utc: number) => new Date(utc).toISOString().slice(0, 10)
  return {
    zone,
    offsetAt,
    instantOf,
    dayOf: (instant) => dayAt(instant + offsetAt(instant)),
    startOf: (text) => instantOf(startOfUtc(text)),
    minuteOf: (instant) => Math.floor(((((instant + offsetAt(instant)) % day) + day) % day) / 60_000),
    dayAfter: (text, days) => dayAt(startOfUtc(text) + days * day),
    weekdayOf: (text) => (Math.floor(startOfUtc(text) / day) + 3) % 7,
  }
}
