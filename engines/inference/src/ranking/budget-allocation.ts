import { InferenceError } from '../errors.ts'
import { type Direction, outOfRange, requireCount } from './selection-goal.ts'

/** What is known of the competing systems so far; one entry per system in each array. */
export interface AllocationCase {
  readonly means: readonly number[]
  /** Sample variances of one replication, ≥ 0. */
  readonly variances: readonly number[]
  /** Replications already made, integers ≥ 0. */
  readonly replications: readonly number[]
  /** Replications that may still be made, an integer ≥ 0. */
  readonly budget: number
  readonly direction: Direction
}

/**
 * How many more replications each system should get, so that the probability of picking the best one grows fastest
 * (optimal computing budget allocation). The answer adds to `budget` exactly.
 *
 * The totals are made proportional to Nᵢ ∝ (σᵢ/δ_{b,i})² for all but the best, δ_{b,i} the gap to the best mean, and
 * N_b = σ_b·√Σ Nᵢ²/σᵢ². A system that already has more than its share keeps what it has and the others divide the rest
 * among them. Totals are rounded down, and what rounding leaves over goes to the best system. Where the best mean is
 * tied, gaps of zero become the smallest positive gap over 10⁶, or count all systems alike when there is none; a
 * variance of zero counts as 10⁻¹² of the largest one.
 *
 * There is no guarantee of correct selection: it is a rule for spending a fixed budget.
 * Throws `InferenceError` (`argument-out-of-range`, `shape-mismatch`).
 *
 * Source: C.-H. Chen, J. Lin, E. Yücesan, S. E. Chick, "Simulation budget allocation for further enhancing the
 * efficiency of ordinal optimization", Discrete Event Dyn. Syst. 10 (2000) 251–270, theorem 1; C.-H. Chen, L. H. Lee,
 * "Stochastic simulation optimization: an optimal computing budget allocation", World Scientific (2011), ch. 3.
 *
 * @example
 * ```ts
 * allocateBudget({ means: [1.2, 2.1, 3.4], variances: [3.3, 2, 4.5], replications: [12, 6, 5], budget: 100,
 *   direction: 'minimise' })
 * ```
 */
export function allocateBudget(known: AllocationCase): number[] {
  requireCase(known)
  const { replications, budget } = known
  const ratios = shares(known)
  const best = bestOf(known.means, known.direction)
  const total = replications.reduce((sum, n) => sum + n, budget)
  const open = ratios.map(() => true)
  const totals = [...replications]
  let left = total
  for (;;) {
    const divisor = ratios.reduce((sum, r, i) => sum + (open[i]! ? r : 0), 0)
    let closed = false
    for (let i = 0; i < ratios.length; i++) {
      if (!open[i]) continue
      totals[i] = divisor > 0 ? Math.floor((left / divisor) * ratios[i]!) : replications[i]!
      if (totals[i]! >= replications[i]!) continue
      totals[i] = replications[i]!
      open[i] = false
      closed = true
    }
    if (!closed) break
    left = total
    for (let i = 0; i < ratios.length; i++) if (!open[i]) left -= totals[i]!
  }
  const more = totals.map((n, i) => n - replications[i]!)
  more[best]! += budget - more.reduce((sum, n) => sum + n, 0)
  return more
}

/** The index of the best of these means; of equal ones the first. */
function bestOf(means: readonly number[] | Float64Array, direction: Direction): number {
  const sign = direction === 'maximise' ? 1 : -1
  let best = 0
  for (let i = 1; i < means.length; i++) if (sign * means[i]! > sign * means[best]!) best = i
  return best
}

/** Shares scaled so that the largest of the inferior systems has 1, which keeps tiny gaps from overflowing. */
function shares({ means, variances, direction }: AllocationCase): number[] {
  const best = bestOf(means, direction)
  const largest = Math.max(...variances)
  const spread = variances.map((v) => (largest > 0 ? Math.max(v, 1e-12 * largest) : 1))
  const gaps = means.map((m) => Math.abs(m - means[best]!))
  const smallest = Math.min(...gaps.filter((gap) => gap > 0))
  const floor = smallest === Number.POSITIVE_INFINITY ? 1 : smallest * 1e-6
  const raw = gaps.map((gap, i) => (i === best ? 0 : spread[i]! * (floor / Math.max(gap, floor)) ** 2))
  const most = Math.max(...raw)
  const ratios = raw.map((r) => r / most)
  ratios[best] = Math.sqrt(
    spread[best]! * ratios.reduce((sum, r, i) => sum + (i === best ? 0 : (r * r) / spread[i]!), 0),
  )
  return ratios
}

function requireCase({ means, variances, replications, budget, direction }: AllocationCase): void {
  if (means.length < 2 || variances.length !== means.length || replications.length !== means.length)
    throw new InferenceError(
      'shape-mismatch',
      `${means.length} means, ${variances.length} variances and ${replications.length} counts; expected as many of each, 2 or more`,
    )
  requireCount('budget', budget, 0)
  if (direction !== 'minimise' && direction !== 'maximise')
    throw outOfRange('direction', direction, `'minimise' or 'maximise'`)
  for (let i = 0; i < means.length; i++) {
    if (!Number.isFinite(means[i]!)) throw outOfRange(`the mean of system ${i}`, means[i], 'a finite number')
    if (!(variances[i]! >= 0 && variances[i]! < Number.POSITIVE_INFINITY))
      throw outOfRange(`the variance of system ${i}`, variances[i], 'a number of 0 or more')
    requireCount(`the replications of system ${i}`, replications[i]!, 0)
  }
}
