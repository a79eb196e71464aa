import type { Instant, QualityFlag, SubjectId } from '@counterpart/kernel'
import { loincSystem } from '@counterpart/kernel'
import { type HeartRateEstimate, type HeartRateFlag, HeartRateMonitor } from '@counterpart/signals'
import type { Thread } from '@counterpart/thread'
import { IntakeError } from '../errors.ts'
import type { ReadingMessage } from '../reading.ts'
import type { Peer, Receipt } from '../receipt.ts'
import type { WfdbRecord, WfdbSignal } from './record.ts'
import { missingSample } from './signal-file.ts'

/** A clock that can be waited for; injected, so that a test need not wait. */
export interface ReplayTime {
  now(): Instant
  /** Resolves after so many milliseconds, or rejects when `stop` is aborted. */
  wait(milliseconds: number, stop?: AbortSignal): Promise<void>
}

export interface ReplayPace {
  readonly record: WfdbRecord
  readonly time: ReplayTime
  /**
   * Effective time of the first sample. Left out: now; at a speed above 1 so long ago that the replay never runs
   * ahead of the clock. The same record with the same `startAt` is the same replay: what of it is in the thread already
   * is not added again. In the past, at speed 1: what is overdue comes at once.
   */
  readonly startAt?: Instant
  /** Seconds of record per second of clock. Default 1. */
  readonly speed?: number
  /** Length of a chunk in seconds. Default 1. */
  readonly chunkSeconds?: number
  /** Begin again at the end, with effective time going on. Default: stop there. */
  readonly loop?: boolean
  readonly stop?: AbortSignal
}

/** A piece of the record, when it would have come from a live patch. */
export interface ReplayChunk {
  /** Of its first frame. */
  readonly effective: Instant
  /** Its first frame, counted over all rounds of a loop. */
  readonly frame: number
  readonly frames: number
  /** Digital values per signal of the record, `missingSample` where there is none. */
  readonly digital: readonly Int32Array[]
}

/** Yields the record chunk by chunk, each when its last sample is due. Ends with the record, or when stopped. */
export async function* replayChunks(pace: ReplayPace): AsyncGenerator<ReplayChunk, void, void> {
  const { record, time, loop = false, stop } = pace
  const { startAt, speed, perChunk } = settle(pace)
  // At the clock's own speed the record is tied to the clock: taken up again, a replay catches up with where it would be.
  const origin = speed === 1 ? startAt : time.now()
  for (let frame = 0; frame < record.frames || loop; ) {
    const within = frame % record.frames
    const frames = Math.min(perChunk, record.frames - within)
    const due = origin + frameTime(record, frame + frames) / speed
    const wait = due - time.now()
    if (wait > 0 && !stop?.aborted) await time.wait(wait, stop).catch((reason: unknown) => unlessStopped(stop, reason))
    if (stop?.aborted) return
    const digital = await record.readDigital(within, within + frames)
    yield { effective: startAt + Math.round(frameTime(record, frame)), frame, frames, digital }
    frame += frames
  }
}

export interface ReplayTargets {
  readonly subject: SubjectId
  readonly thread: Pick<Thread, 'putWaveform'>
  readonly intake: { receiveReading(message: ReadingMessage, peer: Peer): Promise<Receipt> }
  /** The lead that heart rate is taken from, by description. Left out: the first electrical signal. */
  readonly lead?: string
  /** Longest stored waveform segment in seconds, 10 to 60. Default 30. */
  readonly segmentSeconds?: number
  /** A heart rate every so many seconds. Default 5. */
  readonly heartRateEvery?: number
  readonly onReceipt?: (receipt: Receipt) => void
  /** Told before each new try when the thread or the intake could not keep something. */
  readonly onTrouble?: (reason: unknown, attempt: number) => void
}

export interface ReplaySummary {
  readonly frames: number
  readonly segments: number
  /** Heart rates taken in (or there already), refused, and not sent because they deserve no trust. */
  readonly readings: number
  readonly refused: number
  readonly withheld: number
}

/** Below this score a heart rate is no better than none: a monitor would show dashes. */
const leastScore = 0.3
/** Tries to keep something before the replay gives up; it waits 1, 2, 4 … seconds in between. */
const mostAttempts = 8

