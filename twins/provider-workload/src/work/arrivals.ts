import { portableExp } from '@counterpart/numerics'
import type { WorkChange } from '../advice/work-change.ts'
import { type Chance, hashed, points, poissonAt, uniform } from './chance.ts'
import { messageKinds } from './figures.ts'
import type { ClinicParameters, ProviderParameters } from './parameters.ts'

/** Places of a day's seed: each use has its own numbers. */
export const uses = {
  burst: 1,
  look: 2,
  ill: 3,
  long: 4,
  count: 16,
  message: 1_000,
  visit: 50_000,
  booking: 60_000,
  cover: 70_000,
} as const

const patientAt = messageKinds.indexOf('patient')

/**
 * How many messages of each kind come to a person on a day, and from patients `instead` of visits beside. Counted with the same chance in every scenario, and in the
 * pass that finds out what colleagues cover.
 */
export function countsOf(
  into: Float64Array,
  parameters: ProviderParameters,
  clinic: ClinicParameters,
  chance: Chance,
  weekday: number,
  level: number,
  changed: WorkChange | null,
  seed: number,
  instead = 0,
): void {
  const usual = level * clinic.weekdays[weekday]!
  let total = 0
  for (let k = 0; k < messageKinds.length; k++) total += parameters.messagesPerDay[k]! * usual
  // Days differ more than by chance: a factor that all kinds of the day share.
  const variance = total > 0 ? Math.min(0.5, (clinic.burst - 1) / total) : 0
  const z = chance.normal[hashed(seed, uses.burst) & (points - 1)]!
  const burst = variance > 0 ? portableExp(Math.sqrt(variance) * z - variance / 2) : 1
  for (let k = 0; k < messageKinds.length; k++) {
    const factor = changed === null ? 1 : changed.messages[messageKinds[k]!]
    const mean = parameters.messagesPerDay[k]! * usual * burst * factor + (k === patientAt ? instead : 0)
    into[k] = poissonAt(Math.max(0, mean), uniform(hashed(seed, uses.count + k)))
  }
}
