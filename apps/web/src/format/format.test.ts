import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeCourse, describeCoverage, describeDifference, describePit } from './describe.ts'
import { parseInline, parseMarkdown } from './markdown.ts'
import { decimalsFor, formatNumber, writeBytes, writeEstimate, writeInterval, writeProbability } from './number.ts'
import { prettyMessage } from './raw.ts'
import { ageInYears, isStale, writeBirthDate, writeDuration, writeLead, writeStay } from './time.ts'
import { defaultUnits, displayUnit, unitText } from './unit.ts'

const en = { locale: 'en-GB' }
const interval = (centre: number, deviation: number) => ({
  mean: centre,
  p05: centre - 1.6449 * deviation,
  p25: centre - 0.6745 * deviation,
  p50: centre,
  p75: centre + 0.6745 * deviation,
  p95: centre + 1.6449 * deviation,
})

describe('a number is written with no more digits than its uncertainty allows', () => {
  // Examples of the rule in the Review of Particle Physics, section 5.3: 0.827 ± 0.119 → 0.83 ± 0.12; 0.827 ± 0.367 → 0.8 ± 0.4;
  // 950–999 count as 1000 with two digits, so 0.0096 → 0.010.
  it.each([
    [0.827, 0.119, '0.83'],
    [0.827, 0.367, '0.8'],
    [1234, 47, '1,230'],
    [82.345, 2.1, '82.3'],
    [5.04321, 0.0096, '5.043'],
  ])('%d with standard deviation %d is %s', (value, deviation, text) => {
    expect(writeEstimate(interval(value, deviation), en).value).toBe(text)
  })

  it('never shows more digits than the definition allows', () => {
    expect(writeEstimate(interval(82.345, 0.1), { ...en, digits: 0 })).toMatchObject({
      value: '82',
      low: '82',
      high: '83',
    })
  })

  it('a wider interval never gets more decimals', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: 2, max: 100, noNaN: true }),
        (width, times) => {
          expect(decimalsFor(width * times)).toBeLessThanOrEqual(decimalsFor(width))
        },
      ),
    )
  })

  it('the last digit shown is worth less than the standard deviation, and not less than a hundredth of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 1e5, noNaN: true }), (width) => {
        const last = 10 ** -decimalsFor(width, 12)
        const deviation = width / 3.2898
        expect(last).toBeLessThanOrEqual(deviation * 3)
        expect(last).toBeGreaterThanOrEqual(deviation / 100)
      }),
    )
  })

  it('has a true minus sign, no negative zero, and the locale’s separators', () => {
    expect(formatNumber(-3.21, 1, en)).toBe('−3.2')
    expect(formatNumber(-0.04, 1, en)).toBe('0.0')
    expect(formatNumber(1234.5, 1, { locale: 'de-DE' })).toBe('1.234,5')
    expect(formatNumber(0.4, 0, { ...en, signed: true })).toBe('0')
  })

  it('joins interval ends so that a dash is never read as a minus', () => {
    expect(writeInterval('79', '86')).toBe('79–86')
    expect(writeInterval('−3', '+2')).toBe('−3 to +2')
  })

  it('never calls certain what is not', () => {
    expect(writeProbability(0.999)).toBe('>99 %')
    expect(writeProbability(0.001)).toBe('<1 %')
    expect(writeProbability(1)).toBe('100 %')
    expect(writeProbability(1, { sampled: true })).toBe('>99 %')
    expect(writeProbability(0, { sampled: true })).toBe('<1 %')
    expect(writeProbability(0.5)).toBe('50 %')
  })

  it('writes sizes in decimal units', () => {
    expect(writeBytes(331, en)).toBe('331 B')
    expect(writeBytes(187_400_192, en)).toBe('187 MB')
  })
})

describe('times', () => {
  it('ages in the one or two largest units', () => {
    expect(writeDuration(4_200)).toBe('4 s')
    expect(writeDuration(12 * 60_000 + 59_000)).toBe('12 min')
    expect(writeDuration(130 * 60_000)).toBe('2 h 10 min')
    expect(writeDuration(27 * 3_600_000)).toBe('27 h')
    expect(writeDuration(3 * 86_400_000)).toBe('3 d')
    expect(writeStay(42 * 60_000 + 59_000)).toBe('42 min')
    expect(writeStay(65 * 60_000)).toBe('1 h 05')
    expect(writeStay(27 * 3_600_000)).toBe('27 h')
  })
  it('leads exactly', () => {
    expect(writeLead(3_600_000)).toBe('1 h')
    expect(writeLead(90 * 60_000)).toBe('90 min')
    // Nobody counts five weeks in minutes, though they be a whole number of them.
    expect(writeLead(49_793 * 60_000)).toBe('34 d')
  })
  it('writes dates of birth so that no convention can swap day and month', () => {
    expect(writeBirthDate('1951-05-03', 'en-GB')).toBe('03 May 1951')
    expect(writeBirthDate('1951', 'en-GB')).toBe('1951')
  })
  it('counts completed years', () => {
    expect(ageInYears('2000-11-23', new Date(2026, 10, 22).getTime())).toBe(25)
    expect(ageInYears('2000-11-22', new Date(2026, 10, 22).getTime())).toBe(26)
  })
  it('a value is stale only once its channel’s time has passed', () => {
    expect(isStale(1000, 500, 1500)).toBe(false)
    expect(isStale(1000, 500, 1501)).toBe(true)
    expect(isStale(1000, null, 9e12)).toBe(false)
  })
})

