import { expect, test } from 'vitest'
import { rateRota } from './rate-rota.ts'
import { readRotaProblem } from './read-rota.ts'
import type { HalfDayDuty, Rota } from './rota.ts'
import type { RotaPerson, RuleName } from './rota-problem.ts'
import { small } from './small.test-data.ts'

const clinic: HalfDayDuty = { work: 'clinic', pod: 'B' }
const halves = ['Mon am', 'Mon pm', 'Tue am', 'Tue pm', 'Wed am', 'Wed pm', 'Thu am', 'Thu pm', 'Fri am', 'Fri pm']

/** A rota of the small week: who is in clinic when, and turns on Saturdays or Tuesdays. */
const rotaOf = (
  sessions: Readonly<Record<string, readonly string[]>>,
  turns: Rota['people'][number]['turns'] = [],
): Rota => ({
  people: ['p1', 'p2', 'p3'].map((provider) => ({
    provider,
    halfDays: halves.map((half) => (sessions[provider]?.includes(half) ? clinic : null)),
    turns: provider === 'p1' ? turns : [],
  })),
})

/** A week in which two people carry all, and nothing is broken. */
const fine = {
  p1: halves.filter((half) => !half.startsWith('Thu')),
  p2: halves.filter((half) => !half.startsWith('Fri')),
}
const saturday = { code: 'sat', label: 'Saturday', at: 'Sat', hours: ['09:00', '12:00'], people: 1 }
const late = {
  code: 'late',
  label: 'late clinic',
  at: 'Tue',
  hours: ['18:00', '20:00'],
  people: 1,
  freeMorningAfter: true,
}
const first = (change: Partial<RotaPerson> | object) => ({
  people: small.people.map((person) => (person.code === 'p1' ? { ...person, ...change } : person)),
})
const turn = (code: string, day: string) => [{ turn: code, day }]

const broken: readonly (readonly [rule: RuleName, problem: object, rota?: Rota, by?: number])[] = [
  ['cover-minimum', { demand: [{ pod: 'B', at: 'Thu am', min: 2 }] }],
  ['cover-maximum', { demand: [{ pod: 'B', at: 'Tue', min: 0, max: 1 }] }, undefined, 2],
  ['skills', { demand: [{ pod: 'B', at: 'Thu am', skill: 'procedures', min: 1 }] }],
  ['rooms', { pods: [{ code: 'B', label: 'pod B', rooms: 1 }] }, undefined, 6],
  ['half-days-least', first({ halfDays: { min: 9, max: 10 } })],
  ['half-days-most', first({ halfDays: { min: 0, max: 6 } }), undefined, 2],
  [
    'contract',
    { ...first({ clinicalFte: 0.5 }), people: [{ ...small.people[0], clinicalFte: 0.5 }], rules: {} },
    undefined,
    2,
  ],
  ['leave', first({ leave: ['Tue'] }), undefined, 2],
  ['leave', { ...first({ leave: ['Sat'] }), turns: [saturday] }, rotaOf(fine, turn('sat', '2026-05-16'))],
  ['fixed', first({ fixed: [{ at: ['Mon am'], work: 'teaching' }] })],
  ['forbidden', first({ forbidden: ['Mon'] }), undefined, 2],
  [
    'patterns',
    first({
      patterns: [
        ['Mon', 'Tue'],
        ['Mon', 'Tue', 'Wed', 'Thu'],
      ],
    }),
    undefined,
    2,
  ],
  ['whole-days', first({ wholeDays: true }), rotaOf({ ...fine, p1: fine.p1.slice(1) })],
  ['days-in-a-row', { ...first({ daysWorkedBefore: 2 }), rules: { ...small.rules, maxDaysInARow: 4 } }],
  ['rest-after-late', { turns: [late] }, rotaOf(fine, turn('late', '2026-05-12'))],
  ['rest-after-late', { late: ['Tue pm'] }, undefined, 2],
  ['turns', { turns: [saturday] }],
  ['turns', { ...first({ notOn: ['sat'] }), turns: [saturday] }, rotaOf(fine, turn('sat', '2026-05-16'))],
  ['supervision', first({ resident: true }), undefined, 8],
  ['pairs', { pairs: [['p1', 'p3']] }],
  ['pod-presence', {}, rotaOf({ ...fine, p2: fine.p2.filter((half) => !half.startsWith('Thu')) })],
  ['protected-time', first({ protectedQuarters: 2 }), undefined, 2],
  ['pod-inbox', { inbox: [{ pod: 'B', at: 'Wed', quarters: 2 }] }, undefined, 2],
]

test('a rota that breaks nothing is said to', () => {
  expect(rateRota(readRotaProblem({ ...small, demand: [{ pod: 'B', at: 'all', min: 1 }] }), rotaOf(fine)).broken).toBe(
    0,
  )
})

for (const [i, [rule, problem, rota = rotaOf(fine), by = 1]] of broken.entries())
  test(`${i + 1}: what breaks "${rule}" is seen, by how much and where`, () => {
    const rated = rateRota(readRotaProblem({ ...small, ...problem }), rota)
    const kept = rated.rules.find((each) => each.rule === rule)!
    expect(kept.by).toBe(by)
    expect(kept.where.length).toBeGreaterThan(0)
    expect(rated.broken).toBeGreaterThan(0)
  })
