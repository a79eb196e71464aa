import { isExponential, type PreparedDuration } from '../duration.ts'
import type { Desk } from './desks.ts'
import type { Code } from './instructions.ts'
import type { Claims, Line } from './lines.ts'
import type { Pool } from './pools.ts'

/** What the short way through a line needs to know, see `run/plain.ts`. */
export interface PlainLine {
  readonly claim: number
  readonly pool: number
  /** First lane of its desk, and how many lanes. */
  readonly lane: number
  readonly lanes: number
  /** The activity: set of durations, stream, and the instruction that follows. */
  readonly durations: number
  readonly stream: number
  readonly next: number
  /** Whether every class takes an exponential time without covariates. */
  readonly exponential: boolean
}

/**
 * The same lines, with what the short way needs where it may be taken: an activity by one unit of one pool of
 * interchangeable staff that nobody interrupts, in a line where people stay until they are served; and all that ask at its
 * desk do so.
 */
export function withPlainLines(
  lines: readonly Line[],
  program: {
    readonly claims: Claims
    readonly classes: number
    readonly code: Code
    readonly desks: readonly Desk[]
    readonly durations: readonly PreparedDuration[]
    readonly pools: readonly Pool[]
  },
): Line[] {
  const { claims, classes, code, desks, durations, pools } = program
  const alone = lines.map((line) => isPlain(line, claims, desks, pools))
  return lines.map((line) => {
    // All of one shape, which V8 likes.
    if (!lines.every((other) => other.desk !== line.desk || alone[other.index])) return { ...line, plain: undefined }
    const claim = line.options[0]!.from
    const desk = desks[line.desk]!
    const { a, b, next } = code.instructions[line.seizeAt + 1]!
    const plain: PlainLine = {
      claim,
      pool: claims.pool[claim]!,
      lane: desk.lane,
      lanes: desk.lanes,
      durations: a,
      stream: b,
      next,
      exponential: durations.slice(a * classes, (a + 1) * classes).every(isExponential),
    }
    return { ...line, plain }
  })
}

function isPlain(line: Line, claims: Claims, desks: readonly Desk[], pools: readonly Pool[]): boolean {
  const [option] = line.options
  const desk = desks[line.desk]!
  if (line.options.length > 1 || option!.to - option!.from > 1 || claims.amount[option!.from] !== 1) return false
  const pool = pools[claims.pool[option!.from]!]!
  return (
    line.activity &&
    !line.interruptible &&
    !line.preempts &&
    !line.baulking &&
    line.patience < 0 &&
    line.worsens < 0 &&
    line.limit === Number.POSITIVE_INFINITY &&
    desk.pools.length === 1 &&
    desk.rates.length === 0 &&
    pool.member < 0 &&
    pool.atChange !== 'overtime' &&
    pool.cohorts.length === 0 &&
    pool.fatigue === 0
  )
}
