import { portableExp, portableLog } from '@counterpart/numerics'
import { InferenceError } from '../errors.ts'
import { outOfRange, requireCount, requireGoal, requireObservation, type SelectionGoal } from './selection-goal.ts'

/** A selection by Kim and Nelson's fully sequential screening. */
export interface KimNelsonDesign extends SelectionGoal {
  /** Replications of every system before the first screening, 2 or more; 10 or more is advised. */
  readonly initial: number
  /** `first-stage` is KN: variances are estimated once. `updated` is KN++: they are estimated anew at every stage. */
  readonly variances: 'first-stage' | 'updated'
  /**
   * Whether the systems' replications are independent of one another. False (common random numbers) uses Bonferroni's
   * inequality; true the slightly sharper product.
   */
  readonly independent: boolean
}

/** How far a selection has come: plain data that can be stored and resumed. */
export interface KimNelsonState {
  readonly design: KimNelsonDesign
  /** The systems still in the race, rising; one when decided. */
  readonly survivors: readonly number[]
  /** Replications of every survivor taken in so far. */
  readonly replications: number
  /** One per system, over the replications made while it was in the race. */
  readonly means: readonly number[]
  /** Replications used by each system. */
  readonly used: readonly number[]
  /** Sums of squared deviations of the differences of systems i < l, row i, column l, row by row. */
  readonly differences: readonly number[]
  /** The index of the selected system, once decided. */
  readonly selected?: number
}

/**
 * A selection at its beginning. Ask `kimNelsonRequest` which systems need replications, make them, and hand them to
 * `kimNelsonAdvance`; repeat until `selected` is there.
 *
 * The guarantee, for normal observations, independent from replication to replication: when the best mean is better than
 * all others by at least `indifference`, it is selected with probability at least `confidence`. It holds exactly for
 * `first-stage` (KN), under common random numbers too; for `updated` (KN++) asymptotically, as `indifference` goes to
 * zero, and in exchange it needs fewer replications (in slippage runs of 2 to 10 systems it kept a confidence of 0.9 from
 * 10 initial replications on, and missed it by two points with 5).
 *
 * Throws `InferenceError` (`argument-out-of-range`).
 *
 * Sources: S.-H. Kim, B. L. Nelson, "A fully sequential procedure for indifference-zone selection in simulation", ACM
 * Trans. Model. Comput. Simul. 11 (2001) 251–273, procedure KN with c = 1; S.-H. Kim, B. L. Nelson, "On the asymptotic
 * validity of fully sequential selection procedures for steady-state simulation", Oper. Res. 54 (2006) 475–488, KN++.
 *
 * @example
 * ```ts
 * let state = startKimNelson({ systems: 3, direction: 'minimise', indifference: 1, confidence: 0.95, initial: 20,
 *   variances: 'updated', independent: true })
 * while (state.selected === undefined) {
 *   const { systems, replications, from } = kimNelsonRequest(state)
 *   state = kimNelsonAdvance(state, systems.map((system) => simulate(system, from, replications)))
 * }
 * ```
 */
export function startKimNelson(design: KimNelsonDesign): KimNelsonState {
  requireGoal(design)
  requireCount('initial', design.initial, 2)
  if (design.variances !== 'first-stage' && design.variances !== 'updated')
    throw outOfRange('variances', design.variances, `'first-stage' or 'updated'`)
  const k = design.systems
  return {
    design,
    survivors: Array.from({ length: k }, (_, i) => i),
    replications: 0,
    means: new Array<number>(k).fill(0),
    used: new Array<number>(k).fill(0),
    differences: new Array<number>(k * k).fill(0),
  }
}

/** The replications that a selection needs next. */
export interface ReplicationRequest {
  /** The systems to run, rising; none when the selection is decided. */
  readonly systems: readonly number[]
  /** The index of the first replication to run, from 0; a name for its random numbers. */
  readonly from: number
  /** The least number of replications of each; more may be made and handed over at once. */
  readonly replications: number
}

/** What has to be simulated next. */
export function kimNelsonRequest({ design, survivors, replications, selected }: KimNelsonState): ReplicationRequest {
  if (selected !== undefined) return { systems: [], from: replications, replications: 0 }
  return { systems: survivors, from: replications, replications: Math.max(1, design.initial - replications) }
}

