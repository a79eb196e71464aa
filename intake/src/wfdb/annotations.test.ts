import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IntakeError } from '../errors.ts'
import { isBeat, parseWfdbAnnotations } from './annotations.ts'
import { published, publishedFile, recordsMissing } from './wfdb.test-data.ts'

const word = (code: number, low: number): number[] => [low & 0xff, (code << 2) | (low >> 8)]

describe.skipIf(recordsMissing)('published annotations', () => {
  // Beats and annotations in all, as the database's directory counts them.
  test.each([
    ['100', 2273, 2274],
    ['102', 2187, 2192],
    ['103', 2084, 2091],
    ['104', 2229, 2311],
    ['106', 2027, 2098],
    ['108', 1763, 1824],
  ])('record %s has %i beats among %i annotations', async (name, beats, all) => {
    const { annotations } = await (await published(`mitdb/${name}`)).annotations('atr')
    expect(annotations.filter(isBeat)).toHaveLength(beats)
    expect(annotations).toHaveLength(all)
  })

  test('record 100 begins with its rhythm and its first normal beat', async () => {
    const { annotations } = await (await published('mitdb/100')).annotations('atr')
    expect(annotations[0]).toMatchObject({ sample: 18, symbol: '+', text: '(N' })
    expect(annotations[1]).toMatchObject({ sample: 77, symbol: 'N' })
  })

  test('a gap longer than two thousand million samples is counted', async () => {
    const { annotations } = parseWfdbAnnotations(await publishedFile('wfdb/huge.qrs'))
    expect(annotations.map(({ sample, symbol }) => [sample, symbol])).toEqual([[10_000_000_000, 'N']])
  })

  test('notes that speak of the file are not annotations of the signal', async () => {
    const { annotations } = parseWfdbAnnotations(await publishedFile('wfdb/1003.atr'))
    expect(annotations[0]).toMatchObject({ sample: 73, symbol: 'N' })
    expect(annotations.filter(({ text }) => text.startsWith('##'))).toEqual([])
  })
})

test('properties belong to the annotation before them; number and channel hold on', () => {
  const bytes = Uint8Array.from([
    ...word(22, 0),
    ...word(63, 24),
    ...new TextEncoder().encode('## time resolution: 1000'),
    ...word(1, 100),
    ...word(60, 5),
    ...word(62, 1),
    ...word(5, 50),
    ...word(61, 1023),
    ...word(63, 3),
    ...new TextEncoder().encode('(VT'),
    0,
    ...word(59, 0),
    0x01,
    0x00,
    0x02,
    0x00,
    ...word(42, 0),
    0,
    0,
    ...word(1, 1),
  ])
  expect(parseWfdbAnnotations(bytes)).toEqual({
    samplesPerSecond: 1000,
    annotations: [
      { sample: 100, code: 1, symbol: 'N', subtype: 0, channel: 1, number: 5, text: '' },
      { sample: 150, code: 5, symbol: 'V', subtype: -1, channel: 1, number: 5, text: '(VT' },
      { sample: 150 + 65538, code: 42, symbol: '[42]', subtype: 0, channel: 1, number: 5, text: '' },
    ],
  })
})

test('a file that is cut off is refused', () => {
  const cut = Uint8Array.from([...word(1, 10), ...word(63, 10), 65])
  expect(() => parseWfdbAnnotations(cut)).toThrow(expect.objectContaining({ code: 'malformed', location: 'byte 4' }))
  expect(() => parseWfdbAnnotations(Uint8Array.from(word(61, 1)))).toThrow(/not there/)
  expect(parseWfdbAnnotations(new Uint8Array())).toEqual({ samplesPerSecond: undefined, annotations: [] })
})

test('any bytes are read or refused, never worse', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      try {
        for (const { sample } of parseWfdbAnnotations(bytes).annotations)
          expect(Number.isSafeInteger(sample)).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(IntakeError)
      }
    }),
  )
})
