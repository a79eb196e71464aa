import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, extname } from 'node:path'
import {
  encodeWfdbAnnotations,
  isBeat,
  openWfdbRecordAt,
  parseWfdbAnnotations,
  type WfdbAnnotation,
  type WfdbRecord,
} from '@counterpart/intake'
import { type BeatScore, RPeakDetector, scoreBeats } from '@counterpart/signals'
import { progress } from './progress.ts'
import { type Command, print, readArguments, UsageError, wholeNumber } from './usage.ts'

/** `counterpart ecg …`: finds heartbeats in recorded ECGs, and holds lists of beats against each other. */
export const ecg: Command = {
  usage: [
    'ecg annotate RECORD --out FILE [--signal NAME] [--json]',
    'ecg score REFERENCE TEST [--rate HZ] [--skip SECONDS] [--json]',
  ],
  run: async (args) => {
    const { values, positionals } = readArguments(args, {
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
      signal: { type: 'string' },
      rate: { type: 'string' },
      skip: { type: 'string', default: '0' },
    })
    const [verb, ...files] = positionals
    if (verb === 'annotate') {
      const [record, extra] = files
      if (record === undefined || extra !== undefined) throw new UsageError('expected: annotate RECORD --out FILE')
      if (values.out === undefined) throw new UsageError('where to? add --out FILE')
      const result = await annotate(record, values.out, values.signal)
      print(
        values.json,
        result,
        ({ beats, signal, seconds, out }) => `${beats} beats in ${seconds} s of signal ${signal}, written to ${out}`,
      )
    } else if (verb === 'score') {
      const [reference, test, extra] = files
      if (reference === undefined || test === undefined || extra !== undefined)
        throw new UsageError('expected: score REFERENCE TEST, two annotation files')
      const skip = wholeNumber(values.skip, '--skip', 0, 86_400)
      const rate = values.rate === undefined ? undefined : Number(values.rate)
      if (rate !== undefined && !(rate > 0))
        throw new UsageError(`--rate must be a number above 0, not "${values.rate}"`)
      print(values.json, await score(reference, test, { rate, skip }), inWords)
    } else throw new UsageError('expected annotate or score')
  },
}

const secondsAtATime = 60

/** Writes the R peaks of one signal of a record as annotations `N`, as beat detectors do that tell no kinds apart. */
async function annotate(path: string, out: string, wanted: string | undefined) {
  const record = await openWfdbRecordAt(path)
  const index = signalOf(record, wanted)
  const { description, samplesPerFrame, samplesPerSecond } = record.signals[index]!
  const detector = new RPeakDetector({ samplesPerSecond })
  const frames: number[] = []
  const take = (beats: readonly { readonly sample: number }[]) => {
    // Annotations count frames; a signal may have several samples in each.
    for (const { sample } of beats) frames.push(Math.round(sample / samplesPerFrame))
  }
  const told = progress('seconds searched:')
  const step = Math.max(1, Math.round(secondsAtATime * record.framesPerSecond))
  const seconds = (frame: number) => Math.round(frame / record.framesPerSecond)
  for (let from = 0; from < record.frames; from += step) {
    const to = Math.min(record.frames, from + step)
    take(detector.push((await record.read(from, to))[index]!))
    told(seconds(to), seconds(record.frames))
  }
  take(detector.finish())
  const samples = frames.map((sample) => ({ sample }))
  await writeFile(out, encodeWfdbAnnotations(samples, { samplesPerSecond: record.framesPerSecond }))
  return {
    record: path,
    signal: description,
    samplesPerSecond: record.framesPerSecond,
    seconds: seconds(record.frames),
    beats: frames.length,
    out,
  }
}

function signalOf(record: WfdbRecord, wanted: string | undefined): number {
  const index = wanted === undefined ? 0 : record.signals.findIndex(({ description }) => description === wanted)
  if (record.signals[index]) return index
  const names = record.signals.map(({ description }) => description).join(', ')
  throw new Error(
    names === '' ? `record ${record.name} has no signals` : `there is no signal "${wanted}"; this record has ${names}`,
  )
}

interface Scores {
  readonly reference: string
  readonly test: string
  readonly samplesPerSecond: number
  readonly skippedSeconds: number
  /** Largest distance of a matching pair, ms. 150 is that of ANSI/AAMI EC57. */
  readonly scores: readonly ({ readonly tolerance: number } & BeatScore)[]
}

async function score(
  reference: string,
  test: string,
  { rate, skip }: { readonly rate: number | undefined; readonly skip: number },
): Promise<Scores> {
  const [expected, found] = [await readBeats(reference), await readBeats(test)]
  const samplesPerSecond = rate ?? (await rateOf(reference, expected.samplesPerSecond ?? found.samplesPerSecond))
  const flutter = flutterIn(expected.annotations)
  const beats = (annotations: readonly WfdbAnnotation[], scale: number) =>
    annotations
      .filter(isBeat)
      .map(({ sample }) => sample * scale)
      .filter((sample) => !flutter.some(([from, to]) => sample >= from && sample <= to))
  // Where both state a rate, the test's samples are counted as the reference's are.
  const scale = found.samplesPerSecond === undefined ? 1 : samplesPerSecond / found.samplesPerSecond
  const [truth, detected] = [beats(expected.annotations, 1), beats(found.annotations, scale)]
  return {
    reference,
    test,
    samplesPerSecond,
    skippedSeconds: skip,
    scores: [150, 50].map((tolerance) => ({
      tolerance,
      ...scoreBeats(truth, detected, { samplesPerSecond, tolerance, skip }),
    })),
  }
}

async function readBeats(path: string) {
  try {
    return parseWfdbAnnotations(await readFile(path))
  } catch (error) {
    throw new Error(`cannot read ${path}: ${(error as Error).message}`, { cause: error })
  }
}

/** EC57 §4.3 leaves episodes of ventricular flutter out: from `[` to `]`. */
function flutterIn(annotations: readonly WfdbAnnotation[]): readonly (readonly [from: number, to: number])[] {
  const starts = annotations.filter(({ symbol }) => symbol === '[')
  const ends = annotations.filter(({ symbol }) => symbol === ']')
  return starts.map(({ sample: from }) => [
    from,
    ends.find(({ sample }) => sample >= from)?.sample ?? Number.POSITIVE_INFINITY,
  ])
}

/** The record's header beside the reference tells the rate; else an annotation file's own. */
async function rateOf(reference: string, stated: number | undefined): Promise<number> {
  const record = `${dirname(reference)}/${basename(reference, extname(reference))}`
  if (existsSync(`${record}.hea`)) return (await openWfdbRecordAt(record)).framesPerSecond
  if (stated !== undefined) return stated
  throw new Error(`how many samples a second does ${reference} have? There is no ${record}.hea: add --rate HZ`)
}

function inWords({ scores, samplesPerSecond }: Scores): string {
  const percent = (ratio: number | null) => (ratio === null ? '–' : `${(100 * ratio).toFixed(2)} %`)
  const [first] = scores
  return [
    `${first!.reference} reference beats, ${first!.detected} detected, ${samplesPerSecond} samples a second`,
    ...scores.map(
      (each) =>
        `within ${each.tolerance} ms: Se ${percent(each.sensitivity)}  PPV ${percent(each.positivePredictivity)}  F1 ${percent(each.f1)}  missed ${each.falseNegative}  false ${each.falsePositive}`,
    ),
  ].join('\n')
}
