import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IntakeError } from '../errors.ts'
import { readings } from './mqtt.test-data.ts'
import { decodeMqttReadings, deviceOfTopic } from './payload.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('a message becomes readings with the times and units as sent', () => {
  const text = readings('watch-1', 7)
  expect(decodeMqttReadings('watch-1', bytes(text))).toEqual({
    protocol: 'mqtt',
    contentType: 'application/json',
    text,
    controlId: 'watch-1/7',
    readings: [
      {
        subject: { system: 'http://hospital.example/mrn', value: '4711' },
        what: { code: { system: 'http://loinc.org', code: '8867-4' } },
        value: 72,
        unit: '/min',
        effective: Date.UTC(2030, 0, 1, 11, 0, 0, 250),
        device: 'watch-1',
      },
    ],
  })
})

const good = JSON.parse(readings('w', 1))
const withReading = (change: object) => JSON.stringify({ ...good, readings: [{ ...good.readings[0], ...change }] })

test.each([
  ['no JSON', '{"device":', 'malformed', ''],
  ['an array', '[]', 'invalid', 'the message'],
  ['no subject', JSON.stringify({ ...good, subject: undefined }), 'invalid', 'subject'],
  ['another device', readings('x', 1), 'invalid', 'device'],
  ['a fractional sequence', JSON.stringify({ ...good, sequence: 1.5 }), 'invalid', 'sequence'],
  ['no readings', JSON.stringify({ ...good, readings: [] }), 'invalid', 'readings'],
  [
    'too many readings',
    JSON.stringify({ ...good, readings: Array(1001).fill(good.readings[0]) }),
    'invalid',
    'readings',
  ],
  ['a value in words', withReading({ value: '72' }), 'invalid', 'readings.0.value'],
  ['a time without offset', withReading({ time: '2030-01-01T12:00:00' }), 'invalid', 'readings.0.time'],
  ['an unknown member', withReading({ colour: 'red' }), 'invalid', 'readings.0'],
  ['nested a thousand deep', '['.repeat(1000), 'too-large', ''],
])('%s is refused', (_what, text, code, location) => {
  let error: unknown
  try {
    decodeMqttReadings('w', bytes(text))
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(IntakeError)
  expect(error).toMatchObject({ code, location })
})

test('bytes that are not UTF-8 are refused', () => {
  expect(() => decodeMqttReadings('w', Uint8Array.of(0xff, 0xfe))).toThrow(/not UTF-8/)
})

test('only a device’s own readings topic names a device', () => {
  expect(deviceOfTopic('counterpart/v1/watch-1/readings')).toBe('watch-1')
  for (const topic of [
    'counterpart/v1//readings',
    'counterpart/v1/+/readings',
    'counterpart/v1/a/b/readings',
    'counterpart/v1/a/status',
    'counterpart/v1/../readings',
    '$SYS/x',
  ])
    expect(deviceOfTopic(topic), topic).toBeUndefined()
})

test('any bytes are read or refused, never worse', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(bytes)), (payload) => {
      try {
        decodeMqttReadings('w', payload)
      } catch (error) {
        expect(error).toBeInstanceOf(IntakeError)
      }
    }),
  )
})
