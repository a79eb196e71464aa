import { type Acuity, type Instant, minute } from '@counterpart/kernel'
import { normalQuantile, type RandomStream, randomStream } from '@counterpart/numerics'
import type { VitalSigns } from './events.ts'
import type { Visitor } from './visitor.ts'

/**
 * How much more or less ill somebody is than others of the same acuity, about standard normal. Drawn given what is drawn
 * already: whoever gets worse soon, or will be admitted, is likely to be worse from the beginning. So the hazard of getting
 * worse depends on it, and the course of the department does not (a normal copula with correlation {@link together}).
 */
export function drawSeverity(
  seed: string,
  number: number,
  drawn: {
    /** Time until getting worse, as a multiple of its mean for the acuity. */
    readonly worsensAfter: number
    readonly admitted: boolean
    readonly admission: number
  },
): number {
  const random = randomStream('emergency', seed, 'severity', number)
  const soon = normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, Math.exp(-drawn.worsensAfter))))
  const own = Math.sqrt(1 - together ** 2) * random.normal()
  return together * soon + own + 0.7 * ((drawn.admitted ? 1 : 0) - drawn.admission)
}

/** All figures of this file are assumptions, set so that NEWS2 by acuity comes near what departments print. */
const together = 0.6
/** How deranged somebody of acuity 1 … 5 usually is, 0: not at all. */
const derangement = [3.4, 1.7, 0.85, 0.35, 0.15]
/** Before getting worse, it shows for so long. */
const lead = 75 * minute

/** What illnesses tell on, for each unit of derangement, with cumulative shares. */
const illnesses = [
  { upTo: 0.24, respiration: 4, saturation: -2.6, pulse: 8, systolic: -2, temperature: 0.2, mind: 0.05 },
  { upTo: 0.44, respiration: 2, saturation: -0.8, pulse: 15, systolic: -13, temperature: 0, mind: 0.06 },
  { upTo: 0.64, respiration: 2.6, saturation: -1, pulse: 13, systolic: -7, temperature: 0.75, mind: 0.06 },
  { upTo: 0.76, respiration: 0.5, saturation: -0.4, pulse: 2, systolic: 4, temperature: 0, mind: 0.2 },
  { upTo: 1, respiration: 1, saturation: -0.2, pulse: 9, systolic: 4, temperature: 0, mind: 0.01 },
] as const

/** How somebody is when well, and what ails them; the same whenever asked. */
function constitution(seed: string, { number, age }: Visitor) {
  const random = randomStream('emergency', seed, 'constitution', number)
  const u = random.uniform()
  const illness = illnesses.find(({ upTo }) => u < upTo) ?? illnesses[4]
  const child = age < 12 ? 12 - age : 0
  const retains = age >= 50 && illness === illnesses[0] && random.uniform() < 0.08
  return {
    illness,
    /** Carbon dioxide rises when given much oxygen: scale 2 of NEWS2 holds. */
    retains,
    respiration: 15.5 + 1 * child + 1.3 * random.normal(),
    saturation: (retains ? 90.5 : 97.8 - (age >= 70 ? 0.9 : 0)) + 0.7 * random.normal(),
    pulse: 74 + 3.2 * child + 8 * random.normal(),
    systolic: 124 + (age > 40 ? 0.35 * (age - 40) : 0) - 2.6 * child + 12 * random.normal(),
    temperature: 36.75 + 0.2 * random.normal(),
  }
}

/**
 * What a nurse would measure now: worse for the more ill, and getting worse for a while before somebody is worse; with the
 * scatter of single readings. Now and then the temperature is not taken.
 */
export function measuredSigns(
  seed: string,
  visitor: Visitor,
  now: { readonly acuity: Acuity; readonly at: Instant; readonly worsens: Instant | null },
  random: RandomStream,
): VitalSigns {
  const usual = constitution(seed, visitor)
  const grade = now.acuity - 1
  const own = Math.exp(0.45 * visitor.severity)
  const coming = now.worsens === null ? 0 : Math.min(1, Math.max(0, 1 - (now.worsens - now.at) / lead))
  const worse = derangement[Math.max(0, grade - 1)]!
  const ill = Math.min(5, own * (derangement[grade]! + 0.8 * coming * (worse - derangement[grade]!)))
  const of = (name: 'respiration' | 'saturation' | 'pulse' | 'systolic' | 'temperature', scatter: number) =>
    usual[name] + usual.illness[name] * ill + scatter * random.normal()
  const onAir = of('saturation', 0.7)
  const oxygen = onAir < (usual.retains ? 87 : 92)
  const systolic = Math.round(Math.max(55, of('systolic', 8)))
  const notAlert = random.uniform() < 1 - Math.exp(-usual.illness.mind * ill ** 2)
  const dulled = random.uniform()
  const respiratoryRate = Math.round(Math.max(6, of('respiration', 1.3)))
  const pulse = Math.round(Math.max(38, of('pulse', 5)))
  const temperature = Math.round(10 * of('temperature', 0.2)) / 10
  const diastolic = Math.max(35, Math.round(systolic * 0.58 + 6 * random.normal()))
  const taken = random.uniform() < 0.95
  return {
    respiratoryRate,
    saturation: Math.round(Math.min(100, Math.max(60, oxygen ? onAir + 4 : onAir))),
    ...(usual.retains ? { saturationScale: 2 } : {}),
    oxygen,
    systolic,
    diastolic,
    pulse,
    consciousness: notAlert ? (dulled < 0.6 ? 'C' : dulled < 0.9 ? 'V' : ill > 3 ? 'U' : 'P') : 'A',
    ...(taken ? { temperature } : {}),
  }
}
