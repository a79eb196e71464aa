import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { compareRules, type RuleCost, readRule, ruleScore, searchRule } from '../index.ts'

const features = [{ name: 'cost per hour' }, { name: 'service time', unit: 'h' }]

/** Thirty jobs for one server, all there at the start: the cost is Σ cost rate × time of leaving. */
const jobs: RuleCost = (rule, scenario) => {
  const waiting = Array.from({ length: 30 }, () => {
    const logRate = scenario.normal()
    const logTime = scenario.normal()
    return { rate: Math.exp(logRate), time: Math.exp(logTime), score: ruleScore(rule, [logRate, logTime]) }
  })
  waiting.sort((a, b) => b.score - a.score)
  let now = 0
  let cost = 0
  for (const { rate, time } of waiting) {
    now += time
    cost += rate * now
  }
  return cost / 30
}

describe('policy search', () => {
  const { rule } = searchRule(features, jobs, { stream: randomStream('policy') })
  const options = { stream: randomStream('policy', 'judge'), scenarios: 400 }

  it('finds the cμ rule, which is best here: rate over time, so opposite weights in logarithms', () => {
    // W. E. Smith, Nav. Res. Logist. Q. 3 (1956) 59–66.
    expect(rule.weights[0]).toBeGreaterThan(0)
    expect(Math.abs(rule.weights[1]! / rule.weights[0]! + 1)).toBeLessThan(0.2)
    const best = compareRules(rule, { features, weights: [1, -1] }, jobs, options)
    expect(best.difference).toBeGreaterThanOrEqual(0)
    expect(best.difference / best.baselineCost).toBeLessThan(0.01)
  })

  it('is shown to beat first come, first served, with an interval', () => {
    const { difference, high, low } = compareRules(rule, { features, weights: [0, 0] }, jobs, options)
    expect(low < difference && difference < high).toBe(true)
    expect(high).toBeLessThan(0)
    const itself = compareRules(rule, rule, jobs, options)
    expect([itself.difference, itself.low, itself.high]).toEqual([0, 0, 0])
  })

  it('gives the same rule every time, in words', () => {
    expect(searchRule(features, jobs, { stream: randomStream('policy') }).rule).toEqual(rule)
    expect(readRule({ features, weights: [1.234, -0.5678] })).toBe('1.2·cost per hour - 0.57·service time (h)')
    expect(readRule({ features, weights: [0, -2] })).toBe('-2·service time (h)')
  })

  it('refuses costs that are no numbers and options that do not fit', () => {
    const stream = randomStream('policy')
    expect(() => searchRule(features, () => Number.NaN, { stream })).toThrow(/the cost of weights .* is NaN/)
    expect(() => searchRule(features, jobs, { stream, start: [1] })).toThrow(/each of the 2 features/)
    expect(() => searchRule(features, jobs, { stream, population: 5 })).toThrow(/population is 5/)
  })
})
