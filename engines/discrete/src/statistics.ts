import type { Run } from './run.ts'
import { CLASS_SUMS, WAIT_SUMS } from './state.ts'

/** Of a set of durations. `mean` and `variance` are NaN where there are too few. */
export interface DurationStatistics {
  readonly count: number
  readonly mean: number
  readonly variance: number
}

export interface WaitStatistics extends DurationStatistics {
  readonly leftWaiting: number
  readonly turnedAway: number
  readonly interrupted: number
}

/** What happened since the start or the last `resetStatistics`. */
export interface FlowStatistics {
  readonly span: number
  /** Time averages of units; `utilisation` is busy over capacity, NaN without capacity. */
  readonly resources: Readonly<
    Record<
      string,
      { readonly busy: number; readonly capacity: number; readonly utilisation: number; readonly overtime: number }
    >
  >
  /** By step where people wait: the mean number in line, and the waits of those served, by class and of all. */
  readonly lines: Readonly<
    Record<
      string,
      {
        readonly meanLength: number
        readonly all: WaitStatistics
        readonly byClass: Readonly<Record<string, WaitStatistics>>
      }
    >
  >
  /** Time in the pathway of those who left, by class. */
  readonly stays: Readonly<Record<string, DurationStatistics & { readonly longest: number }>>
  /** Mean number of people in the pathway. */
  readonly meanPresent: number
}

/** Reads the statistics of a run as they are now. Of resources, `overtime` is total unit-time worked by outgoing staff. */
export function statisticsOf(run: Run): FlowStatistics {
  const { program, state } = run
  const { layout, now, sums } = state
  const { classes, resources: declared } = program.pathway
  const since = sums[layout.presentSums + 2]!
  const span = now - since
  const resources: Record<string, FlowStatistics['resources'][string]> = {}
  for (const [r, { name }] of declared.entries()) {
    const rest = now - sums[4 * r + 3]!
    const busy = (sums[4 * r]! + rest * state.busy[r]!) / span
    const capacity = (sums[4 * r + 1]! + rest * state.capacity[r]!) / span
    const overtime = sums[4 * r + 2]! + rest * state.outgoing[r]!
    resources[name] = { busy, capacity, utilisation: capacity > 0 ? busy / capacity : Number.NaN, overtime }
  }
  const lines: Record<string, FlowStatistics['lines'][string]> = {}
  for (const [l, line] of program.lines.entries()) {
    const at = layout.lineSums + 2 * l
    const total = new Float64Array(WAIT_SUMS)
    const byClass: Record<string, WaitStatistics> = {}
    for (const [k, { name }] of classes.entries()) {
      const from = layout.waitSums + WAIT_SUMS * (l * classes.length + k)
      const own = sums.subarray(from, from + WAIT_SUMS)
      byClass[name] = waits(own)
      for (let i = 0; i < WAIT_SUMS; i++) total[i]! += own[i]!
    }
    const meanLength = (sums[at]! + (now - sums[at + 1]!) * state.waiting[l]!) / span
    lines[line.name] = { meanLength, all: waits(total), byClass }
  }
  const stays: Record<string, FlowStatistics['stays'][string]> = {}
  for (const [k, { name }] of classes.entries()) {
    const at = layout.classSums + CLASS_SUMS * k
    stays[name] = { ...durations(sums[at]!, sums[at + 1]!, sums[at + 2]!), longest: sums[at + 3]! }
  }
  const present = sums[layout.presentSums]! + (now - sums[layout.presentSums + 1]!) * state.present
  return { span, resources, lines, stays, meanPresent: present / span }
}

const waits = (sums: Float64Array): WaitStatistics => ({
  ...durations(sums[0]!, sums[1]!, sums[2]!),
  leftWaiting: sums[3]!,
  turnedAway: sums[4]!,
  interrupted: sums[5]!,
})

const durations = (count: number, sum: number, squares: number): DurationStatistics => ({
  count,
  mean: sum / count,
  variance: count > 1 ? Math.max(0, squares - (sum * sum) / count) / (count - 1) : Number.NaN,
})
