import { mean, poisson, quantiles, randomStream, sample } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import {
  arrivalTimes,
  estimateWeeklyRates,
  forecastRates,
  InferenceError,
  prepareRates,
  tallyArrivals,
  type WeeklyTally,
  weeklyDispersion,
} from '../index.ts'

const WEEK = 168
const YEAR = 8766

/** A department's true week: quiet nights, busy Mondays, and hours that leave the pattern day × hour by 20 %. */
function trueWeek(name: number): Float64Array {
  const stream = randomStream('true week', name)
  return Float64Array.from({ length: WEEK }, (_, h) => {
    const day = [1.3, 1.1, 1, 1, 1, 0.8, 0.85][Math.floor(h / 24)]!
    const hour = 4 - 3 * Math.cos(((h % 24) - 3) * (Math.PI / 12))
    return (day * hour * stream.gamma(25)) / 25
  })
}

/** Counts with week factors of 8 % and a season of ±15 %. */
function simulate(name: number, week: Float64Array, weeks: number, options: { season?: number; spread?: number } = {}) {
  const { season = 0, spread = 0.08 } = options
  const stream = randomStream('counts', name)
  const shape = 1 / spread ** 2
  const counts = new Float64Array(weeks * WEEK)
  const expected = new Float64Array(weeks * WEEK)
  for (let w = 0; w < weeks; w++) {
    const factor = (stream.gamma(shape) / shape) * (1 + season * Math.sin((2 * Math.PI * (w + 0.5) * WEEK) / YEAR))
    for (let h = 0; h < WEEK; h++) {
      expected[w * WEEK + h] = factor * week[h]!
      counts[w * WEEK + h] = sample(poisson(factor * week[h]!), stream)
    }
  }
  return { tally: { weeks, counts, exposure: new Float64Array(weeks * WEEK).fill(1) }, expected }
}

describe('the tally', () => {
  it('counts by week and hour, and knows missing from zero', () => {
    const tally = tallyArrivals(Float64Array.of(170.5, 0.2, 0.9, 2.5), [
      { from: 2.25, to: 3 },
      { from: 0, to: 1.5 },
      { from: 168, to: 172 },
    ])
    expect(tally.weeks).toBe(2)
    expect([...tally.counts.subarray(0, 4)]).toEqual([2, 0, 1, 0])
    expect([...tally.exposure.subarray(0, 4)]).toEqual([1, 0.5, 0.75, 0])
    expect(tally.counts[170]).toBe(1)
    expect(tally.exposure.reduce((a, b) => a + b)).toBe(6.25)
  })

  it('names what is wrong', () => {
    expect(() => tallyArrivals(Float64Array.of(5), [{ from: 0, to: 4 }])).toThrow(/arrival at hour 5 lies outside/)
    expect(() => tallyArrivals(Float64Array.of(Number.NaN), [{ from: 0, to: 4 }])).toThrow(/hour NaN/)
    expect(() =>
      tallyArrivals(new Float64Array(), [
        { from: 0, to: 4 },
        { from: 3, to: 5 },
      ]),
    ).toThrow(/do not overlap/)
    const tally: WeeklyTally = { weeks: 1, counts: new Float64Array(WEEK), exposure: new Float64Array(WEEK) }
    expect(() => estimateWeeklyRates(tally, { stream: randomStream('x') })).toThrow(InferenceError)
    tally.counts[3] = 2
    expect(() => estimateWeeklyRates(tally, { stream: randomStream('x') })).toThrow(/week 0, hour 3: 2 arrivals in 0/)
  })
})

