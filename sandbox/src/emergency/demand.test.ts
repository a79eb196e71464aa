import { day, hour } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import { demandOf } from './demand.ts'

// A Monday.
const start = Date.UTC(2026, 2, 2)

describe('the demand on the department', () => {
  it('is the same whatever was asked before', () => {
    const forwards = demandOf('order', 180, 0)
    const backwards = demandOf('order', 180, 0)
    const hours = Array.from({ length: 72 }, (_, i) => start + i * hour)
    const later = [...hours].reverse().map((at) => backwards.arrivalsIn(at))
    expect(hours.map((at) => forwards.arrivalsIn(at))).toEqual(later.reverse())
  })

  it('has its peak on Mondays before noon and its lowest hour on a weekday night, as in Hoot et al. 2008', () => {
    const { expected } = demandOf('shape', 140, 0)
    const week = Array.from({ length: 168 }, (_, i) => ({ i, rate: expected(start + i * hour) })).sort(
      (a, b) => b.rate - a.rate,
    )
    expect(week[0]!.i).toBe(11)
    expect(week.at(-1)!.i % 24).toBe(4)
    // Printed: 10.3 and 1.6 an hour.
    expect(week[0]!.rate).toBeGreaterThan(9)
    expect(week[0]!.rate).toBeLessThan(12)
    expect(week.at(-1)!.rate).toBeGreaterThan(1.2)
    expect(week.at(-1)!.rate).toBeLessThan(2)
  })

  it('brings about as many as expected, but differs from day to day by more than chance', () => {
    const demand = demandOf('counts', 180, 0)
    const days = Array.from({ length: 200 }, (_, d) => {
      let [came, expected] = [0, 0]
      for (let at = start + d * day; at < start + (d + 1) * day; at += hour) {
        came += demand.arrivalsIn(at).length
        expected += demand.expected(at)
      }
      return { came, expected }
    })
    const sum = (read: (each: (typeof days)[number]) => number) => days.reduce((total, each) => total + read(each), 0)
    // Incidents add about half a person a day; persistent days leave a few per cent of doubt in 200 of them.
    expect(sum(({ came }) => came) / sum(({ expected }) => expected)).toBeGreaterThan(0.95)
    expect(sum(({ came }) => came) / sum(({ expected }) => expected)).toBeLessThan(1.06)
    const dispersion = sum(({ came, expected }) => (came - expected) ** 2 / expected) / days.length
    expect(dispersion).toBeGreaterThan(1.5)
  })
})
