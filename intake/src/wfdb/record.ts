import { IntakeError } from '../errors.ts'
import { parseWfdbAnnotations, type WfdbAnnotations } from './annotations.ts'
import { parseWfdbHeader, type WfdbHeader, type WfdbSegmentHeader, type WfdbSignalHeader } from './header.ts'
import { missingFile, missingSample, SignalFile, type WfdbFiles } from './signal-file.ts'

/** One signal of an opened record. */
export interface WfdbSignal {
  readonly description: string
  readonly unit: string
  readonly samplesPerSecond: number
  readonly samplesPerFrame: number
  /** physical = (digital − baseline) / gain */
  readonly gain: number
  readonly baseline: number
  readonly calibrated: boolean
}

/** What reading all samples and adding them up says of one signal. */
export interface WfdbChecksum {
  readonly description: string
  /** `undefined`: the header has none. */
  readonly stated: number | undefined
  readonly found: number
  readonly agrees: boolean
}

/** An opened record: a header with the way to its samples. Frames are counted from 0. */
export interface WfdbRecord {
  readonly name: string
  readonly header: WfdbHeader
  readonly signals: readonly WfdbSignal[]
  readonly framesPerSecond: number
  readonly frames: number
  /** Digital values of the frames [from, to), one array per signal, {@link missingSample} where there is none. */
  readDigital(from: number, to: number): Promise<readonly Int32Array[]>
  /** Physical values, `NaN` where there is none. */
  read(from: number, to: number): Promise<readonly Float64Array[]>
  /** Compares the checksums in the header(s) with the samples. Reads everything. */
  checksums(): Promise<readonly WfdbChecksum[]>
  /** Reads `<name>.<annotator>`, e.g. `atr`. */
  annotations(annotator: string): Promise<WfdbAnnotations>
}

/**
 * Opens a record by name. Reads headers now and samples when asked for.
 * Throws {@link IntakeError}: `not-found` (a file), `malformed` or `invalid` (a header), `not-supported` (a format).
 */
export async function openWfdbRecord(name: string, files: WfdbFiles): Promise<WfdbRecord> {
  const header = await readHeader(name, files)
  const annotations = async (annotator: string): Promise<WfdbAnnotations> =>
    parseWfdbAnnotations(await readFile(`${name}.${annotator}`, files))
  return header.segments
    ? openSegments(name, header, header.segments, files, annotations)
    : openSingle(name, header, files, annotations)
}

type Annotations = WfdbRecord['annotations']

async function openSingle(
  name: string,
  header: WfdbHeader,
  files: WfdbFiles,
  annotations: Annotations,
): Promise<WfdbRecord> {
  const signalFiles = groupByFile(header.signals).map((group) => new SignalFile(inFolderOf(name, files), group))
  const signals = header.signals.map((signal) => asSignal(signal, header.framesPerSecond))
  let frames = header.frames
  if (frames === undefined) {
    const lengths = await Promise.all(signalFiles.map((file) => file.frames()))
    frames = lengths.length > 0 ? Math.min(...lengths) : 0
  }
  const length = frames
  const readDigital = async (from: number, to: number): Promise<readonly Int32Array[]> => {
    checkRange(name, from, to, length)
    const out = header.signals.map((signal) => new Int32Array((to - from) * signal.samplesPerFrame).fill(missingSample))
    for (const file of signalFiles) await file.read(from, to, out, true)
    return out
  }
  return {
    name,
    header,
    signals,
    framesPerSecond: header.framesPerSecond,
    frames: length,
    readDigital,
    read: async (from, to) => (await readDigital(from, to)).map((samples, s) => toPhysical(samples, signals[s]!)),
    checksums: async () => {
      const sums = new Map<number, number>()
      for (const file of signalFiles) for (const [index, sum] of await file.checksums(length)) sums.set(index, sum)
      return header.signals.map(({ description, checksum }, s) => {
        const found = sums.get(s) ?? 0
        return { description, stated: checksum, found, agrees: checksum === undefined || checksum === found }
      })
    },
    annotations,
  }
}

/**
 * A record in pieces. With a fixed layout, signals go by position; with a variable one (first segment empty), by the
 * description that the layout header gives them. Gain and baseline of the record are the layout's (or the first
 * segment's); digital values of segments with others are converted.
 */
