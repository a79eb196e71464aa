import { availableParallelism } from 'node:os'
import { DiscreteError, type PathwayDocument, readPathway } from '@counterpart/discrete'
import { createFlowPool, type FlowPool } from '@counterpart/discrete/node'
import { textOf } from './text-file.ts'
import { UsageError, wholeNumber } from './usage.ts'

/** Reads a pathway file with these of its variants. */
export const readPathwayFile = (file: string, variants: readonly string[]): PathwayDocument =>
  within(file, () => readPathway(textOf(file), { variants }))

/** Does something with a file; what the engine refuses is told with the file's name. */
export function within<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw withName(file, error)
  }
}

/** As `within`, for what takes its time. */
export async function whileWithin<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw withName(file, error)
  }
}

function withName(file: string, error: unknown): unknown {
  return error instanceof DiscreteError ? new Error(`${file}: ${error.message}`, { cause: error }) : error
}

/** `--threads`: as many as the machine runs at once without it. */
export function threadsFrom(text: string | undefined): number {
  return text === undefined ? availableParallelism() : wholeNumber(text, '--threads', 1, 256)
}

/** Does something on threads that are there for it alone. */
export async function onThreads<T>(threads: number, work: (pool: FlowPool) => Promise<T>): Promise<T> {
  const pool = createFlowPool(threads)
  try {
    return await work(pool)
  } finally {
    await pool.close()
  }
}

/** Fewer replications than this are done before threads have started. */
export const worthThreads = 100

export function onlyFile([file, extra]: readonly string[]): string {
  if (file === undefined || extra !== undefined) throw new UsageError('expected one FILE')
  return file
}

/** `--variant a,b --variant c` */
export const variantsFrom = (given: readonly string[] | undefined): string[] =>
  (given ?? [])
    .flatMap((each) => each.split(','))
    .map((each) => each.trim())
    .filter(Boolean)

/** Any number that names random numbers. */
export function seedFrom(text: string): number {
  const seed = Number(text)
  if (text.trim() === '' || !Number.isFinite(seed)) throw new UsageError(`--seed must be a number, not "${text}"`)
  return seed
}
