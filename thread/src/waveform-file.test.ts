import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WaveformSegment } from './port.ts'
import { secretKey } from './secrets.ts'
import { decodeSegment, encodeSegment, finishOf, packSamples, unpackSamples } from './waveform-file.ts'

const key = { id: 3, key: secretKey(Buffer.alloc(32, 5)) }
const whole = (bits: 16 | 32): fc.Arbitrary<number> => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 })

test('samples come back as they were, of either width, whatever their jumps', () => {
  const samples = fc.oneof(
    fc.array(whole(16), { minLength: 1, maxLength: 300 }).map((values) => Int16Array.from(values)),
    fc.array(whole(32), { minLength: 1, maxLength: 300 }).map((values) => Int32Array.from(values)),
  )
  fc.assert(
    fc.property(samples, fc.integer(), (given, start) => {
      const unpacked = given instanceof Int16Array ? new Int16Array(given.length) : new Int32Array(given.length)
      unpackSamples(packSamples(given), unpacked)
      expect(unpacked).toEqual(given)
      const segment: WaveformSegment = {
        subject: 'patient/a',
        channel: 'ecg',
        unit: 'mV',
        start,
        samplesPerSecond: 360,
        gain: 200,
        baseline: 1024,
        samples: given,
      }
      const { bytes, record } = encodeSegment(segment, key)
      expect(decodeSegment('patient/a', record, bytes, key)).toEqual(segment)
      expect(encodeSegment(segment, key).record).toEqual(record)
    }),
  )
})

test('small steps take one byte each before compression', () => {
  expect(packSamples(Int16Array.from([0, 63, 0, -64, -1])).length).toBe(5)
  expect([...packSamples(Int16Array.of(-1, 0, 64))]).toEqual([1, 2, 0x80, 1])
})

test('a segment opens for its own subject, description and key only', () => {
  const segment: WaveformSegment = {
    subject: 'patient/a',
    channel: 'ecg',
    unit: 'mV',
    start: 0,
    samplesPerSecond: 250,
    gain: 1,
    baseline: 0,
    samples: Int16Array.of(1, 2, 3),
  }
  const { bytes, record } = encodeSegment(segment, key)
  const damaged = expect.objectContaining({ code: 'content-damaged' })
  expect(() => decodeSegment('patient/b', record, bytes, key)).toThrow(damaged)
  expect(() => decodeSegment('patient/a', { ...record, gain: 2 }, bytes, key)).toThrow(damaged)
  expect(() => decodeSegment('patient/a', record, bytes, { id: 3, key: secretKey(Buffer.alloc(32, 6)) })).toThrow(
    damaged,
  )
})

test('a segment ends with its last sample', () => {
  const segment = {
    subject: 'patient/a',
    channel: 'ecg',
    unit: 'mV',
    start: 1_000,
    samplesPerSecond: 250,
    gain: 1,
    baseline: 0,
  } as const
  expect(finishOf({ ...segment, samples: new Int16Array(1) })).toBe(1_000)
  expect(finishOf({ ...segment, samples: new Int16Array(251) })).toBe(2_000)
  expect(finishOf({ ...segment, samplesPerSecond: 360, samples: new Int16Array(2) })).toBe(1_003)
})
