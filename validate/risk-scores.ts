// How predictions of a risk are judged beside simpler ones: what the validation of the department's risks is made of.
import type { WaitingRisk } from '@counterpart/emergency-department'
import { areaUnderCurve, brierScore, calibrationSlope, logisticRegression, scoresByGroup } from '@counterpart/learning'
import { matrix, quantiles, randomStream, wilsonInterval } from '@counterpart/numerics'
import type { HiddenCourse } from '@counterpart/sandbox'
import type { Measurement } from '../scripts/measure.ts'

/** A probability for each case, by name of what gives it. */
type Predictions = Readonly<Record<string, readonly number[]>>

/** What can be put into a logistic model: acuity by level, NEWS2 with a mark where it is not known, time since the last look. */
const designs: Readonly<Record<string, (risk: WaitingRisk) => readonly number[]>> = {
  'acuity alone': ({ acuity }) => [1, ...byLevel(acuity)],
  'NEWS2 alone': ({ news2 }) => [1, news2 ?? 0, news2 === null ? 1 : 0],
  'logistic model of acuity, NEWS2 and time, given the truth': ({ acuity, news2, hoursSinceLook }) => [
    1,
    ...byLevel(acuity),
    news2 ?? 0,
    news2 === null ? 1 : 0,
    Math.log(hoursSinceLook + 1),
  ],
}
const byLevel = (acuity: number | null) => [3, 4, 5].map((level) => (acuity === level ? 1 : 0))

export function predictions<T extends { readonly risk: WaitingRisk }>(
  fitted: readonly T[],
  judged: readonly T[],
  outcome: (each: T) => boolean,
  risks: (risk: WaitingRisk) => { readonly twin: number; readonly published: number },
): Predictions {
  const others = Object.entries(designs).map(([name, design]) => {
    const rows = fitted.map(({ risk }) => design(risk))
    const { coefficients } = logisticRegression(
      matrix(rows.length, rows[0]!.length, rows.flat()),
      fitted.map((each) => (outcome(each) ? 1 : 0)),
      { ridge: 1e-3 },
    )
    const said = judged.map(({ risk }) => {
      const logOdds = design(risk).reduce((sum, x, j) => sum + x * coefficients[j]!, 0)
      return 1 / (1 + Math.exp(-logOdds))
    })
    return [name, said] as const
  })
  return {
    twin: judged.map(({ risk }) => risks(risk).twin),
    'as published, nothing learnt': judged.map(({ risk }) => risks(risk).published),
    ...Object.fromEntries(others),
  }
}

export const percent = (share: number) => Number((100 * share).toFixed(1))

export function scores(what: string, said: Predictions, happened: readonly number[]): Measurement[] {
  const events = happened.reduce((sum, y) => sum + y, 0)
  const twin = { area: areaUnderCurve(said.twin!, happened), brier: brierScore(said.twin!, happened).score }
  return Object.entries(said).flatMap(([name, predicted]): Measurement[] => {
    const area = areaUnderCurve(predicted, happened)
    const brier = brierScore(predicted, happened)
    const { intercept, slope } = calibrationSlope(predicted, happened)
    const range = (of: { readonly low: number; readonly high: number }) =>
      `${of.low.toFixed(3)} to ${of.high.toFixed(3)}`
    const isTwin = name === 'twin'
    const simple = name === 'acuity alone' || name === 'NEWS2 alone'
    return [
      {
        name: `${what}: AUC, ${name}`,
        value: Number(area.area.toFixed(3)),
        unit: '1',
        ...(simple ? { target: 'below the twin’s', met: area.area < twin.area.area } : {}),
        note: `95 % ${range(area)}; ${events} of ${happened.length}`,
      },
      {
        name: `${what}: Brier score, ${name}`,
        value: Number(brier.score.toFixed(5)),
        unit: '1',
        ...(simple ? { target: 'above the twin’s', met: brier.score > twin.brier } : {}),
        note: `skill against the base rate ${percent(1 - brier.score / brier.uncertainty)} %`,
      },
      {
        name: `${what}: calibration slope, ${name}`,
        value: Number(slope.estimate.toFixed(3)),
        unit: '1',
        ...(isTwin ? { target: '95 % interval holds 1', met: slope.low <= 1 && slope.high >= 1 } : {}),
        note: `95 % ${range(slope)}; in the large ${intercept.estimate.toFixed(3)} (${range(intercept)})`,
      },
    ]
  })
}

