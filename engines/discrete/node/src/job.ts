import { DiscreteError, type DiscreteErrorCode, type Place } from '../../src/errors.ts'
import type { Pathway } from '../../src/pathway.ts'
import type { Presence } from '../../src/run.ts'
import type { StateJson } from '../../src/state-json.ts'
import type { Metric } from '../../src/study/measure.ts'
import type { ForecastOptions } from '../../src/study/run-forecast.ts'
import type { ReplicationOptions } from '../../src/study/run-replications.ts'

/** What a worker is told: a pathway as data, what to find out, and where to write. All threads share the arrays. */
export interface Job {
  /** `undefined`: that of the last job. */
  readonly pathway: Pathway | undefined
  readonly task: Task
  /** Replications in all. */
  readonly replications: number
  /** Of each metric or quantity. */
  readonly columns: readonly Float64Array[]
  /** The first replication nobody has taken; 1 when the job is to stop. */
  readonly counters: Int32Array
  readonly threads: number
}

export type Task =
  | {
      readonly kind: 'replications'
      readonly options: Omit<ReplicationOptions, 'onProgress' | 'target' | 'metrics'> & {
        /** In the order of the columns. */
        readonly metrics: Readonly<Record<string, Metric>>
      }
    }
  | {
      readonly kind: 'forecast'
      readonly from: StateJson | readonly Presence[]
      readonly options: Omit<ForecastOptions, 'onProgress'>
    }

const nextReplication = 0
export const stopped = 1

/** Not more at once, so that progress is told and a job stops soon. */
const longestBlock = 256

/**
 * The next replications for one thread: long stretches first, so that few messages are sent, and short ones near the end, so
 * that no thread waits long for the others. They are handed out in ascending order.
 */
export function takeBlock({ counters, replications, threads }: Job): { readonly from: number; readonly to: number } {
  for (;;) {
    const from = Atomics.load(counters, nextReplication)
    const left = replications - from
    const to = from + Math.min(left, Math.ceil(left / (4 * threads)), longestBlock)
    if (Atomics.compareExchange(counters, nextReplication, from, to) === from) return { from, to }
  }
}

/** What a worker says: that a block is done; that none is left for it; or what went wrong in the block from `from`. */
export type JobMessage =
  | { readonly kind: 'block'; readonly replications: number; readonly events: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly from: number; readonly error: PlainError }

/** Errors lose their class and what is their own on the way between threads. */
export interface PlainError {
  readonly code: DiscreteErrorCode | undefined
  readonly message: string
  readonly element: string | undefined
  readonly place: Place | undefined
  readonly expected: string | undefined
  readonly mend: string | undefined
}

export function plainError(error: unknown): PlainError {
  if (!(error instanceof DiscreteError)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { code: undefined, message, element: undefined, place: undefined, expected: undefined, mend: undefined }
  }
  const { code, message, element, place, expected, mend } = error
  return { code, message, element, place, expected, mend }
}

export function errorOf({ code, message, ...details }: PlainError): Error {
  if (code === undefined) return new Error(message)
  // The message has the details in it already.
  return Object.assign(new DiscreteError(code, message), details)
}
