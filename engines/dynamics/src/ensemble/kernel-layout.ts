import { freeMemory } from '../compile/wasm/tables.ts'

/** Where a kernel's memory has what, in bytes; every number is a pair, one of each lane. */
export interface KernelLayout {
  readonly states: number
  readonly parameters: number
  readonly observed: number
  /** Of the states: between the ends of a step; at its end; the largest sizes so far. */
  readonly stage: number
  readonly ending: number
  readonly largest: number
  /** Rates at the step's start and end, and behind them what is watched for changes of its sign. */
  readonly firstRates: number
  readonly lastRates: number
  /** Five vectors, one behind the other: see `Step.dense`. */
  readonly dense: number
  /** What else a method needs, one behind the other. */
  readonly own: readonly number[]
  readonly control: Readonly<Record<ControlName, number>>
  readonly work: number
}

/** What steers a method with error control, see `adaptive-code.ts`. */
const controlNames = [
  'time',
  'stop',
  /** When the next row is due. */
  'row',
  /** The step that error control would like; the longest allowed; the one last tried. */
  'next',
  'longest',
  'size',
  'after',
  'accepted',
  'error',
  'lastErrorPower',
  'least',
  'steps',
  'rejected',
  'mostSteps',
  'relativeTolerance',
  /** Tolerance of each state in its unit: this times the largest size it has had, plus 'least'. */
  'absolutePart',
  'failed',
  /** Something had another sign somewhere in the step than at its start; the step does not go far beyond this time. */
  'crossed',
  'approached',
  /** 1 where the matrix of the last step could be solved with; 1 where it has to be made anew. */
  'sound',
  'stale',
  /** Votes for the other method, votes against, how many it takes, and that they are enough. */
  'votes',
  'against',
  'patience',
  'change',
] as const
export type ControlName = (typeof controlNames)[number]

/** `own`: how many pairs each of a method's own vectors has. */
export function kernelLayout(
  counts: {
    readonly states: number
    readonly parameters: number
    readonly observed: number
    readonly watched: number
  },
  own: readonly number[],
): KernelLayout {
  let next = freeMemory
  const take = (count: number) => {
    const at = next
    next += 16 * count
    return at
  }
  const control = Object.fromEntries(controlNames.map((name) => [name, take(1)])) as Record<ControlName, number>
  return {
    control,
    states: take(counts.states),
    parameters: take(counts.parameters),
    observed: take(counts.observed),
    stage: take(counts.states),
    ending: take(counts.states),
    largest: take(counts.states),
    firstRates: take(counts.states + counts.watched),
    lastRates: take(counts.states + counts.watched),
    dense: take(5 * counts.states),
    own: own.map(take),
    work: next,
  }
}
