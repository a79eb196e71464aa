// Who gets worse while waiting, and who will be admitted: what the emergency-department twin learnt from a hospital's records,
// judged by what is hidden from them, beside acuity alone, NEWS2 alone and a plain logistic model of both that was given the truth.
import { type WaitingRisk, waitingRisks } from '@counterpart/emergency-department'
import { day, hour, type Instant, minute } from '@counterpart/kernel'
import { areaUnderCurve, brierScore, calibrationSlope, logisticRegression, scoresByGroup } from '@counterpart/learning'
import { matrix, quantiles, randomStream, wilsonInterval } from '@counterpart/numerics'
import { type HiddenCourse, hiddenCourse } from '@counterpart/sandbox'
import type { Measurement } from '../scripts/measure.ts'
import { FollowedHospital } from './department-hospital.ts'

// For judging only: the models were developed on seeds named `practice-…`.
const seeds = ['judged-51', 'judged-52', 'judged-53']
const learningDays = 42
const judgedDays = 28
/** The simpler models are fitted on the truth of this part of the time of learning. */
const fittedDays = 28
const every = 15 * minute
const start = Date.UTC(2026, 0, 5)

/** Somebody who waited, as of one moment of the wait, chosen by chance. */
interface Case {
  readonly seed: string
  readonly risk: WaitingRisk
  readonly hidden: HiddenCourse
  /** A look in an hour would find them worse than the last one. */
  readonly worse: boolean
}

/** Somebody who was cared for, with what the twin said at triage. */
interface Cared {
  readonly seed: string
  readonly risk: WaitingRisk
  readonly hidden: HiddenCourse
  readonly admitted: boolean
}

interface Followed {
  readonly fitted: readonly Case[]
  readonly judged: readonly Case[]
  readonly fittedCared: readonly Cared[]
  readonly cared: readonly Cared[]
  /** Of every quarter of an hour: people who wait, people to be looked at again, of these worse than at the last look or soon. */
  readonly moments: readonly { readonly waiting: number; readonly suggested: number; readonly worse: number }[]
  /** People who did get worse while they waited, and those of them suggested before a look found it. */
  readonly fell: number
  readonly caught: number
}

/** Follows the hospitals and judges what was said; prints how far it is. */
export async function validate(): Promise<Measurement[]> {
  const followed = seeds.map((seed) => {
    const result = follow(seed)
    console.log(`  ${seed} followed: ${result.judged.length} people who waited`)
    return result
  })
  return [...worsening(followed), ...admission(followed)]
}

/** One hospital, its records heard by a twin, and the truth beside. */
export function follow(seed: string, learning = learningDays, judging = judgedDays): Followed {
  const hospital = new FollowedHospital({ seed, from: start }, true, { vitalSigns: true })
  const learnt = start + learning * day
  const cases = new Map<string, { readonly at: Instant; readonly case: Case; readonly key: number }>()
  const triaged = new Map<string, { readonly at: Instant; readonly risk: WaitingRisk }>()
  const suggested = new Set<string>()
  const fallen = new Map<string, boolean>()
  const moments: Followed['moments'][number][] = []
  const hidden = new Map<string, HiddenCourse>()
  const hiddenOf = (visit: string, arrived: Instant) => {
    const known = hidden.get(visit) ?? hiddenCourse(seed, Number.parseInt(visit.slice(2), 36), arrived)
    hidden.set(visit, known)
    return known
  }
  for (let at = start + every; at <= learnt + judging * day; at += every) {
    hospital.advance(at)
    if (at < learnt - fittedDays * day) continue
    const arrivals = new Map(hospital.chronicle.visits.slice(-2000).map((visit) => [visit.visit, visit.arrived]))
    const [moment, judged] = [{ waiting: 0, suggested: 0, worse: 0 }, at > learnt]
    for (const risk of waitingRisks(hospital.belief)) {
      const arrived = arrivals.get(risk.visit)
      // Nothing is more urgent than acuity 1; who is not triaged was not looked at.
      if (arrived === undefined || risk.acuity === null || risk.acuity === 1) continue
      const course = hiddenOf(risk.visit, arrived)
      const look = at - risk.hoursSinceLook * hour
      const worse = course.worsens.some((when) => when > look && when <= at + hour)
      if (!triaged.has(risk.visit)) triaged.set(risk.visit, { at, risk })
      moment.waiting++
      if (risk.attention) {
        moment.suggested++
        if (worse) moment.worse++
        if (judged) suggested.add(`${risk.visit} ${look}`)
      }
      if (judged && course.worsens.some((when) => when > look && when <= at))
        fallen.set(`${risk.visit} ${look}`, suggested.has(`${risk.visit} ${look}`))
      // One moment of each wait, whichever draws the lowest number: cases do not hang together.
      const key = randomStream('department risk', seed, risk.visit, at).uniform()
      if (key < (cases.get(risk.visit)?.key ?? 1))
        cases.set(risk.visit, { at, case: { seed, risk, hidden: course, worse }, key })
    }
    if (judged) moments.push(moment)
  }
  const all = [...cases.values()]
  const outcomes = hospital.chronicle.visits.flatMap(({ visit, seen, boardingSince, disposition, arrived }) => {
    const said = triaged.get(visit)
    const known = seen !== null && (boardingSince !== null || disposition !== null)
    if (!said || !known) return []
    return [
      {
        at: said.at,
        cared: { seed, risk: said.risk, hidden: hiddenOf(visit, arrived), admitted: boardingSince !== null },
      },
    ]
  })
  return {
    fitted: all.filter(({ at }) => at <= learnt).map((each) => each.case),
    judged: all.filter(({ at }) => at > learnt).map((each) => each.case),
    fittedCared: outcomes.filter(({ at }) => at <= learnt).map(({ cared }) => cared),
    cared: outcomes.filter(({ at }) => at > learnt).map(({ cared }) => cared),
    moments,
    fell: fallen.size,
    caught: [...fallen.values()].filter(Boolean).length,
  }
}

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

