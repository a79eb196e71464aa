import { expect, test } from 'vitest'
import { readRotaProblem } from './read-rota.ts'
import type { Rota } from './rota.ts'
import { small } from './small.test-data.ts'
import { rotaCsv, rotaGrid, rotaWeeks } from './write-rota.ts'

const problem = readRotaProblem({
  ...small,
  // The clock goes back on Sunday the 25th.
  from: '2026-10-19',
  weeks: 2,
  timeZone: 'Europe/London',
  turns: [
    { code: 'on-call', label: 'on call', at: 'Sat', hours: ['18:00', '22:00'], people: 1 },
    { code: 'saturday', label: 'Saturday clinic', at: 'Sat', hours: ['09:00', '12:00'], people: 1 },
  ],
})
const nothing = new Array<null>(20).fill(null)
const rota: Rota = {
  people: [
    {
      provider: 'p1',
      halfDays: nothing.map((_, t) =>
        t === 0 || t === 10 ? { work: 'clinic', pod: 'B', protectedQuarter: t === 0 } : null,
      ),
      turns: [{ day: '2026-10-24', turn: 'on-call' }],
    },
    {
      provider: 'p2',
      halfDays: nothing.map((_, t) => (t === 3 ? { work: 'teaching' } : null)),
      turns: [{ day: '2026-10-24', turn: 'saturday' }],
    },
  ],
}

test('CSV in local time, a protected quarter at the end of its session, as intake reads it', () => {
  expect(rotaCsv(problem, rota)).toBe(
    [
      'provider,from,until,work',
      'p1,2026-10-19T08:00,2026-10-19T11:00,clinic',
      'p1,2026-10-19T11:00,2026-10-19T12:00,inbox',
      'p1,2026-10-24T18:00,2026-10-24T22:00,on-call',
      'p1,2026-10-26T08:00,2026-10-26T12:00,clinic',
      'p2,2026-10-20T13:00,2026-10-20T17:00,teaching',
      'p2,2026-10-24T09:00,2026-10-24T12:00,clinic',
      '',
    ].join('\n'),
  )
})

test('weeks in instants: the same clock before and after it is moved', () => {
  const weeks = rotaWeeks(problem, rota)
  expect(weeks.map(({ provider, week, spans }) => [provider, week, spans.length])).toEqual([
    ['p1', '2026-10-19', 3],
    ['p1', '2026-10-26', 1],
    ['p2', '2026-10-19', 2],
    ['p2', '2026-10-26', 0],
  ])
  expect(weeks[0]!.spans[0]!.from).toBe(Date.parse('2026-10-19T08:00:00+01:00'))
  expect(weeks[1]!.spans[0]!.from).toBe(Date.parse('2026-10-26T08:00:00Z'))
})

test('a grid for each week', () => {
  const [first] = rotaGrid(problem, rota).split('\n\n')
  expect(first!.split('\n')).toEqual([
    'Week of Mon 19 Oct',
    '             Mon     Tue     Wed     Thu     Fri',
    'Dr Adeyemi   B+  .   .   .   .   .   .   .   .   .   on-call Sat',
    'Dr Baker     .   .   .   tea .   .   .   .   .   .   saturday Sat',
  ])
})
