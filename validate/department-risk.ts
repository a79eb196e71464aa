// Who gets worse while waiting, and who will be admitted: what the emergency-department twin learnt from a hospital's records,
// judged by what is hidden from them, beside acuity alone, NEWS2 alone and a plain logistic model of both that was given the truth.
import { minute } from '@counterpart/kernel'
import { wilsonInterval } from '@counterpart/numerics'
import type { Measurement } from '../scripts/measure.ts'
import { every, type Followed, followRisks } from './risk-hospital.ts'
import { coverage, netBenefit, percent, predictions, scores, subgroups } from './risk-scores.ts'

// For judging only: the models were developed on seeds named `practice-…`.
const seeds = ['judged-51', 'judged-52', 'judged-53']

/** Follows the hospitals and judges what was said; prints how far it is. */
export async function validate(): Promise<Measurement[]> {
  const followed = seeds.map((seed) => {
    const result = followRisks(seed)
    console.log(`  ${seed} followed: ${result.judged.length} people who waited`)
    return result
  })
  return [...worsening(followed), ...admission(followed)]
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