function predictions<T extends { readonly risk: WaitingRisk }>(
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

function worsening(followed: readonly Followed[]): Measurement[] {
  const cases = followed.flatMap(({ judged }) => judged)
  const said = predictions(
    followed.flatMap(({ fitted }) => fitted),
    cases,
    ({ worse }) => worse,
    ({ worsening: { probability }, published }) => ({
      twin: probability.mean,
      published: published.worsening.probability.mean,
    }),
  )
  const happened = cases.map(({ worse }) => (worse ? 1 : 0))
  const moments = followed.flatMap((each) => each.moments)
  const sum = (of: (moment: (typeof moments)[number]) => number) => moments.reduce((total, each) => total + of(each), 0)
  const [suggested, worse, waiting] = [sum((m) => m.suggested), sum((m) => m.worse), sum((m) => m.waiting)]
  const [fell, caught] = [followed.reduce((n, f) => n + f.fell, 0), followed.reduce((n, f) => n + f.caught, 0)]
  const everybody = cases.filter((each) => each.worse).length
  const caughtShare = wilsonInterval(caught, fell)
  return [
    ...scores('getting worse', said, happened),
    ...netBenefit(said, happened, [0.02, 0.04, 0.08]),
    {
      name: 'getting worse: looks needed to find one who is worse, or will be within the hour',
      value: Number((suggested / Math.max(1, worse)).toFixed(1)),
      unit: '1',
      note: `those suggested at a moment chosen at random; looking at everybody who waits takes ${(cases.length / everybody).toFixed(1)}; suggested are ${(suggested / moments.length).toFixed(1)} of ${(waiting / moments.length).toFixed(1)} people at a time`,
    },
    {
      name: 'getting worse: of those who were worse while nobody had looked, suggested by then',
      value: percent(caughtShare.estimate),
      unit: '%',
      note: `${caught} of ${fell} (${percent(caughtShare.low)} to ${percent(caughtShare.high)} %), counted every ${every / minute} minutes`,
    },
    ...subgroups(
      'getting worse',
      said.twin!,
      happened,
      cases.map(({ hidden }) => hidden),
    ),
    coverage(
      'getting worse',
      cases.map(({ risk }) => risk.worsening.probability),
      happened,
    ),
  ]
}

function admission(followed: readonly Followed[]): Measurement[] {
  const cared = followed.flatMap((each) => each.cared)
  const said = predictions(
    followed.flatMap(({ fittedCared }) => fittedCared),
    cared,
    ({ admitted }) => admitted,
    ({ admission: { probability }, published }) => ({
      twin: probability.mean,
      published: published.admission.probability.mean,
    }),
  )
  const happened = cared.map(({ admitted }) => (admitted ? 1 : 0))
  return [
    ...scores('admission', said, happened),
    ...subgroups(
      'admission',
      said.twin!,
      happened,
      cared.map(({ hidden }) => hidden),
    ),
    coverage(
      'admission',
      cared.map(({ risk }) => risk.admission.probability),
      happened,
    ),
  ]
}

const percent = (share: number) => Number((100 * share).toFixed(1))

function scores(what: string, said: Predictions, happened: readonly number[]): Measurement[] {
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
function netBenefit(said: Predictions, happened: readonly number[], thresholds: readonly number[]): Measurement[] {
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

function subgroups(
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
function coverage(
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
