import {
  compilePathway,
  type Duration,
  type Pathway,
  type Resource,
  Run,
  type Stay,
  statisticsOf,
} from '@counterpart/discrete'
import { allocateBudget, replicationIntervals } from '@counterpart/inference'
import type { Measurement } from '../scripts/measure.ts'
import { singleQueue } from './flow-queues.ts'

type Taking = Parameters<typeof singleQueue>[4]

/** Numbers that a simulation without chance gives, and what was published. */
interface Replay {
  readonly name: string
  readonly found: readonly number[]
  readonly published: readonly number[]
}

/** Published schedules, interruptions, overtime, patience, ties, budgets and intervals, without any chance in them. */
export function validate(): readonly Measurement[] {
  const exact = [...shifts(), ...lines(), ...interruptions(), allocation()].map((replay) => row(replay, 0))
  return [...exact, ...intervals().map((replay) => row(replay, 1e-12))]
}

function row({ name, found, published }: Replay, tolerance: number): Measurement {
  const apart = published.map((value, i) => Math.abs(found[i]! - value) / Math.max(1, Math.abs(value)))
  const worst = found.length === published.length ? Math.max(...apart) : Number.NaN
  return {
    name,
    value: worst,
    unit: '1',
    target: tolerance === 0 ? 'exact' : `≤ ${tolerance}`,
    met: worst <= tolerance,
    note: found.length > 6 ? `${found.length} numbers` : found.map((value) => Number(value.toPrecision(12))).join(', '),
  }
}

const constant = (value: number): Duration => ({ kind: 'constant', value })
const list = (...values: number[]): Duration => ({ kind: 'list', values })
const every = (count: number, from: number, by = 1) => Array.from({ length: count }, (_, i) => from + i * by)

/** Everybody's stays when people of each class come at these times, the first class first. */
function replay(
  times: readonly (readonly number[])[],
  service: Duration | { readonly byClass: Readonly<Record<string, Duration>> },
  resource: Partial<Resource>,
  taking: Taking = {},
): { readonly run: Run; readonly stays: readonly Stay[] } {
  const base = singleQueue(
    times.map(() => 1),
    constant(1),
    1,
    resource,
    { ...taking, duration: service },
  )
  const sources = times.map((own, i): Pathway['sources'][number] => ({
    ...base.sources[i]!,
    arrivals: { kind: 'times', times: own },
  }))
  const run = new Run(compilePathway({ ...base, sources }), { records: true })
  run.advance({ until: 200 })
  return { run, stays: Array.from({ length: run.records!.length }, (_, i) => run.records!.at(i)) }
}

function shifts(): Replay[] {
  const ended = (['restart', 'resume', 'resample'] as const).map((interrupted) => {
    const schedule = [5, 9, 100].map((at, i) => ({ at, capacity: [0, 1, 1][i]! }))
    const { stays } = replay([[1]], list(10, 20), { schedule, atChange: 'interrupt' }, { interrupted })
    return [stays[1]!.begun - stays[0]!.queued, stays[1]!.ended]
  })
  const fourth = [
    { at: 12.5, capacity: 0 },
    { at: 17, capacity: 1 },
  ]
  const goneOn = replay([every(4, 3, 3)], constant(10), { capacity: 4, schedule: fourth, atChange: 'interrupt' })
  const overtime = replay([[1, 1, 1, 9, 9, 12]], list(5, 7, 9, 4, 5, 5), {
    capacity: 3,
    schedule: [
      { at: 7, capacity: 2 },
      { at: 11, capacity: 1 },
      { at: 20, capacity: 1 },
    ],
    atChange: 'overtime',
  })
  const shiftEnd = (begun: number) => [7, 11, 20].find((end) => end > begun)!
  const worked = overtime.stays.slice(0, 5).map(({ begun, ended }) => Math.max(0, ended - shiftEnd(begun)))
  return [
    {
      name: 'Ciw: shift ends at 5 and begins at 9, wait and end with restart, resume, resample',
      found: ended.flat(),
      published: [8, 19, 8, 15, 8, 29],
    },
    {
      name: 'Ciw: four interrupted at 12.5, last parts of the first two',
      found: goneOn.stays
        .filter(({ outcome }) => outcome === 'served')
        .slice(0, 2)
        .map(({ begun, ended }) => ended - begun),
      published: [0.5, 3.5],
    },
    {
      name: 'Ciw: overtime of five, and its mean',
      found: [...worked, statisticsOf(overtime.run).resources.staff!.overtime / 5],
      published: [0, 1, 3, 2, 3, 1.8],
    },
  ]
}

