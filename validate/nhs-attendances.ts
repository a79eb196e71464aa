import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fitSeasonalGroup, forecastSeasonal, type SeasonalSeries } from '@counterpart/inference'
import { crpsOfEnsemble } from '@counterpart/kernel'
import { normalQuantile, quantile, randomStream } from '@counterpart/numerics'
import type { Measurement } from '../scripts/measure.ts'

/** One provider's months, from the first of the file; `NaN` where it reported nothing. */
interface Provider {
  readonly kind: string
  readonly attendances: Float64Array
  readonly breaches: Float64Array
}

const learnt = 12
const ahead = Array.from({ length: 12 }, (_, i) => learnt + i)
const draws = 400
/**
 * What is held to be likely of a year's change that all hospitals share, which a single year cannot tell from the season:
 * assumed before the second year was looked at.
 */
const sharedDrift = { attendances: 0.03, breaches: 0.3 }

/**
 * A year of monthly accident and emergency attendances and four-hour breaches of English providers, forecast a year
 * ahead from the year before, against saying "as in the same month last year".
 */
export async function validate(): Promise<Measurement[]> {
  const file = join(
    process.env.COUNTERPART_DATA ?? resolve(import.meta.dirname, '../../shared/data'),
    'nhs/ae_attendances.csv',
  )
  if (!existsSync(file))
    return [{ name: 'NHS attendances', value: Number.NaN, unit: '1', note: `skipped: ${file} is not there` }]
  const { providers, days } = read(file)
  const complete = providers.filter(
    ({ attendances }) => attendances.length === learnt + ahead.length && attendances.every((count) => count > 0),
  )
  const kinds = [...new Set(complete.map(({ kind }) => kind))].sort()
  const attendances = kinds.flatMap((kind) => {
    const group = complete.filter((each) => each.kind === kind)
    return predicted(
      group.map(({ attendances: counts }) => ({
        actual: counts,
        series: seriesOf(counts, (count, month) => [Math.log(count / days[month]!), 1 / count]),
        back: (value: number, month: number) => Math.exp(value) * days[month]!,
      })),
      sharedDrift.attendances,
      `attendances, type ${kind}`,
    )
  })
  const major = complete.filter(({ kind, breaches }) => kind === '1' && breaches.every((count) => count > 0))
  const shares = predicted(
    major.map(({ attendances: all, breaches }) => ({
      actual: breaches.map((count, month) => (100 * count) / all[month]!),
      series: seriesOf(breaches, (count, month) => {
        const [broke, kept] = [count + 0.5, all[month]! - count + 0.5]
        return [Math.log(broke / kept), 1 / broke + 1 / kept]
      }),
      back: (value: number) => 100 / (1 + Math.exp(-value)),
    })),
    sharedDrift.breaches,
    'breaches, type 1',
  )
  return [
    ...rows(`attendances of ${complete.length} providers (all types)`, 'people', attendances),
    ...rows(`four-hour breaches of ${major.length} type 1 departments`, '%', shares),
    ...rows('attendances, all of these together', 'people', [together(attendances)]),
    ...rows('four-hour breaches, mean of these departments', '%', [mean(shares)]),
  ]
}

interface Case {
  readonly actual: Float64Array
  readonly series: SeasonalSeries
  readonly back: (value: number, month: number) => number
}

/** What came, what the same month of last year was, and draws of the forecast, by month ahead. */
interface Judged {
  readonly actual: readonly number[]
  readonly naive: readonly number[]
  readonly members: readonly Float64Array[]
}

function predicted(cases: readonly Case[], drift: number, name: string): Judged[] {
  const series = cases.map((each) => each.series)
  const group = fitSeasonalGroup(series, 12)
  const forecasts = forecastSeasonal(series, group, ahead, {
    stream: randomStream('nhs', name),
    draws,
    sharedDrift: drift,
  })
  return cases.map(({ actual, back }, i) => ({
    actual: ahead.map((month) => actual[month]!),
    naive: ahead.map((month) => actual[month - 12]!),
    members: ahead.map((month, row) =>
      forecasts[i]!.values.slice(row * draws, (row + 1) * draws).map((value) => back(value, month)),
    ),
  }))
}

function seriesOf(
  counts: Float64Array,
  of: (count: number, month: number) => readonly [number, number],
): SeasonalSeries {
  const pairs = [...counts.subarray(0, learnt)].map((count, month) => of(count, month))
  return {
    times: pairs.map((_, month) => month),
    values: pairs.map(([value]) => value),
    countingVariance: pairs.map(([, variance]) => variance),
  }
}

