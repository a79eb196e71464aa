import { carryOn, day, hour, type Observation } from '@counterpart/kernel'
import { describe, expect, test } from 'vitest'
import { beliefAfter, contextAt, fact, layoutOf, monday, nameOf, person, told, week } from './clinic.test-data.ts'
import { counted } from './last-week.ts'
import { measuredWeek } from './measured.ts'
import { clinicOf } from './memory/clinic.ts'
import { weeksOf } from './weeks.ts'
import { at, weekWidth } from './work/figures.ts'

const people = [person('p1'), person('p2'), person('p3'), person('p5', { messages: 90 })]
const facts = told(people, 5)
const now = monday + 5 * week + 9 * hour

const made = new Map<readonly Observation[], Map<number, ReturnType<typeof weeksOf>>>()

/** Everybody's weeks as forecast from these facts. */
function weeksFrom(observations: readonly Observation[], asOf: number): ReturnType<typeof weeksOf> {
  const known = made.get(observations) ?? new Map<number, ReturnType<typeof weeksOf>>()
  made.set(observations, known)
  const weeks = known.get(asOf) ?? weeksOf(beliefAfter(observations, asOf), carryOn, contextAt(asOf), { members: 32 })
  known.set(asOf, weeks)
  return weeks
}

/** Hours outside of somebody's week, member by member. */
function outsideOf(observations: readonly Observation[], code: string, w: number, asOf = now): number[] {
  const { situation, figures } = weeksFrom(observations, asOf)
  const p = situation.plan.providers.findIndex(({ provider }) => provider === code)
  return figures.map((out) => out[(p * situation.plan.weeks + w) * weekWidth + at.outside]!)
}
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const spread = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))
const without = (code: string, from: number) =>
  facts.filter(
    ({ channel, effective, detail }) =>
      !(channel === 'work-hour' && effective >= from && (detail as { provider: string }).provider === code),
  )

describe('no false calm', () => {
  const usual = outsideOf(facts, 'p5', 1)

  test('whose log stopped two weeks ago is forecast as before, and less surely', () => {
    const silent = outsideOf(without('p5', monday + 3 * week), 'p5', 1)
    expect(mean(silent)).toBeGreaterThan(0.85 * mean(usual))
    expect(mean(silent)).toBeLessThan(1.25 * mean(usual))
  })

  test('whose log stops within a week has the rest of it simulated, not counted as nothing', () => {
    const friday = monday + 5 * week + 4 * day + 9 * hour
    const later = told(people, 6)
    const heard = outsideOf(later, 'p5', 0, friday)
    const cut = later.filter(
      ({ channel, effective, detail }) =>
        !(
          channel === 'work-hour' &&
          effective >= monday + 5 * week &&
          (detail as { provider: string }).provider === 'p5'
        ),
    )
    const silent = outsideOf(cut, 'p5', 0, friday)
    expect(mean(silent)).toBeGreaterThan(0.8 * mean(heard))
    expect(spread(silent)).toBeGreaterThan(1.3 * spread(heard))
  })

  test('who has no log at all is forecast like the others, with their spread', () => {
    const stranger = outsideOf(without('p1', 0), 'p1', 1)
    const known = outsideOf(facts, 'p1', 1)
    expect(mean(stranger)).toBeGreaterThan(0.6 * mean(known))
    expect(spread(stranger)).toBeGreaterThan(1.2 * spread(known))
  })

  test('who is new in the layout is forecast like the others', () => {
    const layout = fact('layout', 'more', monday + 4 * week, layoutOf([...people, person('p9')]))
    const fresh = outsideOf([...facts, layout], 'p9', 1)
    expect(mean(fresh)).toBeGreaterThan(0.4 * mean(outsideOf(facts, 'p1', 1)))
    expect(spread(fresh)).toBeGreaterThan(spread(outsideOf(facts, 'p1', 1)))
  })

  test('leave lowers the week of leave only', () => {
    const away = (from: number, until: number) => [
      ...facts,
      fact('absence', 'a', monday + 2 * hour, { absence: 'a', provider: 'p5', from, until }),
    ]
    const ahead = away(monday + 6 * week, monday + 7 * week)
    expect(mean(outsideOf(ahead, 'p5', 1))).toBeLessThan(0.6 * mean(usual))
    expect(mean(outsideOf(ahead, 'p5', 2))).toBeGreaterThan(0.9 * mean(usual))
    // Three weeks of leave, of which nothing was heard: no evidence that there is little to do.
    const gone = away(monday + 2 * week, monday + 5 * week).filter(
      ({ channel, effective, detail }) =>
        !(
          channel === 'work-hour' &&
          effective >= monday + 2 * week &&
          (detail as { provider: string; received: { patient?: number } }).provider === 'p5' &&
          (detail as { received: { patient?: number } }).received.patient === undefined
        ),
    )
    expect(mean(outsideOf(gone, 'p5', 1))).toBeGreaterThan(0.75 * mean(usual))
  })
})

test('who writes under a second login that nobody named is less complete, less sure, and not forecast as light', () => {
  // Evenings are told of somebody who is not in the layout, or not at all.
  const split = facts.filter(
    ({ channel, effective, detail }) =>
      !(
        channel === 'work-hour' &&
        (detail as { provider: string }).provider === 'p1' &&
        new Date(effective).getUTCHours() === 20
      ),
  )
  const weekOf = (observations: readonly Observation[]) =>
    measuredWeek(clinicOf(beliefAfter(observations, now)), 'p1', nameOf(monday + 3 * week))!
  expect(weekOf(facts)).toMatchObject({ completeness: 1, outsideError: 0 })
  expect(weekOf(split).completeness).toBeLessThan(0.75)
  expect(weekOf(split).outsideError).toBeGreaterThan(1)
  expect(counted(beliefAfter(split, now))).toEqual({})
  const [whole, half] = [outsideOf(facts, 'p1', 1), outsideOf(split, 'p1', 1)]
  expect(mean(half)).toBeGreaterThan(0.7 * mean(whole))
  expect(spread(half)).toBeGreaterThan(1.3 * spread(whole))
})

test('a week is counted only when all of its log is there', () => {
  const whole = counted(beliefAfter(facts, now))
  expect(Object.keys(whole).sort()).toEqual(
    ['ehr-time-8', 'inbox-waiting', 'outside-hours', 'overloaded', 'visits', 'work-hours'].sort(),
  )
  expect(counted(beliefAfter(without('p2', monday + 4 * week + 3 * day), now))).toEqual({})
  expect(nameOf(now)).toBe('2026-02-09')
})
