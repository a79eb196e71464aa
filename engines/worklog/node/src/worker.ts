import { closeSync, openSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { partReader } from '../../src/log/part.ts'
import { rereader } from '../../src/log/read-log.ts'
import type { Answer, Job } from './job.ts'
import { cut, readBuffer, readRange } from './read-ranges.ts'

/** Pieces are what is read again when a day is needed as a whole. */
const pieceLength = 8 << 20
const buffer = readBuffer()

parentPort!.on('message', (job: Job) => {
  let answer: Answer
  const transfer: ArrayBuffer[] = []
  try {
    answer = job.again ? readAgain(job, job.again, transfer) : readPart(job, transfer)
  } catch (error) {
    answer = { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
  parentPort!.postMessage(answer, transfer)
})

function readPart(job: Job, transfer: ArrayBuffer[]): Answer {
  const reader = partReader(job.header, job.options, job.room)
  withFile(job, (file) => {
    for (const range of job.ranges)
      for (const piece of cut(file, range, Math.ceil((range.until - range.from) / pieceLength))) {
        readRange(file, piece, buffer, (bytes, length) => reader.read(bytes, 0, length), tell(job))
        reader.endPiece(piece.from, piece.until)
      }
  })
  const part = reader.finish()
  // Many summaries lie in one array.
  transfer.push(...new Set(part.closed.map(({ summary }) => summary.cells.buffer as ArrayBuffer)))
  return { kind: 'part', part }
}

function readAgain(job: Job, again: NonNullable<Job['again']>, transfer: ArrayBuffer[]): Answer {
  const reader = rereader(job.header, job.options, again)
  withFile(job, (file) => {
    for (const range of job.ranges)
      readRange(file, range, buffer, (bytes, length) => reader.read(bytes, 0, length), tell(job))
  })
  const days = reader.days().filter(({ count }) => count > 0)
  for (const { rows } of days) transfer.push(rows.buffer as ArrayBuffer)
  return { kind: 'days', days }
}

function withFile(job: Job, use: (file: number) => void): void {
  const file = openSync(job.path, 'r')
  try {
    use(file)
  } finally {
    closeSync(file)
  }
}

const tell = (job: Job) => (bytes: number) => {
  Atomics.add(job.progress, 0, BigInt(bytes))
}
