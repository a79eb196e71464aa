import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IntakeError } from '../errors.ts'
import { parseWfdbHeader } from './header.ts'

test('every field of a full header is read', () => {
  const header = parseWfdbHeader(
    '# written by hand\r\nab_1 2 250/24000(12.5) 825000 15:08:24.250 26/10/1994\r\n' +
      'ab.dat 16x4:3+512 -249.5(-55)/mmHg 12 7 -8 -8177 0 Arterial pressure, left\r\n\r\n' +
      'ab.dat 16x4:0+512 0 0 1024\r\n# <age>: 28\r\n#second\r\n',
  )
  expect(header).toMatchObject({
    name: 'ab_1',
    segments: undefined,
    framesPerSecond: 250,
    counterFrequency: 24000,
    baseCounter: 12.5,
    frames: 825000,
    baseTime: ((15 * 60 + 8) * 60 + 24) * 1000 + 250,
    baseDate: { year: 1994, month: 10, day: 26 },
    comments: ['<age>: 28', 'second'],
  })
  expect(header.signals[0]).toEqual({
    file: 'ab.dat',
    format: 16,
    samplesPerFrame: 4,
    skew: 3,
    byteOffset: 512,
    gain: -249.5,
    calibrated: true,
    baseline: -55,
    unit: 'mmHg',
    resolution: 12,
    zero: 7,
    initialValue: -8,
    checksum: 65536 - 8177,
    blockSize: 0,
    description: 'Arterial pressure, left',
  })
  expect(header.signals[1]).toMatchObject({
    gain: 200,
    calibrated: false,
    baseline: 1024,
    unit: 'mV',
    checksum: undefined,
  })
})

test('what may be left out has its usual meaning', () => {
  const header = parseWfdbHeader('x 1\nx.dat 212')
  expect(header).toMatchObject({ framesPerSecond: 250, counterFrequency: 250, frames: undefined, baseTime: undefined })
  expect(header.signals[0]).toMatchObject({
    samplesPerFrame: 1,
    skew: 0,
    gain: 200,
    baseline: 0,
    unit: 'mV',
    description: '',
  })
  expect(parseWfdbHeader('x 0 100 0').frames).toBeUndefined()
  expect(parseWfdbHeader('x 1 125 2000 31:25.894\nx.dat 80 2.4e-11/nV')).toMatchObject({
    baseTime: 1885894,
    signals: [{ gain: 2.4e-11 }],
  })
})

test('a record in segments lists them, gaps too', () => {
  expect(parseWfdbHeader('p/3 2 125 3750\np_layout 0\n~ 2500\np_0001 1250').segments).toEqual([
    { name: 'p_layout', frames: 0 },
    { name: null, frames: 2500 },
    { name: 'p_0001', frames: 1250 },
  ])
})

test.each([
  ['', 'malformed', 'line 1', /no record line/],
  ['# only a comment', 'malformed', 'line 1', /no record line/],
  ['x', 'malformed', 'line 1', /number of signals is missing/],
  ['x two', 'malformed', 'line 1', /number of signals is "two"/],
  ['x 1 0\nx.dat 16', 'invalid', 'line 1', /sampling frequency is 0/],
  ['x 1 fast\nx.dat 16', 'malformed', 'line 1', /sampling frequency is "fast"/],
  ['x 1 250 -5\nx.dat 16', 'malformed', 'line 1', /number of samples is "-5"/],
  ['x 1 250 10 25:00:00\nx.dat 16', 'malformed', 'line 1', /not a time of day/],
  ['x 1 250 10 12:00:00 31/31/2000\nx.dat 16', 'malformed', 'line 1', /not a date/],
  ['x 2\nx.dat 16', 'malformed', 'line 2', /announces 2 signals and describes 1/],
  ['x 1\nx.dat', 'malformed', 'line 2', /file name and a format/],
  ['x 1\nx.dat sixteen', 'malformed', 'line 2', /"sixteen" is not a format/],
  ['x 1\nx.dat 16 mV', 'malformed', 'line 2', /"mV" is not a gain/],
  ['x 1\n../../etc/passwd 16', 'invalid', 'line 2', /leads out of/],
  ['x 1\n/etc/passwd 16', 'invalid', 'line 2', /leads out of/],
  ['x/2 1 250 100\na 50\nb 40', 'invalid', 'line 1', /add up to 90/],
  ['x 99999999999 250', 'malformed', 'line 1', /number of signals is "99999999999"/],
] as const)('the header %j is refused as %s at %s', (text, code, location, message) => {
  const refused = (): unknown => parseWfdbHeader(text)
  expect(refused).toThrow(message)
  expect(refused).toThrow(expect.objectContaining({ name: 'IntakeError', code }))
  try {
    refused()
  } catch (error) {
    if (!(error instanceof IntakeError)) throw error
    expect(error.location).toBe(location)
    expect(error.expected + error.mend).not.toBe('')
  }
})

test('a header that is far too long is refused', () => {
  expect(() => parseWfdbHeader('#'.repeat(2_000_000))).toThrow(expect.objectContaining({ code: 'too-large' }))
})

test('any text is read or refused, never worse', () => {
  const word = fc.oneof(
    fc.constantFrom('x', 'x/2', '1', '0', '-1', '250', '16x4:3', '212', '200(5)/mV', '~', '#', '\n', '1e999', '12:00'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      try {
        parseWfdbHeader(words.join(' '))
      } catch (error) {
        expect(error).toBeInstanceOf(IntakeError)
      }
    }),
  )
})
