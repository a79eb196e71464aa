import { afterEach, beforeEach, expect, test } from 'vitest'
import { now, observationsOf, openWard, oru, type Ward } from '../test-support.ts'
import { replayRecord } from './replay.ts'
import { published, recordsMissing } from './wfdb.test-data.ts'

let ward: Ward

beforeEach(async () => {
  ward = await openWard()
})

afterEach(() => ward.close())

test.skipIf(recordsMissing)('a replayed patch is in the thread: its waveform and its heart rates, once', async () => {
  const introduced = await ward.intake.receiveHl7(oru('1', 'NM|8867-4^Heart rate^LN||80|/min|||||F'), {
    system: 'test',
  })
  const subject = introduced.outcome === 'refused' ? undefined : introduced.subjects[0]
  const record = { ...(await published('mitdb/100')), frames: 60 * 360 }
  const startAt = now - 60_000
  const replay = () =>
    replayRecord(
      { record, startAt, time: { now: () => now, wait: async () => undefined } },
      { subject: subject!, thread: ward.thread, intake: ward.intake },
    )
  expect(await replay()).toEqual({ frames: 21_600, segments: 4, readings: 11, refused: 0, withheld: 0 })

  const observations = (await observationsOf(ward.thread)).filter(({ source }) => source.protocol === 'waveform')
  expect(observations).toHaveLength(11)
  for (const { channel, unit, value, quality, source } of observations) {
    expect({ channel, unit, protocol: source.protocol }).toEqual({
      channel: 'heart-rate',
      unit: '/min',
      protocol: 'waveform',
    })
    expect(value).toBeGreaterThan(65)
    expect(value).toBeLessThan(85)
    expect(quality.score).toBeGreaterThan(0.6)
  }
  const stored: number[] = []
  for await (const segment of ward.thread.waveforms(subject!, 'ecg-mlii', startAt, now)) stored.push(...segment.samples)
  expect(stored).toEqual([...(await record.readDigital(0, 21_600))[0]!])

  const last = await ward.thread.lastPosition()
  expect(await replay()).toMatchObject({ segments: 4, readings: 11 })
  expect(await ward.thread.lastPosition()).toBe(last)
})
