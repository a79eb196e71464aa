import type { Pathway } from '@counterpart/discrete'
import { readRule } from '@counterpart/learning'
import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { usualWaitingCost } from './queue-cost.ts'
import { queueRule, safeRule, scoreOf, usualRules, withQueueRule } from './queue-rule.ts'
import { type QueueProblem, searchQueueRule } from './search-queue-rule.ts'

const classes = [
  { name: 'urgent, long', acuity: 2, expectedMinutes: 40 },
  { name: 'urgent, short', acuity: 2, expectedMinutes: 10 },
  { name: 'minor, long', acuity: 4, expectedMinutes: 40 },
  { name: 'minor, short', acuity: 4, expectedMinutes: 10 },
]

/** One busy clinician; costs are linear in waiting, so that the cμ rule is best (Cox & Smith 1961). */
const pathway: Pathway = {
  name: 'one clinician',
  classes: classes.map(({ name }) => ({ name })),
  sources: classes.map(({ name, expectedMinutes }) => ({
    name,
    class: name,
    arrivals: { kind: 'intervals', between: { kind: 'exponential', mean: (4 * expectedMinutes) / 0.9 } },
  })),
  resources: [{ name: 'clinician', capacity: 1 }],
  steps: [
    {
      kind: 'activity',
      name: 'care',
      needs: { clinician: 1 },
      duration: {
        byClass: Object.fromEntries(
          classes.map(({ name, expectedMinutes }) => [name, { kind: 'exponential', mean: expectedMinutes }]),
        ),
      },
    },
  ],
}

const problem: QueueProblem = {
  pathway,
  step: 'care',
  resources: ['clinician'],
  classes,
  cost: { ...usualWaitingCost, perHourLate: 0 },
  until: 3000,
  from: 300,
}

describe('policy search for the order of a line', () => {
  const advice = searchQueueRule(problem, {
    stream: randomStream('policy', 'test'),
    generations: 10,
    scenarios: 8,
    judged: 60,
  })
  const against = (name: string) => advice.against.find((each) => each.name === name)!

  it('comes near cμ where that is best, and is shown to beat first come first served', () => {
    const { comparison } = against('c-mu')
    expect(comparison.difference / comparison.baselineCost).toBeLessThan(0.03)
    expect(against('first-come').comparison.high).toBeLessThan(0)
    expect(against('strict-priority').comparison.difference).toBeLessThan(0)
  })

  it('can be read, and reports what people ask for', () => {
    expect(advice.words).toBe(advice.kept === 'found' ? readRule(advice.rule) : advice.kept)
    expect(['found', 'c-mu']).toContain(advice.kept)
    expect(advice.outcome.urgentWait).toBeLessThan(against('first-come').outcome.urgentWait)
    expect(advice.outcome.leftUnseen).toBe(0)
  })

  it('gives the same advice again', () => {
    const small = () =>
      searchQueueRule(problem, { stream: randomStream('again'), generations: 2, scenarios: 2, judged: 4 })
    expect(small()).toEqual(small())
  })

  it('has the usual disciplines as rules of the same form', () => {
    const usual = usualRules(classes, (acuity) => usualWaitingCost.perHour[acuity - 1]!)
    const [urgentLong, urgentShort, minorLong, minorShort] = classes.map((each) => scoreOf(usual['c-mu'], each).from)
    // Cost over time: 2/10 > 2/40 and 0.5/10, which are equal, > 0.5/40.
    expect(urgentShort).toBeGreaterThan(urgentLong!)
    expect(urgentLong! / minorShort!).toBeCloseTo(1, 6)
    expect(minorShort).toBeGreaterThan(minorLong!)
    expect(scoreOf(usual['first-come'], classes[0]!)).toEqual(scoreOf(usual['first-come'], classes[3]!))
  })

  it('never lets urgency or waiting count against anybody', () => {
    expect(safeRule(queueRule([-1, -2, -3, -4])).weights).toEqual([0, -2, 0, 0])
    expect(safeRule(queueRule([1, 2, 3, 4])).weights).toEqual([1, 2, 3, 4])
  })

  it('refuses a class it has not been told of', () => {
    expect(() => withQueueRule(pathway, ['clinician'], classes.slice(1), queueRule([0, 0, 1, 0]))).toThrow(
      /urgent, long/,
    )
  })
})
