import { IntakeError } from '../errors.ts'
import { bytesOf, decodeSamples, type SampleFormat, sampleFormat, samplesIn } from './formats.ts'
import type { WfdbSignalHeader } from './header.ts'

/** Where the files of a record come from. Names are relative to the record's folder. */
export interface WfdbFiles {
  /** Rejects with any error when there is no such file. */
  readFile(name: string): Promise<Uint8Array>
  /** Bytes [from, to), fewer at the end of the file. With it, long records are read piece by piece. */
  readRange?(name: string, from: number, to: number): Promise<Uint8Array>
  size?(name: string): Promise<number>
}

/** Stands for a sample that is not there, in digital values. */
export const missingSample = -0x8000_0000

/** The signals of a record that lie interleaved in one file. */
export class SignalFile {
  readonly #files: WfdbFiles
  readonly #name: string
  readonly #format: SampleFormat
  readonly #isDifferences: boolean
  readonly #offset: number
  readonly #signals: readonly { readonly header: WfdbSignalHeader; readonly index: number }[]
  readonly #samplesPerFrame: number
  #bytes: Promise<Uint8Array> | undefined
  /** Format 8 only: all samples, summed up from the differences. */
  #summed: Promise<Int32Array> | undefined

  constructor(files: WfdbFiles, signals: readonly { readonly header: WfdbSignalHeader; readonly index: number }[]) {
    const first = signals[0]!.header
    this.#files = files
    this.#name = first.file!
    this.#format = sampleFormat(first.format)
    this.#isDifferences = first.format === 8
    this.#offset = first.byteOffset
    this.#signals = signals
    this.#samplesPerFrame = signals.reduce((sum, { header }) => sum + header.samplesPerFrame, 0)
    if (signals.some(({ header }) => header.format !== first.format))
      throw new IntakeError('invalid', `the signals in ${this.#name} are in different formats`, {
        expected: 'one format in one file',
        mend: 'correct the .hea file',
      })
  }

  /** Whole frames in the file. */
  async frames(): Promise<number> {
    const size = this.#files.size ? await this.#get(() => this.#files.size!(this.#name)) : (await this.#whole()).length
    return Math.floor(samplesIn(this.#format, Math.max(0, size - this.#offset)) / this.#samplesPerFrame)
  }

  /**
   * Puts the samples of the frames [from, to) into `out`, one array per signal of the record. `skewed`: each signal
   * shifted by its skew. What the file does not hold is {@link missingSample}.
   */
  async read(from: number, to: number, out: readonly Int32Array[], skewed: boolean): Promise<void> {
    const skews = this.#signals.map(({ header }) => (skewed ? header.skew : 0))
    const perFrame = this.#samplesPerFrame
    const first = (from + Math.min(...skews)) * perFrame
    const wanted = (to + Math.max(...skews)) * perFrame
    const samples = await this.#samples(first, wanted)
    let within = 0
    this.#signals.forEach(({ header, index }, s) => {
      const target = out[index]!
      const width = header.samplesPerFrame
      const start = (from + skews[s]!) * perFrame - first + within
      for (let frame = 0, i = 0; frame < to - from; frame++)
        for (let k = 0; k < width; k++, i++) {
          const value = samples[start + frame * perFrame + k]
          target[i] = value === undefined || value === this.#format.missing ? missingSample : value
        }
      within += width
    })
  }

  /** Sums of the stored samples modulo 65536, one per signal of this file. */
  async checksums(frames: number): Promise<ReadonlyMap<number, number>> {
    const sums = new Map(this.#signals.map(({ index }) => [index, 0]))
    const step = Math.max(1, Math.floor(262_144 / this.#samplesPerFrame))
    for (let from = 0; from < frames; from += step) {
      const to = Math.min(frames, from + step)
      const samples = await this.#samples(from * this.#samplesPerFrame, to * this.#samplesPerFrame)
      let i = 0
      while (i < samples.length)
        for (const { header, index } of this.#signals) {
          let sum = sums.get(index)!
          for (let k = 0; k < header.samplesPerFrame; k++) sum = (sum + samples[i++]!) & 0xffff
          sums.set(index, sum)
        }
    }
    return sums
  }

  /** Samples [from, to) of the file in the order in which they lie there; fewer where it ends. */
  async #samples(from: number, to: number): Promise<Int32Array> {
    if (this.#isDifferences) {
      this.#summed ??= this.#whole().then((bytes) => this.#sum(bytes.subarray(this.#offset)))
      return (await this.#summed).subarray(from, to)
    }
    const range = bytesOf(this.#format, from, to)
    const bytes = this.#files.readRange
      ? await this.#get(() => this.#files.readRange!(this.#name, range.from + this.#offset, range.to + this.#offset))
      : (await this.#whole()).subarray(range.from + this.#offset, range.to + this.#offset)
    const skip = from % this.#format.samplesPerUnit
    const count = Math.max(0, Math.min(to - from, samplesIn(this.#format, bytes.length) - skip))
    return decodeSamples(this.#format, bytes, skip, count)
  }

  #sum(bytes: Uint8Array): Int32Array {
    const differences = decodeSamples(this.#format, bytes, 0, samplesIn(this.#format, bytes.length))
    const levels = this.#signals.map(({ header }) => header.initialValue ?? 0)
    for (let i = 0; i < differences.length; )
      for (let s = 0; s < levels.length; s++)
        for (let k = 0; k < this.#signals[s]!.header.samplesPerFrame && i < differences.length; k++, i++) {
          levels[s]! += differences[i]!
          differences[i] = levels[s]!
        }
    return differences
  }

  #whole(): Promise<Uint8Array> {
    this.#bytes ??= this.#get(() => this.#files.readFile(this.#name))
    return this.#bytes
  }

  async #get<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read()
    } catch (cause) {
      throw missingFile(this.#name, cause)
    }
  }
}

export function missingFile(name: string, cause: unknown): IntakeError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new IntakeError('not-found', `${name} cannot be read: ${why}`, { mend: 'put it beside the header' }, { cause })
}