/**
 * Replays a record as a live ECG patch of a subject: its electrical signals go to the thread as waveform segments
 * (channel `ecg-<lead>`), and the heart rate that the R-peak detector finds goes through the intake as readings (LOINC
 * 8867-4, protocol `waveform`). Resolves when the record ends, or soon after `stop` is aborted; then the waveform since
 * the last whole segment is dropped.
 *
 * @example
 * const record = await openWfdbRecordAt('mitdb/100')
 * await replayRecord({ record, time, stop, loop: true }, { subject: 'patient/7f3a', thread, intake })
 */
export async function replayRecord(pace: ReplayPace, targets: ReplayTargets): Promise<ReplaySummary> {
  const { record, time } = pace
  const { startAt } = settle(pace)
  const { subject, intake, thread, segmentSeconds = 30, heartRateEvery = 5 } = targets
  if (!(segmentSeconds >= 10 && segmentSeconds <= 60))
    throw new IntakeError('invalid', `waveform segments of ${segmentSeconds} s`, { expected: '10 to 60 s' })
  const electrical = record.signals.flatMap((signal, index) =>
    /^[mu]?V$/.test(signal.unit) ? [{ signal, index }] : [],
  )
  const lead = electrical.find(({ signal }) => targets.lead === undefined || signal.description === targets.lead)
  if (!lead)
    throw new IntakeError('invalid', `record ${record.name} has no electrical signal ${targets.lead ?? ''}`.trimEnd(), {
      expected: `one of ${record.signals.map(({ description, unit }) => `${description} (${unit})`).join(', ')}`,
    })
  const monitor = monitorOf(record, lead.signal, heartRateEvery)
  const replay = `wfdb/${record.name}/${startAt}`
  const peer: Peer = { system: `wfdb:${record.name}` }
  const summary = { frames: 0, segments: 0, readings: 0, refused: 0, withheld: 0 }

  const keep = async <T>(what: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++)
      try {
        return await what()
      } catch (reason) {
        if (attempt === mostAttempts || pace.stop?.aborted) throw reason
        targets.onTrouble?.(reason, attempt)
        await time.wait(1000 * 2 ** (attempt - 1), pace.stop).catch(() => undefined)
      }
  }

  const perSegment = Math.round(segmentSeconds * record.framesPerSecond)
  let pieces: ReplayChunk[] = []
  const storeSegment = async (): Promise<void> => {
    const first = pieces[0]
    if (!first) return
    for (const { signal, index } of electrical) {
      const channel = `ecg-${slug(signal.description) || index}`
      const samples = pack(pieces.map(({ digital }) => digital[index]!))
      await keep(() =>
        thread.putWaveform(
          {
            subject,
            channel,
            unit: signal.unit,
            start: first.effective,
            samplesPerSecond: signal.samplesPerSecond,
            gain: signal.gain,
            baseline: signal.baseline,
            samples,
          },
          { idempotencyKey: `${replay}/${channel}/${first.frame}` },
        ),
      )
      summary.segments++
    }
    pieces = []
  }

  const send = async (estimate: HeartRateEstimate): Promise<void> => {
    if (estimate.beatsPerMinute === null || estimate.score < leastScore) {
      summary.withheld++
      return
    }
    const message = heartRateMessage(replay, record, lead.signal, startAt, subject, estimate)
    const receipt = await keep(async () => {
      const answer = await intake.receiveReading(message, peer)
      if (answer.outcome === 'refused' && answer.code === 'store-failed')
        throw new IntakeError('store-failed', answer.message)
      return answer
    })
    if (receipt.outcome === 'refused') summary.refused++
    else summary.readings++
    targets.onReceipt?.(receipt)
  }

  for await (const chunk of replayChunks({ ...pace, startAt })) {
    summary.frames += chunk.frames
    const held = pieces.reduce((sum, piece) => sum + piece.frames, 0)
    if (held > 0 && held + chunk.frames > perSegment) await storeSegment()
    pieces.push(chunk)
    for (const estimate of monitor.push(physical(chunk.digital[lead.index]!, lead.signal))) await send(estimate)
  }
  // A segment cut short by stopping would clash with the whole one when the same replay is taken up again.
  if (!pace.stop?.aborted) await storeSegment()
  return summary
}

