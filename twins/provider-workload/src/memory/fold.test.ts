import { encodeBelief, type Fact, hour, type Observation, TwinLoop } from '@counterpart/kernel'
import { randomStream, shuffle } from '@counterpart/numerics'
import { describe, expect, test } from 'vitest'
import {
  beliefAfter,
  contextAt,
  fact,
  hourOf,
  layoutOf,
  loopAfter,
  monday,
  nameOf,
  person,
  subject,
  told,
  week,
} from '../clinic.test-data.ts'
import { measuredWeek } from '../measured.ts'
import { providerWorkload } from '../twin.ts'
import { clinicOf } from './clinic.ts'
import { dayLog } from './day-log.ts'

const people = [person('p1'), person('p2', { messages: 80 })]
const facts = told(people, 2)

test('any order of facts gives the same bytes', () => {
  const bytesOf = (observations: readonly Observation[], chunk: number) => {
    const loop = new TwinLoop({ definition: providerWorkload, subject, memory: facts.length })
    const all: Fact[] = observations.map((observation) => ({ kind: 'observation', observation }))
    for (let i = 0; i < all.length; i += chunk) loop.take(all.slice(i, i + chunk))
    return Buffer.from(encodeBelief(loop.belief!)).toString('base64')
  }
  const inOrder = bytesOf(facts, facts.length)
  const places = Float64Array.from(facts, (_, i) => i)
  shuffle(places, randomStream('order'))
  expect(
    bytesOf(
      Array.from(places, (i) => facts[i]!),
      200,
    ),
  ).toBe(inOrder)
})

test('told twice counts once', () => {
  const again = facts.map((each) => ({ ...each }))
  expect(clinicOf(loopAfter([...facts, ...again]).belief!).people).toEqual(clinicOf(loopAfter(facts).belief!).people)
})

test('what has not the shape of its channel is passed over', () => {
  const wrong = [
    fact('work', 'w1', monday + 9 * hour, { provider: 'p1' }),
    fact('work', 'w2', monday + 9 * hour, { ...hourOf('p1', monday + 9 * hour), covered: 2 }),
    fact('work', 'w3', monday + 9 * hour, hourOf('constructor', monday + 9 * hour)),
    fact('layout', 'w4', monday + 9 * hour, { ...layoutOf(people), timeZone: 'Nowhere/Land' }),
    fact('rota', 'w5', monday + 9 * hour, { provider: 'p1', week: 'soon', spans: [] }),
    fact('absence', 'w6', monday + 9 * hour, { absence: 'a', provider: 'p1', from: 5, until: 4 }),
    fact('sheet', 'w7', monday + 9 * hour, { provider: 'p1', day: nameOf(monday), visits: [{}] }),
  ]
  expect(clinicOf(loopAfter([...facts, ...wrong]).belief!).people).toEqual(clinicOf(loopAfter(facts).belief!).people)
})

describe('a day', () => {
  const at = monday + week
  const dayOf = (observations: readonly Observation[], d: number) => {
    const clinic = clinicOf(beliefAfter(observations, at))
    return dayLog(clinic, 'p1', clinic.people.p1!, nameOf(monday + d * 24 * hour))
  }
  const usual = dayOf(facts, 1)

  test('is divided by the rota of its own clock', () => {
    expect(usual.scheduled).toBe(480)
    expect(usual.covered).toBe(1)
    expect(usual.inside[1]!).toBeGreaterThan(0)
    expect(usual.outside[1]!).toBeGreaterThan(0)
    expect(usual.visits).toBeGreaterThan(14)
    // A whole hour in each of which the same was done: all in scheduled time.
    const noon = fact(
      'work',
      'noon',
      monday + 24 * hour + 12.5 * hour,
      hourOf('p1', monday + 36 * hour, { seconds: { note: [0, 0, 300, 300] } }),
    )
    expect(dayOf([...facts, noon], 1).outside[1]! - usual.outside[1]!).toBeCloseTo(10, 6)
  })

  test('whose log stops at noon is known in part, without any log not at all, and an hour without work is whole', () => {
    const without = (from: number, until: number) =>
      facts.filter(({ channel, detail, effective }) => {
        const mine = channel === 'work-hour' && (detail as { provider: string }).provider === 'p1'
        return !(mine && effective >= monday + 24 * hour + from * hour && effective < monday + 24 * hour + until * hour)
      })
    expect(dayOf(without(10, 11), 1).covered).toBe(1)
    expect(dayOf(without(10, 24), 1).covered).toBeLessThan(0.6)
    expect(dayOf(without(0, 24), 1).covered).toBe(0)
  })

  test('of leave is no scheduled time, and its work is all outside', () => {
    const leave = fact('absence', 'a', monday + hour, {
      absence: 'a',
      provider: 'p1',
      from: monday + 24 * hour,
      until: monday + 48 * hour,
    })
    const away = dayOf([...facts, leave], 1)
    expect([away.scheduled, away.away]).toEqual([0, 1])
    expect(away.outside[1]!).toBeCloseTo(usual.inside[1]! + usual.outside[1]!, 1)
    const taken = fact('absence', 'a2', monday + 2 * hour, {
      absence: 'a',
      provider: 'p1',
      from: monday + 24 * hour,
      until: monday + 48 * hour,
      cancelled: true,
    })
    expect(dayOf([...facts, leave, taken], 1)).toEqual(usual)
  })

  test('on which the clock is moved has its spans where the wall clock has them', () => {
    // London goes to summer time on 29 March 2026: the day has 23 hours and begins at 0 h by UTC.
    const sunday = Date.UTC(2026, 2, 29)
    const spans = [{ from: sunday + 7 * hour, until: sunday + 23 * hour, work: 'on-call' }]
    const rota = fact('rota', 'dst', at + hour, { provider: 'p1', week: '2026-03-23', spans })
    const worked = fact(
      'work',
      'dst',
      sunday + 7 * hour,
      hourOf('p1', sunday + 7 * hour, { seconds: { note: [900, 900, 900, 900] } }),
    )
    const known = clinicOf(loopAfter([...facts, rota, worked]).belief!)
    const log = dayLog(known, 'p1', known.people.p1!, '2026-03-29')
    expect([log.scheduled, log.inside[1], log.outside[1]]).toEqual([960, 60, 0])
  })
})

test('a week with holes is less complete and less certain, and no lighter', () => {
  const at = monday + 2 * week + hour
  const holes = facts.filter(({ channel, effective, detail }) => {
    const gone = effective >= monday + week + 24 * hour && effective < monday + week + 72 * hour
    return !(gone && channel === 'work-hour' && (detail as { provider: string }).provider === 'p1')
  })
  const of = (observations: readonly Observation[]) =>
    measuredWeek(clinicOf(beliefAfter(observations, at)), 'p1', nameOf(monday + week))!
  const [whole, holed] = [of(facts), of(holes)]
  expect(whole.completeness).toBe(1)
  expect(whole.outsideError).toBe(0)
  expect(holed.completeness).toBeLessThan(0.7)
  expect(holed.outsideError).toBeGreaterThan(0.5)
  expect(holed.figures.outside).toBeGreaterThan(0.8 * whole.figures.outside)
})

test('bringing a belief to the present keeps no forecast', () => {
  const belief = beliefAfter(facts, monday + 2 * week)
  const next = providerWorkload.assimilate(belief, monday + 3 * week, [], contextAt(monday + 3 * week))
  expect(clinicOf(next).record).toEqual(clinicOf(belief).record)
})
