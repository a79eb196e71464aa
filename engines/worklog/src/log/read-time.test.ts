import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeOddity, timeReader } from './read-time.ts'

const encoder = new TextEncoder()
function read(text: string, zone = 'UTC') {
  const reader = timeReader(zone)
  // With what may come after it in a line.
  const bytes = encoder.encode(`${text},5.7Z`)
  return { at: reader.read(bytes, 0, bytes.length - 5), oddity: reader.oddity() }
}

describe('times', () => {
  it('are read as the language reads them, in every form of ISO 8601 that logs have', () => {
    const instant = fc.integer({ min: Date.UTC(1990, 0, 2), max: Date.UTC(2099, 11, 30) })
    const offset = fc.integer({ min: -15 * 60, max: 15 * 60 })
    const form = fc.constantFrom('minutes', 'seconds', 'milliseconds')
    fc.assert(
      fc.property(
        instant,
        offset,
        form,
        fc.constantFrom('T', ' '),
        fc.boolean(),
        (at, minutes, precision, between, colon) => {
          const wall = new Date(at + minutes * 60_000).toISOString().replace('T', between)
          const digits = wall.slice(0, { minutes: 16, seconds: 19, milliseconds: 23 }[precision])
          const two = (value: number) => String(value).padStart(2, '0')
          const size = Math.abs(minutes)
          const ahead = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${colon ? ':' : ''}${two(size % 60)}`
          const unit = { minutes: 60_000, seconds: 1000, milliseconds: 1 }[precision]
          expect(read(`${digits}${minutes === 0 ? 'Z' : ahead}`).at).toBe(Math.floor(at / unit) * unit)
        },
      ),
    )
  })

  it('without an offset are those of the wall in the zone, and say when these are odd', () => {
    expect(read('2026-07-01T08:00', 'America/Chicago')).toEqual({
      at: Date.UTC(2026, 6, 1, 13),
      oddity: timeOddity.none,
    })
    expect(read('2026-11-01T01:30:00.25', 'America/Chicago')).toEqual({
      at: Date.UTC(2026, 10, 1, 6, 30, 0, 250),
      oddity: timeOddity.twice,
    })
    expect(read('2026-11-01T02:00', 'America/Chicago').oddity).toBe(timeOddity.none)
    expect(read('2026-11-01T00:59:59', 'America/Chicago').oddity).toBe(timeOddity.none)
    expect(read('2026-03-08T02:30', 'America/Chicago')).toEqual({
      at: Date.UTC(2026, 2, 8, 8, 30),
      oddity: timeOddity.never,
    })
    // Half an hour, on an island.
    expect(read('2026-04-05T01:45', 'Australia/Lord_Howe').oddity).toBe(timeOddity.twice)
    expect(read('2026-04-05T01:15', 'Australia/Lord_Howe').oddity).toBe(timeOddity.none)
  })

  it.each([
    '',
    '2026-03-02',
    '2026-03-02T08',
    '2026-02-29T08:00Z',
    '2026-13-01T08:00Z',
    '2026-00-01T08:00Z',
    '2026-03-02T24:00Z',
    '2026-03-02T08:60Z',
    '2026-03-02T08:00:61Z',
    '2026-03-02T08:00:0Z',
    '2026-03-02T08:00:00.Z',
    '2026-03-02T08:00:00Zulu',
    '2026-03-02T08:00:00+',
    '2026-03-02T08:00:00+1',
    '2026-03-02T08:00:00+16:00',
    '2026-03-02T08:00:00+01:6',
    '2026-03-02T08:00:00+01:60',
    '1989-12-31T08:00:00Z',
    '2100-01-01T00:00:00Z',
    '02/03/2026 08:00 AM',
    '2026-03-02 at 8:00',
    '1772438400000000',
  ])('%j is no time', (text) => expect(read(text).at).toBeNaN())
})
