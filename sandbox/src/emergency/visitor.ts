import { type Acuity, type Instant, type Milliseconds, minute } from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'
import { drawSeverity } from './physiology.ts'

export type TestKind = 'laboratory' | 'x-ray' | 'ct'

/**
 * Somebody who comes, with all that is true of them and all that will be found: drawn at once from a stream of their own,
 * so that two runs that treat them differently meet the same person.
 */
export interface Visitor {
  readonly number: number
  readonly arrival: Instant
  readonly mode: 'walk-in' | 'ambulance' | 'transfer'
  /** How bad it truly is. */
  readonly acuity: Acuity
  /** What the triage nurse will say. */
  readonly seemingAcuity: Acuity
  readonly age: number
  readonly sex: 'female' | 'male'
  readonly complaint: string
  /** Can sit and walk, so results may be awaited on a chair. */
  readonly fitToSit: boolean
  /** How long they wait for a clinician before they go. */
  readonly patience: Milliseconds
  /** In (0, 1): turns round at the door if the crowd frightens more than this. */
  readonly courage: number
  /** After so long without care they get worse; Infinity: never. */
  readonly worsensAfter: Milliseconds
  /** More (above 0) or less ill than others of the same acuity; see `drawSeverity`. */
  readonly severity: number
  readonly assessment: Milliseconds
  readonly review: Milliseconds
  readonly firstTests: readonly TestKind[]
  /** What the results make necessary; mostly nothing. */
  readonly secondTests: readonly TestKind[]
  /** Nurses' treatment (drip, nebuliser, dressing): nurse's time, then time for it to act. */
  readonly treatment: { readonly nurse: Milliseconds; readonly acts: Milliseconds } | null
  /** Hours on the observation unit before the decision; 0: none. */
  readonly observe: Milliseconds
  readonly fate: 'discharge' | 'admit' | 'transfer' | 'die'
  /** How long the specialty takes to agree to the admission. */
  readonly referral: Milliseconds
  /** On the ward, if admitted. */
  readonly lengthOfStay: Milliseconds
  /** Waits for a ride home. */
  readonly rideHome: Milliseconds
}

/**
 * Shares of acuity 1 … 5. Hoot et al. 2008 have .7/37.8/44.2/15.8/1.4 % (ESI); an English department has fewer 2s and more
 * 4s: this lies between (assumption).
 */
const acuityShares = [0.009, 0.17, 0.43, 0.32, 0.071]
/** Admission by acuity: Hoot et al. 2008. */
const admission = [0.731, 0.453, 0.171, 0.027, 0.01]
/** All below: assumptions, chosen so that times under treatment come near Hoot's medians (4.0/4.6/3.1/1.7/1.2 h). */
const byAmbulance = [0.92, 0.55, 0.28, 0.1, 0.05]
const laboratory = [0.98, 0.86, 0.66, 0.14, 0.03]
const xray = [0.5, 0.34, 0.27, 0.34, 0.1]
const ct = [0.5, 0.24, 0.12, 0.03, 0]
const treated = [0.95, 0.72, 0.5, 0.22, 0.05]
const observed = [0, 0.08, 0.08, 0.02, 0]
const assessmentMinutes = [45, 27, 20, 14, 10]
const patienceMinutes = [100_000, 900, 520, 400, 330]
const worsening = [0.02, 0.05, 0.022, 0.006, 0.002]

const complaints: Readonly<Record<'adult' | 'child', readonly (readonly string[])[]>> = {
  adult: [
    ['cardiac arrest', 'major trauma', 'unresponsive', 'severe respiratory distress'],
    ['chest pain', 'shortness of breath', 'stroke symptoms', 'sepsis suspected', 'altered mental state'],
    ['abdominal pain', 'head injury', 'fever', 'collapse', 'back pain', 'vomiting', 'palpitations'],
    ['limb injury', 'laceration', 'urinary symptoms', 'skin infection', 'eye problem'],
    ['medication request', 'sore throat', 'minor wound', 'insect bite'],
  ],
  child: [
    ['seizure', 'severe respiratory distress'],
    ['difficulty breathing', 'fever in infant', 'lethargy'],
    ['fever', 'vomiting', 'abdominal pain', 'head injury'],
    ['limb injury', 'laceration', 'rash', 'earache'],
    ['sore throat', 'cough', 'minor wound'],
  ],
}

