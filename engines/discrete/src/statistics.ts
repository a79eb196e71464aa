import { CLASS_SUMS, WAIT_SUMS } from './layout.ts'
import type { Run } from './run.ts'

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
  readonly baulked: number
}

/** Time averages of units. `utilisation` is busy over capacity, NaN without capacity. */
export interface UseStatistics {
  readonly busy: number
  readonly capacity: number
  readonly utilisation: number
  /** Total unit-time worked by outgoing staff. */
  readonly overtime: number
}

/** What happened since the start or the last `resetStatistics`; while no time has passed, time averages are what is now. */
export interface FlowStatistics {
  readonly span: number
  readonly resources: Readonly<
    Record<
      string,
      UseStatistics & {
        /** Of a resource with members, by name; with the breaks that could not be taken. */
        readonly members?: Readonly<Record<string, UseStatistics & { readonly missedBreaks: number }>>
      }
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

/** Reads the statistics of a run as they are now. */
export function statisticsOf(run: Run): FlowStatistics {
  const { program, state } = run
  const { layout, now, sums } = state
  const { classes } = program.pathway
  const since = sums[layout.presentSums + 2]!
  const span = now - since
  const resources = Object.fromEntries(program.pathway.resources.map(({ name }, r) => [name, useOf(run, r, span)]))
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
    const meanLength = average(sums[at]! + (now - sums[at + 1]!) * state.waiting[l]!, span, state.waiting[l]!)
    lines[line.name] = { meanLength, all: waits(total), byClass }
  }
  const stays: Record<string, FlowStatistics['stays'][string]> = {}
  for (const [k, { name }] of classes.entries()) {
    const at = layout.classSums + CLASS_SUMS * k
    stays[name] = { ...durations(sums[at]!, sums[at + 1]!, sums[at + 2]!), longest: sums[at + 3]! }
  }
  const present = sums[layout.presentSums]! + (now - sums[layout.presentSums + 1]!) * state.present
  return { span, resources, lines, stays, meanPresent: average(present, span, state.present) }
}

const average = (integral: number, span: number, now: number): number => (span > 0 ? integral / span : now)

function useOf({ program, state }: Run, resource: number, span: number): FlowStatistics['resources'][string] {
  const members: Record<string, UseStatistics & { readonly missedBreaks: number }> = {}
  const total = { busy: 0, capacity: 0, overtime: 0 }
  for (const [p, pool] of program.pools.entries()) {
    if (pool.resource !== resource) continue
    const at = 4 * p
    const rest = state.now - state.sums[at + 3]!
    const busy = average(state.sums[at]! + rest * state.busy[p]!, span, state.busy[p]!)
    const capacity = average(state.sums[at + 1]! + rest * state.capacity[p]!, span, state.capacity[p]!)
    const overtime = state.sums[at + 2]! + rest * state.outgoing[p]!
    total.busy += busy
    total.capacity += capacity
    total.overtime += overtime
    if (pool.member >= 0)
      members[pool.name] = { ...use(busy, capacity, overtime), missedBreaks: state.missedBreaks[p]! }
  }
  const all = use(total.busy, total.capacity, total.overtime)
  return Object.keys(members).length > 0 ? { ...all, members } : all
}

const use = (busy: number, capacity: number, overtime: number): UseStatistics => ({
  busy,
  capacity,
  utilisation: capacity > 0 ? busy / capacity : Number.NaN,
  overtime,
})

const waits = (sums: Float64Array): WaitStatistics => ({
  ...durations(sums[0]!, sums[1]!, sums[2]!),
  leftWaiting: sums[3]!,
  turnedAway: sums[4]!,
  interrupted: sums[5]!,
  baulked: sums[6]!,
})

const durations = (count: number, sum: number, squares: number): DurationStatistics => ({
  count,
  mean: sum / count,
  variance: count > 1 ? Math.max(0, squares - (sum * sum) / count) / (count - 1) : Number.NaN,
})
