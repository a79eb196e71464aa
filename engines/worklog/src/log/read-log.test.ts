import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WorkEvent } from '../work-event.ts'
import { baseOf } from './blocks.ts'
import { rawDays } from './day-store.ts'
import { readHeader } from './header.ts'
import { hoursOfRows } from './hours-of-rows.ts'
import { headerLine, readText, slowly, someEvents, someLogins, textOf, totalsOf } from './log.test-data.ts'
import { logReader } from './log-reader.ts'
import type { WorkLog } from './work-log.ts'

/** Everything of a log that must not depend on how it came. */
const content = (log: WorkLog) => ({
  events: log.events - log.duplicates,
  missing: log.missing,
  people: log.providers.map((provider) => ({
    provider,
    hours: log.hours(provider),
    transitions: [...log.transitions(provider)].map(([day, counts]) => [day, [...counts]]),
  })),
})

/** Two events of one instant are taken in an order of their own; without any, the plain rule in order of time must agree. */
const withoutTies = (events: readonly WorkEvent[]) =>
  events.filter((event, i) => i === 0 || event.time !== events[i - 1]!.time)

describe('a log', () => {
  it('comes to what the rule says, read slowly', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const events = withoutTies(someEvents(seed, { bouts: 12 }))
      const log = await readText(textOf(events), { zone: 'Europe/London', logins: someLogins() })
      for (const provider of ['p0', 'p1']) {
        expect(totalsOf(log, provider)).toEqual(slowly(provider, events))
      }
    }
  })

  it('gives single days of one person to whoever keeps events', async () => {
    const events = someEvents(5, { people: 1, days: 1, start: Date.UTC(2026, 0, 10) }).filter(
      ({ time }) => time < Date.UTC(2026, 0, 11),
    )
    const raw = rawDays()
    const lines = new TextEncoder().encode(textOf([...events, ...events]))
    const options = { logins: someLogins(1) }
    const reader = logReader(readHeader(headerLine), options, raw.add)
    reader.read(lines, headerLine.length, lines.length)
    const [day, ...more] = raw.days()
    expect(more).toEqual([])
    const hours = hoursOfRows(day!.rows.slice(), day!.count, baseOf(day!.day), 'p0')
    expect(hours.length).toBeGreaterThan(2)
    expect(hours).toEqual((await readText(textOf(events), options)).hours('p0'))
  })

  it('is the same in any order, in any pieces, with anything repeated, and with room for hardly anything', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 7, max: 3000 }),
        fc.integer({ min: 1, max: 120 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (seed, chunk, room, numbers) => {
          const events = someEvents(seed)
          const next = () => numbers.next().value as number
          const repeated = events.flatMap((event) => (next() < 0.2 ? [event, event] : [event]))
          const shuffled = repeated
            .map((event) => ({ event, key: next() }))
            .sort((a, b) => a.key - b.key)
            .map(({ event }) => event)
          const options = { zone: 'Europe/London', logins: someLogins() }
          const plain = content(await readText(textOf(events), options))
          expect(content(await readText(textOf(shuffled), { ...options, room }, chunk))).toEqual(plain)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('counts a file that is there twice once, and says so', async () => {
    const events = someEvents(3)
    const once = await readText(textOf(events))
    const twice = await readText(textOf([...events, ...events]))
    expect(content(twice)).toEqual(content(once))
    expect(twice.duplicates).toBe(events.length + once.duplicates)
    expect(twice.problems.at(-1)).toMatchObject({ problem: 'duplicate', count: twice.duplicates })
  })

  it('takes two logins as one person, and time that overlaps once', async () => {
    const text = `${headerLine}2026-03-02T08:00:00Z,ann,note.edit,,,
2026-03-02T08:00:10Z,ann-home,inbox.open,,,
2026-03-02T08:00:20Z,ann,note.edit,,,
2026-03-02T08:00:30Z,ann-home,logout,,,
2026-03-02T08:00:40Z,ann,logout,,,
2026-03-02T08:00:41Z,ann,login,,,
`
    const logins = [
      { provider: 'p1', login: 'ann' },
      { provider: 'p1', login: 'ann-home' },
    ]
    const [hour] = (await readText(text, { logins })).hours('p1')
    // The home session ends while the other goes on: 8:00:20 to 8:00:40 is one stretch of note.
    expect(hour!.seconds).toEqual({ note: [30, 0, 0, 0], inbox: [10, 0, 0, 0], other: [5, 0, 0, 0] })
    expect([hour!.switches, hour!.actions]).toEqual([2, 6])
    const apart = await readText(text)
    expect(apart.providers).toEqual(['ann', 'ann-home'])
  })

  it('reads quotes, other orders of columns, line ends of Windows and a mark of byte order', async () => {
    const text = `\ufeffAction,ignored,user,time,detail\r\n"inbox.done","a ""b"", c","o'neil",2026-03-02T08:00:00.5+05:30,refill\r\ninbox.done,x,o'neil,2026-03-02 02:30:01.25Z,call`
    const log = await readText(text, {}, 10)
    expect(log.problems).toEqual([])
    expect(log.hours("o'neil")).toMatchObject([
      { hour: Date.UTC(2026, 2, 2, 2), seconds: { inbox: [0, 0, 5.75, 0] }, done: { refill: 1, call: 1 } },
    ])
  })

  it("reads a vendor's columns and words by a map", async () => {
    const text = 'ACCESS_TIME,USER_ID,METRIC,KIND\n2026-03-02T08:00:00Z,7,IB_DONE,PAT\n2026-03-02T08:00:05Z,7,X_RAY,\n'
    const map = {
      columns: { ACCESS_TIME: 'time', USER_ID: 'user', METRIC: 'action', KIND: 'detail' },
      actions: { IB_DONE: 'inbox.done' },
      details: { PAT: 'patient' },
    }
    const log = await readText(text, { map })
    expect(log.hours('7')).toMatchObject([{ done: { patient: 1 }, seconds: { inbox: [5, 0, 0, 0] } }])
    expect(log.problems).toMatchObject([{ problem: 'unknown-action', word: 'X_RAY', count: 1, lines: [3] }])
    await expect(readText(text, { map: { ...map, actions: { IB_DONE: 'inbox.gone' } } })).rejects.toThrow('inbox.gone')
  })

  it('says what it could not take, with the first lines', async () => {
    const text = `${headerLine}2026-03-02T08:00:00Z,a,chart.view,,,
not a time,a,chart.view,,,
2026-02-30T08:00:00Z,a,chart.view,,,
2026-03-02T08:00:01Z,a
2026-03-02T08:00:02Z,a,chart.view,,,,,extra

2026-03-02T08:00:03Z,nurse,chart.view,,,
2026-03-02T08:00:03Z,a,message.received,,m1,fax
2026-03-02T08:00:04Z,a,other.print,,,
`
    const log = await readText(text, { logins: [{ provider: 'p1', login: 'a' }] })
    expect(log.problems).toEqual([
      { problem: 'malformed-line', count: 4, lines: [3, 4, 5, 6], assumed: expect.any(String) },
      { problem: 'unknown-kind', word: 'fax', count: 1, lines: [9], assumed: expect.any(String) },
      { problem: 'unknown-login', word: 'nurse', count: 1, lines: [8], assumed: expect.any(String) },
    ])
    expect(log.hours('p1')).toMatchObject([{ received: { system: 1 }, actions: 2 }])
  })

  it('reads wall-clock times where clocks are moved', async () => {
    const text = `${headerLine}2026-10-25T00:59:00,a,chart.view,,,
2026-10-25T01:30:00,a,chart.view,,,
2026-10-25T02:30:00,a,chart.view,,,
2026-03-29T01:30:00,a,chart.view,,,
2026-03-29T00:59:00,a,chart.view,,,
`
    const log = await readText(text, { zone: 'Europe/London' })
    expect(log.hours('a').map(({ hour }) => new Date(hour).toISOString().slice(5, 13))).toEqual([
      '03-29T00',
      '03-29T01',
      '10-24T23',
      '10-25T00',
      '10-25T01',
      '10-25T02',
    ])
    expect(log.problems).toMatchObject([
      { problem: 'time-never', count: 1, lines: [5] },
      { problem: 'time-twice', count: 1, lines: [3] },
    ])
    // The hour that shows the same times again has no log of its own.
    expect(log.missing).toEqual([{ from: Date.UTC(2026, 9, 25, 1), until: Date.UTC(2026, 9, 25, 2) }])
    expect(log.hours('a').find(({ hour }) => hour === Date.UTC(2026, 9, 25, 1))!.covered).toBe(0)
    const plain = await readText(text.replace(/(:\d\d),a/g, '$1Z,a'), { zone: 'Europe/London' })
    expect([plain.problems, plain.missing]).toEqual([[], []])
  })

  it('refuses what is no log, and says how to mend it', async () => {
    await expect(readText('')).rejects.toThrow(/empty/)
    await expect(readText('when,who\n1,2\n')).rejects.toThrow(
      /line 1: there is no column "time" and "user" and "action".*"columns"/,
    )
    await expect(readText('time,time,user,action\n')).rejects.toThrow(/two columns/)
    await expect(readText(headerLine)).rejects.toThrow(/no events/)
    await expect(readText(`${headerLine}a,b,c\nd,e,f\n`)).rejects.toThrow(/line 2: none of 2 lines/)
    await expect(readText(headerLine, { inactivity: 0 })).rejects.toThrow(/inactivity is 0 s/)
    await expect(readText(headerLine, { inactivity: 30, tail: 40 })).rejects.toThrow(/tail is 40 s/)
    await expect(
      readText(headerLine, {
        logins: [
          { provider: 'a', login: 'x' },
          { provider: 'b', login: 'x' },
        ],
      }),
    ).rejects.toThrow(/login "x" is said to be of both/)
  })
})
