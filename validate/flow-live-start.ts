import { compilePathway, type Pathway, Run } from '@counterpart/discrete'
import type { Measurement } from '../scripts/measure.ts'
import { expectation, quantileOfLaw, transientDelay, transientMmc } from './flow-exact.ts'
import { exponential, hourlyQueue, nelsonRates } from './flow-queues.ts'
import { Histogram, scoreRow } from './flow-score.ts'

const limit = 3

/** One figure of the number present (or waiting) at a time, with the digits that were published. */
interface Figure {
  readonly name: string
  readonly of: (n: number) => number
  /** Left out: the number present, whose law is known. */
  readonly seen?: 'waiting'
  readonly published: number
  /** Half a unit of the last published digit. */
  readonly within: number
}

interface Moment {
  readonly time: number
  readonly law: Float64Array
  readonly figures: readonly Figure[]
  readonly quantiles: readonly (readonly [level: number, published: number])[]
}

/**
 * Forecasts that begin from people who are there already against their exact law: nine patients before five clinicians
 * with arrivals by the hour, and a ward whose twelve patients have stayed for known times.
 */
export function validate(): readonly Measurement[] {
  return liveStarts(1_000_000)
}

export function liveStarts(replications: number): readonly Measurement[] {
  return [...clinic(replications), ...ward(replications)]
}

/** M(t)/M/5 from 17:00 with nine present: five in service, four in line. */
function clinic(replications: number): readonly Measurement[] {
  const rates = nelsonRates.slice(11)
  const run = new Run(compilePathway(hourlyQueue(rates, exponential(0.2), 5)), { seed: 1 })
  for (let i = 0; i < 9; i++)
    run.admit({ class: 'class 0', step: 'service', arrived: -0.3, since: -0.1, waiting: i >= 5 })
  const laws = transientMmc(rates.slice(0, 4), 1, 0.2, 5, 9)
  const published = [
    [13.46493, 6.52962, 8.60743, 0.69629, 4, 13, 25],
    [8.87117, 6.66927, 4.62983, 0.37346, 1, 7, 22],
    [3.62718, 3.75878, 0.87478, 0.07148, 0, 3, 11],
    [1.14521, 1.24326, 0.02406, 0.00191, 0, 1, 3],
  ] as const
  const moments = published.map(
    ([mean, deviation, line, tail, low, middle, high], i): Moment => ({
      time: i + 1,
      law: laws[i]!,
      figures: [
        { name: 'mean present', of: (n) => n, published: mean, within: 5e-6 },
        // The square of a rounded deviation is rounded accordingly.
        { ...variance(laws[i]!, deviation ** 2), within: 1e-5 * deviation + 1e-9 },
        { name: 'mean waiting', of: (n) => Math.max(0, n - 5), seen: 'waiting', published: line, within: 5e-6 },
        { name: 'P(10 or more)', of: (n) => Number(n >= 10), published: tail, within: 5e-6 },
      ],
      quantiles: [
        [0.05, low],
        [0.5, middle],
        [0.95, high],
      ],
    }),
  )
  return judge('nine patients, five clinicians', run, moments, replications)
}

/** M/G/∞ with log-normal stays, twelve present. */
function ward(replications: number): readonly Measurement[] {
  const median = 3.1
  const sigma = 0.7
  const elapsed = [0.2, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 12]
  const mean = median * Math.exp(sigma ** 2 / 2)
  const standardDeviation = mean * Math.sqrt(Math.expm1(sigma ** 2))
  const pathway: Pathway = {
    name: 'ward',
    classes: [{ name: 'any' }],
    sources: [{ name: 'door', class: 'any', arrivals: { kind: 'intervals', between: exponential(1 / 6) } }],
    resources: [],
    steps: [{ kind: 'delay', name: 'stay', duration: { kind: 'log-normal', mean, standardDeviation } }],
  }
  const run = new Run(compilePathway(pathway), { seed: 1 })
  for (const e of elapsed) run.admit({ class: 'any', step: 'stay', arrived: -e, since: -e })
  const published = [
    [1, 14.877587, 8.144799, 0.057337, 10, 20],
    [2, 17.428141, 13.944804, 0.280998, 12, 24],
    [4, 20.623057, 19.709267, 0.586959, 14, 28],
    [8, 22.872534, 22.784997, 0.75465, 15, 31],
  ] as const
  const moments = published.map(([time, present, spread, tail, low, high]): Moment => {
    const law = transientDelay(6, median, sigma, elapsed, time)
    return {
      time,
      law,
      figures: [
        { name: 'mean present', of: (n) => n, published: present, within: 5e-7 },
        { ...variance(law, spread), within: 5e-7 },
        { name: 'P(20 or more)', of: (n) => Number(n >= 20), published: tail, within: 5e-7 },
      ],
      quantiles: [
        [0.05, low],
        [0.95, high],
      ],
    }
  })
  return judge('ward of twelve', run, moments, replications)
}

/** The variance as the mean squared distance from the exact mean. */
function variance(law: Float64Array, published: number): Omit<Figure, 'within'> {
  const mean = expectation(law, (n) => n)
  return { name: 'variance', of: (n) => (n - mean) ** 2, published }
}

function judge(name: string, run: Run, moments: readonly Moment[], replications: number): Measurement[] {
  const live = run.capture()
  const present = moments.map(() => new Histogram())
  const waiting = moments.map(() => new Histogram())
  for (let replication = 0; replication < replications; replication++) {
    run.restore(live, replication)
    run.redraw()
    for (const [i, { time }] of moments.entries()) {
      run.advance({ until: time })
      present[i]!.add(run.present)
      if (run.state.waiting.length > 0) waiting[i]!.add(run.state.waiting[0]!)
    }
  }
  const rows: Measurement[] = []
  let apart = 0
  for (const [i, { time, law, figures, quantiles }] of moments.entries()) {
    const at = `live start, ${name}, after ${time} h`
    for (const { name: figure, of, seen, published, within } of figures) {
      const exact = expectation(law, of)
      apart = Math.max(apart, Math.abs(exact - published) / within)
      const estimate = seen === 'waiting' ? waiting[i]!.estimate((n) => n) : present[i]!.estimate(of)
      rows.push(scoreRow(`${at}: ${figure}`, estimate, exact, limit))
    }
    const found = quantiles.map(([level]) => present[i]!.quantile(level))
    const exact = quantiles.map(([level]) => quantileOfLaw(law, level))
    const off = Math.max(...found.map((q, k) => Math.abs(q - exact[k]!)))
    const misprinted = quantiles.some(([, published], k) => published !== exact[k])
    rows.push({
      name: `${at}: quantiles ${quantiles.map(([level]) => level).join(', ')}`,
      value: off,
      unit: 'people',
      target: '≤ 1 from the exact',
      met: off <= 1,
      note: `${found.join(', ')}; exact ${exact.join(', ')}${misprinted ? `; published ${quantiles.map(([, q]) => q).join(', ')}` : ''}`,
    })
  }
  rows.push({
    name: `live start, ${name}: exact law computed here against published digits`,
    value: Number(apart.toFixed(3)),
    unit: 'half units of the last digit',
    target: '≤ 1.1',
    met: apart <= 1.1,
    note: `${replications.toLocaleString('en-GB')} replications in the rows above`,
  })
  return rows
}
