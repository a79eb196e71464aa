// The provider-workload twin on simulated clinics that its author did not make: weeks of learning, then forecasts each Monday
// morning, scored beside last week, the mean of four weeks, and this person's hours outside for each scheduled hour.
import { carryOn, crpsOfEnsemble, day, hour, type ProviderCode } from '@counterpart/kernel'
import { quantiles } from '@counterpart/numerics'
import { weeksOf } from '@counterpart/provider-workload'
import { overloadedIn, workOf } from '@counterpart/sandbox'
import type { Measurement } from '../scripts/measure.ts'
import { FollowedClinic } from './workload-clinic.ts'
import { rowsOf, type Scored } from './workload-forecast-scores.ts'

// For judging only: the twin was developed on seeds named `practice-…`.
const seeds = ['judged-1', 'judged-2', 'judged-3']
const start = Date.UTC(2025, 8, 1)
const people = 52
const learningWeeks = 12
const judgedWeeks = 12
/** Weeks of a forecast: the one that begins, and the next four. */
const ahead = [0, 1, 2, 3, 4] as const

/** Judges forecasts of everybody's weeks; prints how far it is. */
export async function validate(): Promise<Measurement[]> {
  const all: Scored[] = []
  for (const seed of seeds) {
    all.push(...judge(seed, people, learningWeeks, judgedWeeks))
    console.log(`  ${seed} judged`)
  }
  return rowsOf(all)
}

export function judge(seed: string, size: number, learning: number, judged: number): Scored[] {
  const followed = new FollowedClinic({ seed, from: start, size })
  const forecasts: Forecasts[] = []
  for (let week = learning; week < learning + judged; week++) {
    // Monday at six, by UTC: the log of the week before is there, nobody has begun.
    const at = start + 7 * week * day + 6 * hour
    followed.advance(at)
    forecasts.push({ week, ...forecastsOf(followed) })
  }
  followed.advance(start + 7 * (learning + judged + ahead.length) * day)
  return scored(seed, followed, forecasts)
}

interface Forecasts {
  readonly week: number
  readonly people: ReadonlyMap<
    ProviderCode,
    readonly { work: Float64Array; outside: Float64Array; overloaded: number; scheduled: number }[]
  >
}

function forecastsOf(followed: FollowedClinic): Omit<Forecasts, 'week'> {
  const { situation, figures, places } = weeksOf(followed.belief, carryOn, followed.context)
  const { plan } = situation
  const of = (p: number, w: number, place: number) =>
    Float64Array.from(figures, (out) => out[(p * plan.weeks + w) * places.width + place]!)
  return {
    people: new Map(
      plan.providers.map(({ provider }, p) => [
        provider,
        ahead.map((w) => {
          const outside = of(p, w, places.outside)
          const scheduled = of(p, w, places.scheduled)
          return {
            outside,
            scheduled: quantiles(scheduled, [0.5], new Float64Array(scheduled.length).fill(1 / scheduled.length))[0]!,
            work: outside.map((hours, m) => hours + scheduled[m]!),
            overloaded: of(p, w, places.overloaded).reduce((sum, each) => sum + each, 0) / outside.length,
          }
        }),
      ]),
    ),
  }
}

function scored(seed: string, { ledger, clinic }: FollowedClinic, forecasts: readonly Forecasts[]): Scored[] {
  const ratio = clinic.layout.overloadRatio
  const byPerson = Map.groupBy(ledger.weeks(clinic.now), ({ provider }) => provider)
  return forecasts.flatMap(({ week, people: made }) =>
    [...made].flatMap(([provider, weeks]) => {
      const truth = byPerson.get(provider)!
      return ahead.flatMap((w): Scored[] => {
        const now = truth[week + w]
        const last = truth[week - 1]!
        if (!now) return []
        const { work, outside, overloaded, scheduled } = weeks[w]!
        const past = truth.slice(Math.max(0, week - 4), week)
        const eight = truth.slice(Math.max(0, week - 8), week)
        const sum = (which: typeof past, of: (each: (typeof past)[number]) => number) =>
          which.reduce((total, each) => total + of(each), 0)
        const perHour =
          sum(eight, (each) => each.outside) /
          Math.max(
            1,
            sum(eight, (each) => each.scheduled),
          )
        const weights = new Float64Array(work.length).fill(1 / work.length)
        const [low, high] = quantiles(work, [0.05, 0.95], weights)
        const [outLow, outHigh] = quantiles(outside, [0.05, 0.95], weights)
        return [
          {
            person: `${seed}/${provider}`,
            ahead: w,
            work: workOf(now),
            outside: now.outside,
            away: now.away,
            median: quantiles(work, [0.5], weights)[0]!,
            outsideMedian: quantiles(outside, [0.5], weights)[0]!,
            crps: crpsOfEnsemble(work, weights, workOf(now)),
            outsideCrps: crpsOfEnsemble(outside, weights, now.outside),
            inside: workOf(now) >= low! && workOf(now) <= high!,
            outsideInside: now.outside >= outLow! && now.outside <= outHigh!,
            width: outHigh! - outLow!,
            rivals: {
              last: workOf(last),
              mean: sum(past, workOf) / past.length,
              booked: scheduled * (1 + perHour),
            },
            overloaded: overloadedIn(now, ratio),
            probability: overloaded,
            lastOverloaded: overloadedIn(last, ratio),
          },
        ]
      })
    }),
  )
}
