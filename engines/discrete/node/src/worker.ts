import { parentPort } from 'node:worker_threads'
import { compilePathway, type Program } from '../../src/program.ts'
import { stateFromJson } from '../../src/state-json.ts'
import { planForecast } from '../../src/study/run-forecast.ts'
import { runReplications } from '../../src/study/run-replications.ts'
import { type Job, type JobMessage, plainError, stopped, type Task, takeBlock } from './job.ts'

const port = parentPort!
const say = (message: JobMessage) => port.postMessage(message)

/** Kept from one job to the next. */
let program: Program | undefined

port.on('message', (job: Job) => {
  let at = 0
  try {
    if (job.pathway) program = compilePathway(job.pathway)
    const runBlock = blocksOf(program!, job.task, job.columns)
    while (Atomics.load(job.counters, stopped) === 0) {
      const { from, to } = takeBlock(job)
      if (from === to) break
      at = from
      say({ kind: 'block', replications: to - from, events: runBlock(from, to) })
    }
    say({ kind: 'end' })
  } catch (error) {
    say({ kind: 'failed', from: at, error: plainError(error) })
  }
})

/** What runs a block of replications into the columns and returns its events. */
function blocksOf(program: Program, task: Task, columns: readonly Float64Array[]) {
  if (task.kind === 'forecast') {
    const { from } = task
    const live = 'format' in from ? stateFromJson(program, from) : from
    const plan = planForecast(program, live, task.options)
    return (first: number, end: number) => plan.run(first, end, columns)
  }
  const { options } = task
  const names = Object.keys(options.metrics)
  return (from: number, to: number) => {
    const first = (options.first ?? 0) + from
    const { events, values } = runReplications(program, { ...options, first, replications: to - from })
    for (const [m, name] of names.entries()) columns[m]!.set(values[name]!, from)
    return events
  }
}