function rows(name: string, unit: string, judged: readonly Judged[]): Measurement[] {
  const uniform = new Float64Array(draws).fill(1 / draws)
  const each = judged.flatMap(({ actual, naive, members }) =>
    actual.map((value, month) => ({ value, naive: naive[month]!, members: members[month]! })),
  )
  const meanOver = (of: (one: (typeof each)[number]) => number) => each.reduce((s, one) => s + of(one), 0) / each.length
  const crps = meanOver(({ members, value }) => crpsOfEnsemble(members, uniform, value))
  const absolute = meanOver(({ members, value }) => Math.abs(quantile(members, 0.5) - value))
  const naive = meanOver((one) => Math.abs(one.naive - one.value))
  // The naive forecast with the spread that would have served it best: nobody could have known that, all the better.
  const dressed = Math.min(
    ...spreads.map((spread) => meanOver((one) => crpsOfEnsemble(around(one.naive, spread), even, one.value))),
  )
  const within = meanOver(({ members, value }) =>
    value >= quantile(members, 0.05) && value <= quantile(members, 0.95) ? 1 : 0,
  )
  const figure = (value: number) => Number(value.toPrecision(4))
  const alone = judged.length === 1
  return [
    {
      name: `${name}: CRPS skill against seasonal-naive`,
      value: figure(1 - crps / naive),
      unit: '1',
      target: '> 0',
      met: crps < naive,
      note: `${each.length} forecasts; CRPS ${figure(crps)} ${unit}, mean absolute error of seasonal-naive ${figure(naive)}`,
    },
    {
      name: `${name}: CRPS skill against seasonal-naive with the best spread in hindsight`,
      value: figure(1 - crps / dressed),
      unit: '1',
      // One series of twelve months decides nothing, so it is told and not judged.
      ...(alone ? {} : { target: '> 0', met: crps < dressed }),
    },
    {
      name: `${name}: mean absolute error relative to seasonal-naive`,
      value: figure(absolute / naive),
      unit: '1',
      ...(alone ? {} : { target: '< 1', met: absolute < naive }),
    },
    {
      name: `${name}: coverage of 90 % intervals`,
      value: figure(100 * within),
      unit: '%',
      ...(alone ? {} : { target: '85–95', met: within >= 0.85 && within <= 0.95 }),
    },
  ]
}

const spreads = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7]
const points = Float64Array.from({ length: 50 }, (_, i) => normalQuantile((i + 0.5) / 50))
const even = new Float64Array(points.length).fill(1 / points.length)
const around = (centre: number, spread: number) => points.map((z) => centre * Math.exp(spread * z))

function combined(judged: readonly Judged[], divisor: number): Judged {
  const sum = (of: (one: Judged) => number) => judged.reduce((total, one) => total + of(one), 0) / divisor
  return {
    actual: ahead.map((_, month) => sum(({ actual }) => actual[month]!)),
    naive: ahead.map((_, month) => sum(({ naive }) => naive[month]!)),
    members: ahead.map((_, month) =>
      Float64Array.from({ length: draws }, (__, d) => sum(({ members }) => members[month]![d]!)),
    ),
  }
}

const together = (judged: readonly Judged[]) => combined(judged, 1)
const mean = (judged: readonly Judged[]) => combined(judged, judged.length)

function read(file: string): { providers: Provider[]; days: Float64Array } {
  const [header, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  if (header!.trim() !== 'period,org_code,type,attendances,breaches,admissions')
    throw new Error(`${file}: unknown columns "${header}"`)
  const table = lines.map((line) => line.trim().split(','))
  const periods = [...new Set(table.map(([period]) => period!))].sort()
  const days = Float64Array.from(periods, (period) => {
    const [year, month] = period.split('-').map(Number)
    return new Date(Date.UTC(year!, month!, 0)).getUTCDate()
  })
  const providers = new Map<string, Provider>()
  for (const [period, organisation, kind, attendances, breaches] of table) {
    const key = `${organisation} ${kind}`
    if (!providers.has(key))
      providers.set(key, {
        kind: kind!,
        attendances: new Float64Array(periods.length).fill(Number.NaN),
        breaches: new Float64Array(periods.length).fill(Number.NaN),
      })
    const at = periods.indexOf(period!)
    providers.get(key)!.attendances[at] = Number(attendances)
    providers.get(key)!.breaches[at] = Number(breaches)
  }
  return { providers: [...providers.values()], days }
}
