import type { Worker } from 'node:worker_threads'
import { errorOf, type Job, type JobMessage, stopped } from './job.ts'

export interface JobOptions {
  readonly signal?: AbortSignal
  onProgress?(done: number, of: number): void
}

/**
 * Lets all workers run blocks of a job until none is left; gives the events of all. When replications fail, it throws the
 * error of the first of them, whoever ran it.
 */
export async function runJob(
  workers: readonly Worker[],
  work: Omit<Job, 'counters' | 'threads'>,
  { onProgress, signal }: JobOptions,
): Promise<number> {
  signal?.throwIfAborted()
  const counters = new Int32Array(new SharedArrayBuffer(8))
  const job: Job = { ...work, counters, threads: workers.length }
  const failures: Extract<JobMessage, { kind: 'failed' }>[] = []
  let [done, events] = [0, 0]
  const stop = () => void Atomics.store(counters, stopped, 1)
  const hear = (message: JobMessage) => {
    if (message.kind === 'failed') {
      // Those with earlier blocks finish them: the first failure of all is among what is heard.
      failures.push(message)
      stop()
    } else if (message.kind === 'block') {
      done += message.replications
      events += message.events
      onProgress?.(done, job.replications)
    }
  }
  signal?.addEventListener('abort', stop)
  try {
    // All are waited for, so that none is still busy with this job when the next one comes.
    const results = await Promise.allSettled(workers.map((worker) => runOn(worker, job, hear)))
    signal?.throwIfAborted()
    for (const result of results) if (result.status === 'rejected') throw result.reason
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  const [failed] = failures.toSorted((a, b) => a.from - b.from)
  if (failed) throw errorOf(failed.error)
  return events
}

function runOn(worker: Worker, job: Job, hear: (message: JobMessage) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (end: () => void) => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
      worker.unref()
      end()
    }
    const onMessage = (message: JobMessage) => {
      hear(message)
      if (message.kind !== 'block') finish(resolve)
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
