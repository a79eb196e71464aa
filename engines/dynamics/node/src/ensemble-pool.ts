import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import {
  type Ensemble,
  type EnsembleFailure,
  type EnsembleOptions,
  ensemblePlan,
  rowTimes,
} from '../../src/ensemble/options.ts'
import type { Model } from '../../src/model.ts'
import { buildSystem } from '../../src/system/build-system.ts'
import type { System } from '../../src/system.ts'
import { type EnsembleJob, errorOf, failureOf, type JobMessage, stopped } from './job.ts'

/** Threads that run ensembles. */
export interface EnsemblePool {
  /**
   * As `simulateEnsemble`, with the same bits whatever the number of threads; one ensemble after another. The arrays of
   * `given` are copied unless they lie in shared memory; `values` lies in shared memory.
   */
  simulate(
    model: Model,
    options: EnsembleOptions & { readonly onProgress?: (fraction: number) => void },
  ): Promise<Ensemble>
  close(): Promise<void>
}

/**
 * Starts threads that stay until the pool is closed.
 *
 * @param threads default: as many as the machine runs at once
 * @example
 * await using pool = createEnsemblePool(2)
 * const { values } = await pool.simulate(readModel(text), { members: 1e6, given, end: 10, steps: 1, observed: ['S'] })
 */
export function createEnsemblePool(threads: number = availableParallelism()): EnsemblePool & AsyncDisposable {
  const file = new URL('./worker.ts', import.meta.url)
  const workers = Array.from({ length: threads }, () => new Worker(file))
  for (const worker of workers) worker.unref()
  let last: Promise<unknown> = Promise.resolve()
  /** What all workers have. */
  let known: { readonly model: Model; readonly system: System } | undefined
  const close = async () => {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return {
    simulate(model, options) {
      const run = last.then(async () => {
        const before = known
        known = undefined
        const now = before?.model === model ? before : { model, system: buildSystem(model) }
        const ensemble = await runJob(workers, now.system, now === before ? undefined : model, options)
        known = now
        return ensemble
      })
      last = run.catch(() => {})
      return run
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function runJob(
  workers: readonly Worker[],
  system: System,
  model: Model | undefined,
  options: EnsembleOptions & { readonly onProgress?: (fraction: number) => void },
): Promise<Ensemble> {
  const { given = {}, onProgress, signal } = options
  signal?.throwIfAborted()
  const plan = ensemblePlan(system, options)
  const times = rowTimes(plan)
  const job: EnsembleJob = {
    model,
    plan,
    given: Object.fromEntries(Object.entries(given).map(([symbol, values]) => [symbol, shared(values)])),
    values: sharedNumbers(plan.members * times.length * plan.observed.length),
    counters: new Int32Array(new SharedArrayBuffer(8)),
    threads: workers.length,
  }
  const failures: EnsembleFailure[] = []
  let done = 0
  const stop = () => void Atomics.store(job.counters, stopped, 1)
  signal?.addEventListener('abort', stop)
  try {
    const ends = workers.map((worker) =>
      runOn(worker, job, (message) => {
        done += message.members
        failures.push(...message.failures.map(failureOf))
        onProgress?.(done / plan.members)
      }),
    )
    // All are waited for, so that none is still busy with this job when the next one comes.
    const results = await Promise.allSettled(
      ends.map((end) =>
        end.catch((error) => {
          stop()
          throw error
        }),
      ),
    )
    signal?.throwIfAborted()
    for (const result of results) if (result.status === 'rejected') throw result.reason
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  failures.sort((a, b) => a.member - b.member)
  return { members: plan.members, times, symbols: plan.observed, values: job.values, failures }
}

function runOn(
  worker: Worker,
  job: EnsembleJob,
  onBlock: (message: Extract<JobMessage, { kind: 'block' }>) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (end: () => void) => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
      worker.unref()
      end()
    }
    const onMessage = (message: JobMessage) => {
      if (message.kind === 'block') onBlock(message)
      else if (message.kind === 'end') finish(resolve)
      else finish(() => reject(errorOf(message.error)))
    }
    const onError = (error: unknown) => finish(() => reject(error))
    const onExit = () => finish(() => reject(new Error('a thread of the pool has ended; the pool was closed')))
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
    // The pool alone does not keep a program alive, a job does.
    worker.ref()
    worker.postMessage(job)
  })
}

const sharedNumbers = (count: number) => new Float64Array(new SharedArrayBuffer(8 * count))

function shared(values: Float64Array): Float64Array {
  if (values.buffer instanceof SharedArrayBuffer) return values
  const copy = sharedNumbers(values.length)
  copy.set(values)
  return copy
}
