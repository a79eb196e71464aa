import { Worker } from 'node:worker_threads'
import type { ComputeJob, ComputeResult } from './compute.ts'

interface Waiting {
  readonly id: number
  readonly job: ComputeJob
  readonly resolve: (result: ComputeResult) => void
  readonly reject: (error: Error) => void
}

/** Worker threads that forecast, advise and draw, so that taking in messages never waits for them. */
export interface ComputePool {
  /** `urgent`: a person is waiting; goes before what the platform does on its own account. */
  run(job: ComputeJob, urgent?: boolean): Promise<ComputeResult>
  /** Jobs waiting or running. */
  readonly load: number
  close(): Promise<void>
}

/** Starts a pool whose workers know the twins that the registry module exports. */
export function startComputePool(threads: number, registry: URL): ComputePool {
  const urgent: Waiting[] = []
  const other: Waiting[] = []
  const running = new Map<Worker, Waiting>()
  const idle: Worker[] = []
  const all = new Set<Worker>()
  let nextId = 0
  let closed = false

  const start = () => {
    const worker = new Worker(new URL('./compute-worker.ts', import.meta.url), {
      workerData: { registry: registry.href },
    })
    all.add(worker)
    worker.on('message', ({ result, error }: { result?: ComputeResult; error?: string }) => {
      const job = running.get(worker)
      running.delete(worker)
      idle.push(worker)
      if (error === undefined) job?.resolve(result!)
      else job?.reject(new Error(error))
      pump()
    })
    // A worker that dies takes only its job with it.
    worker.on('error', (error: Error) => {
      all.delete(worker)
      const atRest = idle.indexOf(worker)
      if (atRest >= 0) idle.splice(atRest, 1)
      running.get(worker)?.reject(error)
      running.delete(worker)
      if (!closed) start()
    })
    worker.unref()
    idle.push(worker)
  }
  const pump = () => {
    while (idle.length > 0) {
      const next = urgent.shift() ?? other.shift()
      if (!next) return
      const worker = idle.pop()!
      running.set(worker, next)
      worker.postMessage({ id: next.id, job: next.job })
    }
  }

  return {
    run: (job, isUrgent = false) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new Error('the compute pool is closed'))
          return
        }
        if (all.size < threads && idle.length === 0) start()
        const queue = isUrgent ? urgent : other
        queue.push({ id: nextId++, job, resolve, reject })
        pump()
      }),
    get load() {
      return urgent.length + other.length + running.size
    },
    close: async () => {
      closed = true
      for (const { reject } of [...urgent.splice(0), ...other.splice(0), ...running.values()])
        reject(new Error('the compute pool is closed'))
      await Promise.all([...all].map((worker) => worker.terminate()))
    },
  }
}