describe('weekly rates', () => {
  it('90 % intervals hold the true rates nine times in ten, with a tenth of the hours missing', () => {
    let held = 0
    let cells = 0
    let worse = 0
    let better = 0
    for (let run = 0; run < 8; run++) {
      const week = trueWeek(run)
      const { tally } = simulate(run, week, 12)
      const gaps = randomStream('gaps', run)
      for (let i = 0; i < tally.counts.length; i++) if (gaps.uniform() < 0.1) tally.counts[i] = tally.exposure[i] = 0
      const rates = estimateWeeklyRates(tally, { stream: randomStream('fit', run), draws: 300 })
      for (let h = 0; h < WEEK; h++) {
        const draws = rates.hours.values.subarray(h * rates.draws, (h + 1) * rates.draws)
        const [low, high] = quantiles(draws, [0.05, 0.95])
        if (low! <= week[h]! && week[h]! <= high!) held++
        cells++
        let [y, e] = [0, 0]
        for (let i = h; i < tally.counts.length; i += WEEK) {
          y += tally.counts[i]!
          e += tally.exposure[i]!
        }
        worse += (y / e - week[h]!) ** 2
        better += (mean(draws) - week[h]!) ** 2
      }
    }
    // The hours of one week share the error of its level (eight independent ones), hence three points either way.
    expect(held / cells).toBeGreaterThan(0.86)
    expect(held / cells).toBeLessThan(0.94)
    // What shrinkage is for: a smaller error than that of each hour on its own.
    expect(better).toBeLessThan(0.8 * worse)
  })

  it('forecasts of a later week hold its counts nine times in ten, season and week factors included', () => {
    let held = 0
    let days = 0
    for (let run = 0; run < 5; run++) {
      const weeks = 91
      const { tally } = simulate(100 + run, trueWeek(run), weeks, { season: 0.15, spread: 0.1 })
      const past = {
        weeks: 78,
        counts: tally.counts.slice(0, 78 * WEEK),
        exposure: tally.exposure.slice(0, 78 * WEEK),
      }
      const rates = estimateWeeklyRates(past, { stream: randomStream('fit', run), seasons: 12, draws: 120 })
      const stream = randomStream('forecast', run)
      for (let w = 78; w < weeks; w++) {
        const truth = tally.counts.subarray(w * WEEK, (w + 1) * WEEK).reduce((a, b) => a + b)
        const draws = Float64Array.from({ length: rates.draws }, (_, draw) => {
          const profile = forecastRates(rates, { draw, from: w * WEEK, to: (w + 1) * WEEK, stream })
          return sample(poisson(prepareRates(profile).expectedBy((w + 1) * WEEK)), stream)
        })
        const [low, high] = quantiles(draws, [0.05, 0.95])
        if (low! <= truth && truth <= high!) held++
        days++
      }
    }
    // 65 weeks: three standard deviations of a share of 0.9 are 0.11.
    expect(held / days).toBeGreaterThan(0.79)
    expect(held / days).toBeLessThan(0.99)
  })

  it('learns how much weeks differ, and sees bunching that weeks do not explain', () => {
    const { tally } = simulate(7, trueWeek(7), 80, { spread: 0.1 })
    const rates = estimateWeeklyRates(tally, { stream: randomStream('fit'), draws: 200 })
    const spread = mean(rates.weekShapes.map((k) => 1 / Math.sqrt(k)))
    expect(spread).toBeGreaterThan(0.08)
    expect(spread).toBeLessThan(0.13)
    // About one: fitted factors are counted in full though they are shrunk, which lifts it by a per cent or two.
    expect(weeklyDispersion(tally, rates).index).toBeGreaterThan(0.95)
    expect(weeklyDispersion(tally, rates).index).toBeLessThan(1.06)
    const bunched = { ...tally, counts: tally.counts.map((c) => 2 * c) }
    const doubled = estimateWeeklyRates(bunched, { stream: randomStream('fit'), draws: 50 })
    expect(weeklyDispersion(bunched, doubled).index).toBeGreaterThan(1.8)
  })

  it('fills an hour that was never observed from the pattern of its day and its hour', () => {
    const week = trueWeek(3)
    const { tally } = simulate(3, week, 30)
    for (let w = 0; w < 30; w++) tally.counts[w * WEEK + 34] = tally.exposure[w * WEEK + 34] = 0
    const rates = estimateWeeklyRates(tally, { stream: randomStream('fit'), draws: 300 })
    const row = (h: number) => rates.hours.values.subarray(h * rates.draws, (h + 1) * rates.draws)
    const [low, high] = quantiles(row(34), [0.005, 0.995])
    expect(low!).toBeLessThan(week[34]!)
    expect(high!).toBeGreaterThan(week[34]!)
    const [l, u] = quantiles(row(35), [0.005, 0.995])
    expect(high! - low!).toBeGreaterThan(2 * (u! - l!))
  })

  it('follows a changed level when recent weeks count more, and the season when last year does', () => {
    const before = simulate(20, trueWeek(0), 104, { spread: 0.02 }).tally
    const stream = randomStream('fit')
    const total = (recency?: Parameters<typeof estimateWeeklyRates>[1]['recency']) => {
      const rates = estimateWeeklyRates(tally, { stream, draws: 100, ...(recency && { recency }) })
      return mean(rates.hours.values) * WEEK
    }
    // In the last ten weeks arrivals double.
    let tally: WeeklyTally = { ...before, counts: before.counts.map((c, i) => (i >= 94 * WEEK ? 2 * c : c)) }
    const usual = before.counts.reduce((a, b) => a + b) / 104
    const recent = total({ at: 104 * WEEK, halfLifeWeeks: 3 })
    expect(recent / usual).toBeGreaterThan(1.6)
    expect(total() / usual).toBeLessThan(1.3)
    // Every year has ten winter weeks with twice the arrivals; at the gate of the next winter they count.
    tally = { ...before, counts: before.counts.map((c, i) => ((i / WEEK) % 52.18 < 10 ? 2 * c : c)) }
    const winter = { at: 109 * WEEK, halfLifeWeeks: 104, seasonBandwidthWeeks: 3 }
    expect(total(winter) / usual).toBeGreaterThan(1.8)
  })

  it('stands weeks of no weight and a last week without a feed', () => {
    const week = trueWeek(6)
    const { tally } = simulate(6, week, 60, { spread: 0.02 })
    tally.counts.fill(0, 59 * WEEK)
    tally.exposure.fill(0, 59 * WEEK)
    const recency = { at: 60 * WEEK, halfLifeWeeks: 0.05, seasonBandwidthWeeks: 2 }
    const rates = estimateWeeklyRates(tally, { stream: randomStream('fit'), draws: 100, recency })
    // In effect only week 58 is left.
    const level = week.reduce((a, b) => a + b) / WEEK
    expect(Math.abs(mean(rates.hours.values) / level - 1)).toBeLessThan(0.25)
    expect(() =>
      estimateWeeklyRates(tally, { stream: randomStream('fit'), recency: { at: 1e6, halfLifeWeeks: 0.01 } }),
    ).toThrow(/no observed week any weight/)
  })

  it('recovers rates from generated arrival times, and draws repeat', () => {
    const week = trueWeek(5)
    const truth = prepareRates({
      kind: 'constant',
      times: Array.from({ length: WEEK + 1 }, (_, h) => h),
      rates: week,
      periodic: true,
    })
    const times = arrivalTimes({ rates: truth, from: 0, to: 26 * WEEK, stream: randomStream('feed') })
    const tally = tallyArrivals(times, [{ from: 0, to: 26 * WEEK }])
    const fit = () => estimateWeeklyRates(tally, { stream: randomStream('fit'), draws: 100 })
    const rates = fit()
    expect(fit()).toEqual(rates)
    const level = week.reduce((a, b) => a + b) / WEEK
    expect(Math.abs(mean(rates.hours.values) / level - 1)).toBeLessThan(0.03)
    const ask = (from: number, to: number) => forecastRates(rates, { draw: 3, from, to, stream: randomStream('later') })
    const whole = ask(27 * WEEK, 28 * WEEK)
    expect(ask(27 * WEEK + 10.5, 27 * WEEK + 12).rates).toEqual((whole.rates as Float64Array).slice(10, 12))
    expect(() => ask(5, 5)).toThrow(InferenceError)
    expect(() => forecastRates(rates, { draw: 100, from: 0, to: 1, stream: randomStream('x') })).toThrow(/draw 100/)
  })
})
