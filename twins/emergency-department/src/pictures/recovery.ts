import type { StressPicture } from '@counterpart/kernel'
import { every } from './follow-course.ts'

/** Within so many people of the paired run without the shock, the department counts as recovered. */
const within = 2

/**
 * Minutes from the end of the shock until the excess has been small for an hour; `null`: not within the horizon. An hour,
 * because two runs that share their chance part all the same, and cross now and then.
 */
function recoveredAfter(excess: readonly number[], ends: number): number | null {
  const hour = 60 / every
  for (let t = Math.ceil(ends / every); t + hour <= excess.length; t++)
    if (excess.slice(t, t + hour).every((more) => more <= within)) return Math.max(0, (t + 1) * every - ends)
  return null
}

/** When a shock is over, over all runs: how that differs from run to run, and how well the median is known. */
export function recoveryOf(
  excess: readonly (readonly number[])[],
  ends: number,
): StressPicture['rows'][number]['recovery'] {
  const minutes = excess.map((run) => recoveredAfter(run, ends))
  const sorted = Float64Array.from(minutes, (each) => each ?? Number.POSITIVE_INFINITY).sort()
  const n = sorted.length
  const ranked = (rank: number) => {
    const value = sorted[Math.max(0, Math.min(n, Math.ceil(rank)) - 1)]!
    return Number.isFinite(value) ? value : null
  }
  // Ranks that hold the median with 95 %: n/2 ∓ 0.98·√n.
  const half = 0.98 * Math.sqrt(n)
  return {
    median: ranked(0.5 * n),
    medianBetween: [ranked(0.5 * n - half), ranked(0.5 * n + half + 1)],
    p05: ranked(0.05 * n),
    p95: ranked(0.95 * n),
    withinHorizon: minutes.filter((each) => each !== null).length / n,
  }
}
