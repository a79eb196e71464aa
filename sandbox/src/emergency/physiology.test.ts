import { type Acuity, hour, minute, news2 } from '@counterpart/kernel'
import { mean as meanOf, randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { measuredSigns } from './physiology.ts'
import { drawVisitor, type Visitor } from './visitor.ts'

const mean = (values: readonly number[]) => meanOf(Float64Array.from(values))
const at = Date.UTC(2026, 0, 5)
const people = Array.from({ length: 4000 }, (_, number) => drawVisitor('physiology', number, at))
const adults = people.filter(({ age }) => age >= 16)

const scoreOf = (visitor: Visitor, acuity: Acuity = visitor.acuity, worsens: number | null = null) =>
  news2(
    measuredSigns(
      'physiology',
      visitor,
      { acuity, at, worsens: worsens === null ? null : at + worsens },
      randomStream('signs', visitor.number),
    ),
  ).score

describe('how ill people are', () => {
  it('is the same person whenever asked, and never impossible to measure', () => {
    for (const visitor of people.slice(0, 500)) expect(scoreOf(visitor)).toBe(scoreOf(visitor))
  })

  it('shows in NEWS2: the more urgent the worse', () => {
    const by = ([1, 2, 3, 4, 5] as const).map((acuity) =>
      mean(adults.filter((visitor) => visitor.acuity === acuity).map((visitor) => scoreOf(visitor))),
    )
    for (let k = 1; k < 5; k++) expect(by[k]!).toBeLessThan(by[k - 1]!)
    expect(by[0]!).toBeGreaterThan(5)
    expect(by[4]!).toBeLessThan(0.7)
  })

  it('was worse from the beginning in those who get worse soon, as a hidden hazard is', () => {
    const of = (which: (visitor: Visitor) => boolean) => mean(people.filter(which).map(({ severity }) => severity))
    const soon = of(({ worsensAfter }) => worsensAfter < 4 * hour)
    const late = of(({ worsensAfter }) => worsensAfter > 40 * hour)
    expect(soon - late).toBeGreaterThan(0.8)
    // Nobody is worse or better on the whole: acuity has said that.
    expect(Math.abs(of(() => true))).toBeLessThan(0.1)
  })

  it('shows before it is so: within the last hour, and then in full', () => {
    const threes = adults.filter(({ acuity }) => acuity === 3)
    const at3 = (worsens: number | null) => mean(threes.map((visitor) => scoreOf(visitor, 3, worsens)))
    expect(at3(3 * hour)).toBe(at3(null))
    expect(at3(20 * minute)).toBeGreaterThan(at3(null) + 0.3)
    expect(mean(threes.map((visitor) => scoreOf(visitor, 2)))).toBeGreaterThan(at3(20 * minute))
  })
})