/** Draws the `number`-th person of a seed, who comes at `arrival`. */
export function drawVisitor(seed: string, number: number, arrival: Instant): Visitor {
  const random = randomStream('emergency', seed, 'visitor', number)
  const acuity = (1 + pick(random, acuityShares)) as Acuity
  const grade = acuity - 1
  const child = random.uniform() < 0.2
  const age = child ? random.integer(16) : 16 + Math.floor(78 * random.uniform() ** (acuity <= 3 ? 0.8 : 1.4))
  const old = age >= 75
  const ambulance = random.uniform() < byAmbulance[grade]! * (old ? 1.5 : child ? 0.4 : 1)
  const mode = ambulance ? 'ambulance' : random.uniform() < 0.015 ? 'transfer' : 'walk-in'
  const list = complaints[child ? 'child' : 'adult'][grade]!
  const complaint = list[random.integer(list.length)]!
  const fitToSit = acuity >= 3 && random.uniform() < (acuity === 3 ? 0.6 : 0.95) * (old ? 0.5 : 1)
  const firstTests = testsOf(random, grade, child)
  const secondTests = random.uniform() < [0.4, 0.3, 0.16, 0.05, 0][grade]! ? testsOf(random, grade, child) : []
  const likely = Math.min(0.95, admission[grade]! * (old ? 1.6 : child ? 0.5 : 0.95))
  const admit = random.uniform() < likely
  const chance = random.uniform()
  const fate =
    chance < 0.002 && acuity <= 2 ? 'die' : chance < 0.012 && acuity <= 3 ? 'transfer' : admit ? 'admit' : 'discharge'
  const observe = random.uniform() < observed[grade]! ? logNormal(random, 330, 0.4) : 0
  const fall = (wait: number) => ({
    worsensAfter: wait * (60 / worsening[grade]!) * minute,
    severity: drawSeverity(seed, number, { worsensAfter: wait, admitted: fate === 'admit', admission: likely }),
  })
  return {
    number,
    arrival,
    mode,
    acuity,
    seemingAcuity: seeming(random, acuity),
    age,
    sex: random.uniform() < 0.52 ? 'female' : 'male',
    complaint,
    fitToSit,
    patience: logNormal(random, patienceMinutes[grade]!, 0.75),
    courage: random.uniform(),
    ...fall(random.exponential()),
    assessment: logNormal(random, assessmentMinutes[grade]! * (old ? 1.2 : 1), 0.45),
    review: logNormal(random, 7 + (acuity <= 2 ? 4 : 0), 0.4),
    firstTests,
    secondTests,
    treatment:
      random.uniform() < treated[grade]!
        ? {
            nurse: logNormal(random, 11, 0.5),
            acts: logNormal(random, acuity <= 2 ? 105 : acuity === 3 ? 70 : 20, 0.55),
          }
        : null,
    observe,
    fate,
    referral: logNormal(random, 42, 0.6),
    lengthOfStay: Math.min(45 * 24 * 60, 60 * 24 * (old ? 4.2 : 2.4) * Math.exp(0.95 * random.normal())) * minute,
    rideHome: old && random.uniform() < 0.35 ? logNormal(random, 75, 0.6) : logNormal(random, 7, 0.6),
  }
}

/** A log-normal length of time with this median in minutes. */
export function logNormal(random: RandomStream, medianMinutes: number, sigma: number): Milliseconds {
  return Math.round(medianMinutes * Math.exp(sigma * random.normal()) * minute)
}

function testsOf(random: RandomStream, grade: number, child: boolean): TestKind[] {
  const kinds: TestKind[] = []
  if (random.uniform() < laboratory[grade]! * (child ? 0.5 : 1)) kinds.push('laboratory')
  if (random.uniform() < xray[grade]!) kinds.push('x-ray')
  if (random.uniform() < ct[grade]! * (child ? 0.3 : 1)) kinds.push('ct')
  return kinds
}

/** Triage errs by one grade now and then; the worst are never taken for well. */
function seeming(random: RandomStream, acuity: Acuity): Acuity {
  const u = random.uniform()
  if (acuity === 1) return u < 0.06 ? 2 : 1
  const up = u < 0.09
  const down = u > 0.89
  return Math.min(5, Math.max(1, acuity - (up ? 1 : 0) + (down ? 1 : 0))) as Acuity
}

function pick(random: RandomStream, shares: readonly number[]): number {
  let u = random.uniform()
  for (const [index, share] of shares.entries()) {
    u -= share
    if (u < 0) return index
  }
  return shares.length - 1
}
