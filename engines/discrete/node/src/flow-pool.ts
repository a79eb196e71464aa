import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Pathway } from '../../src/pathway.ts'
import { compilePathway, type Program } from '../../src/program.ts'
import {
  defaultMetrics,
  type ReplicationOptions,
  type Replications,
  requireOption,
  summaryOf,
} from '../../src/study/run-replications.ts'
import { errorOf, type Job, type JobMessage, type PlainOptions, stopped } from './job.ts'

/** As for `runReplications`, all of them: a target is looked at between calls, with `first`. */
export type PoolOptions = Omit<ReplicationOptions, 'target'> & { readonly signal?: AbortSignal }

/** Threads that simulate pathways. */
export interface FlowPool {
  /**
   * As `runReplications`, with the same bits whatever the number of threads; one study after another. When replications
   * fail, the error is that of the first of them.
   */
  replicate(pathway: Pathway, options: PoolOptions): Promise<Replications>
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
  return {
    replicate(pathway, options) {
      const study = last.then(async () => {
        const before = known
        known = undefined
        const now = before?.pathway === pathway ? before : { pathway, program: compilePathway(pathway) }
        const found = await runJob(workers, now.program, now === before ? undefined : pathway, options)
        known = now
        return found
      })
      last = study.catch(() => {})
      return study
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function runJob(
  workers: readonly Worker[],
  program: Program,
  pathway: Pathway | undefined,
  { signal, onProgress, ...given }: PoolOptions,
): Promise<Replications> {
  signal?.throwIfAborted()
  const options: PlainOptions = { ...given, metrics: given.metrics ?? defaultMetrics(program) }
  const { replications } = options
  const names = Object.keys(options.metrics)
  const many = Number.isSafeInteger(replications) && replications >= 1 && replications <= 1e7
  requireOption(many, 'replications', replications, 'a whole number from 1 to 10 million')
  const job: Job = {
    pathway,
    options,
    columns: names.map(() => new Float64Array(new SharedArrayBuffer(8 * replications))),
    counters: new Int32Array(new SharedArrayBuffer(8)),
    threads: workers.length,
  }
  const failures: Extract<JobMessage, { kind: 'failed' }>[] = []
  let [done, events] = [0, 0]
  const stop = () => void Atomics.store(job.counters, stopped, 1)
  signal?.addEventListener('abort', stop)
  try {
    const ends = workers.map((worker) =>
      runOn(worker, job, (message) => {
        if (message.kind === 'failed') {
          // Blocks before this one are being run by others, who finish them.
          failures.push(message)
          stop()
        } else if (message.kind === 'block') {
          done += message.replications
          events += message.events
          onProgress?.(done, replications)
        }
      }),
    )
    // All are waited for, so that none is still busy with this job when the next one comes.
    const results = await Promise.allSettled(ends)
    signal?.throwIfAborted()
    for (const result of results) if (result.status === 'rejected') throw result.reason
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  const [failed] = failures.toSorted((a, b) => a.from - b.from)
  if (failed) throw errorOf(failed.error)
  // Copies, which go into arrays of their own.
  const values = Object.fromEntries(names.map((name, m) => [name, job.columns[m]!.slice()]))
  const metrics = Object.fromEntries(names.map((name) => [name, summaryOf(values[name]!)]))
  return { values, metrics, replications, events, missedTarget: false }
}

function runOn(worker: Worker, job: Job, onMessage: (message: JobMessage) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (end: () => void) => {
      worker.off('message', hear)
      worker.off('error', onError)
      worker.off('exit', onExit)
      worker.unref()
      end()
    }
    const hear = (message: JobMessage) => {
      onMessage(message)
      if (message.kind !== 'block') finish(resolve)
    }
    const onError = (error: unknown) => finish(() => reject(error))
    const onExit = () => finish(() => reject(new Error('a thread of the pool has ended; the pool was closed')))
    worker.on('message', hear)
    worker.on('error', onError)
    worker.on('exit', onExit)
    // The pool alone does not keep a program alive, a job does.
    worker.ref()
    worker.postMessage(job)
  })
}
