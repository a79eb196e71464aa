import { parentPort } from 'node:worker_threads'
import { compilePathway, type Program } from '../../src/program.ts'
import { runReplications } from '../../src/study/run-replications.ts'
import { type Job, type JobMessage, plainError, stopped, takeBlock } from './job.ts'

const port = parentPort!
const say = (message: JobMessage) => port.postMessage(message)

/** Kept from one job to the next. */
let program: Program | undefined

port.on('message', (job: Job) => {
  let at = 0
  try {
    if (job.pathway) program = compilePathway(job.pathway)
    while (Atomics.load(job.counters, stopped) === 0) {
      const { from, to } = takeBlock(job)
      if (from === to) break
      at = from
      say({ kind: 'block', replications: to - from, events: runBlock(program!, job, from, to) })
    }
    say({ kind: 'end' })
  } catch (error) {
    say({ kind: 'failed', from: at, error: plainError(error) })
  }
})

function runBlock(program: Program, { columns, options }: Job, from: number, to: number): number {
  const first = (options.first ?? 0) + from
  const { events, values } = runReplications(program, { ...options, first, replications: to - from })
  for (const [m, name] of Object.keys(options.metrics).entries()) columns[m]!.set(values[name]!, from)
  return events
}
