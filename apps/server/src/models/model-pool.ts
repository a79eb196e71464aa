import type { ModelCheck, ModelRefusal, ModelRun, ModelRunRequest } from '../contract/index.ts'
import { RequestError } from '../http/problem.ts'
import { OutOfTime, PoolBusy, startWorkerPool } from '../worker-pool.ts'
import type { ModelJob } from './model-jobs.ts'

/** Checks and runs models that people hand in, within bounds of time and memory. */
export interface ModelPool {
  check(text: string, signal?: AbortSignal): Promise<ModelCheck>
  run(request: ModelRunRequest, signal?: AbortSignal): Promise<ModelRun>
  close(): Promise<void>
}

/** `limit`: milliseconds that a check or a run may take. */
export function startModelPool({ limit = 20_000 }: { readonly limit?: number } = {}): ModelPool {
  const pool = startWorkerPool<ModelJob, ModelCheck | ModelRun>({
    module: new URL('./model-worker.ts', import.meta.url),
    threads: 1,
    limit,
    memory: 1_024,
    waitingAtMost: 20,
  })
  const answer = async (job: ModelJob, signal: AbortSignal | undefined) => {
    try {
      return await pool.run(job, signal ? { signal } : {})
    } catch (error) {
      if (error instanceof PoolBusy)
        throw new RequestError(503, 'busy', 'Many models are being computed just now. Try again in a minute.', {
          retryAfter: 30_000,
        })
      const ended = asRefusal(error, limit)
      if (!ended) throw error
      return { outcome: 'refused' as const, refusal: ended, set: null }
    }
  }
  return {
    check: async (text, signal) => (await answer({ kind: 'check', text }, signal)) as ModelCheck,
    run: async (request, signal) => (await answer({ kind: 'run', request }, signal)) as ModelRun,
    close: () => pool.close(),
  }
}

function asRefusal(error: unknown, limit: number): ModelRefusal | undefined {
  const nowhere = { element: null, line: null, column: null }
  if (error instanceof OutOfTime)
    return {
      ...nowhere,
      code: 'out-of-time',
      message: `It was not done after ${limit / 1_000} s and was stopped. Ask for a shorter time, a looser tolerance or the method for stiff problems (Rodas), or run it with the command line, which has no limit.`,
    }
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return {
      ...nowhere,
      code: 'out-of-memory',
      message: 'It needed more memory than is set apart for a model. Run it with the command line, which has no limit.',
    }
  return undefined
}
