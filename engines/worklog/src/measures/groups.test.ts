import { describe, expect, it } from 'vitest'
import { measureNames } from './definitions.ts'
import { groupMeasures } from './groups.ts'
import type { Measure } from './measure-days.ts'
import type { ProviderMeasures } from './measures.ts'

const person = (provider: string, value: number | null, denominator = 10): ProviderMeasures => {
  const measure: Measure = {
    value,
    low: value === null ? null : value - 3,
    high: value === null ? null : value + 3,
    numerator: (value ?? 0) * denominator,
    denominator,
  }
  const measures = Object.fromEntries(
    measureNames.map((name) => [name, measure]),
  ) as ProviderMeasures['periods'][0]['measures']
  const days = { all: 7, clinic: 5, leave: 0, silent: 0 }
  return { provider, periods: [{ from: '2026-03-02', until: '2026-03-09', covered: 1, days, measures }] }
}
const pod = (provider: string) => provider[0]
const wow = (people: readonly ProviderMeasures[], minimum = 3) =>
  Object.fromEntries(
    groupMeasures(people, pod, minimum).map(({ group, periods }) => [group, periods[0]!.measures['wow-8']]),
  )

describe('groups', () => {
  const north = [person('n1', 1), person('n2', 2), person('n3', 6, 20)]

  it('are sums over sums, and less unsure than each of them', () => {
    const { n } = wow(north)
    expect(n).toEqual({
      value: 3.75,
      low: expect.closeTo(3.75 - 1.837, 3),
      high: expect.closeTo(3.75 + 1.837, 3),
      people: 3,
    })
  })

  it('are not shown of too few, nor by taking one from the total', () => {
    const south = [person('s1', 1), person('s2', 1)]
    const few = wow([...north, ...south])
    expect(few.s).toMatchObject({ value: null, suppressed: 'too-few' })
    expect(few.s!.people).toBeUndefined()
    expect(few.all).toMatchObject({ value: null, suppressed: 'would-disclose' })
    expect(few.n!.people).toBe(3)
    const enough = wow([...north, ...south, person('w1', 4)])
    expect(enough.all!.people).toBe(6)
    expect(wow([...north, person('s1', null)]).all!.people).toBe(3)
    expect(wow(south).all).toMatchObject({ suppressed: 'too-few' })
  })
})
