import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IntakeError } from '../errors.ts'
import { parseWfdbAnnotations } from './annotations.ts'
import { encodeWfdbAnnotations } from './encode-annotations.ts'
import { publishedFile, recordsMissing } from './wfdb.test-data.ts'

const small = fc.integer({ min: -128, max: 127 })
// No text that speaks of the file itself, which is what a note at sample 0 with "## " does.
const text = fc.string({
  unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
})
const annotation = fc.record({
  step: fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 5_000_000_000 })),
  code: fc.integer({ min: 1, max: 49 }),
  subtype: small,
  channel: small,
  number: small,
  text,
})

test('what is written is what is read back', () => {
  fc.assert(
    fc.property(
      fc.array(annotation, { maxLength: 40 }),
      fc.option(fc.integer({ min: 1, max: 5_000 })),
      (steps, rate) => {
        let sample = 0
        const written = steps.map(({ step, ...rest }) => {
          sample += step
          return { sample, ...rest }
        })
        const read = parseWfdbAnnotations(
          encodeWfdbAnnotations(written, rate === null ? {} : { samplesPerSecond: rate }),
        )
        expect(read.samplesPerSecond).toBe(rate ?? undefined)
        expect(read.annotations.map(({ symbol, ...rest }) => rest)).toEqual(written)
      },
    ),
  )
})

describe.skipIf(recordsMissing)('a published file', () => {
  test.each(['mitdb/100.atr', 'mitdb/104.atr', 'mitdb/106.atr'])('%s comes out byte for byte', async (name) => {
    const bytes = await publishedFile(name)
    const { annotations } = parseWfdbAnnotations(bytes)
    expect(Buffer.from(encodeWfdbAnnotations(annotations))).toEqual(Buffer.from(bytes))
  })
})

test.each([
  [[{ sample: 10 }, { sample: 9 }], 'annotation 1'],
  [[{ sample: 1.5 }], 'annotation 0'],
  [[{ sample: 1, code: 59 }], 'annotation 0'],
  [[{ sample: 1, channel: 200 }], 'annotation 0'],
  [[{ sample: 1, text: 'Ω' }], 'annotation 0'],
] as const)('what the format cannot hold is refused: %j', (annotations, location) => {
  expect(() => encodeWfdbAnnotations(annotations)).toThrow(IntakeError)
  expect(() => encodeWfdbAnnotations(annotations)).toThrow(expect.objectContaining({ code: 'invalid', location }))
})
