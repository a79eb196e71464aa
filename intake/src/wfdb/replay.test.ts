import type { Instant } from '@counterpart/kernel'
import type { WaveformSegment } from '@counterpart/thread'
import { describe, expect, test } from 'vitest'
import type { ReadingMessage } from '../reading.ts'
import type { Receipt } from '../receipt.ts'
import { openWfdbRecord, type WfdbRecord } from './record.ts'
import { type ReplayPace, type ReplayTargets, type ReplayTime, replayChunks, replayRecord } from './replay.ts'
import { missingSample } from './signal-file.ts'
import { encode16, filesOf, published, recordsMissing } from './wfdb.test-data.ts'

/** Time that passes only when it is waited for. */
function simulatedTime(start: Instant): ReplayTime & { readonly waits: number[] } {
  let now = start
  const waits: number[] = []
  return {
    waits,
    now: () => now,
    wait: async (milliseconds, stop) => {
      if (stop?.aborted) throw new Error('stopped')
      waits.push(milliseconds)
      now += milliseconds
    },
  }
}

const start = Date.UTC(2030, 0, 1)
const accepted: Receipt = { outcome: 'accepted', events: ['patient/a@1'], subjects: ['patient/a'], notes: [] }

/** A thread and an intake that keep what they are given, by idempotency key. */
function targets(overrides: Partial<ReplayTargets> = {}) {
  const segments = new Map<string, WaveformSegment>()
  const messages = new Map<string, ReadingMessage>()
  const given: ReplayTargets = {
    subject: 'patient/a',
    thread: {
      putWaveform: async (segment, { idempotencyKey }) => {
        const duplicate = segments.has(idempotencyKey)
        segments.set(idempotencyKey, segment)
        return { id: 'patient/a@1', sequence: 1, position: 1, recorded: start, duplicate }
      },
    },
    intake: {
      receiveReading: async (message) => {
        messages.set(message.controlId!, message)
        return accepted
      },
    },
    ...overrides,
  }
  return { segments, messages, given }
}

/** A ramp of ten seconds at 100 samples per second; frame 3 is missing. */
async function ramp(): Promise<WfdbRecord> {
  const samples = Array.from({ length: 1000 }, (_, i) => (i === 3 ? -32768 : i))
  return openWfdbRecord(
    'ramp',
    filesOf({ 'ramp.hea': 'ramp 1 100\nramp.dat 16 200(10)/mV 12 0 0 0 0 Lead II', 'ramp.dat': encode16(samples) }),
  )
}

async function chunks(pace: ReplayPace) {
  const all = []
  for await (const chunk of replayChunks(pace)) all.push({ ...chunk, at: pace.time.now() })
  return all
}

describe('pace', () => {
  test('each chunk comes when its last sample is due, stamped with the time of its first', async () => {
    const all = await chunks({ record: await ramp(), time: simulatedTime(start) })
    expect(all.map(({ effective, at, frame, frames }) => [effective - start, at - start, frame, frames])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i * 1000, (i + 1) * 1000, i * 100, 100]),
    )
    expect([...all[0]!.digital[0]!.subarray(0, 5)]).toEqual([0, 1, 2, missingSample, 4])
  })

  test('a fast replay ends now and never runs ahead of the clock', async () => {
    const all = await chunks({ record: await ramp(), time: simulatedTime(start), speed: 10, chunkSeconds: 2 })
    expect(all.map(({ at }) => at - start)).toEqual([200, 400, 600, 800, 1000])
    for (const { effective, frames, at } of all) expect(effective + frames * 10).toBeLessThanOrEqual(at)
    expect(all.at(-1)!.effective + 2000).toBe(start + 1000)
  })

  test('a replay taken up again comes at once with what is overdue', async () => {
    const time = simulatedTime(start + 4500)
    const all = await chunks({ record: await ramp(), time, startAt: start })
    expect(all.map(({ at }) => at - start)).toEqual([4500, 4500, 4500, 4500, 5000, 6000, 7000, 8000, 9000, 10000])
  })

  test('a loop goes on with ascending times until it is stopped', async () => {
    const stop = new AbortController()
    const seen: number[] = []
    for await (const { effective } of replayChunks({
      record: await ramp(),
      time: simulatedTime(start),
      loop: true,
      chunkSeconds: 4,
      stop: stop.signal,
    })) {
      seen.push(effective - start)
      if (seen.length === 7) stop.abort()
    }
    expect(seen).toEqual([0, 4000, 8000, 10000, 14000, 18000, 20000])
  })

  test('what cannot be replayed is refused', async () => {
    const record = await ramp()
    const time = simulatedTime(start)
    await expect(chunks({ record, time, speed: 0 })).rejects.toThrow(/speed 0/)
    await expect(chunks({ record, time, speed: 2, loop: true })).rejects.toThrow(/into the future/)
    const empty = await openWfdbRecord('e', filesOf({ 'e.hea': 'e 1 100\ne.dat 16', 'e.dat': new Uint8Array() }))
    await expect(chunks({ record: empty, time })).rejects.toThrow(/no samples/)
  })
})

