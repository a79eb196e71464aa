import type { RotaWeek } from '@counterpart/server/contract'
import { describe, expect, it } from 'vitest'
import { cellsOf, halfDaysOf, inClinic } from './half-days.ts'

const at = (text: string) => Date.parse(text)
const zone = 'Europe/London'
const week = (provider: string, spans: readonly (readonly [string, string, RotaWeek['spans'][number]['work']])[]) => ({
  provider,
  week: '2026-10-19',
  spans: spans.map(([from, until, work]) => ({ from: at(from), until: at(until), work })),
})

describe('a rota as half-days', () => {
  it('has Monday to Friday, and a weekend day only where somebody works it', () => {
    const plain = halfDaysOf('2026-10-19', [week('p1', [])], zone)
    expect(plain).toHaveLength(10)
    const saturday = week('p1', [['2026-10-24T08:00Z', '2026-10-24T11:00Z', 'on-call']])
    expect(halfDaysOf('2026-10-19', [saturday], zone).map(({ day, half }) => `${day} ${half}`)).toEqual([
      ...plain.map(({ day, half }) => `${day} ${half}`),
      '2026-10-24 am',
      '2026-10-24 pm',
    ])
  })

  it('is read on the clock of the clinic, the longest work first', () => {
    // In summer 11:45 UTC is 12:45 in London: before the day is parted at 13:00.
    const rota = [
      week('p1', [
        ['2026-10-19T07:00Z', '2026-10-19T10:45Z', 'clinic'],
        ['2026-10-19T10:45Z', '2026-10-19T11:45Z', 'inbox'],
        ['2026-10-20T12:00Z', '2026-10-20T16:00Z', 'teaching'],
      ]),
    ]
    const halfDays = halfDaysOf('2026-10-19', rota, zone)
    const cells = cellsOf('p1', halfDays, rota, [], zone)
    expect(cells.slice(0, 4).map((each) => each.works)).toEqual([['clinic', 'inbox'], [], [], ['teaching']])
    expect(cellsOf('p2', halfDays, rota, [], zone).every((each) => each.works.length === 0)).toBe(true)
  })

  it('a night on call counts on the days that it touches, up to midnight', () => {
    const rota = [week('p1', [['2026-10-21T16:00Z', '2026-10-22T07:00Z', 'on-call']])]
    const halfDays = halfDaysOf('2026-10-19', rota, zone)
    const on = cellsOf('p1', halfDays, rota, [], zone).map((each) => each.works.length)
    expect(on).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 0])
  })

  it('who is away sees nobody', () => {
    const rota = ['p1', 'p2'].map((each) => week(each, [['2026-10-19T08:00Z', '2026-10-19T12:00Z', 'clinic']]))
    const halfDays = halfDaysOf('2026-10-19', rota, zone)
    const absences = [{ provider: 'p2', from: at('2026-10-18T23:00Z'), until: at('2026-10-19T23:00Z') }]
    const rows = ['p1', 'p2'].map((each) => cellsOf(each, halfDays, rota, absences, zone))
    expect(rows[1]!.map((each) => each.away)).toEqual([true, true, ...Array(8).fill(false)])
    expect(inClinic(rows, halfDays)).toEqual([1, ...Array(9).fill(0)])
  })
})