/**
 * Takes in observations: one row per system of the request, in its order, all equally long. Every replication is a stage
 * of its own, screened in order, so the answer does not depend on how many come at once; those after the decision, and
 * those of a system already screened out, are left unused.
 *
 * Throws `InferenceError` (`shape-mismatch`, `observation-invalid`).
 */
export function kimNelsonAdvance(
  state: KimNelsonState,
  observations: readonly (readonly number[] | Float64Array)[],
): KimNelsonState {
  const { design } = state
  const k = design.systems
  const rows = state.survivors
  if (state.selected !== undefined) return state
  const count = observations[0]?.length ?? 0
  if (observations.length !== rows.length || count === 0 || observations.some((row) => row.length !== count))
    throw new InferenceError(
      'shape-mismatch',
      `${observations.length} rows of observations; expected ${rows.length}, one per surviving system, equally long and not empty`,
    )
  for (let a = 0; a < rows.length; a++)
    for (let j = 0; j < count; j++) requireObservation(observations[a]![j]!, rows[a]!, state.replications + j)

  const rowOf = new Map(rows.map((system, row) => [system, row]))
  const means = [...state.means]
  const used = [...state.used]
  const differences = [...state.differences]
  let survivors: readonly number[] = rows
  let r = state.replications
  for (let j = 0; j < count && survivors.length > 1; j++) {
    r++
    const learning = design.variances === 'updated' || r <= design.initial
    for (let a = 0; learning && a < survivors.length; a++)
      for (let b = a + 1; b < survivors.length; b++) {
        const i = survivors[a]!
        const l = survivors[b]!
        // Welford's update of the difference, against the means before this replication.
        const d = observations[rowOf.get(i)!]![j]! - observations[rowOf.get(l)!]![j]! - (means[i]! - means[l]!)
        differences[i * k + l]! += (d * d * (r - 1)) / r
      }
    for (const i of survivors) {
      means[i]! += (observations[rowOf.get(i)!]![j]! - means[i]!) / r
      used[i] = r
    }
    if (r >= design.initial) survivors = screen(design, survivors, r, means, differences)
  }
  const next = { design, survivors, replications: r, means, used, differences }
  return survivors.length === 1 ? { ...next, selected: survivors[0]! } : next
}

/** The survivors of stage r; when sampling has reached its end, the one of the best mean. */
function screen(
  design: KimNelsonDesign,
  survivors: readonly number[],
  r: number,
  means: readonly number[],
  differences: readonly number[],
): readonly number[] {
  const { systems: k, indifference, direction } = design
  const sign = direction === 'maximise' ? 1 : -1
  const freedom = (design.variances === 'updated' ? r : design.initial) - 1
  const square = squaredConstant(design, freedom)
  const out = new Set<number>()
  let longest = 0
  for (let a = 0; a < survivors.length; a++)
    for (let b = a + 1; b < survivors.length; b++) {
      const i = survivors[a]!
      const l = survivors[b]!
      const bound = (square * (differences[i * k + l]! / freedom)) / indifference ** 2
      longest = Math.max(longest, Math.floor(bound))
      const width = Math.max(0, (indifference / (2 * r)) * (bound - r))
      const lead = sign * (means[i]! - means[l]!)
      if (lead < -width) out.add(i)
      else if (lead > width) out.add(l)
    }
  const kept = survivors.filter((i) => !out.has(i))
  if (kept.length === 1 || r <= longest) return kept
  return [kept.reduce((best, i) => (sign * means[i]! > sign * means[best]! ? i : best))]
}

/** h² = 2·η·f with η = ½((2β)^(−2/f) − 1), β the probability of error granted to each comparison with the best. */
function squaredConstant({ systems, confidence, independent }: KimNelsonDesign, freedom: number): number {
  const others = systems - 1
  const error = independent ? 1 - portableExp(portableLog(confidence) / others) : (1 - confidence) / others
  return freedom * (portableExp((-2 / freedom) * portableLog(2 * error)) - 1)
}
