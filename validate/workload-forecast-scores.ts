// What the scores of forecasts of people's weeks come to: who is forecast better than by rivals, coverage, overload flags.
import { randomStream, wilsonInterval } from '@counterpart/numerics'
import type { Measurement } from '../scripts/measure.ts'

/** One forecast of one person's week, once it has come true. Hours. */
export interface Scored {
  readonly person: string
  /** Weeks from the one that begins. */
  readonly ahead: number
  readonly work: number
  readonly outside: number
  /** Weekdays away. */
  readonly away: number
  readonly median: number
  readonly outsideMedian: number
  readonly crps: number
  readonly outsideCrps: number
  /** Whether the truth is within the 90 % interval. */
  readonly inside: boolean
  readonly outsideInside: boolean
  readonly width: number
  /** Last week; mean of the last four; known scheduled hours with the outside hours of each that the last eight weeks had. */
  readonly rivals: Readonly<Record<'last' | 'mean' | 'booked', number>>
  readonly overloaded: boolean
  readonly probability: number
  readonly lastOverloaded: boolean
}

const meanOf = <T>(all: readonly T[], read: (each: T) => number) =>
  all.reduce((sum, each) => sum + read(each), 0) / Math.max(1, all.length)

const rivalNames = {
  last: 'last week',
  mean: 'the mean of four weeks',
  booked: 'scheduled hours and own outside hours for each',
} as const

export function rowsOf(all: readonly Scored[]): Measurement[] {
  const rows: Measurement[] = []
  const next = all.filter(({ ahead }) => ahead >= 1)
  for (const rival of ['last', 'mean', 'booked'] as const) {
    const people = [...Map.groupBy(next, ({ person }) => person).values()]
    const better = (read: (each: Scored) => number) =>
      people.filter((weeks) => meanOf(weeks, read) < meanOf(weeks, (each) => Math.abs(each.work - each.rivals[rival])))
        .length
    const byError = better(({ median, work }) => Math.abs(median - work))
    const byCrps = better(({ crps }) => crps)
    const { low: lower, high: upper } = wilsonInterval(byError, people.length)
    rows.push({
      name: `People whose next four weeks' work the twin forecasts better than ${rivalNames[rival]} (absolute error of the median)`,
      value: percent(byError / people.length),
      unit: '%',
      ...(rival === 'last' ? { target: '≥ 80', met: byError >= 0.8 * people.length } : {}),
      note: `95 % interval ${percent(lower)} to ${percent(upper)}; ${people.length} people; by CRPS ${percent(byCrps / people.length)} %`,
    })
  }
  for (const ahead of [0, 1, 2, 3, 4]) {
    const scored = all.filter((each) => each.ahead === ahead)
    const error = meanOf(scored, ({ median, work }) => Math.abs(median - work))
    const rival = (name: 'last' | 'mean' | 'booked') =>
      meanOf(scored, (each) => Math.abs(each.work - each.rivals[name]))
    rows.push({
      name: `Mean absolute error of work, ${aheadName(ahead)}`,
      value: round(error),
      unit: 'h',
      ...(ahead > 0 ? { target: '< last week', met: error < rival('last') } : {}),
      note: `last week ${round(rival('last'))}, mean of four ${round(rival('mean'))}, scheduled hours ${round(rival('booked'))}; CRPS ${round(meanOf(scored, ({ crps }) => crps))}; outside alone: ${round(meanOf(scored, (each) => Math.abs(each.outsideMedian - each.outside)))} of ${round(meanOf(scored, (each) => each.outside))}, bias ${round(meanOf(scored, (each) => each.outsideMedian - each.outside))}`,
    })
  }
  for (const ahead of [0, 1, 2, 3, 4]) {
    const scored = all.filter((each) => each.ahead === ahead)
    const covered = scored.filter(({ outsideInside }) => outsideInside).length
    rows.push({
      name: `Hours outside within their 90 % interval, ${aheadName(ahead)}`,
      value: percent(covered / scored.length),
      unit: '%',
      target: '85 to 95',
      met: covered >= 0.85 * scored.length && covered <= 0.95 * scored.length,
      note: `mean width ${round(meanOf(scored, ({ width }) => width))} h; of weeks with leave ${percent(
        meanOf(
          scored.filter(({ away }) => away > 0),
          ({ outsideInside }) => Number(outsideInside),
        ),
      )} %; ${scored.length} weeks`,
    })
  }
  const covered = all.filter(({ inside }) => inside).length
  rows.push({
    name: 'Hours of work within their 90 % interval, all weeks',
    value: percent(covered / all.length),
    unit: '%',
    target: '85 to 95',
    met: covered >= 0.85 * all.length && covered <= 0.95 * all.length,
  })
  for (const ahead of [0, 1])
    rows.push(
      ...flags(
        all.filter((each) => each.ahead === ahead),
        ahead,
      ),
    )
  return rows
}

