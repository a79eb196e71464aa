import type { Acuity } from '@counterpart/kernel'
import { portableLog } from '@counterpart/numerics'
import { priors } from '../estimates/priors.ts'
import type { FeatureName, Features } from './features.ts'

/** What is held of a risk before this department has taught better: a level, and what each feature adds. */
export interface Published {
  readonly level: number
  readonly parts: Readonly<Partial<Record<FeatureName, number>>>
}

/** Per hour; nobody has looked at those not yet triaged: between acuity 2 and 3. */
const hazard: Readonly<Record<Acuity, number>> = { 1: 0.25, 2: 0.04, 3: 0.012, 4: 0.004, 5: 0.002 }
const unknownHazard = 0.02
const usualHazard = 0.012
/** NEWS2 to be expected at an acuity: what is above it adds, what is below takes away. */
const usualScore: Readonly<Record<Acuity, number>> = { 1: 6, 2: 3, 3: 1.5, 4: 0.7, 5: 0.5 }
/** Odds by about a third for each point, the size of published odds ratios of NEWS; and as much for a rise of two. */
const byPoint = 0.3
const byRise = 0.15
const byAmbulance = 0.3
/** Standard deviation of the log of a risk about this: a factor of two either way. */
export const publishedSpread = 0.7

/**
 * Getting worse while waiting: the logarithm of a hazard per hour. Bases and factors are assumptions in the order of
 * magnitude of critical outcomes in triage cohorts; they stand until the department's own looks say otherwise.
 */
export function publishedWorsening({ acuity, news2, change, mode }: Features): Published {
  const level = portableLog(usualHazard)
  const base = acuity === null ? unknownHazard : hazard[acuity]
  return {
    level,
    parts: {
      acuity: portableLog(base) - level,
      ...(news2 === null ? {} : { news2: byPoint * (news2 - usualScore[acuity ?? 3]) }),
      ...(change === null ? {} : { change: byRise * change }),
      ...(mode === 'ambulance' ? { mode: byAmbulance } : {}),
    },
  }
}

/** Log-odds for a point of GAPS (assumed); its points are a decade of age, a point of NEWS, and 5 for an ambulance. */
const byGapsPoint = 0.12

/**
 * Admission: log-odds. The level by acuity is that of Hoot et al. 2008 (with the twin's other priors); age, NEWS and arrival
 * move it in the proportions of the Glasgow Admission Prediction Score (A. Cameron et al., Emerg Med J 32 (2015) 174–179),
 * which ranked admissions with an AUC of 0.81 elsewhere (A. Cameron et al., Emerg Med J 35 (2018) 247–251).
 */
export function publishedAdmission({ acuity, news2, age, mode }: Features): Published {
  const logOdds = (p: number) => portableLog(p / (1 - p))
  const level = logOdds(priors.admitted.shares[2]!)
  return {
    level,
    parts: {
      acuity: logOdds(priors.admitted.shares[(acuity ?? 3) - 1]!) - level,
      ...(age === null ? {} : { age: (byGapsPoint * (age - 50)) / 10 }),
      ...(news2 === null ? {} : { news2: byGapsPoint * (news2 - usualScore[acuity ?? 3]) }),
      mode: byGapsPoint * (mode === 'ambulance' ? 3 : -2),
    },
  }
}

export const scoreOf = ({ level, parts }: Published): number =>
  Object.values(parts).reduce((sum, part) => sum + part, level)
