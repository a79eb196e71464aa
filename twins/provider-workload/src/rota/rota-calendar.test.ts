import { expect, test } from 'vitest'
import { dayInWords, daysAt, halfDayInWords, halfDaysAt, isWhen, rotaCalendar } from './rota-calendar.ts'

const calendar = rotaCalendar('2026-05-11', 2, ['2026-05-18'])

test('words for half-days name them in every week, or in one', () => {
  expect([...halfDaysAt(calendar, ['Mon am'])]).toEqual([0, 10])
  expect([...halfDaysAt(calendar, ['Tue'])]).toEqual([2, 3, 12, 13])
  expect([...halfDaysAt(calendar, ['2026-05-21 pm'])]).toEqual([17])
  expect([...halfDaysAt(calendar, ['2026-05-14..2026-05-18'])]).toEqual([6, 7, 8, 9, 10, 11])
  expect(halfDaysAt(calendar, ['am']).size).toBe(10)
  expect(halfDaysAt(calendar, ['all']).size).toBe(20)
  expect(halfDaysAt(calendar, ['Sat', '2027-01-01']).size).toBe(0)
})

test('days include weekends, and shut ones are not open', () => {
  expect([...daysAt(calendar, ['Sat', '2026-05-11'])]).toEqual([0, 5, 12])
  expect(calendar.open.filter((open) => !open).length).toBe(2)
  expect(calendar.open[10]).toBe(false)
})

test('half-days are told as people say them', () => {
  expect(halfDayInWords(calendar, 3)).toBe('Tue 12 May p.m.')
  expect(dayInWords('2026-12-06')).toBe('Sun 6 Dec')
})

test('other words are not taken', () => {
  for (const when of ['', 'Monday', 'mon', 'Mon  am', 'Mon noon', '2026-02-30', '2026-05-15..2026-05-14', '12 May'])
    expect(isWhen(when), when).toBe(false)
  for (const when of ['all', 'am', 'Sun', 'Mon pm', '2026-05-12', '2026-05-12..2026-05-13 am'])
    expect(isWhen(when), when).toBe(true)
})
