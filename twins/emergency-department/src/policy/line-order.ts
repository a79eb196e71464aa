import type { Resource } from '@counterpart/discrete'
import { acuities } from '../estimates/priors.ts'

/**
 * An order of the line that can be said aloud: who has waited longest is next, and each level of acuity counts for so many
 * minutes of waiting; acuity 1 is first of all. 0 is first come first served; far beyond all waits it is strict priority;
 * between, it is accumulating priority with a start by acuity, growing alike for all (L. Kleinrock, Nav. Res. Logist. Q. 11
 * (1964) 329–341).
 */
export const disciplineOf = (minutesPerLevel: number): NonNullable<Resource['discipline']> => ({
  accumulating: acuities.map(() => 1),
  from: acuities.map((acuity) => (acuity === 1 ? firstOfAll : minutesPerLevel * (5 - acuity))),
})

/** Minutes that nobody waits. */
const firstOfAll = 1e6

/** Rules of order that advice tries, in minutes that a level of acuity counts for. */
export const minutesPerLevel: readonly number[] = [30, 60, 120, 240]

/** A rule of order as people say it. */
export const orderWords = (minutes: number): string =>
  `See people in order of waiting, each level of acuity counting as ${minutes} minutes waited; acuity 1 at once`
