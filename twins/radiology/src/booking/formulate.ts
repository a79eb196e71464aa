import type { BookingProblem } from './problem.ts'
import type { LinearModel } from './solver.ts'

/** A demand of the problem that may clash with others, in words. */
export type Demand = string

/** A start that an exam may have. */
interface Start {
  readonly request: number
  readonly machine: number
  /** In grid steps from midnight. */
  readonly step: number
  readonly steps: number
}

export interface Formulation {
  readonly model: LinearModel
  /** The column of each start is its place. */
  readonly starts: readonly Start[]
  /** First column of the machines' ends, then of their overtimes; then the longest wait. */
  readonly ends: number
}

interface Row {
  readonly demand?: Demand
  readonly lower: number
  readonly upper: number
  readonly entries: readonly (readonly [number, number])[]
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(Math.round(minutes % 60)).padStart(2, '0')}`

/** The demands that can clash: every exam's, every machine's, the nurses' and the technologists'. */
export function demandsOf({ requests, machines, nurses, technologists }: BookingProblem): readonly Demand[] {
  return [
    ...requests.map((_, i) => examDemand(requests[i]!)),
    ...machines.map(machineDemand),
    ...(requests.some(({ contrast }) => contrast) ? [nurseDemand(nurses.count)] : []),
    ...(technologists === undefined ? [] : [technologistDemand(technologists)]),
  ]
}

const examDemand = ({ id, minutes, window, machines }: BookingProblem['requests'][number]): Demand =>
  `exam ${id}: ${minutes} min on ${machines.join(' or ')} between ${clock(window[0])} and ${clock(window[1])}`
const machineDemand = ({ code, from, latest }: BookingProblem['machines'][number]): Demand =>
  `machine ${code}: one exam at a time between ${clock(from)} and ${clock(latest)}, not while it is taken`
const nurseDemand = (count: number): Demand => `contrast nurses: ${count} at once`
const technologistDemand = (count: number): Demand => `technologists: ${count} machines at once`

/**
 * The problem as a time-indexed program: one whole column per exam, machine and start. `without` leaves demands out,
 * to find out which of them clash.
 */
export function formulate(problem: BookingProblem, without: ReadonlySet<Demand> = new Set()): Formulation {
  const { grid, requests, machines, nurses, technologists, costs } = problem
  const up = (minutes: number) => Math.ceil(minutes / grid - 1e-9)
  const lead = up(nurses.minutes)
  const starts: Start[] = []
  const rows: Row[] = []
  const columns: LinearModel['columns'][number][] = []
  const far = Math.max(...machines.map(({ latest }) => latest), ...requests.map(({ window }) => window[1]))
  const horizon = Math.ceil(far / grid)

  for (const [r, request] of requests.entries()) {
    const steps = up(request.minutes)
    for (const [m, machine] of machines.entries()) {
      if (!request.machines.includes(machine.code)) continue
      const free = without.has(machineDemand(machine))
      const [open, shut] = free ? [0, horizon] : [up(machine.from), Math.floor(machine.latest / grid)]
      for (
        let step = Math.max(open, up(request.window[0]));
        step + steps <= Math.min(shut, Math.floor(request.window[1] / grid));
        step++
      ) {
        const [from, until] = [step * grid, (step + steps) * grid]
        if (!free && machine.taken.some(([a, b]) => a < until && b > from)) continue
        starts.push({ request: r, machine: m, step, steps })
        columns.push({ cost: request.weight * (from - request.window[0]), lower: 0, upper: 1, whole: true })
      }
    }
  }
  const ends = columns.length
  for (const { from, until, taken } of machines) {
    const last = Math.max(from, ...taken.map(([, b]) => Math.min(b, until)))
    columns.push({ cost: costs.idle, lower: last, upper: Number.POSITIVE_INFINITY, whole: false })
  }
  for (const _ of machines)
    columns.push({ cost: costs.overtime, lower: 0, upper: Number.POSITIVE_INFINITY, whole: false })
  columns.push({ cost: costs.longestWait, lower: 0, upper: Number.POSITIVE_INFINITY, whole: false })

  const byRequest: [number, number][][] = requests.map(() => [])
  const byMachineStep = new Map<number, [number, number][]>()
  const byNurseStep = new Map<number, [number, number][]>()
  const byStep = new Map<number, [number, number][]>()
  const put = (map: Map<number, [number, number][]>, key: number, column: number) => {
    const list = map.get(key)
    if (list) list.push([column, 1])
    else map.set(key, [[column, 1]])
  }
  for (const [column, { request, machine, step, steps }] of starts.entries()) {
    byRequest[request]!.push([column, 1])
    for (let s = step; s < step + steps; s++) {
      put(byMachineStep, machine * horizon + s, column)
      put(byStep, s, column)
    }
    if (requests[request]!.contrast) for (let s = step - lead; s < step; s++) put(byNurseStep, s, column)
  }
  for (const [r, entries] of byRequest.entries()) {
    rows.push({ demand: examDemand(requests[r]!), lower: 1, upper: 1, entries })
    const { weight, window } = requests[r]!
    const waits = entries.map(([column]): [number, number] => [
      column,
      -weight * (starts[column]!.step * grid - window[0]),
    ])
    if (costs.longestWait > 0)
      rows.push({ lower: 0, upper: Number.POSITIVE_INFINITY, entries: [[ends + 2 * machines.length, 1], ...waits] })
  }
  for (const [key, entries] of byMachineStep) {
    const machine = machines[Math.floor(key / horizon)]!
    if (entries.length > 1)
      rows.push({ demand: machineDemand(machine), lower: Number.NEGATIVE_INFINITY, upper: 1, entries })
  }
  const work: [number, number][][] = machines.map(() => [])
  const last = new Map<number, [number, number][]>()
  for (const [column, { request, machine, step, steps }] of starts.entries()) {
    work[machine]!.push([column, -steps * grid])
    const key = request * machines.length + machine
    if (!last.has(key)) last.set(key, [[ends + machine, 1]])
    last.get(key)!.push([column, -(step + steps) * grid])
  }
  // A machine's end is no earlier than the end of any of its exams, nor than all of its work from its opening on.
  for (const entries of last.values()) rows.push({ lower: 0, upper: Number.POSITIVE_INFINITY, entries })
  for (const [m, entries] of work.entries())
    if (!without.has(machineDemand(machines[m]!)))
      rows.push({ lower: machines[m]!.from, upper: Number.POSITIVE_INFINITY, entries: [[ends + m, 1], ...entries] })
  for (const [, entries] of byNurseStep)
    rows.push({ demand: nurseDemand(nurses.count), lower: Number.NEGATIVE_INFINITY, upper: nurses.count, entries })
  if (technologists !== undefined)
    for (const [, entries] of byStep)
      rows.push({
        demand: technologistDemand(technologists),
        lower: Number.NEGATIVE_INFINITY,
        upper: technologists,
        entries,
      })
  for (const [m, { until }] of machines.entries())
    rows.push({
      lower: -until,
      upper: Number.POSITIVE_INFINITY,
      entries: [
        [ends + machines.length + m, 1],
        [ends + m, -1],
      ],
    })
  return {
    model: { columns, rows: rows.filter(({ demand }) => demand === undefined || !without.has(demand)) },
    starts,
    ends,
  }
}
