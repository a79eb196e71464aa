import { IntakeError } from '../errors.ts'

/** One signal of a record, as its line in the header says. */
export interface WfdbSignalHeader {
  /** The file that holds its samples; `null` where it has none (`~`, in a layout header). */
  readonly file: string | null
  /** Storage format, e.g. 212; 0 for none. */
  readonly format: number
  readonly samplesPerFrame: number
  /** Samples by which the signal lags the others within its file. */
  readonly skew: number
  /** Bytes before the first sample. */
  readonly byteOffset: number
  /** Converter units per physical unit. May be negative. */
  readonly gain: number
  /** False when the header gives no gain and 200 is assumed. */
  readonly calibrated: boolean
  /** Converter value of physical 0. */
  readonly baseline: number
  readonly unit: string
  /** Bits of the converter; 0 when not stated. */
  readonly resolution: number
  readonly zero: number
  readonly initialValue: number | undefined
  /** Sum of all samples modulo 65536. */
  readonly checksum: number | undefined
  readonly blockSize: number
  readonly description: string
}

/** A piece of a multi-segment record; without a name it is a gap. */
export interface WfdbSegmentHeader {
  readonly name: string | null
  readonly frames: number
}

/** What a `.hea` file says. */
export interface WfdbHeader {
  readonly name: string
  /** `undefined` for an ordinary record. */
  readonly segments: readonly WfdbSegmentHeader[] | undefined
  readonly signalCount: number
  /** Empty for a multi-segment record: look in its segments. */
  readonly signals: readonly WfdbSignalHeader[]
  /** Frames per second; a signal has this times its samples per frame. */
  readonly framesPerSecond: number
  readonly counterFrequency: number
  readonly baseCounter: number
  /** `undefined`: not stated, so as many as there are in the files. */
  readonly frames: number | undefined
  /** Time of day at the start, milliseconds after midnight in an unnamed time zone. */
  readonly baseTime: number | undefined
  readonly baseDate: { readonly year: number; readonly month: number; readonly day: number } | undefined
  /** Comment lines after the last signal, without their `#`. */
  readonly comments: readonly string[]
}

const longestHeader = 1_000_000
const mostSignals = 10_000
const assumedGain = 200
const assumedRate = 250

/**
 * Reads a WFDB header (PhysioNet, WFDB Applications Guide, header(5)).
 * Throws {@link IntakeError} `malformed`, `invalid` or `too-large` that names the line.
 */
export function parseWfdbHeader(text: string): WfdbHeader {
  if (text.length > longestHeader)
    throw new IntakeError('too-large', `a WFDB header of ${text.length} characters is longer than any real one`, {
      expected: `at most ${longestHeader} characters`,
    })
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({ number: i + 1, text: line.trim() }))
    .filter((line) => line.text !== '')
  const content = lines.filter((line) => !line.text.startsWith('#'))
  const [first, ...rest] = content
  if (!first) throw malformed(1, 'the header has no record line', 'a line such as "100 2 360 650000"')
  const record = recordLine(first)
  const wanted = record.segmentCount ?? record.signalCount
  if (rest.length < wanted)
    throw malformed(
      content.at(-1)!.number,
      `the header announces ${wanted} ${record.segmentCount === undefined ? 'signals' : 'segments'} and describes ${rest.length}`,
      'one line for each',
    )
  const described = rest.slice(0, wanted)
  const end = described.at(-1)?.number ?? first.number
  const segments = record.segmentCount === undefined ? undefined : described.map(segmentLine)
  checkSegments(segments, record.frames, first.number)
  return {
    name: record.name,
    segments,
    signalCount: record.signalCount,
    signals: segments ? [] : described.map(signalLine),
    framesPerSecond: record.framesPerSecond,
    counterFrequency: record.counterFrequency,
    baseCounter: record.baseCounter,
    frames: record.frames,
    baseTime: record.baseTime,
    baseDate: record.baseDate,
    comments: lines
      .filter((line) => line.number > end && line.text.startsWith('#'))
      .map((line) => line.text.slice(1).trim()),
  }
}

