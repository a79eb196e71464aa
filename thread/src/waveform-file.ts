import { createHash, hash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Instant, JsonObject, SubjectId } from '@counterpart/kernel'
import { ThreadError } from './errors.ts'
import type { DataKey } from './key-ring.ts'
import type { WaveformSegment } from './port.ts'
import { Mac, seal, unseal } from './secrets.ts'

/** Payload of a `waveform.recorded` event: everything about the segment but its samples, and where those are. */
export interface WaveformRecord {
  readonly channel: string
  readonly unit: string
  readonly start: Instant
  /** The last sample's instant, rounded up to a millisecond. */
  readonly finish: Instant
  readonly samplesPerSecond: number
  readonly gain: number
  readonly baseline: number
  readonly count: number
  readonly sampleBits: 16 | 32
  /** Name of the file: SHA-256 of its bytes, hex. */
  readonly sha256: string
  readonly bytes: number
}

/** Throws {@link ThreadError} `waveform-invalid` unless the segment can be kept and read back as it is. */
export function checkSegment(segment: WaveformSegment): void {
  const wrong = (what: string): never => {
    throw new ThreadError('waveform-invalid', `waveform of channel "${segment.channel}" of ${segment.subject}: ${what}`)
  }
  if (segment.samples.length === 0) wrong('it has no samples')
  if (!Number.isSafeInteger(segment.start)) wrong(`start must be whole milliseconds, not ${segment.start}`)
  if (!(segment.samplesPerSecond > 0 && Number.isFinite(segment.samplesPerSecond)))
    wrong(`samplesPerSecond must be above 0, not ${segment.samplesPerSecond}`)
  if (!Number.isFinite(segment.gain) || segment.gain === 0) wrong(`gain must not be ${segment.gain}`)
  if (!Number.isFinite(segment.baseline)) wrong(`baseline must not be ${segment.baseline}`)
}

/** The last sample's instant, rounded up to a millisecond. */
export function finishOf(segment: WaveformSegment): Instant {
  return segment.start + Math.ceil(((segment.samples.length - 1) * 1000) / segment.samplesPerSecond)
}

/**
 * The bytes of a segment's file and the record that goes into its event.
 *
 * Samples are taken as differences from the one before (the first from 0, modulo 2³²), each mapped to a whole number ≥ 0
 * with small ones for small differences of either sign (zigzag), written in groups of 7 bits, low first (LEB128),
 * compressed (Zstandard, RFC 8878) and encrypted with the subject's key. The nonce is made from key and content, so the
 * same segment handed in twice is the same file.
 */
export function encodeSegment(
  segment: WaveformSegment,
  key: DataKey,
): { readonly bytes: Buffer; readonly record: WaveformRecord } {
  const { samples } = segment
  const packed = zstdCompressSync(packSamples(samples))
  const description = {
    channel: segment.channel,
    unit: segment.unit,
    start: segment.start,
    finish: finishOf(segment),
    samplesPerSecond: segment.samplesPerSecond,
    gain: segment.gain,
    baseline: segment.baseline,
    count: samples.length,
    sampleBits: samples instanceof Int16Array ? (16 as const) : (32 as const),
  }
  const context = contextOf(segment.subject, description)
  const nonceKey = new Mac(key.key.export()).of('waveform nonce')
  const nonce = new Mac(nonceKey).of(createHash('sha256').update(context).update(packed).digest()).subarray(0, 12)
  const bytes = seal(key.key, nonce, context, packed)
  return { bytes, record: { ...description, sha256: hash('sha256', bytes, 'hex'), bytes: bytes.length } }
}

/** Reads a segment back. Throws `content-damaged` when the file is not the one that was written. */
export function decodeSegment(
  subject: SubjectId,
  record: WaveformRecord,
  bytes: Uint8Array,
  key: DataKey,
): WaveformSegment {
  const packed = unseal(key.key, contextOf(subject, record), bytes)
  if (packed === undefined)
    throw new ThreadError(
      'content-damaged',
      `waveform file ${record.sha256} cannot be decrypted: run "counterpart thread verify"`,
    )
  const samples = record.sampleBits === 16 ? new Int16Array(record.count) : new Int32Array(record.count)
  unpackSamples(zstdDecompressSync(packed), samples)
  const { channel, unit, start, samplesPerSecond, gain, baseline } = record
  return { subject, channel, unit, start, samplesPerSecond, gain, baseline, samples }
}

/** Delta, zigzag and LEB128: see {@link encodeSegment}. */
export function packSamples(samples: Int16Array | Int32Array): Uint8Array {
  const packed = new Uint8Array(samples.length * 5)
  let at = 0
  let previous = 0
  for (let i = 0; i < samples.length; i++) {
    const delta = (samples[i]! - previous) | 0
    previous = samples[i]!
    let rest = ((delta << 1) ^ (delta >> 31)) >>> 0
    while (rest > 127) {
      packed[at++] = (rest & 127) | 128
      rest >>>= 7
    }
    packed[at++] = rest
  }
  return packed.subarray(0, at)
}

/** Undoes {@link packSamples}. */
export function unpackSamples(packed: Uint8Array, into: Int16Array | Int32Array): void {
  let at = 0
  let previous = 0
  for (let i = 0; i < into.length; i++) {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = packed[at++]!
      value |= (byte & 127) << shift
      if (byte < 128) break
    }
    previous = (previous + ((value >>> 1) ^ -(value & 1))) | 0
    into[i] = previous
  }
}

/** Binds the file to what its event says of it. */
function contextOf(subject: SubjectId, record: Omit<WaveformRecord, 'sha256' | 'bytes'>): Buffer {
  const { channel, unit, start, finish, samplesPerSecond, gain, baseline, count, sampleBits } = record
  return Buffer.from(
    JSON.stringify([
      'waveform',
      subject,
      channel,
      unit,
      start,
      finish,
      samplesPerSecond,
      gain,
      baseline,
      count,
      sampleBits,
    ]),
  )
}

/** The folder of segment files: `ab/ab12….wave`, named by their content, never changed. */
export class WaveformFolder {
  readonly root: string

  constructor(root: string) {
    this.root = root
  }

  /** Writes a file so that it is whole or not there, and still there after a power cut. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(name)
    await mkdir(dirname(path), { recursive: true })
    const unfinished = `${path}.unfinished`
    const file = await open(unfinished, 'w', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(unfinished, path)
    for (const folder of [dirname(path), this.root]) await syncFolder(folder)
  }

  async read(name: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.#path(name))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true })
  }

  /** What is wrong with a file; nothing when it is as it was written. */
  async fault(name: string): Promise<string | undefined> {
    const bytes = await this.read(name)
    if (bytes === undefined) return `waveform file ${name} is missing`
    return hash('sha256', bytes, 'hex') === name ? undefined : `waveform file ${name} has been changed`
  }

  #path(name: string): string {
    if (!/^[0-9a-f]{64}$/.test(name))
      throw new ThreadError('content-damaged', `"${name}" is not the name of a waveform file`)
    return join(this.root, name.slice(0, 2), `${name}.wave`)
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

export const asPayload = (record: WaveformRecord): JsonObject => ({ ...record })
