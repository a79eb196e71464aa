import { parentPort, Worker } from 'node:worker_threads'

export interface WorkerPoolOptions {
  /** The module that the workers run; it calls {@link answerJobs}. */
  readonly module: URL
  readonly threads: number
  readonly workerData?: unknown
  /** Milliseconds a job may run, once its worker has started; a worker that needs longer is ended, and the job fails with {@link OutOfTime}. */
  readonly limit?: number
  /** Megabytes of heap a worker may use; one that needs more is ended, and its job fails. */
  readonly memory?: number
  /** Jobs that may wait; more are refused with {@link PoolBusy}. */
  readonly waitingAtMost?: number
}

export interface JobOptions {
  /** A person is waiting; goes before what the platform does on its own account. */
  readonly urgent?: boolean
  /** Gives the job up, whether it waits or runs. */
  readonly signal?: AbortSignal
  /** Told how much of the job is done, where it says so. */
  readonly onProgress?: (done: number, of: number) => void
}

/** Worker threads that do jobs of one kind, so that taking in messages never waits for them. */
export interface WorkerPool<Job, Result> {
  run(job: Job, options?: JobOptions): Promise<Result>
  /** Jobs waiting or running. */
  readonly load: number
  close(): Promise<void>
}

export class OutOfTime extends Error {
  constructor(limit: number) {
    super(`it ran longer than ${limit / 1_000} s and was stopped`)
    this.name = 'OutOfTime'
  }
}

export class PoolBusy extends Error {
  constructor() {
    super('too many computations are waiting')
    this.name = 'PoolBusy'
  }
}

interface Waiting<Job, Result> {
  readonly job: Job
  readonly onProgress: JobOptions['onProgress']
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

interface Running<Job, Result> extends Waiting<Job, Result> {
  timer: NodeJS.Timeout | undefined
}

/** A worker says when its module is read, how far a long job is, and then what became of each job. */
type Answer<Result> =
  | { readonly ready: true }
  | { readonly progress: readonly [done: number, of: number] }
  | { readonly result: Result }
  | { readonly error: string }

export function startWorkerPool<Job, Result>(options: WorkerPoolOptions): WorkerPool<Job, Result> {
  const { module, threads, workerData, limit, memory, waitingAtMost = Number.POSITIVE_INFINITY } = options
  const urgent: Waiting<Job, Result>[] = []
  const other: Waiting<Job, Result>[] = []
  const running = new Map<Worker, Running<Job, Result>>()
  const idle: Worker[] = []
  const all = new Set<Worker>()
  const ready = new WeakSet<Worker>()
  let closed = false

  const start = () => {
    const worker = new Worker(module, {
      workerData,
      ...(memory === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memory } }),
    })
    all.add(worker)
    worker.on('message', (answer: Answer<Result>) => {
      if ('ready' in answer) {
        ready.add(worker)
        watch(worker)
        return
      }
      if ('progress' in answer) {
        running.get(worker)?.onProgress?.(...answer.progress)
        return
      }
      const job = settle(worker)
      if (!all.has(worker)) return
      idle.push(worker)
      if ('error' in answer) job?.reject(new Error(answer.error))
      else job?.resolve(answer.result)
      pump()
    })
    // A worker that dies takes only its job with it.
    worker.on('error', (error: Error) => lose(worker, error))
    worker.on('exit', () => lose(worker, new Error('a worker of the pool ended')))
    worker.unref()
    idle.push(worker)
  }
  const watch = (worker: Worker) => {
    const job = running.get(worker)
    if (job && limit !== undefined && ready.has(worker))
      job.timer = setTimeout(() => end(worker, new OutOfTime(limit)), limit)
  }
  const settle = (worker: Worker) => {
    const job = running.get(worker)
    clearTimeout(job?.timer)
    running.delete(worker)
    worker.unref()
    return job
  }
  const lose = (worker: Worker, error: unknown) => {
    const job = settle(worker)
    all.delete(worker)
    const atRest = idle.indexOf(worker)
    if (atRest >= 0) idle.splice(atRest, 1)
    job?.reject(error)
    pump()
  }
  const end = (worker: Worker, error: unknown) => {
    lose(worker, error)
    void worker.terminate()
  }
  const pump = () => {
    while (!closed && urgent.length + other.length > 0) {
      if (idle.length === 0 && all.size < threads) start()
      const worker = idle.pop()
      if (!worker) return
      const next = urgent.shift() ?? other.shift()!
      running.set(worker, { ...next, timer: undefined })
      // Whoever waits for a job may be all that is left to do in this process.
      worker.ref()
      watch(worker)
      worker.postMessage(next.job)
    }
  }
  const giveUp = (job: Job, reason: unknown) => {
    for (const [worker, each] of running) if (each.job === job) end(worker, reason)
    for (const queue of [urgent, other]) {
      const at = queue.findIndex((each) => each.job === job)
      if (at >= 0) queue.splice(at, 1)[0]!.reject(reason)
    }
  }

  return {
    run: (job, { urgent: isUrgent = false, signal, onProgress } = {}) =>
      new Promise((resolve, reject) => {
        if (closed) throw new Error('the compute pool is closed')
        if (urgent.length + other.length >= waitingAtMost) throw new PoolBusy()
        signal?.throwIfAborted()
        const stop = () => giveUp(job, signal?.reason)
        signal?.addEventListener('abort', stop, { once: true })
        const settled =
          <T>(then: (value: T) => void) =>
          (value: T) => {
            signal?.removeEventListener('abort', stop)
            then(value)
          }
        ;(isUrgent ? urgent : other).push({ job, onProgress, resolve: settled(resolve), reject: settled(reject) })
        pump()
      }),
    get load() {
      return urgent.length + other.length + running.size
    },
    close: async () => {
      closed = true
      const error = new Error('the compute pool is closed')
      for (const { reject } of [...urgent.splice(0), ...other.splice(0)]) reject(error)
      const workers = [...all]
      for (const worker of workers) lose(worker, error)
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

/** In a worker: does the jobs of its pool, one after the other. */
export function answerJobs<Job, Result>(work: (job: Job, tell: (done: number, of: number) => void) => Result): void {
  const tell = (done: number, of: number) => parentPort!.postMessage({ progress: [done, of] } satisfies Answer<Result>)
  parentPort!.on('message', (job: Job) => {
    const answer = ((): Answer<Result> => {
      try {
        return { result: work(job, tell) }
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) }
      }
    })()
    parentPort!.postMessage(answer)
  })
  parentPort!.postMessage({ ready: true } satisfies Answer<Result>)
}
