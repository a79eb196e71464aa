import { describe, expect, it } from 'vitest'
import { at, weekWidth } from '../work/figures.ts'
import { simulateWeeks } from '../work/simulate.ts'
import { simulateChanged } from './absorb.ts'
import { situationWith } from './situation.test-data.ts'
import { type ChangePlan, unchanged, type WorkChange } from './work-change.ts'

const { plan, member } = situationWith({ people: 9, pods: 1 })
const planOf = (change: Partial<WorkChange>): ChangePlan => ({
  of: () => ({ ...unchanged, ...change }),
  clinic: () => ({ addedFte: 0 }),
})
const sizes = plan.providers.length * plan.weeks * weekWidth

function totals(change: Partial<WorkChange> | null): Record<'outside' | 'inside' | 'visits', number> {
  const sum = { outside: 0, inside: 0, visits: 0 }
  for (let m = 0; m < 6; m++) {
    const [calm, out] = [new Float64Array(sizes), new Float64Array(sizes)]
    simulateWeeks(plan, member(m), null, calm)
    if (change) simulateChanged(plan, member(m), planOf(change), calm, out)
    const figures = change ? out : calm
    for (let offset = 0; offset < sizes; offset += weekWidth)
      for (const name of ['outside', 'inside', 'visits'] as const) sum[name] += figures[offset + at[name]]!
  }
  return sum
}

const calm = totals(null)

describe('work under a change', () => {
  it('is the same where nothing changes, to the bit', () => {
    expect(totals({})).toEqual(calm)
  })

  it('leaves less outside when notes are shorter: what is freed within the day takes in what was left for the evening', () => {
    const shorter = totals({ noteMinutes: 0.7 })
    const spared = calm.outside + calm.inside - shorter.outside - shorter.inside
    expect(calm.outside - shorter.outside).toBeGreaterThan(0.5 * spared)
    expect(calm.outside - shorter.outside).toBeLessThan(1.02 * spared)
  })

  it('makes no work disappear that was not spared', () => {
    const kept = totals({ protectedMinutes: 30 })
    // Up to messages that are done a day earlier or later.
    expect((kept.outside + kept.inside) / (calm.outside + calm.inside)).toBeCloseTo(1, 1.7)
    expect(kept.outside).toBeLessThan(calm.outside)
  })

  it('lets nothing fall below nothing, however much time is freed', () => {
    const { outside } = totals({ visits: 0.2, protectedMinutes: 300 })
    expect(outside).toBeGreaterThan(0)
  })

  it('brings more work outside when visits are squeezed in', () => {
    expect(totals({ visits: 1.3 }).outside).toBeGreaterThan(calm.outside)
  })
})
