import { quantile, randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { forecastSeasonal } from './forecast-seasonal.ts'
import { fitSeasonalGroup, type SeasonalSeries } from './seasonal-group.ts'

const truth = {
  level: 0.0004,
  returning: 0.003,
  passing: 0.001,
  season: (m: number) => 0.1 * Math.cos((2 * Math.PI * m) / 12),
}

/** Series drawn from the law that the model assumes, of equal scatter; the last `ahead` steps are kept apart. */
function simulated(count: number, steps: number, ahead: number, seed: number) {
  const stream = randomStream('seasonal', seed)
  return Array.from({ length: count }, () => {
    let level = 5 + stream.normal()
    const own = Array.from({ length: 12 }, () => Math.sqrt(truth.returning) * stream.normal())
    const values = Array.from({ length: steps + ahead }, (_, t) => {
      level += Math.sqrt(truth.level) * stream.normal()
      return level + truth.season(t % 12) + own[t % 12]! + Math.sqrt(truth.passing) * stream.normal()
    })
    const series: SeasonalSeries = { times: values.slice(0, steps).map((_, t) => t), values: values.slice(0, steps) }
    return { series, later: values.slice(steps) }
  })
}

describe('forecasts of many seasonal series', () => {
  it('finds season, level and the returning part of departures from three years', () => {
    const group = fitSeasonalGroup(
      simulated(80, 36, 0, 1).map(({ series }) => series),
      12,
    )
    for (let m = 0; m < 12; m++) expect(Math.abs(group.season[m]! - truth.season(m))).toBeLessThan(0.03)
    expect(group.levelVariance / truth.level).toBeGreaterThan(0.6)
    expect(group.levelVariance / truth.level).toBeLessThan(1.6)
    expect(group.departureVariance / (truth.returning + truth.passing)).toBeGreaterThan(0.75)
    expect(group.departureVariance / (truth.returning + truth.passing)).toBeLessThan(1.3)
    expect([0.65, 0.8]).toContain(group.returningShare)
  })

  it('takes half of a departure to return when there is but one year', () => {
    const group = fitSeasonalGroup(
      simulated(20, 12, 0, 2).map(({ series }) => series),
      12,
    )
    expect(group.returningShare).toBe(0.5)
  })

  it('covers a further year nine times of ten, and is nearer than the year before', () => {
    const cases = simulated(60, 36, 12, 3)
    const all = cases.map(({ series }) => series)
    const steps = Array.from({ length: 12 }, (_, i) => 36 + i)
    const forecasts = forecastSeasonal(all, fitSeasonalGroup(all, 12), steps, {
      stream: randomStream('test'),
      draws: 300,
    })
    let within = 0
    let error = 0
    let naive = 0
    for (const [i, { series, later }] of cases.entries())
      for (const [row, value] of later.entries()) {
        const members = forecasts[i]!.values.slice(row * 300, (row + 1) * 300)
        if (value >= quantile(members, 0.05) && value <= quantile(members, 0.95)) within++
        error += Math.abs(quantile(members, 0.5) - value)
        naive += Math.abs(series.values[24 + row]! - value)
      }
    expect(within / 720).toBeGreaterThan(0.85)
    expect(within / 720).toBeLessThan(0.95)
    expect(error).toBeLessThan(naive)
  })

  it('moves all series together when told of a shared drift', () => {
    const all = simulated(2, 24, 0, 4).map(({ series }) => series)
    const group = fitSeasonalGroup(all, 12)
    const spread = (sharedDrift: number) => {
      const [a, b] = forecastSeasonal(all, group, [35], { stream: randomStream('drift'), draws: 500, sharedDrift })
      const sum = a!.values.map((value, d) => value + b!.values[d]!)
      return quantile(sum, 0.95) - quantile(sum, 0.05)
    }
    expect(spread(1)).toBeGreaterThan(5)
    expect(spread(0)).toBeLessThan(2)
  })

  it('bridges gaps', () => {
    const all = simulated(10, 24, 0, 5).map(({ series }) => {
      const kept = (series.times as number[]).filter((t) => t < 8 || t > 13)
      return { times: kept, values: kept.map((t) => series.values[t]!) }
    })
    const [first] = forecastSeasonal(all, fitSeasonalGroup(all, 12), [24], { stream: randomStream('gaps') })
    expect(Math.abs(quantile(first!.values, 0.5) - all[0]!.values.at(-1)!)).toBeLessThan(0.6)
  })

  it('refuses what makes no sense', () => {
    const fine = { times: [0, 1, 2, 3, 4, 5], values: [1, 2, 1, 2, 1, 2] }
    expect(() => fitSeasonalGroup([fine], 12)).toThrow(/at least 2/)
    expect(() => fitSeasonalGroup([fine, { times: [0, 0], values: [1, 2] }], 12)).toThrow(/ascend/)
    expect(() => fitSeasonalGroup([fine, { times: [0, 1], values: [1, Number.NaN] }], 12)).toThrow(/finite/)
    expect(() => fitSeasonalGroup([fine, fine], 1)).toThrow(/period/)
    const group = fitSeasonalGroup([fine, fine], 12)
    expect(() => forecastSeasonal([fine], group, [9, 8], { stream: randomStream('x') })).toThrow(/ascend/)
  })
})
