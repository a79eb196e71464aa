import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Measurement } from '../scripts/measure.ts'
import type { ForecastTimes } from './flow-forecast.ts'
import { type QueuePeer, queuePeers } from './flow-peers.ts'
import { nameOf, type Queue, queues, runQueue } from './flow-queue.ts'
import { runStudy, urgentCare, warmUp } from './flow-study.ts'
import type { ThreadsOutcome } from './flow-threads.ts'

const rounds = 5
const customers = 1_000_000

/** Queues against other programs, studies and forecasts by themselves, threads, and memory. */
export async function bench(): Promise<Measurement[]> {
  return [...againstPeers(rounds, customers), study(), ...forecasts(), threads(), ...memory(10_000_000)]
}

/**
 * Customers per second of CPU time with a record of each, ours and theirs in turn: another user of the machine weighs
 * on both sides of a ratio.
 */
export function againstPeers(rounds: number, customers: number): Measurement[] {
  const { peers, skipped } = queuePeers()
  const rows = queues.flatMap((queue) => {
    // Until V8 has optimised what it is going to; the others have nothing to warm up.
    for (let run = 0; run < 8; run++) runQueue(queue, customers / 2, 0)
    const pairs = Array.from({ length: rounds }, (_, round) => ({
      our: runQueue(queue, customers, round + 1),
      their: peers.map((peer) => peer.run(queue, peer.customers, round + 1)),
    }))
    const our = pairs.map(({ our }) => customers / our.seconds)
    const waits = pairs.map(({ our }) => our.wait)
    const own: Measurement = {
      name: `flow: ${nameOf(queue)}`,
      value: Math.round(median(our)),
      unit: 'customers/s',
      note: `records of all; mean wait ${mean(waits).toPrecision(4)}`,
    }
    return [
      own,
      ...peers.map((peer, p) =>
        compare(
          queue,
          peer,
          our,
          pairs.map(({ their }) => their[p]!),
        ),
      ),
    ]
  })
  return [
    ...rows,
    ...skipped.map((why) => ({
      name: `flow: ${why.split(':')[0]}`,
      value: Number.NaN,
      unit: '1',
      note: `skipped: ${why}`,
    })),
  ]
}

function compare(
  queue: Queue,
  peer: QueuePeer,
  our: readonly number[],
  their: readonly ReturnType<QueuePeer['run']>[],
): Measurement {
  const rates = their.map(({ customers, seconds }) => customers / seconds)
  const ratio = median(our.map((rate, round) => rate / rates[round]!))
  return {
    name: `flow: ${nameOf(queue)}, times as fast as ${peer.name} ${their[0]!.version}`,
    value: Number(ratio.toFixed(1)),
    unit: '1',
    target: `≥ ${peer.target}`,
    met: ratio >= peer.target,
    note: `median of ${their.length} alternating pairs; ${peer.name} ${Math.round(median(rates)).toLocaleString('en-GB')} customers/s, mean wait ${mean(their.map(({ wait }) => wait)).toPrecision(4)}`,
  }
}

/** Replications of the urgent-care centre per second of one core. */
export function study(): Measurement {
  const replications = 1000
  warmUp()
  const rates = Array.from({ length: 7 }, (_, i) => replications / runStudy(replications, i * replications).cpu)
  const rate = median(rates)
  return {
    name: 'flow: urgent-care centre, 19 hours',
    value: Math.round(rate),
    unit: 'replications/s',
    target: '≥ 1,400',
    met: rate >= 1400,
    note: `processor time of one thread, all ${Object.keys(urgentCare.metrics).length} metrics; median of ${rates.length} studies of ${replications}`,
  }
}

/** A forecast from a live state on one thread and on two, in a process of its own, as where a department is forecast. */
export function forecasts(): Measurement[] {
  const words = [...process.execArgv, join(import.meta.dirname, 'flow-forecast.ts')]
  const seen = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as ForecastTimes
  return ([1, 2] as const).map((threads) => {
    const milliseconds = median(seen.times[threads])
    return {
      name: `flow: forecast from a live state, ForecastED, 1,000 futures of 8 hours, ${threads === 1 ? 'one thread' : 'two threads'}`,
      value: Number(milliseconds.toFixed(1)),
      unit: 'ms',
      target: '≤ 50',
      met: milliseconds <= 50,
      note: `warm, by the clock; median of ${seen.times[threads].length}, fastest ${Math.min(...seen.times[threads]).toFixed(1)}; ${seen.events.toFixed(0)} events a future`,
    }
  })
}

/** In a process of its own, so that nothing that ran before keeps a processor busy. */
export function threads(): Measurement {
  const words = [...process.execArgv, join(import.meta.dirname, 'flow-threads.ts')]
  const { ratio, ceiling, replications, rounds } = JSON.parse(
    execFileSync(process.execPath, words, { encoding: 'utf8' }),
  ) as ThreadsOutcome
  return {
    name: 'flow: two workers relative to one',
    value: Number(ratio.toFixed(3)),
    unit: '1',
    target: '≥ 1.9',
    met: ratio >= 1.9,
    note: `${replications} replications of the urgent-care centre, fastest of ${rounds} alternating rounds; two independent processes relative to one: ${ceiling.toFixed(3)}`,
  }
}

/** In processes of their own, whose greatest memory is told. */
export function memory(customers: number): Measurement[] {
  const most = { records: 1500, none: 200 }
  return (['records', 'none'] as const).map((what) => {
    const words = [...process.execArgv, join(import.meta.dirname, 'flow-memory.ts'), what, String(customers)]
    const { bytes, people } = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }))
    const megabytes = bytes / 1e6
    return {
      name: `flow: memory of ${(customers / 1e6).toLocaleString('en-GB')} million customers ${what === 'records' ? 'with' : 'without'} records`,
      value: Math.round(megabytes),
      unit: 'MB',
      target: `< ${most[what]}`,
      met: megabytes < most[what] && people === customers,
      note: 'the whole process',
    }
  })
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1]!
}

if (import.meta.main) console.table(await bench())
