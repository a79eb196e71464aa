import { readSync } from 'node:fs'
import { tooLong } from '../../src/log/read-log.ts'
import type { ByteRange } from './job.ts'

const lineFeed = 10
const chunk = 4 << 20

/** What a file is read into; one for each thread, as garbage of this size is collected late. */
export const readBuffer = (): Buffer => Buffer.allocUnsafe(2 * chunk)

/** Reads a range of an open file as whole lines; a last one without an end gets one. */
export function readRange(
  file: number,
  { from, until }: ByteRange,
  buffer: Buffer,
  lines: (bytes: Uint8Array, length: number) => void,
  told: (bytes: number) => void,
): void {
  let kept = 0
  for (let at = from; at < until; ) {
    const length = readSync(file, buffer, kept, Math.min(chunk, until - at, buffer.length - kept), at)
    if (length === 0) {
      if (kept === buffer.length) throw tooLong()
      break
    }
    at += length
    told(length)
    const filled = kept + length
    const end = buffer.lastIndexOf(lineFeed, filled - 1) + 1
    if (end > 0) lines(buffer, end)
    buffer.copyWithin(0, end, filled)
    kept = filled - end
    if (kept > chunk) throw tooLong()
  }
  if (kept === 0) return
  buffer[kept] = lineFeed
  lines(buffer, kept + 1)
}

/** The first line of an open file, and where the second begins; `undefined` when no line ends in the first megabyte. */
export function firstLine(file: number, size: number): { readonly text: string; readonly end: number } | undefined {
  const buffer = Buffer.alloc(Math.min(size, 1 << 20))
  const length = readSync(file, buffer, 0, buffer.length, 0)
  const end = buffer.subarray(0, length).indexOf(lineFeed)
  if (end >= 0) return { text: buffer.toString('utf8', 0, end + 1), end: end + 1 }
  return length === size ? { text: buffer.toString('utf8', 0, length), end: length } : undefined
}

/** Cuts a range into so many of about one length, at starts of lines. */
export function cut(file: number, { from, until }: ByteRange, parts: number): readonly ByteRange[] {
  const starts = [from]
  for (let part = 1; part < parts; part++) {
    const start = lineAfter(file, from + Math.floor(((until - from) * part) / parts), until)
    if (start > starts.at(-1)! && start < until) starts.push(start)
  }
  return starts.map((start, i) => ({ from: start, until: starts[i + 1] ?? until }))
}

/** Where the first line begins at or after a place. */
function lineAfter(file: number, place: number, until: number): number {
  const buffer = Buffer.alloc(65_536)
  for (let at = place - 1; at < until; ) {
    const length = readSync(file, buffer, 0, buffer.length, at)
    if (length === 0) return until
    const end = buffer.subarray(0, length).indexOf(lineFeed)
    if (end >= 0) return at + end + 1
    at += length
  }
  return until
}
