import type { Instant } from '@counterpart/kernel'

/** The few who are older are not told apart. */
const oldest = 90

/**
 * Completed years at `at` of somebody born on a date (`1950-04-12`, `1950-04` or `1950`; what is not said counts as the
 * first), 90 for all from 90 on; `undefined` for dates that cannot be.
 */
export function ageAt(birthDate: string | undefined, at: Instant): number | undefined {
  const [year, month = 1, day = 1] = (birthDate ?? '').split('-').map(Number)
  if (!year) return undefined
  const now = new Date(at)
  const before = now.getUTCMonth() + 1 < month || (now.getUTCMonth() + 1 === month && now.getUTCDate() < day)
  const age = now.getUTCFullYear() - year - (before ? 1 : 0)
  return age >= 0 && age < 130 ? Math.min(age, oldest) : undefined
}