const aheadName = (ahead: number) => (ahead === 0 ? 'the week that begins' : `week ${ahead} after it`)

/** Overload weeks flagged at a probability of a half, and how well probabilities rank them. */
function flags(scored: readonly Scored[], ahead: number): Measurement[] {
  const when = ahead === 0 ? 'as the week begins' : 'a week before it begins'
  const flagged = scored.filter(({ probability }) => probability >= 0.5)
  const overloaded = scored.filter((each) => each.overloaded)
  const right = flagged.filter((each) => each.overloaded).length
  const precision = wilsonInterval(right, Math.max(1, flagged.length))
  const recall = wilsonInterval(right, Math.max(1, overloaded.length))
  const base = overloaded.length / scored.length
  const [low, area, high] = aucOf(scored)
  const lastRight = scored.filter((each) => each.lastOverloaded && each.overloaded).length
  const lastFlagged = scored.filter(({ lastOverloaded }) => lastOverloaded).length
  const expected = meanOf(scored, ({ probability }) => probability)
  return [
    {
      name: `Overload weeks flagged ${when}: precision`,
      value: percent(right / Math.max(1, flagged.length)),
      unit: '%',
      note: `95 % interval ${percent(precision.low)} to ${percent(precision.high)}; ${flagged.length} flags (probability ≥ 0.5); by last week's overload ${percent(lastRight / Math.max(1, lastFlagged))}`,
    },
    {
      name: `Overload weeks flagged ${when}: recall`,
      value: percent(right / Math.max(1, overloaded.length)),
      unit: '%',
      note: `95 % interval ${percent(recall.low)} to ${percent(recall.high)}; ${overloaded.length} overload weeks; by last week's overload ${percent(lastRight / Math.max(1, overloaded.length))}`,
    },
    {
      name: `Overload weeks: base rate, forecast ${when}`,
      value: percent(base),
      unit: '%',
      note: `forecast mean probability ${percent(expected)} %; ${scored.length} weeks`,
    },
    {
      name: `Overload weeks, area under the curve of probabilities given ${when}`,
      value: round(area),
      unit: '1',
      note: `95 % interval ${round(low)} to ${round(high)}, people resampled; within people ${round(withinPeople(scored))}`,
    },
  ]
}

/** Area under the curve, and its interval by resampling people, whose weeks are alike. */
function aucOf(scored: readonly Scored[]): [low: number, area: number, high: number] {
  const people = [...Map.groupBy(scored, ({ person }) => person).values()]
  const stream = randomStream('workload auc')
  const areas = Array.from({ length: 200 }, () => areaOf(people.flatMap(() => people[stream.integer(people.length)]!)))
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  return [
    areas[Math.floor(0.025 * areas.length)] ?? Number.NaN,
    areaOf(scored),
    areas[Math.floor(0.975 * areas.length)] ?? Number.NaN,
  ]
}

/** Mann–Whitney with ties counted half. */
function areaOf(scored: readonly Pick<Scored, 'probability' | 'overloaded'>[]): number {
  const sorted = [...scored].sort((a, b) => a.probability - b.probability)
  let [ranks, positives] = [0, 0]
  for (let i = 0; i < sorted.length; ) {
    let j = i
    while (j < sorted.length && sorted[j]!.probability === sorted[i]!.probability) j++
    for (let k = i; k < j; k++)
      if (sorted[k]!.overloaded) {
        ranks += (i + j + 1) / 2
        positives++
      }
    i = j
  }
  const negatives = sorted.length - positives
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives)
}

/** Of pairs of weeks of one person, one overloaded and one not, the part that probabilities put in the right order. */
function withinPeople(scored: readonly Scored[]): number {
  let [right, pairs] = [0, 0]
  for (const weeks of Map.groupBy(scored, ({ person }) => person).values())
    for (const a of weeks)
      for (const b of weeks)
        if (a.overloaded && !b.overloaded) {
          pairs++
          right += a.probability > b.probability ? 1 : a.probability === b.probability ? 0.5 : 0
        }
  return right / pairs
}

const percent = (part: number) => Number((100 * part).toFixed(1))
const round = (value: number) => Number(value.toFixed(2))
