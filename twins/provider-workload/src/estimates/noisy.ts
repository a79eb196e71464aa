import { portableExp, portableLog } from '@counterpart/numerics'
import { type Evidence, of } from './evidence.ts'
import type { Noisy } from './hierarchy.ts'
import type { Ratio } from './ratios.ts'

export const onto = (scale: Ratio['scale'], value: number): number =>
  scale === 'log' ? portableLog(value) : portableLog(value / (1 - value))
export const back = (scale: Ratio['scale'], value: number): number =>
  scale === 'log' ? portableExp(value) : 1 / (1 + portableExp(-value))

/** Person-weeks that the assumed variation of a ratio is worth, and pairs of weeks that the assumed likeness is. */
const worth = { weeks: 15, pairs: 40 } as const
/** How much of what makes a week of somebody unusual stays in the next (assumed: form and habits last some weeks). */
const lasting = 0.7
/** What neighbouring weeks have in common, as part of their variance, until they have shown it (assumed). */
const assumedLikeness = 0.02

/**
 * What each person's data say of a ratio. How much weeks of one person differ, over all people, tells how much a person's
 * own estimate can be trusted; how alike neighbouring weeks are, how much less that is than their number promises.
 */
export function noisyOf(
  ratio: Ratio,
  all: readonly Evidence[],
  weekly: readonly (readonly Evidence[])[],
): readonly Noisy[] {
  const { variation, slow } = variationOf(ratio, weekly)
  return all.map((evidence): Noisy => {
    const [x, n] = [ratio.over(evidence), ratio.under(evidence)]
    if (!(n > 0)) return null
    // Half an event, or half a unit at the prior's median, keeps the estimate from the edge.
    const half = ratio.counts ? 0.5 : Math.min(0.5, 0.01 * n) * ratio.prior.median
    const value = (x + half) / (n + half / ratio.prior.median)
    const weeks = Math.max(0.2, (of(evidence, 'days', 0) + of(evidence, 'days', 1) + of(evidence, 'days', 2)) / 7)
    const relative = variation / (ratio.counts ? x + half : n) + (slow * (1 + lasting)) / (1 - lasting) / (weeks + 4)
    if (ratio.scale === 'log') return { value: portableLog(value), variance: relative }
    const part = Math.min(0.995, Math.max(0.005, value))
    return { value: onto('logit', part), variance: relative / (1 - part) ** 2 }
  })
}

/**
 * How weeks of one person vary: relative variance of one unit where weeks are independent, and the variance of what lasts
 * for weeks (AR(1)). From variance and covariance of neighbouring weeks about each person's own mean of n weeks, which
 * takes part of what lasts away with it: so much that both can be found again.
 */
function variationOf(ratio: Ratio, weekly: readonly (readonly Evidence[])[]): { variation: number; slow: number } {
  let squares = worth.weeks * ratio.variation
  let freedom = worth.weeks as number
  let [c0, weeks, c1, pairs, lengths, people] = [0, 0, 0, 0, 0, 0]
  for (const each of weekly) {
    const all = each.map((week) => [ratio.over(week), ratio.under(week)] as const)
    const x = all.reduce((sum, [over]) => sum + over, 0)
    const n = all.reduce((sum, [, under]) => sum + under, 0)
    if (all.length < 2 || x <= 0 || n <= 0) continue
    const least = (0.4 * n) / all.length
    let [used, before] = [0, null as number | null]
    for (const [xw, nw] of all) {
      const expected = (x / n) * nw
      if (nw > 0) {
        squares += ((ratio.counts ? expected : nw) * (xw - expected) ** 2) / expected ** 2
        freedom += 1
      }
      const apart = nw >= least ? xw / expected - 1 : null
      if (apart !== null) {
        c0 += apart * apart
        weeks++
        used++
        if (before !== null) {
          c1 += apart * before
          pairs++
        }
      }
      before = apart
    }
    freedom -= 1
    lengths += used
    people++
  }
  const variation = squares / freedom
  const length = people > 0 ? lengths / people : 0
  if (length < 4 || c0 <= 0)
    return { variation: variation * (1 - assumedLikeness), slow: 0.01 * Math.min(1, variation) }
  const variance = c0 / weeks
  const covariance =
    (pairs * (c1 / pairs) + worth.pairs * (assumedLikeness - 1 / (length - 1)) * variance) / (pairs + worth.pairs)
  // Of what lasts, the part that is in the mean of so many weeks.
  let inMean = 1
  for (let lag = 1; lag < length; lag++) inMean += 2 * (1 - lag / length) * lasting ** lag
  inMean /= length
  // covariance = slow (lasting − inMean) − quick / n; variance = slow (1 − inMean) + quick (1 − 1 / n).
  const own = 1 - 1 / length
  const slow = Math.max(0, (covariance * own + variance / length) / ((lasting - inMean) * own + (1 - inMean) / length))
  const quick = Math.max(0.1 * variance, (variance - slow * (1 - inMean)) / own)
  return { variation: Math.min(1, (quick * own) / variance) * variation, slow: Math.min(slow, 4 * variance) }
}