function lines(): Replay[] {
  const { stays } = replay([every(4, 7, 7)], constant(11), {}, { patience: constant(3) })
  const left = stays.filter(({ outcome }) => outcome === 'left-waiting')
  const turned = replay([every(100, 1)], constant(1.5), {}, { lineLimit: 0 }).stays
  const served = turned.filter(({ outcome }) => outcome === 'served')
  const ties = replay([every(10, 0)], constant(1), {}, { lineLimit: 0 }).stays
  return [
    {
      name: 'Ciw: patience of 3, who leaves, when, after which wait',
      found: left.flatMap(({ number, queued, ended }) => [number + 1, ended, ended - queued]),
      published: [2, 17, 3, 4, 31, 3],
    },
    {
      name: 'simmer: no line, served, turned away, end',
      found: [served.length, turned.length - served.length, served.at(-1)!.ended],
      published: [50, 50, 100.5],
    },
    {
      name: 'simmer: release comes before seize at one instant, served of ten',
      found: [ties.filter(({ outcome }) => outcome === 'served').length],
      published: [10],
    },
  ]
}

function interruptions(): Replay[] {
  const service = { byClass: { 'class 0': constant(4), 'class 1': constant(5) } }
  const waits = replay([[7.5], [1.5, 5]], service, {}).stays.map(({ begun, queued }) => begun - queued)
  const coming = [
    [2, 3],
    [0, 0],
  ]
  const { stays } = replay(coming, constant(10), { preemption: true }, { lineLimit: 2, whenFull: 'displace' })
  // By class of low priority first, then by number, as published: 30, 3 (turned away), 12, 22.
  const ends = stays
    .filter(({ outcome }) => outcome !== 'interrupted')
    .toSorted((a, b) => b.class - a.class || a.number - b.number)
  return [
    { name: 'Ciw: priority without interruption, waits', found: waits, published: [0, 1.5, 4] },
    {
      name: 'simmer: interruption and a line of two, when each is gone',
      found: ends.map(({ ended }) => ended),
      published: [30, 3, 12, 22],
    },
    {
      name: 'simmer: of them turned away, by place',
      found: ends.flatMap(({ outcome }, i) => (outcome === 'turned-away' ? [i] : [])),
      published: [1],
    },
  ]
}

function allocation(): Replay {
  return {
    name: 'OCBA: a hundred more replications among five',
    found: allocateBudget({
      means: [1.2, 2.1, 3.4, 4.87, 6.05],
      variances: [3.3, 2, 4.5, 5.3, 6.9],
      replications: [12, 6, 5, 5, 4],
      budget: 100,
      direction: 'minimise',
    }),
    published: [48, 38, 11, 2, 1],
  }
}

/** Twenty replications published with pydesrap_mms (MIT): mean, standard deviation, interval and precision after n. */
function intervals(): Replay[] {
  const observed = [
    9.842379990825465, 10.060423560536304, 9.925089673744292, 9.938503720153147, 10.016611116790997, 9.883800932020227,
    10.040555259165185, 10.086612424440187, 10.202806309000646, 10.093238146039786, 10.082693576415949,
    9.895606898184578, 9.808885513355504, 9.932816012126937, 10.165898811805276, 9.97527206509048, 9.80931192832356,
    9.988073964553942, 9.801716381189982, 9.92338975169577,
  ]
  const published: readonly (readonly number[])[] = [
    [3, 9.942631075035354, 0.11007508865543447, 9.669189396185518, 10.216072753885191, 0.02750194357873877],
    [5, 9.956601612410042, 0.08477507350159925, 9.851339455698028, 10.061863769122056, 0.010572096866948431],
    [9, 9.999642554075162, 0.1128839371604415, 9.91287227877846, 10.086412829371865, 0.00867733769757002],
    [15, 9.998394796306966, 0.11859147043224914, 9.932721028994578, 10.064068563619355, 0.0065684310982244845],
    [20, 9.973684301772911, 0.11818464860447063, 9.918372183608344, 10.028996419937478, 0.0055458059921482256],
  ]
  const all = replicationIntervals(observed)
  return published.map(([n, ...figures]) => {
    const { mean, standardDeviation, halfWidth, relativeHalfWidth } = all[n! - 1]!
    return {
      name: `pydesrap_mms: mean, deviation, interval and precision after ${n} replications`,
      found: [mean, standardDeviation, mean - halfWidth, mean + halfWidth, relativeHalfWidth],
      published: figures,
    }
  })
}
