import { type JobOptions, startWorkerPool } from '../worker-pool.ts'
import type { ComputeJob, ComputeResult } from './compute.ts'

/** Worker threads that forecast, advise and draw, so that taking in messages never waits for them. */
export interface ComputePool {
  /** `urgent`: a person is waiting; goes before what the platform does on its own account. */
  run(job: ComputeJob, urgent?: boolean, more?: Pick<JobOptions, 'signal' | 'onProgress'>): Promise<ComputeResult>
  /** Jobs waiting or running. */
  readonly load: number
  close(): Promise<void>
}

/** Starts a pool whose workers know the twins that the registry module exports. */
export function startComputePool(threads: number, registry: URL): ComputePool {
  const pool = startWorkerPool<ComputeJob, ComputeResult>({
    module: new URL('./compute-worker.ts', import.meta.url),
    threads,
    workerData: { registry: registry.href },
  })
  return {
    run: (job, urgent = false, more = {}) => pool.run(job, { urgent, ...more }),
    get load() {
      return pool.load
    },
    close: () => pool.close(),
  }
}
