import { carryOn } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import { followed } from '../pictures/clinic.test-data.ts'
import { weeksOf } from '../weeks.ts'
import { at, weekWidth } from '../work/figures.ts'
import { advise, adviseForWeeks } from './advise.ts'
import { appraise } from './appraise.ts'
import { objectives } from './objectives.ts'

const { belief, context } = followed({ pods: [6, 6], weeks: 3 })
const planned = (intervention: string, dose: number) => [{ intervention, dose, from: belief.asOf }]

describe('appraising a change', () => {
  it('says what it spares, what it costs and what that hangs on', () => {
    const { outside, worth, swings } = appraise(belief, planned('scribe', 1), context, 16)
    expect(outside).toHaveLength(16)
    expect(worth.cost.p50).toBeGreaterThan(12 * 500)
    expect(worth.net.mean).toBeCloseTo(worth.benefit.mean - worth.cost.mean, 6)
    expect(swings[0]!.input).toBe('scribe-licence')
    const widths = swings.map(({ netFrom, netTo }) => Math.abs(netTo - netFrom))
    expect(widths).toEqual([...widths].sort((a, b) => b - a))
  })

  it('takes the clinic’s own figures in place of the usual ones', () => {
    const dear = { ...belief, memory: { ...belief.memory, prior: { worth: { 'scribe-licence': 20_000, visit: -1 } } } }
    const [own, usual] = [dear, belief].map((of) => appraise(of, planned('scribe', 1), context, 8).worth.cost)
    expect(own!.p05).toBeGreaterThan(12 * 20_000)
    expect(own!.mean).toBeGreaterThan(usual!.mean)
  })

  it('costs nothing but the twin’s own burden where nothing is changed', () => {
    const { outside, visits, worth } = appraise(belief, [], context, 8)
    expect([...outside, ...visits].every((each) => Math.abs(each) < 1e-9)).toBe(true)
    expect(worth.burden.p05).toBeGreaterThan((96 * 60) / 52)
  })

  it('is what a forecast under the same change says, once the effects are there', () => {
    const weeks = 12
    const scenario = { id: 's', name: 'Slots', interventions: planned('protected-inbox-time', 60) }
    const last = (each: typeof carryOn) => {
      const { figures, situation } = weeksOf(belief, each, context, { weeks, members: 12 })
      return figures.map((out) =>
        situation.plan.providers.reduce((sum, _, p) => sum + out[(p * weeks + weeks - 1) * weekWidth + at.outside]!, 0),
      )
    }
    const [withIt, without] = [last(scenario), last(carryOn)]
    const { outside } = appraise(belief, scenario.interventions, context, 12)
    const forecast = withIt.map((hours, m) => hours - without[m]!)
    // Who holds that it spares much in the one holds so in the other.
    const order = (of: readonly number[]) => [...of.keys()].sort((a, b) => of[a]! - of[b]!)
    const [most, least] = [order([...outside]).slice(0, 4), order([...outside]).slice(-4)]
    const mean = (of: readonly number[]) => of.reduce((sum, m) => sum + forecast[m]!, 0) / of.length
    expect(mean(most)).toBeLessThan(mean(least) - 1)
  })
})

describe('advice', () => {
  it('is not given where the log has been silent for a week', () => {
    const silent = { ...belief, asOf: belief.asOf + 9 * 86_400_000 }
    expect(advise(silent, objectives[0]!, context)).toEqual([])
  })

  it('names its time, its twin and an id of its own', () => {
    const found = adviseForWeeks(belief, objectives[0]!, context, 26, { first: 3, all: 80, worth: 4 })
    expect(found.length).toBeLessThanOrEqual(1)
    for (const each of found) {
      expect(each.id).toContain(':after-hours:26:')
      expect(each.twin).toBe(belief.twin)
      expect(each.objective.statement).toContain('over the next 26 weeks')
    }
  })
})
