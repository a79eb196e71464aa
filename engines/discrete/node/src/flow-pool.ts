import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Pathway } from '../../src/pathway.ts'
import { compilePathway, type Program } from '../../src/program.ts'
import type { Presence } from '../../src/run.ts'
import type { State } from '../../src/state.ts'
import { stateToJson } from '../../src/state-json.ts'
import { type Forecast, type ForecastOptions, forecastOf, planForecast } from '../../src/study/run-forecast.ts'
import {
  defaultMetrics,
  type ReplicationOptions,
  type Replications,
  requireOption,
  summaryOf,
} from '../../src/study/run-replications.ts'
import type { Task } from './job.ts'
import { type JobOptions, runJob } from './run-job.ts'

/** As for `runReplications` but `target`, which is looked at between studies, with `first`. */
export type PoolReplications = Omit<ReplicationOptions, 'target' | 'onProgress'> & JobOptions
export type PoolForecast = Omit<ForecastOptions, 'onProgress'> & JobOptions

/** Threads that simulate pathways, one study after another. */
export interface FlowPool {
  /** As `runReplications`, with the same bits whatever the number of threads, and the same error. */
  replicate(pathway: Pathway, options: PoolReplications): Promise<Replications>
  /** As `runForecast`, with the same bits whatever the number of threads, and the same error. */
  forecast(pathway: Pathway, from: State | readonly Presence[], options: PoolForecast): Promise<Forecast>
  close(): Promise<void>
}

/**
 * Starts threads that stay until the pool is closed.
 *
 * @param threads default: as many as the machine runs at once
 * @example
 * await using pool = createFlowPool(2)
 * const { metrics } = await pool.replicate(pathway, { replications: 20_000, until: 1140 })
 */
export function createFlowPool(threads: number = availableParallelism()): FlowPool & AsyncDisposable {
  const file = new URL('./worker.ts', import.meta.url)
  const workers = Array.from({ length: threads }, () => new Worker(file))
  for (const worker of workers) worker.unref()
  let last: Promise<unknown> = Promise.resolve()
  /** What all workers have. */
  let known: { readonly pathway: Pathway; readonly program: Program } | undefined
  const close = async () => {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  /** Lets the workers do a task once those before it are done. */
  const inTurn = <T>(pathway: Pathway, study: (program: Program, run: Job) => Promise<T>): Promise<T> => {
    const done = last.then(async () => {
      const before = known
      known = undefined
      const now = before?.pathway === pathway ? before : { pathway, program: compilePathway(pathway) }
      const news = now === before ? undefined : pathway
      const found = await study(now.program, (task, replications, columns, options) =>
        runJob(workers, { pathway: news, task, replications, columns }, options),
      )
      known = now
      return found
    })
    last = done.catch(() => {})
    return done
  }
  return {
    replicate: (pathway, options) => inTurn(pathway, (program, run) => replicate(program, run, options)),
    forecast: (pathway, from, options) => inTurn(pathway, (program, run) => forecast(program, run, from, options)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Runs a task in blocks over the workers; gives its events. */
type Job = (task: Task, replications: number, columns: readonly Float64Array[], options: JobOptions) => Promise<number>

async function replicate(
  program: Program,
  run: Job,
  { onProgress, signal, ...given }: PoolReplications,
): Promise<Replications> {
  const { replications } = given
  const many = Number.isSafeInteger(replications) && replications >= 1 && replications <= 1e7
  requireOption(many, 'replications', replications, 'a whole number from 1 to 10 million')
  const options = { ...given, metrics: given.metrics ?? defaultMetrics(program) }
  const names = Object.keys(options.metrics)
  const columns = names.map(() => sharedNumbers(replications))
  const events = await run({ kind: 'replications', options }, replications, columns, { onProgress, signal })
  const values = Object.fromEntries(names.map((name, m) => [name, columns[m]!.slice()]))
  const metrics = Object.fromEntries(names.map((name) => [name, summaryOf(values[name]!)]))
  return { values, metrics, replications, events, missedTarget: false }
}

async function forecast(
  program: Program,
  run: Job,
  from: State | readonly Presence[],
  { onProgress, signal, ...options }: PoolForecast,
): Promise<Forecast> {
  const plan = planForecast(program, from, options)
  const columns = plan.names.map(() => sharedNumbers(plan.times.length * plan.replications))
  const live = Array.isArray(from) ? (from as readonly Presence[]) : stateToJson(program, from as State)
  const task = { kind: 'forecast', from: live, options } as const
  return forecastOf(plan, columns, await run(task, plan.replications, columns, { onProgress, signal }))
}

const sharedNumbers = (count: number) => new Float64Array(new SharedArrayBuffer(8 * count))
