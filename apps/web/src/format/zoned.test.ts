import { describe, expect, it } from 'vitest'
import {
  calendarDayIn,
  daysAfter,
  minuteOfDayIn,
  mondayOf,
  writeCalendarDay,
  writeDayIn,
  writeWhenIn,
} from './zoned.ts'

const at = (text: string) => Date.parse(text)

describe('times on the clock of a place', () => {
  it('are those of the place, not of the reader', () => {
    expect(writeWhenIn('America/Chicago', at('2026-01-01T03:30Z'), 'en-GB')).toBe('31 Dec 2025, 21:30')
    expect(writeDayIn('Asia/Tokyo', at('2026-05-10T20:00Z'), 'en-GB')).toBe('11 May 2026')
    expect(calendarDayIn('America/Chicago', at('2026-11-23T05:59Z'))).toBe('2026-11-22')
  })

  it('have the minute of the day on both sides of a change of clocks', () => {
    expect(minuteOfDayIn('Europe/London', at('2026-10-25T00:30Z'))).toBe(90)
    expect(minuteOfDayIn('Europe/London', at('2026-10-25T01:30Z'))).toBe(90)
    expect(minuteOfDayIn('Europe/London', at('2026-10-25T00:00Z') - 3_600_000)).toBe(0)
  })

  it('weeks begin on Monday, and days follow each other over months and years', () => {
    expect(['2026-11-23', '2026-11-27', '2026-11-29'].map(mondayOf)).toEqual(Array(3).fill('2026-11-23'))
    expect(daysAfter('2026-12-31', 1)).toBe('2027-01-01')
    expect(daysAfter('2026-03-01', -1)).toBe('2026-02-28')
    expect(writeCalendarDay('2026-11-23', 'short', 'en-GB')).toBe('Mon 23 Nov')
    expect(writeCalendarDay('no day')).toBe('no day')
  })
})
