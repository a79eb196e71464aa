// Two threads against one, in a process of its own; prints what it saw as JSON.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createFlowPool } from '@counterpart/discrete/node'
import { studyOptions, urgentCare } from './flow-study.ts'

export interface ThreadsOutcome {
  readonly ratio: number
  /** What two independent processes gain over one. */
  readonly ceiling: number
  readonly replications: number
  readonly rounds: number
}

const replications = 8000
const rounds = 15

/**
 * The fastest of some alternating rounds on each side, because another user of the machine only ever adds time. What
 * two processes that know nothing of each other gain over one, measured the same way, is what the machine has to give.
 */
async function measured(): Promise<ThreadsOutcome> {
  await using one = createFlowPool(1)
  await using two = createFlowPool(2)
  const time = async (pool: typeof one) => {
    const began = performance.now()
    await pool.replicate(urgentCare.pathway, { ...studyOptions, replications })
    return (performance.now() - began) / 1000
  }
  const program = join(import.meta.dirname, 'flow-study.ts')
  const alone = async (count: number, first: number) => {
    const words = [...process.execArgv, program, String(count), String(first)]
    return Number((await promisify(execFile)(process.execPath, words)).stdout)
  }
  // Until V8 has optimised what it is going to, on every thread.
  for (let i = 0; i < 3; i++) {
    await time(one)
    await time(two)
  }
  const fastest = { one: Infinity, two: Infinity, process: Infinity, processes: Infinity }
  for (let round = 0; round < rounds; round++) {
    fastest.one = Math.min(fastest.one, await time(one))
    fastest.two = Math.min(fastest.two, await time(two))
    fastest.process = Math.min(fastest.process, await alone(replications, 0))
    const halves = await Promise.all([alone(replications / 2, 0), alone(replications / 2, replications / 2)])
    fastest.processes = Math.min(fastest.processes, Math.max(...halves))
  }
  const ceiling = fastest.process / fastest.processes
  return { ratio: fastest.one / fastest.two, ceiling, replications, rounds }
}

if (import.meta.main) console.log(JSON.stringify(await measured()))
