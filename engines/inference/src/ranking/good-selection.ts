import { InferenceError } from '../errors.ts'
import { rinottConstant, screeningConstant } from './selection-constants.ts'
import { outOfRange, requireCount, requireGoal, requireObservation, type SelectionGoal } from './selection-goal.ts'

/** A selection whose replications are made in large batches by any number of workers. */
export interface GoodSelectionDesign extends SelectionGoal {
  /** Replications of every system in the first stage, 3 or more; 20 or more is advised. */
  readonly initial: number
  /** Rounds of screening after the first stage, 0 or more. */
  readonly rounds: number
  /** The average batch of one system in one round, 1 or more. */
  readonly batch: number
}

/** Replications `from` … `from + replications − 1` of one system. */
export interface ReplicationJob {
  readonly system: number
  readonly from: number
  readonly replications: number
}

/** How far a good selection has come: plain data that can be stored and resumed. */
export interface GoodSelectionState {
  readonly design: GoodSelectionDesign
  /** The constants η of the screening and h of the final stage. */
  readonly constants: { readonly screening: number; readonly rinott: number }
  readonly stage: 'first' | 'screening' | 'final' | 'decided'
  /** Rounds of screening behind us. */
  readonly round: number
  readonly survivors: readonly number[]
  readonly sums: readonly number[]
  readonly used: readonly number[]
  /** Of the first stage; one per system. */
  readonly variances: readonly number[]
  /** Replications per round; one per system. */
  readonly batches: readonly number[]
  /** The index of the selected system, once decided. */
  readonly selected?: number
}

/**
 * The parallel good selection procedure at its beginning. Ask `goodSelectionJobs` for work, spread it over any workers,
 * hand the observations to `goodSelectionAdvance`, and repeat until `selected` is there.
 *
 * The guarantee, for normal observations that are independent between replications and between systems (no common
 * random numbers): with probability at least `confidence` the selected system's mean lies within `indifference` of the
 * best, however the means lie. Half of the permitted error goes to the screening, half to the final stage.
 *
 * The jobs depend on the observations of earlier stages only, and observations are added up in the order of their
 * replication numbers, so the answer is the same to the last bit for any number of workers, as long as replication r of
 * system i draws from a stream named by i and r.
 *
 * Throws `InferenceError` (`argument-out-of-range`).
 *
 * Source: E. C. Ni, D. F. Ciocan, S. G. Henderson, S. R. Hunter, "Efficient ranking and selection in high performance
 * computing environments", Oper. Res. 65 (2017) 821–836. Unlike there, every surviving pair is compared in a round, not
 * those of one worker only, since the latter would make the answer depend on who did what.
 *
 * @example
 * ```ts
 * let state = startGoodSelection({ systems: 100, direction: 'minimise', indifference: 1, confidence: 0.95, initial: 50,
 *   rounds: 10, batch: 100 })
 * while (state.selected === undefined)
 *   state = goodSelectionAdvance(state, goodSelectionJobs(state).map((job) => simulate(job)))
 * ```
 */
export function startGoodSelection(design: GoodSelectionDesign): GoodSelectionState {
  requireGoal(design)
  requireCount('initial', design.initial, 3)
  requireCount('rounds', design.rounds, 0)
  if (!(design.batch >= 1 && design.batch < Number.POSITIVE_INFINITY))
    throw outOfRange('batch', design.batch, 'a number of 1 or more')
  const zeros = new Array<number>(design.systems).fill(0)
  const probability = 1 - (1 - design.confidence) / 2
  const freedom = design.initial - 1
  return {
    design,
    constants: {
      screening: screeningConstant(design.systems, probability, freedom),
      rinott: rinottConstant(design.systems, probability, freedom),
    },
    stage: 'first',
    round: 0,
    survivors: zeros.map((_, i) => i),
    sums: zeros,
    used: zeros,
    variances: zeros,
    batches: zeros,
  }
}

/**
 * The work of this stage, by rising system; none when decided. `split` cuts jobs into pieces of at most so many
 * replications, for workers to share; the observations of the pieces are put together again before they are handed over.
 */
export function goodSelectionJobs(state: GoodSelectionState, split = Number.POSITIVE_INFINITY): ReplicationJob[] {
  if (!(split >= 1)) throw outOfRange('split', split, 'a number of 1 or more')
  const size = Math.floor(split)
  const jobs: ReplicationJob[] = []
  for (const system of state.survivors) {
    const from = state.used[system]!
    const end = from + needed(state, system)
    for (let first = from; first < end; first += size)
      jobs.push({ system, from: first, replications: Math.min(size, end - first) })
  }
  return jobs
}