async function openSegments(
  name: string,
  header: WfdbHeader,
  segments: readonly WfdbSegmentHeader[],
  files: WfdbFiles,
  annotations: Annotations,
): Promise<WfdbRecord> {
  const first = segments[0]!
  const isVariable = first.frames === 0
  const model = first.name ?? segments.find((segment) => segment.name !== null)?.name
  if (model === undefined || model === null)
    throw new IntakeError('invalid', `record ${name} consists of gaps only`, { expected: 'at least one segment' })
  const inside = inFolderOf(name, files)
  const layout = await readHeader(model, inside)
  if (layout.signals.length !== header.signalCount)
    throw new IntakeError(
      'invalid',
      `${model} has ${layout.signals.length} signals, its record ${name} announces ${header.signalCount}`,
      {
        expected: 'the same number',
        mend: 'correct the .hea files',
      },
    )
  const signals = layout.signals.map((signal) => asSignal(signal, header.framesPerSecond))
  const starts: number[] = []
  let length = 0
  for (const segment of segments) {
    starts.push(length)
    length += segment.frames
  }
  // One segment is kept open: reading goes forward.
  let open: { readonly index: number; readonly record: Promise<WfdbRecord> } | undefined
  const segmentAt = (index: number): Promise<WfdbRecord> => {
    if (open?.index !== index) open = { index, record: openSegment(segments[index]!, inside) }
    return open.record
  }
  const read = async (from: number, to: number): Promise<readonly Float64Array[]> => {
    checkRange(name, from, to, length)
    const out = signals.map((signal) => new Float64Array((to - from) * signal.samplesPerFrame).fill(Number.NaN))
    for (let i = firstSegment(starts, from); i < segments.length && starts[i]! < to; i++) {
      const segment = segments[i]!
      const begin = Math.max(from, starts[i]!)
      const end = Math.min(to, starts[i]! + segment.frames)
      if (segment.name === null || begin >= end) continue
      const record = await segmentAt(i)
      const pieces = await record.read(begin - starts[i]!, end - starts[i]!)
      record.signals.forEach((signal, s) => {
        const target = isVariable ? signals.findIndex((known) => known.description === signal.description) : s
        const known = signals[target]
        if (!known || known.samplesPerFrame !== signal.samplesPerFrame)
          throw new IntakeError(
            'invalid',
            `signal "${signal.description}" of segment ${segment.name} is not in the layout of ${name}`,
            {
              expected: signals.map((s) => s.description).join(', '),
              mend: 'correct the .hea files',
            },
          )
        out[target]!.set(pieces[s]!, (begin - from) * known.samplesPerFrame)
      })
    }
    return out
  }
  return {
    name,
    header,
    signals,
    framesPerSecond: header.framesPerSecond,
    frames: length,
    read,
    readDigital: async (from, to) => (await read(from, to)).map((values, s) => toDigital(values, signals[s]!)),
    checksums: async () => {
      const all: WfdbChecksum[] = []
      for (const [i, segment] of segments.entries())
        if (segment.name !== null && segment.frames > 0)
          for (const checksum of await (await segmentAt(i)).checksums())
            all.push({ ...checksum, description: `${segment.name} ${checksum.description}` })
      return all
    },
    annotations,
  }
}

async function openSegment(segment: WfdbSegmentHeader, files: WfdbFiles): Promise<WfdbRecord> {
  const header = await readHeader(segment.name!, files)
  if (header.segments)
    throw new IntakeError('not-supported', `segment ${segment.name} is itself a record in segments`, {
      expected: 'segments with samples of their own',
    })
  const noAnnotations: Annotations = async () => ({ samplesPerSecond: undefined, annotations: [] })
  return openSingle(segment.name!, { ...header, frames: segment.frames }, files, noAnnotations)
}

function firstSegment(starts: readonly number[], frame: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= frame) low = middle
    else high = middle - 1
  }
  // Empty segments share their start with the next one.
  while (low > 0 && starts[low - 1] === starts[low]) low--
  return low
}

function groupByFile(signals: readonly WfdbSignalHeader[]) {
  const groups = new Map<string, { header: WfdbSignalHeader; index: number }[]>()
  signals.forEach((header, index) => {
    if (header.file === null) return
    const group = groups.get(header.file)
    if (group) group.push({ header, index })
    else groups.set(header.file, [{ header, index }])
  })
  return [...groups.values()]
}

function asSignal(signal: WfdbSignalHeader, framesPerSecond: number): WfdbSignal {
  const { description, unit, samplesPerFrame, gain, baseline, calibrated } = signal
  return {
    description,
    unit,
    samplesPerFrame,
    samplesPerSecond: framesPerSecond * samplesPerFrame,
    gain,
    baseline,
    calibrated,
  }
}

function toPhysical(samples: Int32Array, { gain, baseline }: WfdbSignal): Float64Array {
  const values = new Float64Array(samples.length)
  for (let i = 0; i < samples.length; i++)
    values[i] = samples[i] === missingSample ? Number.NaN : (samples[i]! - baseline) / gain
  return values
}

function toDigital(values: Float64Array, { gain, baseline }: WfdbSignal): Int32Array {
  const samples = new Int32Array(values.length)
  for (let i = 0; i < values.length; i++)
    samples[i] = Number.isNaN(values[i]) ? missingSample : Math.round(values[i]! * gain + baseline)
  return samples
}

function checkRange(name: string, from: number, to: number, frames: number): void {
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= frames))
    throw new IntakeError('invalid', `frames ${from} to ${to} of record ${name} cannot be read`, {
      expected: `whole numbers with 0 ≤ from ≤ to ≤ ${frames}`,
    })
}

async function readHeader(name: string, files: WfdbFiles): Promise<WfdbHeader> {
  return parseWfdbHeader(new TextDecoder('latin1').decode(await readFile(`${name}.hea`, files)))
}

async function readFile(name: string, files: WfdbFiles): Promise<Uint8Array> {
  try {
    return await files.readFile(name)
  } catch (cause) {
    throw missingFile(name, cause)
  }
}

/** File names in a header are relative to the header's own folder. */
function inFolderOf(name: string, files: WfdbFiles): WfdbFiles {
  const folder = name.slice(0, name.lastIndexOf('/') + 1)
  if (folder === '') return files
  return {
    readFile: (file) => files.readFile(folder + file),
    ...(files.readRange && {
      readRange: (file: string, from: number, to: number) => files.readRange!(folder + file, from, to),
    }),
    ...(files.size && { size: (file: string) => files.size!(folder + file) }),
  }
}
