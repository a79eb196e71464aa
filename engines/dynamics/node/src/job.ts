import type { EnsembleFailure, EnsemblePlan } from '../../src/ensemble/options.ts'
import { blockSize } from '../../src/ensemble/simulate-ensemble.ts'
import { DynamicsError, type DynamicsErrorCode, type Place } from '../../src/errors.ts'
import type { Model } from '../../src/model.ts'

/** What a worker is told: a model as data, and where to read and write. All threads share the arrays. */
export interface EnsembleJob {
  /** `undefined`: that of the last job. */
  readonly model: Model | undefined
  readonly plan: EnsemblePlan
  readonly given: Readonly<Record<string, Float64Array>>
  readonly values: Float64Array
  /** The first member nobody has taken; 1 when the job is to stop. */
  readonly counters: Int32Array
  readonly threads: number
}

const nextMember = 0
export const stopped = 1

/** Not more at once, so that progress is told. */
const longestBlock = 16 * blockSize

/**
 * The next members for one thread: long stretches first, so that few messages are sent, and short ones near the end, so
 * that no thread waits long for the others.
 */
export function takeBlock(counters: Int32Array, members: number, threads: number): { from: number; to: number } {
  for (;;) {
    const from = Atomics.load(counters, nextMember)
    const left = members - from
    const share = Math.ceil(left / (4 * threads) / blockSize) * blockSize
    const to = from + Math.min(left, share, longestBlock)
    if (Atomics.compareExchange(counters, nextMember, from, to) === from) return { from, to }
  }
}

/** What a worker says: that a block is done; that none is left; or what it could not begin with. */
export type JobMessage =
  | { readonly kind: 'block'; readonly members: number; readonly failures: readonly PlainFailure[] }
  | { readonly kind: 'end' }
  | { readonly kind: 'refused'; readonly error: PlainError }

/** Errors lose their class and what is their own on the way between threads. */
export interface PlainError {
  readonly code: DynamicsErrorCode | undefined
  readonly message: string
  readonly element: string | undefined
  readonly place: Place | undefined
  readonly expected: string | undefined
  readonly mend: string | undefined
}
export interface PlainFailure {
  readonly member: number
  readonly error: PlainError
}

export function plainError(error: unknown): PlainError {
  if (!(error instanceof DynamicsError)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { code: undefined, message, element: undefined, place: undefined, expected: undefined, mend: undefined }
  }
  const { code, message, element, place, expected, mend } = error
  return { code, message, element, place, expected, mend }
}

export function errorOf({ code, message, ...details }: PlainError): Error {
  if (code === undefined) return new Error(message)
  // The message has the details in it already.
  return Object.assign(new DynamicsError(code, message), details)
}

export function failureOf({ member, error }: PlainFailure): EnsembleFailure {
  return { member, error: errorOf(error) as DynamicsError }
}
