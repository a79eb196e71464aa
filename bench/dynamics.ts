import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { compile, simulate, simulateEnsemble } from '@counterpart/dynamics'
import type { Measurement } from '../scripts/measure.ts'
import { type BenchModel, benchModels } from './dynamics-models.ts'
import { ensembleOptions, options } from './dynamics-options.ts'
import { compilePeer, type Outcome, type Peer, type Task } from './dynamics-peer.ts'
import type { ThreadsOutcome } from './dynamics-threads.ts'

const rounds = 11
const trajectories = 10
const ensembleRounds = 5
const ensembleMembers = 1000

/** Times of single trajectories and ensembles against the same algorithms in C++ -O2, alternating in one run. */
export async function bench(): Promise<Measurement[]> {
  const { models, missing } = benchModels()
  const rows: Measurement[] = []
  for (const name of missing)
    rows.push({ name: 'dynamics: cell model', value: Number.NaN, unit: '1', note: `skipped: ${name}` })
  for (const model of models) {
    const peer = compilePeer(model)
    if (typeof peer === 'string') {
      rows.push({ name: `dynamics: ${model.name}`, value: Number.NaN, unit: '1', note: peer })
      continue
    }
    try {
      for (const method of [model.fixed, 'dormand-prince'] as const) {
        rows.push(single(model, peer, { method, members: trajectories, end: model.end, steps: 100 }))
        // Cells take an explicit method long, and fewer of them tell as much.
        const long = method === 'dormand-prince' && model.fixed === 'rush-larsen'
        const members = long ? ensembleMembers / 10 : ensembleMembers
        rows.push(ensemble(model, peer, { method, members, end: model.end * model.ensemblePart, steps: 10 }))
      }
    } finally {
      peer.remove()
    }
  }
  rows.push(threads(), memory())
  return rows
}

/** Some one after another, each by itself, so that the clock has something to measure. */
function single(of: BenchModel, peer: Peer, task: Task): Measurement {
  const machine = compile(of.system, [of.observed])
  const { given } = ensembleOptions(of, task)
  const ours = () => {
    const began = performance.now()
    let sum = 0
    let steps = 0
    for (const value of given[of.varied]!) {
      const { values, statistics } = simulate(machine, { ...options(of, task), given: { [of.varied]: value } })
      for (const observed of values) sum += observed
      steps += statistics.steps
    }
    return { seconds: (performance.now() - began) / 1000, sum, steps }
  }
  // Until V8 has optimised what it is going to.
  const warm = performance.now() + 1000
  while (performance.now() < warm) ours()
  return compare(`one trajectory, ${of.name}, ${task.method}`, rounds, 1.5, task, ours, () => peer.run(task))
}

function ensemble(of: BenchModel, peer: Peer, task: Task): Measurement {
  const ours = () => {
    const began = performance.now()
    const { values } = simulateEnsemble(of.system, ensembleOptions(of, task))
    return { seconds: (performance.now() - began) / 1000, sum: values.reduce((a, b) => a + b, 0) }
  }
  const name = `ensemble of ${task.members}, ${of.name}, ${task.method}`
  return compare(name, ensembleRounds, 1.1, task, ours, () => peer.run(task))
}

type Run = () => Outcome

/** Pairs, so that a busy moment of the machine weighs on both sides of a ratio. */
function compare(name: string, rounds: number, most: number, task: Task, ours: Run, theirs: Run): Measurement {
  const ratios: number[] = []
  const seconds: number[] = []
  let apart = 0
  let steps = ''
  for (let round = 0; round < rounds; round++) {
    const our = ours()
    const their = theirs()
    ratios.push(our.seconds / their.seconds)
    seconds.push(our.seconds / task.members)
    apart = Math.abs(our.sum / their.sum - 1)
    if (our.steps !== undefined) steps = `; ${our.steps} steps, C++ ${their.steps}`
  }
  const ratio = median(ratios)
  return {
    name: `dynamics: time relative to C++ -O2, ${name}`,
    value: Number(ratio.toFixed(3)),
    unit: '1',
    target: `≤ ${most}`,
    met: ratio <= most && apart < 1e-3,
    note: `median of ${rounds} alternating pairs; ${(median(seconds) * 1000).toPrecision(3)} ms a trajectory; results ${apart.toExponential(0)} apart${steps}`,
  }
}

/** In a process of its own, so that nothing that ran before keeps a processor busy. */
function threads(): Measurement {
  const out = execFileSync(process.execPath, [join(import.meta.dirname, 'dynamics-threads.ts')], { encoding: 'utf8' })
  const { ratio, ceiling, members, rounds } = JSON.parse(out) as ThreadsOutcome
  return {
    name: 'dynamics: two workers relative to one',
    value: Number(ratio.toFixed(3)),
    unit: '1',
    target: '≥ 1.9',
    met: ratio >= 1.9,
    note: `ensemble of ${members}, fastest of ${rounds} alternating rounds; two C++ processes relative to one: ${ceiling}`,
  }
}

/** In a process of its own, whose greatest memory before and after is what the ensemble took. */
function memory(): Measurement {
  const out = execFileSync(process.execPath, [join(import.meta.dirname, 'dynamics-memory.ts')], { encoding: 'utf8' })
  const { taken, held } = JSON.parse(out) as { taken: number; held: number }
  const most = 2 * held + 50e6
  return {
    name: 'dynamics: memory of an ensemble',
    value: Number((taken / 1e6).toFixed(1)),
    unit: 'MB',
    target: `≤ ${(most / 1e6).toFixed(1)}`,
    met: taken <= most,
    note: `twice the ${(held / 1e6).toFixed(1)} MB of its members' states and parameters, plus 50`,
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1]!
}

if (import.meta.main) console.table(await bench())