/** Those worse who are looked at, less those well who are, at the rate of exchange of the threshold, in a thousand. */
export function netBenefit(
  said: Predictions,
  happened: readonly number[],
  thresholds: readonly number[],
): Measurement[] {
  const n = happened.length
  const benefit = (threshold: number, looked: (i: number) => boolean) =>
    (1000 / n) * happened.reduce((sum, y, i) => sum + (looked(i) ? (y === 1 ? 1 : -threshold / (1 - threshold)) : 0), 0)
  return thresholds.map((threshold) => {
    const of = (name: string) => benefit(threshold, (i) => said[name]![i]! >= threshold)
    const all = benefit(threshold, () => true)
    const others = Object.keys(designs).map((name) => [name, of(name)] as const)
    const twin = of('twin')
    const best = Math.max(0, all, ...others.slice(0, 2).map(([, value]) => value))
    return {
      name: `getting worse: net benefit of looking from ${100 * threshold} % on`,
      value: Number(twin.toFixed(2)),
      unit: 'in 1,000',
      target: 'above nobody, everybody, acuity alone, NEWS2 alone',
      met: twin > best,
      note: `everybody ${all.toFixed(2)}; ${others.map(([name, value]) => `${name} ${value.toFixed(2)}`).join('; ')}`,
    }
  })
}

export function subgroups(
  what: string,
  said: readonly number[],
  happened: readonly number[],
  people: readonly HiddenCourse[],
): Measurement[] {
  const ageOf = ({ age }: HiddenCourse) =>
    age < 16 ? 'under 16' : age < 45 ? '16 to 44' : age < 70 ? '45 to 69' : '70 and over'
  return [ageOf, ({ sex }: HiddenCourse) => sex].flatMap((group) =>
    scoresByGroup(said, happened, people.map(group)).map(
      ({ group: name, count, events, meanPredicted, observed, area }) => {
        const { low, high } = wilsonInterval(events, count)
        return {
          name: `${what}: predicted less observed, ${name}`,
          value: percent(meanPredicted - observed),
          unit: '%',
          target: '95 % interval holds 0',
          met: meanPredicted >= low && meanPredicted <= high,
          note: `predicted ${percent(meanPredicted)} %, observed ${percent(observed)} % (${percent(low)} to ${percent(high)}); ${events} of ${count}${area ? `; AUC ${area.area.toFixed(2)} (${area.low.toFixed(2)} to ${area.high.toFixed(2)})` : ''}`,
        }
      },
    ),
  )
}

/**
 * Whether the number of outcomes in groups of like risk lies within what the intervals of the risks say, chance included: all of
 * a group are off together, as a curve that is wrong somewhere is.
 */
export function coverage(
  what: string,
  risks: readonly WaitingRisk['worsening']['probability'][],
  happened: readonly number[],
): Measurement {
  const order = risks.map((_, i) => i).sort((a, b) => risks[a]!.p50 - risks[b]!.p50)
  const size = Math.ceil(risks.length / 30)
  const logOdds = (p: number) => Math.log(p / (1 - p))
  let [held, heldByChance, groups] = [0, 0, 0]
  for (let from = 0; from < order.length; from += size) {
    const group = order.slice(from, from + size)
    const random = randomStream('risk coverage', what, from)
    const within = (spread: number) => {
      const counts = Float64Array.from({ length: 500 }, () => {
        const z = spread * random.normal()
        return group.reduce((sum, i) => {
          const { p05, p50, p95 } = risks[i]!
          const error = (logOdds(p95) - logOdds(p05)) / 3.29
          return sum + (random.uniform() < 1 / (1 + Math.exp(-(logOdds(p50) + error * z))) ? 1 : 0)
        }, 0)
      })
      const [low, high] = quantiles(counts, [0.05, 0.95])
      const truth = group.reduce((sum, i) => sum + happened[i]!, 0)
      return truth >= low! && truth <= high!
    }
    groups++
    if (within(1)) held++
    if (within(0)) heldByChance++
  }
  const { estimate, low, high } = wilsonInterval(held, groups)
  return {
    name: `${what}: groups of like risk whose outcomes lay within the 90 % interval`,
    value: percent(estimate),
    unit: '%',
    target: '95 % interval holds 90 %',
    met: low <= 0.9 && high >= 0.9,
    note: `${held} of ${groups} groups (${percent(low)} to ${percent(high)} %); counts are whole numbers, so a little above 90 % is to be expected; with chance alone and no doubt about the risk ${heldByChance}`,
  }
}
