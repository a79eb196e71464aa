import type { SubjectId } from '@counterpart/kernel'
import type { RotaProposal } from '../contract/index.ts'
import { RequestError } from '../http/problem.ts'
import { PoolBusy, startWorkerPool, type WorkerPool } from '../worker-pool.ts'
import type { RotaJob, RotaMade } from './rota-job.ts'

/** Rotas that are being made, and the last ones that were: in memory, until somebody puts one in force. */
export interface RotaProposals {
  begin(clinic: SubjectId, asked: RotaProposal['asked'], sources: RotaJob['sources']): RotaProposal
  get(clinic: SubjectId, id: string): RotaProposal | undefined
  /** As the door for rotas takes it; `undefined` until it is made. */
  csv(clinic: SubjectId, id: string): string | undefined
  /** Stops one that is being made. */
  stop(clinic: SubjectId, id: string): RotaProposal | undefined
  close(): Promise<void>
}

interface Held {
  readonly clinic: SubjectId
  readonly began: number
  readonly stopping: AbortController
  proposal: RotaProposal
  csv: string | null
}

/** Older ones are let go. */
const keptAtMost = 40
const waitingAtMost = 4

export function openRotaProposals(newId: () => string): RotaProposals {
  let pool: WorkerPool<RotaJob, RotaMade> | undefined
  // Begun with the first rota that is asked for: a house without a clinic needs no solver.
  const solving = () => {
    pool ??= startWorkerPool({
      module: new URL('./rota-worker.ts', import.meta.url),
      threads: 1,
      // Telling why there is none takes up to as long again as making one.
      limit: 300_000,
      memory: 2_048,
      waitingAtMost,
    })
    return pool
  }
  const held = new Map<string, Held>()
  const find = (clinic: SubjectId, id: string) => {
    const found = held.get(id)
    return found?.clinic === clinic ? found : undefined
  }
  const seen = (each: Held): RotaProposal => {
    const { state } = each.proposal
    if (state !== 'running' && state !== 'waiting') return each.proposal
    return { ...each.proposal, elapsed: Math.round(performance.now() - each.began) }
  }
  const end = (each: Held, change: Partial<RotaProposal>) => {
    if (each.proposal.state !== 'running' && each.proposal.state !== 'waiting') return
    each.proposal = { ...each.proposal, ...change, elapsed: Math.round(performance.now() - each.began) }
  }
  return {
    begin(clinic, asked, sources) {
      if (solving().load > waitingAtMost) throw busy()
      const id = newId()
      const each: Held = {
        clinic,
        began: performance.now(),
        stopping: new AbortController(),
        proposal: { id, state: 'waiting', asked, done: null, of: null, elapsed: 0, message: null, result: null },
        csv: null,
      }
      held.set(id, each)
      if (held.size > keptAtMost) held.delete(held.keys().next().value!)
      solving()
        .run(
          { sources, seconds: asked.secondsAtMost },
          {
            signal: each.stopping.signal,
            onProgress: (done, of) => {
              if (each.proposal.state === 'waiting' || each.proposal.state === 'running')
                each.proposal = { ...each.proposal, state: 'running', done, of }
            },
          },
        )
        .then(
          ({ csv, ...made }) => {
            each.csv = csv
            end(each, made)
          },
          (error: unknown) =>
            end(each, { state: 'failed', message: error instanceof PoolBusy ? busy().message : whyOf(error) }),
        )
      return seen(each)
    },
    get: (clinic, id) => {
      const found = find(clinic, id)
      return found && seen(found)
    },
    csv: (clinic, id) => find(clinic, id)?.csv ?? undefined,
    stop(clinic, id) {
      const found = find(clinic, id)
      if (!found) return undefined
      end(found, { state: 'stopped', message: 'It was stopped.' })
      found.stopping.abort(new Error('stopped'))
      return seen(found)
    },
    close: async () => pool?.close(),
  }
}

function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function busy(): RequestError {
  return new RequestError(503, 'busy', 'Several rotas are being made just now. Try again in a minute.', {
    retryAfter: 60_000,
  })
}
