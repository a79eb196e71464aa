import { describe, expect, it } from 'vitest'
import { civilTime } from './civil-time.ts'

const hour = 3_600_000

describe('civil time', () => {
  const chicago = civilTime('America/Chicago')

  it('knows the day of the place', () => {
    expect(chicago.dayOf(Date.UTC(2026, 0, 1, 5, 59))).toBe('2025-12-31')
    expect(chicago.dayOf(Date.UTC(2026, 0, 1, 6))).toBe('2026-01-01')
    expect(chicago.minuteOf(Date.UTC(2026, 0, 1, 6, 30))).toBe(30)
    expect(chicago.weekdayOf('2026-11-23')).toBe(0)
    expect(chicago.dayAfter('2026-02-27', 2)).toBe('2026-03-01')
  })

  it('has days of 23 and 25 hours where the clock is moved', () => {
    const length = (day: string) => chicago.startOf(chicago.dayAfter(day, 1)) - chicago.startOf(day)
    expect(length('2026-03-08')).toBe(23 * hour)
    expect(length('2026-11-01')).toBe(25 * hour)
    expect(length('2026-06-01')).toBe(24 * hour)
  })

  it('takes the first of two readings, and carries on over one left out', () => {
    expect(chicago.instantOf(Date.UTC(2026, 10, 1, 1, 30))).toBe(Date.UTC(2026, 10, 1, 6, 30))
    expect(chicago.instantOf(Date.UTC(2026, 2, 8, 2, 30))).toBe(Date.UTC(2026, 2, 8, 8, 30))
  })

  it('reads back what it shows, at every hour of a year, in zones of all kinds', () => {
    for (const zone of ['America/Chicago', 'Europe/Oslo', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC']) {
      const civil = civilTime(zone)
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += hour) {
        const back = civil.instantOf(at + civil.offsetAt(at))
        // The second of two equal readings is read as the first.
        if (back !== at) expect(civil.offsetAt(back)).toBeGreaterThan(civil.offsetAt(at))
      }
    }
  })

  it('refuses what is no day and no zone', () => {
    expect(() => chicago.startOf('2026-1-1')).toThrow(/expected YYYY-MM-DD/)
    expect(() => civilTime('Mars/Olympus')).toThrow(RangeError)
  })
})
