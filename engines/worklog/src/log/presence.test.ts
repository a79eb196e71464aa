import { civilTime } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { hashOf } from './byte-words.ts'
import { presence, silences } from './presence.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const start = Date.UTC(2026, 2, 2)
const civil = civilTime('UTC')

/** A clinic of 40 logins that logs every 10 s from 8 to 18 on working days, but where `lost`. */
function seenBut(lost: (at: number) => boolean, weeks = 4) {
  const seen = presence()
  for (let d = 0; d < 7 * weeks; d++)
    for (let at = start + d * day + 8 * hour; d % 7 < 5 && at < start + d * day + 18 * hour; at += 10_000)
      if (!lost(at)) seen.note(at, someone(at))
  return silences(seen, civil, { from: start, until: start + 7 * weeks * day })
}
const someone = (at: number, of = 40) => hashOf(new TextEncoder().encode(`u${(at / 10_000) % of}`))
const between = (from: number, until: number) => (at: number) => at >= from && at < until

describe('gaps in a log', () => {
  const tuesday = start + 8 * day

  it('are found where everybody falls silent at once, to the quarter of an hour', () => {
    expect(seenBut(() => false)).toEqual([])
    expect(seenBut(between(tuesday + 10 * hour, tuesday + 11.5 * hour))).toEqual([
      { from: tuesday + 10 * hour, until: tuesday + 11.5 * hour },
    ])
    // A quarter with anything in it is there.
    expect(seenBut(between(tuesday + 10 * hour + 5 * minute, tuesday + 10 * hour + 20 * minute))).toEqual([])
    expect(seenBut(between(tuesday + 10 * hour + 5 * minute, tuesday + 10.5 * hour))).toEqual([
      { from: tuesday + 10.25 * hour, until: tuesday + 10.5 * hour },
    ])
  })

  it('are found in a few days of log by the other working days', () => {
    const monday = between(start + 9 * hour, start + 10 * hour)
    expect(seenBut(monday, 1)).toEqual([{ from: start + 9 * hour, until: start + 10 * hour }])
  })

  it('are no gaps on days on which the clinic is closed', () => {
    const holiday = between(tuesday, tuesday + day)
    expect(seenBut(holiday)).toEqual([{ from: tuesday + 8 * hour, until: tuesday + 18 * hour }])
    const seen = presence()
    for (let d = 0; d < 26; d++)
      for (let at = start + d * day + 8 * hour; d % 7 < 5 && at < start + d * day + 9 * hour; at += 10_000)
        if (!holiday(at)) seen.note(at, someone(at))
    const extent = { from: start, until: start + 28 * day }
    expect(silences(seen, civil, extent).length).toBeGreaterThan(0)
    expect(silences(seen, civil, extent, (name) => name === '2026-03-10')).toEqual([])
  })

  it('are not made up where few work, as in the evening', () => {
    const seen = presence()
    for (let d = 0; d < 28; d++)
      for (let at = start + d * day + 8 * hour; d !== 8 && at < start + d * day + 18 * hour; at += 10_000)
        seen.note(at, someone(at, 6))
    expect(silences(seen, civil, { from: start, until: start + 28 * day })).toEqual([])
  })

  it('do not depend on what is there twice, nor on how parts are put together', () => {
    const [once, twice, parts] = [presence(), presence(), presence()]
    for (let at = start; at < start + hour; at += 10_000) {
      once.note(at, someone(at, 12))
      twice.note(at, someone(at, 12))
      twice.note(at, someone(at, 12))
      const part = presence()
      part.note(at, someone(at, 12))
      parts.merge(part.plain())
    }
    const counts = [once, twice, parts].map((each) =>
      Array.from({ length: 4 }, (_, q) => each.logins(start / 900_000 + q)),
    )
    // Of twelve by 64 bits; two may share one.
    for (const count of counts[0]!) expect(count).toSatisfy((n: number) => n >= 9 && n <= 12)
    expect(counts[1]).toEqual(counts[0])
    expect(counts[2]).toEqual(counts[0])
    expect(once.extent()).toEqual({ first: start / 900_000, last: start / 900_000 + 3 })
  })
})
