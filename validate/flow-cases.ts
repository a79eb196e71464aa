// Queues whose stationary means theory gives, for the validation of engines/discrete.
import type { Duration, FlowStatistics, Pathway } from '@counterpart/discrete'
import { erlangA, jackson, staysWithInterruption, waitOfMg1, waitOfMmc, waitsWithPriority } from './flow-exact.ts'
import { exponential, jacksonCase, jacksonNetwork, singleQueue } from './flow-queues.ts'
import { shown } from './flow-score.ts'

/** Stationary means of a pathway that theory gives. */
export interface StationaryCase {
  readonly name: string
  readonly pathway: Pathway
  /** Of the busiest resource; from 0.85 on the score counts instead of the relative error. */
  readonly utilisation: number
  /** Of one replication, in the pathway's time: the first part is forgotten. */
  readonly warmUp: number
  readonly length: number
  readonly expected: readonly Expected[]
}

export interface Expected {
  readonly name: string
  readonly read: (statistics: FlowStatistics) => number
  readonly exact: number
  /** As printed in the literature, where it was. */
  readonly published?: number
}

export function stationaryCases(): readonly StationaryCase[] {
  return [...poissonServers(), ...generalServices(), ...priorities(), ...patience(), network()]
}

const wait = (s: FlowStatistics) => s.lines.service!.all.mean
const waitOf = (i: number) => (s: FlowStatistics) => s.lines.service!.byClass[`class ${i}`]!.mean
const stayOf = (i: number) => (s: FlowStatistics) => s.stays[`class ${i}`]!.mean

/** Some hundred relaxation times of M/M/c, and a run many times as long. */
function spans(rate: number, service: number, servers: number) {
  const load = (rate * service) / servers
  const relaxation = service / servers / (1 - Math.sqrt(load)) ** 2
  return { warmUp: 20 * (relaxation + service), length: Math.max(400 * relaxation, 20_000 / rate) }
}

function poissonServers(): StationaryCase[] {
  const known: readonly (readonly [rate: number, service: number, servers: number, published: number])[] = [
    [1, 1 / 1.1, 1, 9.090909],
    [1.6, 1, 2, 1.777778],
    [45, 1, 50, 0.072773],
    [1 / 10, 3, 2, 0.069054],
    [1 / 6, 4, 2, 0.5],
    [1 / 4, 3, 1, 9],
    [1 / 5.5, 5, 3, 0.171715],
    [1 / 8, 4, 1, 4],
    [1 / 4, 10, 4, 2.132378],
  ]
  return known.map(([rate, service, servers, published]) => ({
    name: `M/M/${servers}, one every ${shown(1 / rate, 4)}, service ${shown(service, 4)}`,
    pathway: singleQueue([rate], exponential(service), servers),
    utilisation: (rate * service) / servers,
    ...spans(rate, service, servers),
    expected: [{ name: 'mean wait', read: wait, exact: waitOfMmc(rate, service, servers), published }],
  }))
}

function generalServices(): StationaryCase[] {
  const known: readonly (readonly [string, Duration, number, number, number, number])[] = [
    ['log-normal service', { kind: 'log-normal', mean: 5, standardDeviation: Math.SQRT2 }, 0.16, 5, 2, 10.8],
    ['constant service', { kind: 'constant', value: 1 }, 0.8, 1, 0, 2],
    ['gamma service of squared variation 4', { kind: 'gamma', shape: 0.25, scale: 4 }, 0.5, 1, 4, 2.5],
  ]
  return known.map(([name, service, rate, mean, variance, published]) => ({
    name: `M/G/1, ${name}`,
    pathway: singleQueue([rate], service, 1),
    utilisation: rate * mean,
    ...spans(rate, mean, 1),
    expected: [{ name: 'mean wait', read: wait, exact: waitOfMg1(rate, mean, variance), published }],
  }))
}

function priorities(): StationaryCase[] {
  const two = [0.2, 0.6]
  const five = [0.3, 0.9, 2.4, 1.2, 0.3].map((perHour) => perHour / 60)
  const kinds = (
    rates: readonly number[],
    service: number,
    servers: number,
    published: readonly number[][],
  ): StationaryCase[] => {
    const load = rates.reduce((sum, rate) => sum + rate, 0)
    const shape = { utilisation: (load * service) / servers, ...spans(load, service, servers) }
    const waits = waitsWithPriority(rates, service, servers)
    const stays = staysWithInterruption(rates, service, servers)
    const name = `M/M/${servers}, ${rates.length} classes`
    const asPrinted = (table: number, i: number) => ({ published: published[table]?.[i] })
    return [
      {
        name: `${name} without interruption`,
        pathway: singleQueue(rates, exponential(service), servers),
        ...shape,
        expected: waits.map((exact, i) => ({
          name: `mean wait of class ${i + 1}`,
          read: waitOf(i),
          exact,
          ...asPrinted(0, i),
        })),
      },
      {
        name: `${name} with interruption`,
        pathway: singleQueue(rates, exponential(service), servers, { preemption: true }),
        ...shape,
        expected: stays.map((exact, i) => ({
          name: `mean stay of class ${i + 1}`,
          read: stayOf(i),
          exact,
          ...asPrinted(1, i),
        })),
      },
    ]
  }
  return [
    ...kinds(two, 1, 1, [
      [1, 5],
      [1.25, 6.25],
    ]),
    ...kinds(five, 60, 6, [[6.5689, 8.2112, 19.5016, 78.0063, 208.0167]]),
  ]
}

function patience(): StationaryCase[] {
  const known = [
    [6, 1, 5, 2, 0.226387, 2.716639, 0.928336],
    [10, 1, 10, 4, 0.08377, 3.350793, 0.91623],
  ] as const
  return known.map(([rate, service, servers, patience, leaving, length, utilisation]) => {
    const exact = erlangA(rate, service, servers, patience)
    return {
      name: `Erlang-A, ${rate} an hour, ${servers} servers, patience ${patience}`,
      pathway: singleQueue([rate], exponential(service), servers, {}, { patience: exponential(patience) }),
      utilisation: exact.utilisation,
      warmUp: 100,
      length: 20_000 / rate,
      expected: [
        {
          name: 'share that leaves',
          read: (s) =>
            s.lines.service!.all.leftWaiting / (s.lines.service!.all.leftWaiting + s.lines.service!.all.count),
          exact: exact.leaving,
          published: leaving,
        },
        { name: 'mean in line', read: (s) => s.lines.service!.meanLength, exact: exact.length, published: length },
        {
          name: 'utilisation',
          read: (s) => s.resources.staff!.utilisation,
          exact: exact.utilisation,
          published: utilisation,
        },
      ],
    }
  })
}

function network(): StationaryCase {
  const { outside, routing, services, servers } = jacksonCase
  const exact = jackson(outside, routing, services, servers)
  const published = [0.133333, 0.054583, 0.195747]
  return {
    name: 'Jackson network of three nodes',
    pathway: jacksonNetwork(),
    utilisation: Math.max(...exact.rates.map((rate, i) => (rate * services[i]!) / servers[i]!)),
    warmUp: 100,
    length: 2000,
    expected: [
      ...exact.waits.map((value, i) => ({
        name: `mean wait at node ${i}`,
        read: (s: FlowStatistics) => s.lines[`node ${i}`]!.all.mean,
        exact: value,
        published: published[i]!,
      })),
      { name: 'mean present', read: (s) => s.meanPresent, exact: exact.present, published: 7.845843 },
      { name: 'mean stay', read: (s) => s.stays.any!.mean, exact: exact.stay, published: 0.784584 },
    ],
  }
}
