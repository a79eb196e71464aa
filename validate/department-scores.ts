// What the scores of a department's forecasts come to: rows of skill, coverage and correlation.
import { hour } from '@counterpart/kernel'
import { wilsonInterval } from '@counterpart/numerics'
import type { Measurement } from '../scripts/measure.ts'

export const horizons = [1, 2, 4, 6, 8, 12].map((each) => each * hour)

/** A quantity; `steps`: its values are whole numbers, or shares of few. */
export interface Judged {
  readonly name: string
  readonly steps: boolean
}

/** By quantity and horizon. */
type Scores = ReadonlyMap<string, readonly Scored[]>

/** One forecast of one quantity, once it has come true. */
export interface Scored {
  readonly forecast: number
  readonly last: number
  readonly truth: number
  readonly crps: number
  readonly dressed: number
  readonly usual: number
  readonly inside: boolean
  readonly atNight: boolean
  /** Whether the truth's rank among the members is, ties broken by chance: 90 % for a true forecast of whole numbers too. */
  readonly ranked: boolean
  /** What the forecast itself says of how likely the truth is inside: above 90 % where values are whole numbers. */
  readonly promised: number
}

/** Hoot et al. 2008, r at 2, 4, 6, 8 h: another department, other years. */
const published: Readonly<Record<string, readonly number[]>> = {
  waiting: [0.79, 0.7, 0.62, 0.56],
  'wait-to-clinician': [0.74, 0.66, 0.57, 0.49],
  occupancy: [0.91, 0.85, 0.81, 0.78],
  boarding: [0.94, 0.89, 0.84, 0.79],
}

/** Skill and correlation of each quantity at each horizon, and coverage of each quantity. */
export function rowsOf(scores: Scores, judged: readonly Judged[]): Measurement[] {
  const skill: Measurement[] = []
  const correlations: Measurement[] = []
  const coverage: Measurement[] = []
  for (const { name, steps } of judged) {
    const all = horizons.flatMap((horizon) => scores.get(`${name} ${horizon}`)!)
    for (const [h, horizon] of horizons.entries()) {
      const scored = scores.get(`${name} ${horizon}`)!
      const mean = (read: (each: Scored) => number) => meanOf(scored, read)
      const crps = mean((each) => each.crps)
      const point = mean((each) => Math.abs(each.truth - each.last))
      const dressed = mean((each) => each.dressed)
      const usual = mean((each) => each.usual)
      skill.push({
        name: `CRPS skill against persistence: ${name}, ${horizon / hour} h`,
        value: Number((1 - crps / point).toFixed(3)),
        unit: '1',
        target: '> 0, dressed > 0',
        met: crps < point && crps < dressed,
        note: `against dressed persistence ${(1 - crps / dressed).toFixed(3)}, against the usual of the hour ${(1 - crps / usual).toFixed(3)}; CRPS ${crps.toFixed(2)}; bias ${mean((each) => each.forecast - each.truth).toFixed(1)}; ${scored.length} forecasts, ${(100 * mean((each) => Number(each.inside))).toFixed(0)} % inside 90 %`,
      })
      const r = correlation(
        scored.map((each) => each.forecast),
        scored.map((each) => each.truth),
      )
      const naive = correlation(
        scored.map((each) => each.last),
        scored.map((each) => each.truth),
      )
      const hoot = published[name]?.[h - 1]
      correlations.push({
        name: `r of forecast and truth: ${name}, ${horizon / hour} h`,
        value: Number(r.toFixed(3)),
        unit: '1',
        note: `persistence ${naive.toFixed(3)}${hoot === undefined ? '' : `; ForecastED ${hoot} (another department)`}`,
      })
    }
    const count = (which: (each: Scored) => boolean) => all.filter(which).length
    const ranked = count((each) => each.ranked)
    const closed = count((each) => each.inside) / all.length
    const promised = all.reduce((sum, each) => sum + each.promised, 0) / all.length
    const { estimate, low, high } = wilsonInterval(ranked, all.length)
    coverage.push({
      name: `90 % intervals that held the truth: ${name}`,
      value: Number(percent(estimate)),
      unit: '%',
      target: steps ? '87 to 93 %, by rank' : '87 to 93 %, by rank and as they are',
      met: isCovered(estimate) && (steps || isCovered(closed)),
      note: `${ranked} of ${all.length} by rank, ties broken by chance, not independent; ${percent(low)} to ${percent(high)} % if they were; intervals as they are held ${percent(closed)} %, where the forecasts themselves put ${percent(promised)} %${steps ? ': of few possible values the two that bound an interval have much of the probability, so that even a true forecast holds more than 90 %' : ''}; from 0 to 8 h ${percent(shareOf(all.filter((each) => each.atNight)))} % by rank; mean CRPS ${meanOf(all, (each) => each.crps).toFixed(3)}`,
    })
  }
  return [...skill, ...coverage, ...correlations]
}

/** Of another hospital, of which there is less: skill counted, coverage over all quantities. */
export function rowsElsewhere(scores: Scores, judged: readonly Judged[]): Measurement[] {
  const ahead = [...scores].filter(([, scored]) => {
    const crps = meanOf(scored, (each) => each.crps)
    return (
      crps < meanOf(scored, (each) => Math.abs(each.truth - each.last)) && crps < meanOf(scored, (each) => each.dressed)
    )
  })
  const behind = [...scores.keys()].filter((key) => !ahead.some(([each]) => each === key))
  const shares = judged.map(({ name }) => {
    const all = horizons.flatMap((horizon) => scores.get(`${name} ${horizon}`)!)
    return `${name} ${percent(shareOf(all))}`
  })
  const share = shareOf([...scores.values()].flat())
  return [
    {
      name: 'another hospital: quantities and hours ahead that beat persistence, plain and dressed',
      value: ahead.length,
      unit: `of ${scores.size}`,
      target: 'all',
      met: behind.length === 0,
      note: `120 visits a day, staff and beds for them, another clock; one seed${behind.length > 0 ? `; behind at ${behind.map((key) => key.replace(/ (\d+)$/, (_, at) => ` ${Number(at) / hour} h`)).join(', ')}` : ''}`,
    },
    {
      name: 'another hospital: 90 % intervals that held the truth, all quantities',
      value: Number(percent(share)),
      unit: '%',
      target: '87 to 93 %, by rank',
      met: isCovered(share),
      note: shares.join(', '),
    },
  ]
}

const isCovered = (share: number) => share >= 0.87 && share <= 0.93
const shareOf = (scored: readonly Scored[]) => meanOf(scored, (each) => Number(each.ranked))
const percent = (share: number) => (100 * share).toFixed(1)

function meanOf(scored: readonly Scored[], read: (each: Scored) => number): number {
  return scored.reduce((sum, each) => sum + read(each), 0) / scored.length
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (of: readonly number[]) => of.reduce((sum, each) => sum + each, 0) / of.length
  const [ma, mb] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb)
    aa += (a[i]! - ma) ** 2
    bb += (b[i]! - mb) ** 2
  }
  return ab / Math.sqrt(aa * bb)
}
