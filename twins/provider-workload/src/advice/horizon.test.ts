import { day } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import { firstYear, horizonOf, nextWeeks, stretched } from './horizon.ts'
import { type ChangePlan, unchanged } from './work-change.ts'

const first = Date.UTC(2026, 2, 2)
/** Grows by a minute a day, and needs an hour a week in its first four weeks. */
const growing: ChangePlan = {
  of: (_, week) => ({
    ...unchanged,
    protectedMinutes: (week - first) / day,
    ownMinutes: week - first < 28 * day ? 60 : 0,
  }),
  clinic: (week) => ({ addedFte: week - first > 180 * day ? 1 : 0 }),
}
const weeks = [0, 1, 2, 3].map((w) => first + 7 * w * day)

describe('a long horizon in few weeks', () => {
  it('is the plan itself where it is as long', () => {
    expect(stretched(growing, first, nextWeeks)).toBe(growing)
  })

  it('has the mean of the weeks that each stands for', () => {
    const plan = stretched(growing, first, firstYear)
    const minutes = weeks.map((week) => plan.of('p001', week).protectedMinutes)
    // Thirteen weeks each: their middle weeks begin on days 42, 133, 224 and 315.
    expect(minutes).toEqual([42, 133, 224, 315].map((at) => expect.closeTo(at, 6)))
  })

  it('counts what is asked once about once', () => {
    const plan = stretched(growing, first, firstYear)
    const asked = weeks.reduce((sum, week) => sum + 13 * plan.of('p001', week).ownMinutes, 0)
    // Four hours, up to the coarseness of four looks.
    expect(asked).toBeGreaterThan(150)
    expect(asked).toBeLessThan(420)
  })

  it('has those who come in the weeks in which they are there', () => {
    const plan = stretched(growing, first, firstYear)
    const there = weeks.map((week) => plan.clinic(week).addedFte)
    expect(there[0]).toBe(0)
    expect(there[1]).toBeLessThan(0.5)
    expect(there[2]).toBeGreaterThan(0.5)
    expect(there[3]).toBe(1)
  })

  it('is at least four weeks', () => {
    expect(horizonOf(1)).toBe(nextWeeks)
    expect(horizonOf(13).words).toBe('the next 13 weeks')
  })
})
