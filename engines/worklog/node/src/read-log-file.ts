import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { createGunzip } from 'node:zlib'
import { WorklogError } from '../../src/errors.ts'
import { type Header, readHeader } from '../../src/log/header.ts'
import { type Assembly, assemble, mayHold, type Part, type Piece, partReader, turnsOf } from '../../src/log/part.ts'
import { readLog, requireEvents, tooLong } from '../../src/log/read-log.ts'
import type { WorkLog } from '../../src/log/work-log.ts'
import type { LogOptions } from '../../src/work-event.ts'
import type { Answer, ByteRange, Job } from './job.ts'
import { cut, firstLine } from './read-ranges.ts'

export interface LogFileOptions extends LogOptions {
  /** Threads that read. Default: as many as the machine runs at once. */
  readonly workers?: number
  /** Events held at once by all threads together, 16 bytes each. Default 4 million. */
  readonly room?: number
  /** Told a few times a second how many bytes of the file have been read, of how many; the whole only when all is done. */
  readonly onProgress?: (done: number, of: number) => void
}

/** Events of days that are read again in one turn: 200 MB of them. */
const roomAgain = 12_000_000
/** A thread is not worth its start for less. */
const leastRange = 4 << 20

/**
 * Reads the file of a log on several threads: the same hours as {@link readLog}, whatever their number. A file of gzip is read
 * as one stream. Throws {@link WorklogError} for a log without the columns or any event, and the system's error for a file
 * that cannot be read.
 *
 * @example const log = await readLogFile('audit-2026.csv', { zone: 'Europe/London', workers: 2 })
 */
export async function readLogFile(path: string, options: LogFileOptions = {}): Promise<WorkLog> {
  const { onProgress, room = 4_000_000, workers = availableParallelism(), ...rest } = options
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    if (isGzip(file)) {
      const log = await readLog(() => unzipped(path, size, onProgress), { ...rest, room })
      onProgress?.(size, size)
      return log
    }
    const first = firstLine(file, size)
    if (!first) throw tooLong()
    if (size === 0) throw new WorklogError('header', 'the log is empty (expected a header line and events)', 1)
    const header = readHeader(first.text, rest.map)
    // What is wrong with the options is told here, not by each thread.
    partReader(header, rest, 1)
    const ranges = cut(file, { from: first.end, until: size }, Math.max(1, Math.min(workers, size / leastRange)))
    return await onThreads(path, header, rest, ranges, room, size, onProgress)
  } finally {
    closeSync(file)
  }
}

async function onThreads(
  path: string,
  header: Header,
  options: LogOptions,
  ranges: readonly ByteRange[],
  room: number,
  size: number,
  onProgress: LogFileOptions['onProgress'],
): Promise<WorkLog> {
  const { closed: _, ...plain } = options
  const progress = new BigInt64Array(new SharedArrayBuffer(8))
  const threads = ranges.map(() => new Worker(new URL('./worker.ts', import.meta.url)))
  const job = { path, header, options: plain, room: Math.ceil(room / threads.length), again: undefined, progress }
  // Some may be read again, so that the sum may be more than there is.
  const told = onProgress && setInterval(() => onProgress(Math.min(Number(progress[0]), size - 1), size), 200)
  try {
    const parts = await Promise.all(
      ranges.map(async (range, i) => {
        const answer = await ask(threads[i]!, { ...job, ranges: [range] })
        return (answer as Extract<Answer, { kind: 'part' }>).part
      }),
    )
    const assembly = assemble(parts, options)
    await readAgain(assembly, parts, threads, job)
    onProgress?.(size, size)
    return requireEvents(assembly.log())
  } finally {
    clearInterval(told)
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
}

/** Days that lie in several parts, or came too late, are read as a whole from the pieces in which they may be. */
async function readAgain(
  assembly: Assembly,
  parts: readonly Part[],
  threads: readonly Worker[],
  job: Omit<Job, 'ranges'>,
): Promise<void> {
  const pieces = parts.flatMap((part) => part.pieces)
  for (const turn of turnsOf(assembly.again, roomAgain)) {
    const found = pieces.filter((piece) => mayHold(piece, turn))
    const share = turn.map((day) => ({ ...day, events: Math.ceil(day.events / threads.length) }))
    const answers = await Promise.all(
      threads.map((thread, i) => ask(thread, { ...job, again: share, ranges: everyNth(found, i, threads.length) })),
    )
    const days = answers.flatMap((answer) => (answer as Extract<Answer, { kind: 'days' }>).days)
    const byDay = Map.groupBy(days, ({ day, name }) => `${day} ${name}`)
    for (const together of byDay.values()) assembly.mend(together[0]!.name, together[0]!.day, together)
  }
}

const everyNth = (pieces: readonly Piece[], first: number, n: number): readonly ByteRange[] =>
  pieces.filter((_, i) => i % n === first).map(({ from, until }) => ({ from, until }))

function ask(thread: Worker, job: Job): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answered = (answer: Answer) => {
      thread.off('error', reject)
      if (answer.kind === 'failed') reject(new Error(answer.message))
      else resolve(answer)
    }
    thread.once('message', answered)
    thread.once('error', reject)
    thread.postMessage(job)
  })
}

function isGzip(file: number): boolean {
  const magic = new Uint8Array(2)
  return readSync(file, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b
}

async function* unzipped(path: string, size: number, onProgress: LogFileOptions['onProgress']) {
  const source = createReadStream(path, { highWaterMark: 1 << 20 })
  let told = 0
  source.on('data', (chunk) => {
    told += chunk.length
    onProgress?.(Math.min(told, size - 1), size)
  })
  const gunzip = createGunzip({ chunkSize: 1 << 20 })
  source.on('error', (error) => gunzip.destroy(error))
  yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>
}
