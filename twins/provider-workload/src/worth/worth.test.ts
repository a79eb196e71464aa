import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { drawCausalMember } from '../risk/change.ts'
import { drawRiskMember } from '../risk/prior.ts'
import { worthInputs } from './inputs.ts'
import { tornado } from './tornado.ts'
import { drawWorthValues, moneyOfYear, type SettledWeek, type WorthValues } from './worth.ts'

const nothing: SettledWeek = {
  hoursSpared: 0,
  visits: 0,
  staffMinutes: 0,
  scribes: 0,
  hired: 0,
  people: 52,
  worked: { outside: 0, messages: 0, scribes: 0 },
}
const stream = randomStream('worth-test')
const burnout = { share: 0.45, member: drawRiskMember(stream), how: drawCausalMember(stream) }
const values = drawWorthValues(stream)

describe('what a change is worth', () => {
  it('is nothing where nothing changes', () => {
    for (const each of Object.values(moneyOfYear(nothing, values, 0, burnout))) expect(each).toBeCloseTo(0, 6)
  })

  it('counts visits lost as a cost and visits won as a benefit', () => {
    const won = moneyOfYear({ ...nothing, visits: 10 }, values, 0, burnout)
    const lost = moneyOfYear({ ...nothing, visits: -10 }, values, 0, burnout)
    expect(won.benefit).toBeCloseTo(46 * 10 * values.visit, 6)
    expect(lost.cost).toBeCloseTo(won.benefit, 6)
  })

  it('counts hours of people who are not paid for them only as much as it is told to', () => {
    const spared = { ...nothing, hoursSpared: 40 }
    expect(moneyOfYear(spared, { ...values, 'hour-spared': 0 }, 0, burnout).benefit).toBeCloseTo(0, 6)
    const half = moneyOfYear(spared, { ...values, 'hour-spared': 0.5, 'clinician-hour': 150 }, 0, burnout)
    expect(half.unpaid).toBeCloseTo(46 * 40 * 75, 6)
  })

  it('brings nothing in its first year when it takes longer than that', () => {
    const { benefit, cost } = moneyOfYear({ ...nothing, hired: 1, visits: 80 }, values, 400, burnout)
    expect(benefit).toBe(0)
    expect(cost).toBeCloseTo(values.search, 6)
  })

  it('puts a figure of the clinic in place of the usual one, for all members', () => {
    for (let m = 0; m < 20; m++) expect(drawWorthValues(randomStream('worth-test', m), { visit: 111 }).visit).toBe(111)
  })

  it('leaves the other inputs as they are when one is replaced', () => {
    const plain = drawWorthValues(randomStream('worth-test', 3))
    const own = drawWorthValues(randomStream('worth-test', 3), { visit: 111 })
    expect({ ...own, visit: plain.visit }).toEqual(plain)
  })

  it('gives a source for every input', () => {
    for (const { source, label } of worthInputs) expect(`${label}: ${source}`.length).toBeGreaterThan(30)
  })

  it('is moved most by the price of a visit where visits are what is won', () => {
    const net = (of: WorthValues) => {
      const { benefit, cost } = moneyOfYear({ ...nothing, visits: 50, staffMinutes: 60 }, of, 0, burnout)
      return benefit - cost
    }
    const [first] = tornado(net)
    expect(first!.input).toBe('visit')
    expect(first!.netTo).toBeGreaterThan(first!.netFrom)
  })
})
