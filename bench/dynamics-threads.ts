// Two threads against one, in a process of its own; prints what it saw as JSON.
import { createEnsemblePool } from '@counterpart/dynamics/node'
import { benchModels } from './dynamics-models.ts'
import { ensembleOptions } from './dynamics-options.ts'
import { compilePeer, type Task } from './dynamics-peer.ts'

export interface ThreadsOutcome {
  readonly ratio: number
  /** What two C++ processes gain over one, or why that is not known. */
  readonly ceiling: string
  readonly members: number
  readonly rounds: number
}

const rounds = 15

/**
 * The fastest of some alternating rounds on each side, because another user of the machine only ever adds time. What
 * two C++ processes gain over one, measured the same way, is what the machine has to give.
 */
async function measured(): Promise<ThreadsOutcome> {
  const of = benchModels().models[0]!
  // Some seconds of work, so that the end, where one thread waits for the other's last block, counts for little.
  const task: Task = { method: 'dormand-prince', members: 16_000, end: of.end * of.ensemblePart, steps: 10 }
  const peer = compilePeer(of)
  await using one = createEnsemblePool(1)
  await using two = createEnsemblePool(2)
  const time = async (pool: typeof one) => {
    const began = performance.now()
    await pool.simulate(of.model, ensembleOptions(of, task))
    return (performance.now() - began) / 1000
  }
  await time(one)
  await time(two)
  const fastest = { one: Infinity, two: Infinity, peer: Infinity, peers: Infinity }
  for (let round = 0; round < rounds; round++) {
    fastest.one = Math.min(fastest.one, await time(one))
    fastest.two = Math.min(fastest.two, await time(two))
    if (typeof peer === 'string') continue
    fastest.peer = Math.min(fastest.peer, peer.run(task).seconds)
    fastest.peers = Math.min(fastest.peers, await peer.runHalves(task))
  }
  if (typeof peer !== 'string') peer.remove()
  return {
    ratio: fastest.one / fastest.two,
    ceiling: typeof peer === 'string' ? peer : (fastest.peer / fastest.peers).toFixed(3),
    members: task.members,
    rounds,
  }
}

if (import.meta.main) console.log(JSON.stringify(await measured()))
