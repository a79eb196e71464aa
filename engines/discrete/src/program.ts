import { isExponential, type PreparedDuration } from './duration.ts'
import type { Pathway } from './pathway.ts'
import { type Desk, desksOf } from './program/desks.ts'
import { draftOf, type Scale } from './program/draft.ts'
import { type Code, codeOf } from './program/instructions.ts'
import { type Line, linesOf } from './program/lines.ts'
import { refuse } from './program/names.ts'
import { withPlainLines } from './program/plain-lines.ts'
import { type Pool, poolsOf } from './program/pools.ts'
import { type PreparedSource, sourcesOf } from './program/sources.ts'

/** A pathway compiled: names replaced by places in tables. Immutable; any number of runs share it. */
export interface Program extends Readonly<Code> {
  readonly pathway: Pathway
  readonly startsAt: number
  readonly levels: number
  readonly classPriority: Int32Array
  readonly attributes: number
  readonly streams: readonly string[]
  /** Of each stream: 1 where what is drawn from it are exponential times, else 0. */
  readonly exponential: Uint8Array
  /** Whose draws a stream tells apart: the sources, people who were there before, and units that fail. */
  readonly drawers: readonly string[]
  readonly sources: readonly PreparedSource[]
  /** The first instruction of each step. */
  readonly entries: Int32Array
  readonly lines: readonly Line[]
  readonly desks: readonly Desk[]
  /** The desk of each pool. */
  readonly deskOf: Int32Array
  /** What is counted as one; without members, the pathway's resources in their order. */
  readonly pools: readonly Pool[]
  /** The pool of each unit that can fail. */
  readonly unitPools: Int32Array
  /** Pool and amount of each claim. */
  readonly claimPool: Int32Array
  readonly claimAmount: Float64Array
  /** Columns in which a patient keeps what is held. */
  readonly columns: number
  readonly lanes: number
  /** Duration of set d for class k at d·classes + k. */
  readonly durations: readonly PreparedDuration[]
  readonly scales: readonly Scale[]
  /** Whether any pool keeps cohorts apart, or tires. */
  readonly cohorts: boolean
  readonly fatigue: boolean
  /** Whether staff come and go, or units fail, for ever. */
  readonly endless: boolean
}

/**
 * Compiles a pathway; what is wrong with it is a `DiscreteError` (`undeclared`, `invalid-pathway`) that names the step,
 * resource or source.
 */
export function compilePathway(pathway: Pathway): Program {
  const draft = draftOf(pathway)
  const { startsAt = 0 } = pathway
  if (!Number.isFinite(startsAt)) throw refuse(`the pathway starts at ${startsAt}`, pathway.name, 'a finite time')
  const classPriority = Int32Array.from(pathway.classes, ({ name, priority = 0 }) => {
    if (!Number.isInteger(priority) || priority < 0 || priority > 63)
      throw refuse(`class "${name}" has priority ${priority}`, name, 'an integer from 0 to 63')
    return priority
  })
  const levels = Math.max(...classPriority) + 1
  const pools = poolsOf(draft)
  const own = pathway.resources.map((_, r) => pools.flatMap((pool, i) => (pool.resource === r ? [i] : [])))
  const { deskOf, desks, lanes } = desksOf(pathway, levels, draft.resourceOf, own)
  const { lines, claims, columns } = linesOf(draft, pools, deskOf)
  const code = codeOf(draft)
  const { durations } = draft
  const classes = pathway.classes.length
  const sources = sourcesOf(draft)
  const plain = withPlainLines(lines, { claims, classes, code, desks, durations, pools })
  return {
    ...code,
    pathway,
    startsAt,
    levels,
    classPriority,
    attributes: pathway.attributes?.length ?? 0,
    streams: draft.streams,
    exponential: exponentialStreams(draft.streams, sources, plain),
    drawers: [...pathway.sources.map((s) => s.name), ' present', ' units'],
    sources,
    entries: draft.entries,
    lines: plain,
    desks,
    deskOf,
    pools,
    unitPools: Int32Array.from(pools.flatMap((pool, i) => (pool.breakdowns ? Array(pool.units).fill(i) : []))),
    claimPool: Int32Array.from(claims.pool),
    claimAmount: Float64Array.from(claims.amount),
    columns,
    lanes,
    durations,
    scales: draft.scales,
    cohorts: pools.some((pool) => pool.cohorts.length > 0),
    fatigue: pools.some((pool) => pool.fatigue > 0),
    endless: pools.some((pool) => pool.schedule.repeatEvery < Number.POSITIVE_INFINITY || pool.breakdowns),
  }
}

/** Those of arrivals by rates or exponential intervals, and of the short way's exponential activities. */
function exponentialStreams(
  streams: readonly string[],
  sources: readonly PreparedSource[],
  lines: readonly Line[],
): Uint8Array {
  const exponential = new Uint8Array(streams.length)
  for (const { arrivals, between, stream } of sources)
    if (arrivals.kind === 'rates' || (between && isExponential(between))) exponential[stream] = 1
  for (const { plain } of lines) if (plain?.exponential) exponential[plain.stream] = 1
  return exponential
}
