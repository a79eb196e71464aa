import type { LoadPicture } from '@counterpart/server/contract'
import { describe, expect, it } from 'vitest'
import { placeOf } from './load-bar.tsx'
import { cellSentence, fullHours, type LoadCell, type LoadRow, loadTable, overloadMark, tallest } from './load-words.ts'

const figures = (p50: number, half = 0) => ({
  mean: p50,
  p05: p50 - half,
  p25: p50 - half / 2,
  p50,
  p75: p50 + half / 2,
  p95: p50 + half,
})
const cell = (given: Partial<LoadCell> = {}): LoadCell => ({
  known: 'measured',
  contracted: 40,
  scheduled: 36,
  work: figures(44),
  outside: figures(6),
  overload: null,
  away: 0,
  ...given,
})
const row = (cells: LoadCell[], people = 1): LoadRow => ({
  name: 'r',
  label: people === 1 ? 'You' : 'Elm',
  people,
  cells,
})
const chance = (estimate: number, half = 0) => ({ estimate, low: estimate - half, high: estimate + half })

describe('what a cell of load says', () => {
  it('says hours, those outside scheduled time, and contracted ones', () => {
    expect(cellSentence(row([cell()]), '16 Nov', cell())).toBe(
      'You, 16 Nov, measured: 44.0 h of work, 6.0 h of it outside scheduled time, 40.0 h contracted.',
    )
  })

  it('says the interval, the chance, who is away and how much of the log is there', () => {
    const said = cellSentence(
      row([], 9),
      '23 Nov',
      cell({
        known: 'forecast',
        contracted: 306,
        work: figures(330, 20),
        overload: chance(0.3, 0.1),
        away: 2,
        completeness: 0.714,
      }),
    )
    expect(said).toContain('Elm, 23 Nov, forecast: 330 h (310–350) of work')
    expect(said).toContain(
      '306 h contracted; overloaded: 30 % (20–40) of its people; 2 away; 71 % of the log is there.',
    )
  })

  it('tells nothing of what is suppressed but why', () => {
    const hidden = cell({ suppressed: 'fewer than 5 people', overload: chance(0.9) })
    const said = cellSentence(row([hidden], 4), '23 Nov', hidden)
    expect(said).toBe('Elm, 23 Nov: not shown, fewer than 5 people.')
    expect(overloadMark(hidden, false)).toBeUndefined()
    const picture = { periods: [{ from: 0, until: 1, label: '23 Nov' }], rows: [row([hidden], 4)] } as LoadPicture
    expect(loadTable(picture).rows()).toEqual([
      ['23 Nov', 'Elm', 'fewer than 5 people', '', '', '', '', '', '', '', ''],
    ])
    expect(tallest(picture.rows)).toBe(1.25)
  })

  it('marks an overload by shape and words; a person measured to the end was overloaded or not', () => {
    expect(overloadMark(cell({ overload: chance(1) }), true)).toEqual({
      shape: '▲',
      words: 'overload',
      level: 'likely',
    })
    expect(overloadMark(cell({ overload: chance(0) }), true)).toBeUndefined()
    expect(overloadMark(cell({ overload: chance(0.2) }), false)).toEqual({ shape: '△', words: '20 %', level: 'maybe' })
    const ahead = (estimate: number) =>
      overloadMark(cell({ known: 'forecast', overload: chance(estimate, 0.03) }), true)
    expect(ahead(0.498)).toEqual({ shape: '▲', words: '50 %', level: 'likely' })
    expect(ahead(0.494)?.shape).toBe('△')
    expect(ahead(0.999)?.words).toBe('>99 %')
    expect(ahead(0.04)).toBeUndefined()
  })
})

describe('how a cell of load is drawn', () => {
  it('is as high as its part of the row’s contracted hours, all rows on one scale', () => {
    const full = row([cell({ contracted: 20 }), cell({ contracted: 40, work: figures(60, 4) })])
    expect(fullHours(full)).toBe(40)
    expect(tallest([full, row([cell({ work: figures(20) })])])).toBe(64 / 40)
    // Somebody who is away for all of it still has a scale.
    expect(fullHours(row([cell({ contracted: 0, work: figures(3) })]))).toBe(3)
  })

  it('fades with how far ahead it is, and knows how much has passed', () => {
    const periods = [0, 10, 20, 30].map((from) => ({ from, until: from + 10, label: String(from) }))
    const place = (index: number, now: number) => placeOf({ periods } as unknown as LoadPicture, index, now)
    expect(place(0, 15)).toEqual({ passed: 1, ahead: 0 })
    expect(place(1, 15)).toEqual({ passed: 0.5, ahead: 0 })
    expect(place(2, 15).ahead).toBeCloseTo(1 / 3)
    expect(place(3, 15).ahead).toBeCloseTo(2 / 3)
    expect(place(3, 99)).toEqual({ passed: 1, ahead: 0 })
  })
})