describe('units', () => {
  it.each([
    ['mm[Hg]', 'mmHg'],
    ['mm[Hg].s/mL', 'mmHg·s/mL'],
    ['ug/kg/min', 'µg/kg/min'],
    ['L/min/m2', 'L/min/m²'],
    ['10*9/L', '10⁹/L'],
    ['Cel', '°C'],
    ['{score}', 'score'],
    ['1', ''],
  ])('UCUM %s is written %s', (ucum, text) => expect(unitText(ucum)).toBe(text))
  it('what is counted stands in the plural, but for one', () => {
    expect([unitText('{persons}', 1), unitText('{persons}', 2), unitText('{spaces}')]).toEqual([
      'person',
      'people',
      'spaces',
    ])
    expect(unitText('{breaths}', 1)).toBe('breaths')
  })

  it('pressure can be shown in kPa, glucose in mg/dL', () => {
    const kilopascal = displayUnit('mm[Hg]', { ...defaultUnits, pressure: 'kPa' })
    expect(120 * kilopascal.factor).toBeCloseTo(16.0, 1)
    const glucose = displayUnit('mmol/L', { ...defaultUnits, glucose: 'mg/dL' }, 'glucose')
    expect(5.5 * glucose.factor).toBeCloseTo(99, 0)
    expect(displayUnit('mmol/L', { ...defaultUnits, glucose: 'mg/dL' }, 'potassium').text).toBe('mmol/L')
  })
})

describe('charts are described in a sentence made from their data', () => {
  const named = { label: 'Heart rate', unit: '/min', digits: 0 }
  it('a course: what was measured, what is estimated, what is expected', () => {
    const text = describeCourse(
      named,
      {
        measured: [
          { t: 0, value: 80 },
          { t: 600_000, value: 92 },
        ],
        estimate: interval(90, 2),
        forecast: { lead: 3_600_000, summary: interval(99, 4) },
      },
      en,
    )
    expect(text).toBe(
      'Heart rate: 2 measurements over 10 min, from 80 to 92 /min, the last 92. Estimated now 90 /min (90 % interval 87–93). Expected to rise to 99 /min (92–106) in 1 h, carrying on as now.',
    )
  })
  it('says when nothing was measured', () => {
    expect(describeCourse(named, { measured: [] })).toBe('Heart rate: not measured in this time.')
  })
  it('a difference that may be none says so', () => {
    expect(describeDifference(named, interval(1, 2), en)).toContain('includes no change')
    expect(describeDifference(named, interval(9, 2), en)).not.toContain('includes no change')
  })
  it('coverage below its interval is called overconfidence', () => {
    const at = (observed: number) => ({
      label: 'Heart rate',
      count: 400,
      coverage: [{ level: 0.9, observed, low: observed - 0.03, high: observed + 0.03 }],
    })
    expect(describeCoverage(at(0.8))).toContain('too narrow')
    expect(describeCoverage(at(0.99))).toContain('too wide')
    expect(describeCoverage(at(0.91))).toContain('Consistent')
  })
  it.each([
    [[10, 10, 10, 10, 10, 10, 10, 10, 10, 10], 'evenly'],
    [[40, 10, 5, 5, 5, 5, 5, 5, 10, 40], 'both tails'],
    [[1, 2, 5, 20, 30, 30, 20, 5, 2, 1], 'in the middle'],
    [[30, 25, 20, 10, 5, 5, 5, 5, 2, 1], 'too high'],
    [[1, 2, 5, 5, 5, 5, 10, 20, 25, 30], 'too low'],
  ])('the PIT histogram %j is read as %s', (pit, word) => expect(describePit('x', pit)).toContain(word))
})

describe('raw messages', () => {
  it('number HL7 v2 fields as the standard does: MSH-1 is the separator', () => {
    const pretty = prettyMessage('\u000bMSH|^~\\&|A|B\rPID|1||42\r\u001c\r')
    expect(pretty.kind).toBe('hl7v2')
    expect(pretty.segments?.[0]?.fields.slice(0, 3)).toEqual([
      { position: 'MSH-1', value: '|' },
      { position: 'MSH-2', value: '^~\\&' },
      { position: 'MSH-3', value: 'A' },
    ])
    expect(pretty.segments?.[1]?.fields).toEqual([
      { position: 'PID-1', value: '1' },
      { position: 'PID-3', value: '42' },
    ])
  })
  it('lay out JSON, and leave what is neither as it came', () => {
    expect(prettyMessage('{"a":1}').text).toBe('{\n  "a": 1\n}')
    expect(prettyMessage('{"a":').kind).toBe('text')
  })
})

describe('model cards', () => {
  it('turn into blocks', () => {
    const kinds = parseMarkdown(
      '# T\n\ntext *a* **b**\nmore\n\n- x\n- y\n\n```\ncode # not a heading\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
    ).map((block) => block.kind)
    expect(kinds).toEqual(['heading', 'paragraph', 'list', 'code', 'table'])
  })
  it('never make a link out of a script', () => {
    expect(parseInline('[x](javascript:alert(1))').some((part) => part.kind === 'link')).toBe(false)
    expect(parseInline('[x](https://example.org)')[0]).toEqual({ kind: 'link', text: 'x', href: 'https://example.org' })
  })
  it('end for any text', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('#', '|', '-', '`', '\n', ' ', 'a', '1', '.', '*', '>', '[', ']', '(', ')'),
        }),
        (text) => Array.isArray(parseMarkdown(text)),
      ),
    )
  })
})
