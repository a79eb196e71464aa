import { departmentChannels, hour, type JsonObject, type Observation } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { beliefAfter, contextAt, layout, observed, roster, seenInOrder, start } from '../department.test-data.ts'
import { departmentOf } from '../memory/department.ts'
import { minutesPerLevel } from './line-order.ts'
import { presentOrder } from './present-order.ts'
import { searchLineOrder } from './search-line-order.ts'

const after = (people: readonly Observation[]) =>
  beliefAfter(
    [
      observed(departmentChannels.layout, start - 6 * hour, layout as unknown as JsonObject),
      roster(start - 6 * hour, { clinician: 3, nurse: 8, 'triage-nurse': 2 }),
      ...people,
    ],
    start,
  )
const asTheyCome = after(seenInOrder((a, b) => b.arrived - a.arrived))

describe('the order in which people are seen now', () => {
  const orderAfter = (belief: ReturnType<typeof after>) => presentOrder(departmentOf(belief), start)

  it('is told from who was seen before whom', () => {
    expect(orderAfter(asTheyCome)).toBeLessThanOrEqual(15)
    const points = ({ arrived, acuity }: { arrived: number; acuity: number }) => arrived - 45 * acuity
    const between = orderAfter(after(seenInOrder((a, b) => points(b) - points(a))))
    expect(between).toBeGreaterThanOrEqual(30)
    expect(between).toBeLessThanOrEqual(60)
    expect(
      orderAfter(after(seenInOrder((a, b) => a.acuity - b.acuity || b.arrived - a.arrived))),
    ).toBeGreaterThanOrEqual(120)
  })

  it('is taken to be strict priority while there is too little to tell it from', () => {
    expect(orderAfter(after([]))).toBe(480)
  })
})

describe('policy search for the order of the line', () => {
  const search = () =>
    searchLineOrder([{ belief: asTheyCome, context: contextAt(start) }], {
      stream: randomStream('line'),
      generations: 2,
      scenarios: 4,
      judged: 12,
    })

  it('finds that urgency must count where waiting costs by urgency, and says what each order is worth beside it', () => {
    const found = search()
    expect(found.minutesPerLevel).toBeGreaterThan(30)
    expect(found.against.map((each) => each.minutesPerLevel)).toEqual([0, ...minutesPerLevel, Number.POSITIVE_INFINITY])
    // First come first served is worse, beyond chance.
    expect(found.against[0]!.comparison.high).toBeLessThan(0)
    expect(search()).toEqual(found)
  })
})
