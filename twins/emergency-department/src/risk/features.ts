import { type Acuity, hour, type Instant } from '@counterpart/kernel'
import type { Look, Visit } from '../memory/visit.ts'

/** What the risk models look at, in steps coarse enough that equal cases are many; `null`: not told. */
export type Features = {
  readonly acuity: Acuity | null
  /** 0 … 12, for all above too. */
  readonly news2: number | null
  /** Of NEWS2 since the look before, −3 … 3. */
  readonly change: number | null
  /** Middle of an age band, years. */
  readonly age: number | null
  readonly mode: Visit['mode']
  /** Full hours from arriving to the look, 0 … 3. */
  readonly waited: number
  /** Hours from the look to the next, in halves, 0.5 … 2, for all beyond too; where there is none, `null`. */
  readonly gap: number | null
}
export type FeatureName = keyof Features

const ages: readonly (readonly [below: number, middle: number])[] = [
  [5, 2],
  [16, 10],
  [30, 23],
  [45, 37],
  [60, 52],
  [70, 65],
  [80, 75],
  [Number.POSITIVE_INFINITY, 85],
]

/** What was known of a visit as of one look; without any look, as of arriving. */
export function featuresOf({ acuity, age, mode, arrived }: Visit, look: Look | null): Features {
  return {
    acuity: look === null ? acuity : look.acuity,
    news2: look === null || look.news2 === null ? null : Math.min(12, look.news2),
    change: look === null || look.change === null ? null : Math.max(-3, Math.min(3, look.change)),
    age: age === null ? null : ages.find(([below]) => age < below)![1],
    mode,
    waited: look === null ? 0 : waitedHours(arrived, look.at),
    gap: null,
  }
}

/** The same, to be looked at again after so many hours. */
export const lookedAfter = (features: Features, hours: number): Features => ({
  ...features,
  gap: Math.max(0.5, Math.min(2, Math.round(2 * hours) / 2)),
})

const waitedHours = (arrived: Instant, at: Instant) => Math.max(0, Math.min(3, Math.floor((at - arrived) / hour)))

const order = ['acuity', 'news2', 'change', 'age', 'mode', 'waited', 'gap'] as const satisfies readonly FeatureName[]

/** A name for all cases with these features, and the features again from the name. */
export const nameOf = (features: Features): string =>
  order.map((each) => (each === 'mode' ? features.mode[0] : (features[each] ?? '-'))).join(' ')
export function featuresIn(name: string): Features {
  const parts = name.split(' ')
  const values = order.map((each, k) => [
    each,
    each === 'mode' ? modes.find(([letter]) => letter === parts[k]) : parts[k] === '-' ? null : Number(parts[k]),
  ])
  return Object.fromEntries(values) as Features
}
const modes: readonly Visit['mode'][] = ['walk-in', 'ambulance', 'transfer']
