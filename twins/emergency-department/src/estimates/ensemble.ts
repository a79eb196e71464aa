import type { Ensemble, Variable } from '@counterpart/kernel'
import { normalQuantile, portableExp, type RandomStream, shuffle } from '@counterpart/numerics'
import { type LogPosterior, meanOf, type Posterior, type RatePosterior } from './posterior.ts'
import { acuities } from './priors.ts'

/** Members of the belief: so many draws of what is uncertain. */
export const ensembleSize = 64

const byAcuity = (name: string, label: string, unit: string, meaning: string): Variable[] =>
  acuities.map((acuity) => ({ name: `${name}-${acuity}`, label: `${label}, acuity ${acuity}`, unit, meaning }))

export const variables: readonly Variable[] = [
  { name: 'arrivals', label: 'Arrivals in an average week', unit: '/h' },
  { name: 'surge', label: 'Arrivals now against what is usual', unit: '1', meaning: 'of the last six hours; fades' },
  { name: 'triage', label: 'Triage of one patient', unit: 'min' },
  { name: 'clinician', label: 'A clinician’s time for one patient', unit: 'min' },
  { name: 'assessment', label: 'Of it, the first assessment', unit: 'min' },
  { name: 'nurse', label: 'A nurse’s time for one patient', unit: 'min', auxiliary: true },
  { name: 'beds', label: 'Beds upstairs that open', unit: '/h', meaning: 'average of the day, while somebody boards' },
  { name: 'leaving', label: 'Hazard of leaving unseen, acuity 5', unit: '/h' },
  ...byAcuity('care', 'Care besides tests', 'min', 'median'),
  ...byAcuity('care-spread', 'Spread of care', '1', 'standard deviation of the logarithm').map((v) => ({
    ...v,
    auxiliary: true,
  })),
  { name: 'laboratory', label: 'Laboratory tests', unit: 'min', meaning: 'median time with open tests' },
  { name: 'laboratory-spread', label: 'Spread of laboratory tests', unit: '1', auxiliary: true },
  { name: 'imaging', label: 'Imaging with its report', unit: 'min', meaning: 'median time with open tests' },
  { name: 'imaging-spread', label: 'Spread of imaging', unit: '1', auxiliary: true },
  ...byAcuity('admitted', 'Admitted', '1', 'probability'),
]

/**
 * Members drawn from the posterior. Rates are stratified (Latin hypercube through the Wilson–Hilferty form of the gamma
 * quantile: E. B. Wilson, M. M. Hilferty, PNAS 17 (1931) 684–688), so that 64 members have nearly the exact mean, and
 * the same names give the same strata every time: members move only as far as the data move them.
 */
export function drawEnsemble(
  posterior: Posterior,
  random: (...names: string[]) => RandomStream,
  nurse: NurseTime,
): Ensemble {
  const values = new Float64Array(variables.length * ensembleSize)
  const rows = new Map(variables.map(({ name }, v) => [name, v * ensembleSize]))
  const fill = (name: string, of: (member: number) => number) => {
    const at = rows.get(name)!
    for (let m = 0; m < ensembleSize; m++) values[at + m] = of(m)
  }
  const scores = (name: string) => strata(random('ensemble', name))
  const rateOf = (name: string, { shape, exposure }: RatePosterior) => {
    const z = scores(name)
    return (m: number) => gammaAt(shape, z[m]!) / exposure
  }
  fill('arrivals', rateOf('arrivals', posterior.arrivals))
  fill('surge', rateOf('surge', posterior.surge))
  const triage = rateOf('triage', posterior.triage)
  fill('triage', (m) => 60 / triage(m))
  const clinician = rateOf('clinician', posterior.clinician)
  fill('clinician', (m) => 60 / clinician(m))
  const assessing = scores('assessment')
  fill('assessment', (m) => {
    const { variance, worth } = posterior.assessment
    return meanOf(posterior.assessment) * portableExp(assessing[m]! * Math.sqrt(variance / worth))
  })
  const nursing = scores('nurse')
  fill('nurse', (m) => nurse.mean * portableExp(nurse.spread * nursing[m]!))
  fill('beds', rateOf('beds', posterior.beds))
  fill('leaving', rateOf('leaving', posterior.leaving))
  const duration = (name: string, spread: string, law: LogPosterior) => {
    const [z, s] = [scores(name), scores(spread)]
    // σ² = ν·s²/χ²(ν); the mean of the logarithm is as sure as σ allows.
    const sigma = (m: number) => Math.sqrt((law.variance * law.freedom) / (2 * gammaAt(law.freedom / 2, s[m]!)))
    fill(spread, sigma)
    fill(name, (m) => portableExp(law.mean + (sigma(m) * z[m]!) / Math.sqrt(law.worth)))
  }
  for (const [k, acuity] of acuities.entries()) {
    duration(`care-${acuity}`, `care-spread-${acuity}`, posterior.care[k]!)
    const { yes, no } = posterior.admitted[k]!
    const stream = random('ensemble', `admitted-${acuity}`)
    fill(`admitted-${acuity}`, () => {
      const a = stream.gamma(yes)
      return a / (a + stream.gamma(no))
    })
  }
  duration('laboratory', 'laboratory-spread', posterior.laboratory)
  duration('imaging', 'imaging-spread', posterior.imaging)
  return { variables, size: ensembleSize, values, weights: new Float64Array(ensembleSize).fill(1 / ensembleSize) }
}

export interface NurseTime {
  readonly mean: number
  readonly spread: number
}

/** Standard normal scores, one in each of 64 equally likely strata, in an order of their own. */
function strata(stream: RandomStream): Float64Array {
  const order = Float64Array.from({ length: ensembleSize }, (_, m) => normalQuantile((m + 0.5) / ensembleSize))
  shuffle(order, stream)
  return order
}

/** The gamma quantile (scale 1) at a normal score; within 1 % for shapes of 4 and more. */
export function gammaAt(shape: number, score: number): number {
  const c = 1 / (9 * shape)
  return shape * Math.max(1e-6, 1 - c + score * Math.sqrt(c)) ** 3
}