describe('a replayed patch', () => {
  test('its waveform arrives whole, in segments that know how to be read', async () => {
    const { given, segments } = targets({ segmentSeconds: 10 })
    const stop = new AbortController()
    const record = await ramp()
    const summary = await replayRecord({ record, time: simulatedTime(start), stop: stop.signal }, given)
    expect(summary).toMatchObject({ frames: 1000, segments: 1, refused: 0 })
    const [segment] = [...segments.values()]
    expect(segment).toMatchObject({
      subject: 'patient/a',
      channel: 'ecg-lead-ii',
      unit: 'mV',
      start,
      samplesPerSecond: 100,
      gain: 200,
      baseline: 10,
    })
    expect([...segment!.samples.subarray(0, 5)]).toEqual([0, 1, 2, -32768, 4])
    expect(segment!.samples).toHaveLength(1000)
  })

  test('stopped and taken up again, it leaves the same segments as one that was never stopped', async () => {
    const record = await ramp()
    const looped = { ...record, frames: 1000 }
    const whole = targets({ segmentSeconds: 10 })
    const halves = targets({ segmentSeconds: 10 })
    const run = async (given: ReplayTargets, seconds: number): Promise<void> => {
      const stop = new AbortController()
      const time = simulatedTime(start)
      const until: ReplayTime = {
        now: time.now,
        wait: async (milliseconds) => {
          await time.wait(milliseconds)
          if (time.now() - start >= seconds * 1000) stop.abort()
        },
      }
      await replayRecord({ record: looped, time: until, startAt: start, loop: true, stop: stop.signal }, given)
    }
    await run(whole.given, 45)
    await run(halves.given, 17)
    await run(halves.given, 45)
    expect(whole.segments.size).toBe(4)
    expect(halves.segments).toEqual(whole.segments)
  })

  test('what could not be kept is tried again, and given up in the end', async () => {
    const troubles: number[] = []
    let refusals = 3
    const { given } = targets({ onTrouble: (_, attempt) => troubles.push(attempt) })
    const thread: ReplayTargets['thread'] = {
      putWaveform: async (...args) => {
        if (refusals-- > 0) throw new Error('disk full')
        return given.thread.putWaveform(...args)
      },
    }
    const time = simulatedTime(start)
    expect(await replayRecord({ record: await ramp(), time }, { ...given, thread })).toMatchObject({ segments: 1 })
    expect(troubles).toEqual([1, 2, 3])
    expect(time.waits.slice(-3)).toEqual([1000, 2000, 4000])
    refusals = Number.POSITIVE_INFINITY
    await expect(replayRecord({ record: await ramp(), time }, { ...given, thread })).rejects.toThrow('disk full')
  })

  test('a record without an electrical signal, or too slow for heartbeats, is refused', async () => {
    const time = simulatedTime(start)
    const open = (line: string, rate: number) =>
      openWfdbRecord('x', filesOf({ 'x.hea': `x 1 ${rate}\n${line}`, 'x.dat': encode16([1, 2, 3]) }))
    await expect(
      replayRecord({ record: await open('x.dat 16 1/mmHg 12 0 0 0 0 ABP', 100), time }, targets().given),
    ).rejects.toThrow(/no electrical signal/)
    await expect(replayRecord({ record: await open('x.dat 16 200', 50), time }, targets().given)).rejects.toThrow(
      /50 samples per second/,
    )
  })

  describe.skipIf(recordsMissing)('record 100 for two minutes', () => {
    async function twoMinutes() {
      const record = await published('mitdb/100')
      return { ...record, frames: 120 * 360 }
    }

    test('yields heart rates as readings, each once, and all samples', async () => {
      const { given, segments, messages } = targets()
      const record = await twoMinutes()
      const summary = await replayRecord({ record, time: simulatedTime(start) }, given)
      expect(summary).toEqual({ frames: 43_200, segments: 8, readings: 23, refused: 0, withheld: 0 })
      expect([...new Set([...segments.values()].map(({ channel }) => channel))]).toEqual(['ecg-mlii', 'ecg-v5'])
      const stored = [...segments.values()]
        .filter(({ channel }) => channel === 'ecg-mlii')
        .flatMap(({ samples }) => [...samples])
      expect(stored).toEqual([...(await record.readDigital(0, 43_200))[0]!])
      for (const { readings, text } of messages.values()) {
        expect(readings[0]!.value).toBeGreaterThan(65)
        expect(readings[0]!.value).toBeLessThan(85)
        expect(readings[0]).toMatchObject({ unit: '/min', what: { code: { code: '8867-4' } }, flags: [] })
        expect(JSON.parse(text)).toMatchObject({ record: '100', lead: 'MLII', to: readings[0]!.effective })
      }
    })

    test('begun again with the same start, adds nothing', async () => {
      const { given, segments, messages } = targets()
      const record = await twoMinutes()
      await replayRecord({ record, time: simulatedTime(start), startAt: start }, given)
      const [keys, ids, first] = [[...segments.keys()], [...messages.keys()], [...messages.values()]]
      await replayRecord({ record, time: simulatedTime(start + 77_000), startAt: start, chunkSeconds: 1 }, given)
      expect([...segments.keys()]).toEqual(keys)
      expect([...messages.keys()]).toEqual(ids)
      expect([...messages.values()]).toEqual(first)
    })
  })
})