/**
 * Takes in the observations of this stage: one row per job of `goodSelectionJobs(state, split)`, in its order, as long
 * as the job says; `split` as there.
 *
 * Throws `InferenceError` (`shape-mismatch`, `observation-invalid`).
 */
export function goodSelectionAdvance(
  state: GoodSelectionState,
  observations: readonly (readonly number[] | Float64Array)[],
  split = Number.POSITIVE_INFINITY,
): GoodSelectionState {
  if (state.selected !== undefined) return state
  const jobs = goodSelectionJobs(state, split)
  if (observations.length !== jobs.length)
    throw new InferenceError('shape-mismatch', `${observations.length} rows for ${jobs.length} jobs; expected as many`)
  const sums = [...state.sums]
  const used = [...state.used]
  const squares = new Float64Array(sums.length)
  jobs.forEach(({ system, from, replications }, j) => {
    const row = observations[j]!
    if (row.length !== replications)
      throw new InferenceError(
        'shape-mismatch',
        `${row.length} observations of system ${system} from replication ${from}; expected ${replications}`,
      )
    for (let r = 0; r < replications; r++) {
      requireObservation(row[r]!, system, from + r)
      // Welford's update; used by the first stage alone.
      if (used[system]! > 0) {
        const d = row[r]! - sums[system]! / used[system]!
        squares[system]! += (d * d * used[system]!) / (used[system]! + 1)
      }
      sums[system]! += row[r]!
      used[system]! += 1
    }
  })
  return afterStage({ ...state, sums, used }, squares)
}

function needed({ design, constants, stage, used, variances, batches }: GoodSelectionState, system: number): number {
  if (stage === 'first') return design.initial
  if (stage === 'screening') return batches[system]!
  if (stage === 'decided') return 0
  const total = Math.ceil((constants.rinott ** 2 * variances[system]!) / design.indifference ** 2)
  return Math.max(0, total - used[system]!)
}

function afterStage(state: GoodSelectionState, squares: Float64Array): GoodSelectionState {
  const { design, stage } = state
  if (stage === 'final') return decided(state)
  let next = state
  if (stage === 'first') {
    const variances = Array.from(squares, (s) => s / (design.initial - 1))
    const average = variances.reduce((sum, v) => sum + Math.sqrt(v), 0) / design.systems
    const batches = variances.map((v) =>
      average > 0 ? Math.max(1, Math.ceil((design.batch * Math.sqrt(v)) / average)) : 1,
    )
    next = { ...state, variances, batches, stage: 'screening' }
  } else next = { ...state, round: state.round + 1 }
  next = { ...next, survivors: screen(next) }
  if (next.survivors.length === 1) return decided(next)
  if (next.round < design.rounds) return next
  next = { ...next, stage: 'final' }
  return goodSelectionJobs(next).length === 0 ? decided(next) : next
}

/** Those that no other survivor beats by more than the boundary a = η√((n₁ − 1)·τ(r̄)) of the pair. */
function screen(state: GoodSelectionState): readonly number[] {
  const { design, constants, survivors, sums, used, variances, batches } = state
  const sign = design.direction === 'maximise' ? 1 : -1
  const last = (i: number) => variances[i]! / (design.initial + design.rounds * batches[i]!)
  return survivors.filter((i) =>
    survivors.every((j) => {
      if (i === j) return true
      const behind = sign * (sums[j]! / used[j]! - sums[i]! / used[i]!)
      const now = variances[i]! / used[i]! + variances[j]! / used[j]!
      // Y < −a, multiplied by the variance of the difference so that variances of zero divide nothing.
      const boundary =
        now === 0 ? 0 : (constants.screening * Math.sqrt(design.initial - 1) * now) / Math.sqrt(last(i) + last(j))
      return behind <= boundary
    }),
  )
}

function decided(state: GoodSelectionState): GoodSelectionState {
  const { survivors, sums, used, design } = state
  const sign = design.direction === 'maximise' ? 1 : -1
  const value = (i: number) => (sign * sums[i]!) / used[i]!
  const selected = survivors.reduce((best, i) => (value(i) > value(best) ? i : best))
  return { ...state, stage: 'decided', selected }
}
