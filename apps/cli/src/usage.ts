import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** The command was called in a way that it does not know; told with its usage, exit status 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/** A command: how it is called, and what it does. */
export interface Command {
  readonly usage: readonly string[]
  run(args: readonly string[]): Promise<void>
}

/** Reads options and positional arguments; throws {@link UsageError} for ones that the command does not know. */
export function readArguments<Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** A whole number within bounds, given as text. */
export function wholeNumber(text: string, name: string, low: number, high: number): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < low || number > high)
    throw new UsageError(`${name} must be a whole number from ${low} to ${high}, not "${text}"`)
  return number
}

/** A moment given as ISO 8601 or as milliseconds since 1970. */
export function instantFrom(text: string, name: string): number {
  const at = /^\d{10,}$/.test(text) ? Number(text) : Date.parse(text)
  if (!Number.isFinite(at)) throw new UsageError(`${name} must be a time like 2026-05-01T08:00:00Z, not "${text}"`)
  return at
}

/** Prints a result: one JSON document, or what `inWords` makes of it. */
export function print<T>(json: boolean, result: T, inWords: (result: T) => string): void {
  process.stdout.write(json ? `${JSON.stringify(result, plain, 2)}\n` : `${inWords(result)}\n`)
}

/** JSON would write a typed array as an object of numbered members. */
function plain(_key: string, value: unknown): unknown {
  return value instanceof Float64Array ? Array.from(value) : value
}
