import { IntakeError } from '../errors.ts'

/** How samples lie in bytes: so many samples in so many bytes, and what stands for "not there". */
export interface SampleFormat {
  readonly samplesPerUnit: number
  readonly bytesPerUnit: number
  /** `undefined`: every value is one. */
  readonly missing: number | undefined
  /** Bytes of a unit that must be there for its sample 0, 1, 2 to be readable: files may end within a unit. */
  readonly needs: readonly number[]
  /** Sample `k` of the unit at `at`; bytes past the end read as `undefined` and count as 0. */
  readonly sample: (bytes: Uint8Array, at: number, k: number) => number
}

const simple = (
  bytesPerUnit: number,
  missing: number | undefined,
  sample: (bytes: Uint8Array, at: number) => number,
): SampleFormat => ({ samplesPerUnit: 1, bytesPerUnit, missing, needs: [bytesPerUnit], sample })

const signed = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits)
const pair = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)

/**
 * The storage formats of WFDB (PhysioNet, WFDB Applications Guide, signal(5)). Format 8 holds first differences: its
 * "samples" here are these.
 */
const formats: ReadonlyMap<number, SampleFormat> = new Map([
  [8, simple(1, undefined, (b, i) => signed(b[i]!, 8))],
  [16, simple(2, -0x8000, (b, i) => signed(pair(b, i), 16))],
  [24, simple(3, -0x80_0000, (b, i) => signed(pair(b, i) | (b[i + 2]! << 16), 24))],
  [32, simple(4, -0x8000_0000, (b, i) => pair(b, i) | (b[i + 2]! << 16) | (b[i + 3]! << 24))],
  [61, simple(2, -0x8000, (b, i) => signed((b[i]! << 8) | b[i + 1]!, 16))],
  [80, simple(1, -128, (b, i) => b[i]! - 128)],
  [160, simple(2, -0x8000, (b, i) => pair(b, i) - 0x8000)],
  [
    212,
    {
      samplesPerUnit: 2,
      bytesPerUnit: 3,
      missing: -2048,
      needs: [2, 3],
      sample: (b, i, k) =>
        k === 0 ? signed(pair(b, i) & 0xfff, 12) : signed(((b[i + 1]! & 0xf0) << 4) | (b[i + 2] ?? 0), 12),
    },
  ],
  [
    310,
    {
      samplesPerUnit: 3,
      bytesPerUnit: 4,
      missing: -512,
      needs: [2, 4, 4],
      sample: (b, i, k) =>
        k < 2
          ? signed((pair(b, i + 2 * k) >> 1) & 0x3ff, 10)
          : signed((pair(b, i) >> 11) | ((pair(b, i + 2) >> 11) << 5), 10),
    },
  ],
  [
    311,
    {
      samplesPerUnit: 3,
      bytesPerUnit: 4,
      missing: -512,
      needs: [2, 3, 4],
      sample: (b, i, k) => signed(((pair(b, i) | (pair(b, i + 2) << 16)) >>> (10 * k)) & 0x3ff, 10),
    },
  ],
])

/** The format of that number. Throws {@link IntakeError} `not-supported` for the others, by name. */
export function sampleFormat(format: number): SampleFormat {
  const known = formats.get(format)
  if (known) return known
  const flac = [508, 516, 524].includes(format) ? ' (FLAC-compressed)' : ''
  throw new IntakeError('not-supported', `WFDB signal format ${format}${flac} is not read here`, {
    expected: `one of ${[...formats.keys()].join(', ')}`,
    mend: 'convert the record with "xform" of the WFDB software, e.g. to format 16',
  })
}

/** How many whole samples so many bytes hold. */
export function samplesIn(format: SampleFormat, bytes: number): number {
  const units = Math.floor(bytes / format.bytesPerUnit)
  const left = bytes - units * format.bytesPerUnit
  return units * format.samplesPerUnit + format.needs.filter((needed) => needed <= left).length
}

/** The bytes [from, to) of the units that hold the samples [from, to). */
export function bytesOf(
  format: SampleFormat,
  from: number,
  to: number,
): { readonly from: number; readonly to: number } {
  return {
    from: Math.floor(from / format.samplesPerUnit) * format.bytesPerUnit,
    to: Math.ceil(to / format.samplesPerUnit) * format.bytesPerUnit,
  }
}

/** Decodes `count` samples from bytes that begin with a unit, after leaving out the first `skip` of them. */
export function decodeSamples(format: SampleFormat, bytes: Uint8Array, skip: number, count: number): Int32Array {
  const samples = new Int32Array(count)
  const perUnit = format.samplesPerUnit
  let at = Math.floor(skip / perUnit) * format.bytesPerUnit
  let k = skip % perUnit
  for (let i = 0; i < count; i++) {
    samples[i] = format.sample(bytes, at, k)
    k++
    if (k === perUnit) {
      k = 0
      at += format.bytesPerUnit
    }
  }
  return samples
}
