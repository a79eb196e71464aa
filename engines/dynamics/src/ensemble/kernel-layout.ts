import { freeMemory } from '../compile/wasm/tables.ts'

/** Where a kernel's memory has what, in bytes; every number is a pair, one of each lane. */
export interface KernelLayout {
  readonly states: number
  readonly parameters: number
  readonly observed: number
  /** Stages, then what a method needs besides. */
  readonly vectors: readonly number[]
  readonly control: Readonly<Record<ControlName, number>>
  readonly work: number
}

/** What steers a method with error control, see `dormand-prince.ts`. */
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
] as const
export type ControlName = (typeof controlNames)[number]

/** `vectors`: how many of as many pairs as there are states. */
export function kernelLayout(
  counts: { readonly states: number; readonly parameters: number; readonly observed: number },
  vectors: number,
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
    vectors: Array.from({ length: vectors }, () => take(counts.states)),
    work: next,
  }
}
