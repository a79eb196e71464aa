import { compilePathway, Run, statisticsOf } from '@counterpart/discrete'
import { RunningMoments } from '@counterpart/numerics'
import type { Measurement } from '../scripts/measure.ts'
import { type StationaryCase, stationaryCases } from './flow-cases.ts'
import { coverageRows } from './flow-coverage.ts'
import { expectation, transientMmc } from './flow-exact.ts'
import { exponential, hourlyQueue, nelsonRates } from './flow-queues.ts'
import { type Estimate, Histogram, relativeRow, scoreRow, shown } from './flow-score.ts'

const limit = 3
const mostRelative = 1
/** From here on the score counts instead of the relative error. */
const busy = 0.85
/** Runs go on until the standard error is this share of the truth: where 1 % is asked for, three of them are less. */
const sharpEnough = { relative: 0.0033, score: 0.005 }
const fewest = 20
const seed = 1

/** Stationary and transient queues against theory, and how often intervals hold the truth. */
export function validate(): readonly Measurement[] {
  return analytic({ mostReplications: 20_000, days: 200_000, experiments: 1000 })
}

export function analytic(size: {
  readonly mostReplications: number
  readonly days: number
  readonly experiments: number
}): readonly Measurement[] {
  const rows = stationaryCases().flatMap((one) => judge(one, size.mostReplications))
  return [...rows, ...hourly(size.days), ...coverageRows(size.experiments)]
}

function judge({ name, pathway, utilisation, warmUp, length, expected }: StationaryCase, most: number): Measurement[] {
  const run = new Run(compilePathway(pathway), { seed })
  const moments = expected.map(() => new RunningMoments())
  const estimate = (i: number): Estimate => ({
    mean: moments[i]!.mean,
    standardError: Math.sqrt(moments[i]!.variance / moments[i]!.count),
  })
  const relative = utilisation <= busy + 1e-9
  const wanted = relative ? sharpEnough.relative : sharpEnough.score
  const sharp = () => expected.every(({ exact }, i) => estimate(i).standardError <= wanted * exact)
  let people = 0
  for (let replication = 0; replication < most && (replication < fewest || !sharp()); replication++) {
    run.begin(replication)
    run.advance({ until: warmUp })
    run.resetStatistics()
    run.advance({ until: warmUp + length })
    const statistics = statisticsOf(run)
    for (const stay of Object.values(statistics.stays)) people += stay.count
    for (const [i, { read }] of expected.entries()) moments[i]!.add(read(statistics))
  }
  const made = `; ${moments[0]!.count} replications, ${shown(people / 1e6, 3)} million people`
  return expected.map((one, i) => {
    const row = `${name}, ρ ${shown(utilisation, 3)}: ${one.name}`
    const more = `${made}${printed(one.exact, one.published)}`
    return relative
      ? relativeRow(row, estimate(i), one.exact, mostRelative, more)
      : scoreRow(row, estimate(i), one.exact, limit, more)
  })
}

/** Says where the formula here and the printed digits differ. */
function printed(exact: number, published: number | undefined): string {
  if (published === undefined) return ''
  return Math.abs(exact - published) <= 6e-6 * Math.max(1, published) ? '' : `; published ${published}`
}

/** Arrivals by the hour before five servers, empty at 06:00. */
function hourly(days: number): Measurement[] {
  const run = new Run(compilePathway(hourlyQueue(nelsonRates, exponential(0.2), 5)), { seed })
  const laws = transientMmc(nelsonRates, 1, 0.2, 5, 0)
  const published: readonly (readonly [clock: string, hour: number, present: number, line: number, busy: number])[] = [
    ['12:00', 6, 8.55376, 3.99885, 0.77522],
    ['13:00', 7, 15.93217, 11.02567, 0.94868],
    ['14:00', 8, 10.83071, 6.44674, 0.73004],
    ['18:00', 12, 10.13883, 5.42317, 0.8504],
    ['19:00', 13, 6.7918, 2.80489, 0.5641],
  ]
  const present = published.map(() => new Histogram())
  const waiting = published.map(() => new Histogram())
  for (let day = 0; day < days; day++) {
    run.begin(day)
    for (const [i, [, hour]] of published.entries()) {
      run.advance({ until: hour })
      present[i]!.add(run.present)
      waiting[i]!.add(run.state.waiting[0]!)
    }
  }
  return published.flatMap(([clock, hour, meanPresent, meanWaiting, busy], i) => {
    const law = laws[hour - 1]!
    const figures = [
      ['mean present', present[i]!.estimate((n) => n), expectation(law, (n) => n), meanPresent],
      ['mean waiting', waiting[i]!.estimate((n) => n), expectation(law, (n) => Math.max(0, n - 5)), meanWaiting],
      ['P(all busy)', present[i]!.estimate((n) => Number(n >= 5)), expectation(law, (n) => Number(n >= 5)), busy],
    ] as const
    return figures.map(([name, estimate, exact, digits]) =>
      scoreRow(`M(t)/M/5 at ${clock}: ${name}`, estimate, exact, limit, `; ${days} days${printed(exact, digits)}`),
    )
  })
}
