import { WorklogError } from '../errors.ts'
import type { LogOptions } from '../work-event.ts'
import { type RawDay, rawDays } from './day-store.ts'
import { type Header, readHeader } from './header.ts'
import { joinBytes } from './join-bytes.ts'
import { logReader } from './log-reader.ts'
import { assemble, type NamedDay, partReader, turnsOf } from './part.ts'
import type { WorkLog } from './work-log.ts'

export interface ReadOptions extends LogOptions {
  /** Events held at once, 16 bytes each. Default 4 million. */
  readonly room?: number
  /** Told now and then how many bytes have been read, of this and all earlier turns. */
  readonly onProgress?: (bytes: number) => void
}

/**
 * Reads a log from anything that gives its bytes, on this thread: time at the screen and counts by provider and hour. It asks
 * for the bytes once; again when events came so late that they no longer were in `room`. Throws {@link WorklogError} for a
 * log without the columns or without any event.
 *
 * @example const log = await readLog(() => Readable.toWeb(createReadStream('log.csv')), { zone: 'Europe/London' })
 */
export async function readLog(
  open: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadOptions = {},
): Promise<WorkLog> {
  const { room = 4_000_000 } = options
  let bytes = 0
  const told = (length: number) => {
    bytes += length
    options.onProgress?.(bytes)
  }
  let header: Header | undefined
  let part: ReturnType<typeof partReader> | undefined
  for await (const lines of wholeLines(open(), told)) {
    let from = 0
    if (!part) {
      from = lines.indexOf(10) + 1
      header = readHeader(new TextDecoder().decode(lines.subarray(0, from)), options.map)
      part = partReader(header, options, room)
    }
    part.read(lines, from, lines.length)
  }
  if (!part || !header) throw new WorklogError('header', 'the log is empty (expected a header line and events)', 1)
  const assembly = assemble([part.finish()], options)
  for (const turn of turnsOf(assembly.again, room)) {
    const again = rereader(header, options, turn)
    let first = true
    for await (const lines of wholeLines(open(), told)) {
      again.read(lines, first ? lines.indexOf(10) + 1 : 0, lines.length)
      first = false
    }
    for (const day of again.days()) assembly.mend(day.name, day.day, [day])
  }
  return requireEvents(assembly.log())
}

/** Reads lines once more for the events of some days. */
export interface Rereader {
  read(bytes: Uint8Array, from: number, until: number): void
  days(): readonly (RawDay & { readonly name: string })[]
}

export function rereader(header: Header, options: LogOptions, wanted: readonly NamedDay[]): Rereader {
  const names = [...new Set(wanted.map(({ provider }) => provider))]
  const logins = options.logins ?? names.map((provider) => ({ provider, login: provider }))
  const raw = rawDays(wanted.map(({ day, events, provider }) => ({ provider: names.indexOf(provider), day, events })))
  // Those of whom nothing is wanted are strangers here.
  const known = names.flatMap((name) => logins.filter(({ provider }) => provider === name))
  const { read } = logReader(header, { ...options, logins: known }, raw.add)
  return { read, days: () => raw.days().map((day) => ({ ...day, name: names[day.provider]! })) }
}

/** No line may be longer. */
const longestLine = 1 << 20

/** Bytes cut at ends of lines; the last line gets one if it has none. */
async function* wholeLines(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  told: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array(0)
  for await (const chunk of source) {
    told(chunk.length)
    const end = chunk.lastIndexOf(lineFeed) + 1
    if (end === 0) {
      rest = joinBytes(rest, chunk)
      if (rest.length > longestLine) throw tooLong()
      continue
    }
    if (rest.length > 0) {
      // The line that was cut, and then the others where they lie.
      const first = chunk.indexOf(lineFeed) + 1
      yield joinBytes(rest, chunk.subarray(0, first))
      if (end > first) yield chunk.subarray(first, end)
    } else yield chunk.subarray(0, end)
    rest = chunk.slice(end)
  }
  if (rest.length > 0) yield joinBytes(rest, Uint8Array.of(lineFeed))
}

const lineFeed = 10

export const tooLong = () =>
  new WorklogError('no-events', 'there is no end of line in a million bytes (expected CSV, one event a line)')

/** Throws {@link WorklogError} for a log in which nothing could be read. */
export function requireEvents(log: WorkLog): WorkLog {
  if (log.events > 0) return log
  const wrong = log.problems.find(({ problem }) => problem === 'malformed-line')
  throw new WorklogError(
    'no-events',
    wrong
      ? `none of ${wrong.count} lines could be read (expected as many fields as the header has, and a time such as 2026-03-02T08:00:00Z)`
      : 'there are no events after the header',
    wrong?.lines[0] ?? 1,
  )
}