interface Line {
  readonly number: number
  readonly text: string
}

function recordLine(line: Line) {
  const [name, signals, rate, frames, time, date, ...more] = line.text.split(/\s+/)
  const named = /^([^/\s]+)(?:\/(\d+))?$/.exec(name!)
  if (!named) throw malformed(line.number, `"${name}" is not a record name`, 'a name, or name/segments')
  checkName(named[1]!, line.number)
  if (signals === undefined)
    throw malformed(line.number, 'the number of signals is missing', 'a line such as "100 2 360 650000"')
  if (more.length > 0) throw malformed(line.number, `"${more.join(' ')}" follows the date`, 'nothing after the date')
  const rates = /^([^/]+)(?:\/([^(]+)(?:\(([^)]+)\))?)?$/.exec(rate ?? String(assumedRate))
  if (!rates) throw malformed(line.number, `"${rate}" is not a sampling frequency`, 'e.g. 360 or 250/24000(0)')
  const framesPerSecond = real(rates[1]!, line.number, 'the sampling frequency')
  if (!(framesPerSecond > 0)) throw invalid(line.number, `the sampling frequency is ${framesPerSecond}`, 'more than 0')
  const length =
    frames === undefined ? 0 : whole(frames, line.number, 'the number of samples', 0, Number.MAX_SAFE_INTEGER)
  const segmentCount =
    named[2] === undefined ? undefined : whole(named[2], line.number, 'the number of segments', 1, 1e6)
  return {
    name: named[1]!,
    segmentCount,
    signalCount: whole(signals, line.number, 'the number of signals', 0, mostSignals),
    framesPerSecond,
    counterFrequency: rates[2] === undefined ? framesPerSecond : real(rates[2], line.number, 'the counter frequency'),
    baseCounter: rates[3] === undefined ? 0 : real(rates[3], line.number, 'the base counter value'),
    // 0 says the same as nothing: not known.
    frames: length === 0 ? undefined : length,
    baseTime: time === undefined ? undefined : timeOfDay(time, line.number),
    baseDate: date === undefined ? undefined : calendarDate(date, line.number),
  }
}

function signalLine(line: Line): WfdbSignalHeader {
  const match = /^(\S+)\s+(\S+)(?:\s+(.*))?$/.exec(line.text)
  if (!match)
    throw malformed(line.number, 'a signal line needs a file name and a format', 'e.g. "100.dat 212 200 11 1024"')
  const file = match[1]!
  const format = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/.exec(match[2]!)
  if (!format) throw malformed(line.number, `"${match[2]}" is not a format`, 'e.g. 212 or 16x4:3+512')
  if (file !== '~') checkName(file, line.number)
  // Every field is optional from here on; the first one that does not look like its kind begins the description.
  let rest = match[3] ?? ''
  const field = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = pattern.exec(rest)
    if (!found) return undefined
    rest = rest.slice(found[0].length).trimStart()
    return found
  }
  const number = (): number | undefined => {
    const found = field(/^[-+]?\d+(?=\s|$)/)
    return found ? Number(found[0]) : undefined
  }
  const gain = field(/^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?:\(([-+]?\d+)\))?(?:\/(\S+))?(?=\s|$)/)
  if (!gain && rest !== '')
    throw malformed(line.number, `"${rest.split(/\s/)[0]}" is not a gain`, 'e.g. 200, 200(1024)/mV or nothing')
  const stated = gain ? Number(gain[1]) : 0
  const resolution = gain ? number() : undefined
  const zero = resolution === undefined ? undefined : number()
  const initialValue = zero === undefined ? undefined : number()
  const checksum = initialValue === undefined ? undefined : number()
  const blockSize = checksum === undefined ? undefined : number()
  return {
    file: file === '~' ? null : file,
    format: Number(format[1]),
    samplesPerFrame: whole(format[2] ?? '1', line.number, 'the number of samples per frame', 1, 1e6),
    skew: whole(format[3] ?? '0', line.number, 'the skew', 0, 1e9),
    byteOffset: whole(format[4] ?? '0', line.number, 'the byte offset', 0, Number.MAX_SAFE_INTEGER),
    gain: stated === 0 ? assumedGain : stated,
    calibrated: stated !== 0,
    baseline: gain?.[2] === undefined ? (zero ?? 0) : Number(gain[2]),
    unit: gain?.[3] ?? 'mV',
    resolution: resolution ?? 0,
    zero: zero ?? 0,
    initialValue,
    checksum: checksum === undefined ? undefined : checksum & 0xffff,
    blockSize: blockSize ?? 0,
    description: rest.trim(),
  }
}