/** What is taken for granted is settled once. */
function settle(pace: ReplayPace): { startAt: Instant; speed: number; perChunk: number } {
  const { record, time, speed = 1, chunkSeconds = 1 } = pace
  if (!(speed > 0 && Number.isFinite(speed) && chunkSeconds > 0 && chunkSeconds <= 60))
    throw new IntakeError('invalid', `a replay at speed ${speed} in chunks of ${chunkSeconds} s cannot be`, {
      expected: 'a speed above 0 and chunks of up to 60 s',
    })
  if (record.frames === 0)
    throw new IntakeError('invalid', `record ${record.name} has no samples to replay`, {
      mend: 'check its length in the .hea file',
    })
  if (pace.loop && speed > 1 && pace.startAt === undefined)
    throw new IntakeError('invalid', 'an endless replay faster than the clock runs into the future', {
      expected: 'speed 1, or no loop, or a startAt far enough in the past',
    })
  const duration = frameTime(record, record.frames)
  const lead = speed > 1 ? duration * (1 - 1 / speed) : 0
  return {
    startAt: pace.startAt ?? Math.round(time.now() - lead),
    speed,
    perChunk: Math.max(1, Math.round(chunkSeconds * record.framesPerSecond)),
  }
}

function monitorOf(record: WfdbRecord, lead: WfdbSignal, every: number): HeartRateMonitor {
  const samplesPerSecond = lead.samplesPerSecond
  if (!(samplesPerSecond >= 100 && samplesPerSecond <= 1000))
    throw new IntakeError(
      'not-supported',
      `lead ${lead.description} of ${record.name} has ${samplesPerSecond} samples per second`,
      {
        expected: '100 to 1000, to find heartbeats in it',
      },
    )
  return new HeartRateMonitor({ samplesPerSecond, every, window: Math.max(10, every) })
}

function heartRateMessage(
  replay: string,
  record: WfdbRecord,
  lead: WfdbSignal,
  startAt: Instant,
  subject: SubjectId,
  estimate: HeartRateEstimate,
): ReadingMessage {
  const at = (sample: number): Instant => startAt + Math.round((sample * 1000) / lead.samplesPerSecond)
  const effective = at(estimate.to)
  const id = `${replay}/heart-rate/${estimate.to}`
  const value = Math.round(estimate.beatsPerMinute! * 10) / 10
  return {
    protocol: 'waveform',
    contentType: 'application/json',
    controlId: id,
    text: JSON.stringify({
      record: record.name,
      lead: lead.description,
      from: at(estimate.from),
      to: effective,
      beats: estimate.beats,
      beatsPerMinute: value,
      score: estimate.score,
      flags: estimate.flags,
    }),
    readings: [
      {
        subject: { id: subject },
        what: { code: { system: loincSystem, code: '8867-4', display: 'Heart rate' } },
        value,
        unit: '/min',
        effective,
        id,
        version: effective,
        device: `ECG patch (record ${record.name}, ${lead.description})`,
        flags: [...new Set(estimate.flags.map((flag) => doubts[flag]))],
      },
    ],
  }
}

const doubts: Readonly<Record<HeartRateFlag, QualityFlag>> = {
  'noisy-signal': 'noisy-signal',
  unsteady: 'noisy-signal',
  'flat-line': 'flat-line',
  saturated: 'noisy-signal',
  'missing-samples': 'sender-flagged',
  'few-beats': 'sender-flagged',
}

function frameTime(record: WfdbRecord, frame: number): number {
  return (frame * 1000) / record.framesPerSecond
}

function physical(samples: Int32Array, { gain, baseline }: WfdbSignal): Float64Array {
  return Float64Array.from(samples, (sample) => (sample === missingSample ? Number.NaN : (sample - baseline) / gain))
}

/** One array of the narrower type that holds them; a missing sample is that type's lowest value. */
function pack(pieces: readonly Int32Array[]): Int16Array | Int32Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const narrow = pieces.every((piece) =>
    piece.every((sample) => sample === missingSample || (sample > -0x8000 && sample <= 0x7fff)),
  )
  const samples = narrow ? new Int16Array(length) : new Int32Array(length)
  let at = 0
  for (const piece of pieces)
    for (const sample of piece) samples[at++] = narrow && sample === missingSample ? -0x8000 : sample
  return samples
}

function slug(description: string): string {
  return description
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

function unlessStopped(stop: AbortSignal | undefined, reason: unknown): void {
  if (!stop?.aborted) throw reason
}
