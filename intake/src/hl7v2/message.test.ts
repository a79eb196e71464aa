import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBytes } from './charset.ts'
import type { Delimiters, Hl7Message } from './message.ts'
import { parseMessage, serialiseMessage, usualDelimiters, valueAt } from './message.ts'
import { dateOfDtm, dtmOf, instantOfDtm } from './time.ts'

const header = 'MSH|^~\\&|MON|WARD|CP|HOME|20240315115900||ORU^R01|1|P|2.5.1'
const named = (message: Hl7Message, name: string) => message.segments.find((segment) => segment.name === name)

describe('an HL7 v2 message', () => {
  test('comes apart into segments, fields, repetitions, components and subcomponents', () => {
    const message = parseMessage(`${header}\rPID|1||4711^^^NORTH&1.2.3&ISO^MR~99^^^GOV^NI||Larsen^Ida\r`)
    const pid = named(message, 'PID')
    expect(valueAt(pid, 3)).toBe('4711')
    expect(valueAt(pid, 3, 4, 2)).toBe('1.2.3')
    expect(pid?.fields[2]?.[1]?.[0]).toEqual(['99'])
    expect(valueAt(message.segments[0], 9, 2)).toBe('R01')
    expect(valueAt(pid, 30)).toBe('')
  })

  test.each(['\r', '\n', '\r\n'])('may end its segments in %j', (end) => {
    expect(parseMessage([header, 'PID|1', 'OBR|1', ''].join(end)).segments.map(({ name }) => name)).toEqual([
      'MSH',
      'PID',
      'OBR',
    ])
  })

  test('says itself which characters part it', () => {
    const message = parseMessage('MSH#*!%$#MON*X#WARD\rPID#1##47$11*a!b\r')
    expect(valueAt(message.segments[0], 3, 2)).toBe('X')
    expect(valueAt(named(message, 'PID'), 3, 1, 2)).toBe('11')
  })

  test('has its escape sequences resolved, and those of others left', () => {
    const text = 'A\\T\\B \\F\\ \\S\\ \\R\\ \\E\\ \\X0D0A\\ \\XC3A6\\ \\.br\\ \\H\\bold\\N\\ \\Zxy\\ \\C'
    const value = valueAt(named(parseMessage(`${header}\rNTE|1||${text}\r`), 'NTE'), 3)
    expect(value).toBe('A&B | ^ ~ \\ \r\n æ \n bold \\Zxy\\ \\C')
  })

  test.each([
    ['', 'malformed'],
    ['PID|1', 'malformed'],
    ['MSH', 'malformed'],
    ['MSH|^^^^|A', 'malformed'],
    ['MSHA^~\\&A', 'malformed'],
    [`${header}\rthis is no segment`, 'malformed'],
    [`${header}\r${header}`, 'malformed'],
    ['BHS|^~\\&|A', 'not-supported'],
    [`${header}\rOBX|${'~'.repeat(300_000)}`, 'too-large'],
  ])('is refused when it is %.20j…', (text, code) => {
    expect(() => parseMessage(text)).toThrow(expect.objectContaining({ code }))
  })

  const delimiters = fc
    .uniqueArray(fc.constantFrom(...'|^~\\&#!$%*+,:;<=>?@/_{}'), { minLength: 5, maxLength: 5 })
    .map(
      ([field, component, repetition, escaping, subcomponent]) =>
        ({ field, component, repetition, escaping, subcomponent }) as Delimiters,
    )
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'|^~\\&# \r\n\t\u000b\u001cABEFRSTX.') }),
  )
  const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 })
  const field = list(list(list(value)))
  const segments = fc.array(
    fc.record({ name: fc.constantFrom('PID', 'OBX', 'ZX1', 'NTE'), fields: fc.array(field, { maxLength: 4 }) }),
    { maxLength: 4 },
  )

  test('written and read again is the same message, whatever stands in it', () => {
    fc.assert(
      fc.property(delimiters, fc.array(field, { maxLength: 4 }), segments, (d, msh, rest) => {
        const encoding = `${d.component}${d.repetition}${d.escaping}${d.subcomponent}`
        const message: Hl7Message = {
          delimiters: d,
          segments: [{ name: 'MSH', fields: [[[[d.field]]], [[[encoding]]], ...msh] }, ...rest],
        }
        expect(parseMessage(serialiseMessage(message))).toEqual(message)
      }),
      { numRuns: 300 },
    )
  })

  test('of arbitrary bytes is read or refused, never anything else', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map((tail) => Uint8Array.from([...Buffer.from(`${header}\rPID|`), ...tail])),
      fc
        .string({ unit: fc.constantFrom(...'MSHPID|^~\\&\r\n18859/') })
        .map((text) => new Uint8Array(Buffer.from(`MSH${text}`))),
    )
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          expect(parseMessage(decodeBytes(input)).segments[0]?.name).toBe('MSH')
        } catch (error) {
          expect(error).toMatchObject({
            name: 'IntakeError',
            code: expect.stringMatching(/^(malformed|not-supported|too-large)$/),
          })
        }
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['blanks', `${header}\rNTE|1||${' '.repeat(4_000_000)}x`],
    ['line ends', `${header}${'\r\n'.repeat(150_000)}x`],
    ['escapes', `${header}\rNTE|1||${'\\'.repeat(4_000_000)}`],
  ])('of 4 MB of %s is dealt with at once', (_name, text) => {
    const started = performance.now()
    try {
      parseMessage(text)
    } catch {
      // refused is as good as read
    }
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('the character set of a message', () => {
  const message = (charset: string) => `${header}${'|'.repeat(6)}${charset}\rPID|1||||Sørensen`
  test.each([
    ['UNICODE UTF-8', 'utf8'],
    ['', 'utf8'],
    ['', 'latin1'],
    ['8859/1', 'latin1'],
  ] as const)('%j in %s is read', (charset, encoding) => {
    const text = decodeBytes(Buffer.from(message(charset), encoding))
    expect(valueAt(named(parseMessage(text), 'PID'), 5)).toBe('Sørensen')
  })

  test('is believed: bytes that are not what MSH-18 says are refused, and so are sets that are not known', () => {
    expect(() => decodeBytes(Buffer.from(message('UNICODE UTF-8'), 'latin1'))).toThrow(/UTF-8/)
    expect(() => decodeBytes(Buffer.from(message('JAS2020')))).toThrow(expect.objectContaining({ location: 'MSH-18' }))
  })
})

describe('a time', () => {
  test.each([
    ['2024', 0, '2024-01-01T00:00:00.000Z'],
    ['20240229', 0, '2024-02-29T00:00:00.000Z'],
    ['202403151230', 60, '2024-03-15T11:30:00.000Z'],
    ['20240315123045.1234-0500', 60, '2024-03-15T17:30:45.123Z'],
    ['20240715120000', 'Europe/Oslo', '2024-07-15T10:00:00.000Z'],
    ['20240115120000', 'Europe/Oslo', '2024-01-15T11:00:00.000Z'],
    ['20241027013000', 'Europe/London', '2024-10-27T01:30:00.000Z'],
  ])('%s in zone %s is %s', (text, zone, expected) => {
    const instant = instantOfDtm(text, zone, 'OBX-14')
    // The clocks go back at 02:00 on 27 October: 01:30 is then shown twice, and either reading is right.
    if (text === '20241027013000')
      expect([expected, '2024-10-27T00:30:00.000Z']).toContain(new Date(instant).toISOString())
    else expect(new Date(instant).toISOString()).toBe(expected)
  })

  test.each(['', 'yesterday', '20240230', '20241301', '2024031525', '20240315120', '99999999999999999999'])(
    '%j is refused',
    (text) => {
      expect(() => instantOfDtm(text, 0, 'OBX-14')).toThrow(
        expect.objectContaining({ code: 'invalid', location: 'OBX-14' }),
      )
    },
  )

  test('written and read again is the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (instant) => {
        expect(instantOfDtm(dtmOf(instant), 'Asia/Tokyo', '')).toBe(instant)
      }),
    )
    expect(dateOfDtm('19610615083000')).toBe('1961-06-15')
    expect(dateOfDtm('196106')).toBe('1961-06')
    expect(dateOfDtm('19619999')).toBeUndefined()
  })
})

test('the usual delimiters are the standard’s', () => {
  expect(parseMessage(header).delimiters).toEqual(usualDelimiters)
})