function segmentLine(line: Line): WfdbSegmentHeader {
  const [name, frames, ...more] = line.text.split(/\s+/)
  if (frames === undefined || more.length > 0)
    throw malformed(line.number, 'a segment line needs a name and a length', 'e.g. "100s 21600" or "~ 300"')
  if (name !== '~') checkName(name!, line.number)
  return {
    name: name === '~' ? null : name!,
    frames: whole(frames, line.number, 'the length of a segment', 0, Number.MAX_SAFE_INTEGER),
  }
}

function checkSegments(
  segments: readonly WfdbSegmentHeader[] | undefined,
  frames: number | undefined,
  line: number,
): void {
  if (!segments) return
  const total = segments.reduce((sum, segment) => sum + segment.frames, 0)
  if (frames !== undefined && total !== frames)
    throw invalid(line, `the segments add up to ${total} samples, the record line says ${frames}`, 'the same number')
  if (segments.slice(1).some((segment) => segment.frames === 0))
    throw invalid(
      line,
      'a segment after the first has no samples',
      'an empty segment only as the first one, for the layout',
    )
}

/** A file name stays within its folder: a header from elsewhere must not lead to other files of this machine. */
function checkName(name: string, line: number): void {
  if (
    name.startsWith('/') ||
    name.includes('\\') ||
    name.includes(':') ||
    name.includes('\0') ||
    name.split('/').includes('..')
  )
    throw invalid(line, `"${name}" leads out of the record's folder`, 'the name of a file beside the header')
}

/** `HH:MM:SS.SSS`; with two parts minutes and seconds, with one seconds. */
function timeOfDay(text: string, line: number): number {
  const parts = /^(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,2}(?:\.\d*)?)$/.exec(text)
  const [hours, minutes, seconds] = [Number(parts?.[1] ?? 0), Number(parts?.[2] ?? 0), Number(parts?.[3])]
  if (!parts || hours > 24 || minutes > 59 || seconds >= 61)
    throw malformed(line, `"${text}" is not a time of day`, 'e.g. 13:05:00 or 13:05:00.125')
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000)
}

function calendarDate(text: string, line: number): { year: number; month: number; day: number } {
  const parts = /^(\d{1,2})\/(\d{1,2})\/(\d{1,4})$/.exec(text)
  const [day, month, year] = parts ? parts.slice(1).map(Number) : []
  if (!parts || day! < 1 || day! > 31 || month! < 1 || month! > 12)
    throw malformed(line, `"${text}" is not a date`, 'day/month/year, e.g. 09/10/1994')
  return { year: year!, month: month!, day: day! }
}

function whole(text: string, line: number, what: string, low: number, high: number): number {
  const value = /^[-+]?\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= low && value <= high))
    throw malformed(line, `${what} is "${text}"`, `a whole number from ${low} to ${high}`)
  return value
}

function real(text: string, line: number, what: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw malformed(line, `${what} is "${text}"`, 'a number')
  return value
}

function malformed(line: number, message: string, expected: string): IntakeError {
  return new IntakeError('malformed', message, { location: `line ${line}`, expected, mend: 'correct the .hea file' })
}

function invalid(line: number, message: string, expected: string): IntakeError {
  return new IntakeError('invalid', message, { location: `line ${line}`, expected, mend: 'correct the .hea file' })
}
