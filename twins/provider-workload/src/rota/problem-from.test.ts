import type { ClinicLayoutDetail, RotaWeekDetail } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { expect, test } from 'vitest'
import { problemFrom } from './problem-from.ts'
import { readRotaProblem } from './read-rota.ts'

const zone = 'America/Chicago'
const time = civilTime(zone)
const at = (day: string, clock: string) => time.instantOf(Date.parse(`${day}T${clock}:00Z`))

const layout: ClinicLayoutDetail = {
  name: 'Lakeside',
  timeZone: zone,
  pods: [{ code: 'A', label: 'Pod A' }],
  providers: ['p1', 'p2'].map((provider) => ({
    provider,
    label: `Dr ${provider}`,
    pod: 'A',
    profession: 'physician',
    clinicalFte: 0.5,
    panel: 800,
  })),
  visitKinds: [],
  minimumCell: 3,
  overloadRatio: 1.375,
  practice: { teamInbox: false, refillProtocol: false, scribes: [] },
}

/** Mondays whole with protected time at noon, Tuesday mornings administration, on call on Wednesdays. */
const week = (provider: string, monday: string): RotaWeekDetail => {
  const [tuesday, wednesday] = [time.dayAfter(monday, 1), time.dayAfter(monday, 2)]
  const span = (day: string, from: string, until: string, work: RotaWeekDetail['spans'][number]['work']) => ({
    from: at(day, from),
    until: at(day, until),
    work,
  })
  return {
    provider,
    week: monday,
    spans: [
      span(monday, '08:00', '11:00', 'clinic'),
      span(monday, '11:00', '12:00', 'inbox'),
      span(monday, '13:00', '17:00', 'clinic'),
      ...(provider === 'p1' ? [span(tuesday, '08:00', '12:00', 'administration')] : []),
      ...(provider === 'p2' ? [span(wednesday, '18:00', '22:00', 'on-call')] : []),
    ],
  }
}

const sources = {
  layout,
  rota: ['2026-02-23', '2026-03-02'].flatMap((monday) => [week('p1', monday), week('p2', monday)]),
  absences: [
    // The clock is put forward on Sunday 8 March 2026.
    { absence: 'a', provider: 'p1', from: at('2026-03-09', '00:00'), until: at('2026-03-11', '00:00') },
    { absence: 'b', provider: 'p2', from: at('2026-03-12', '12:00'), until: at('2026-03-13', '00:00') },
    {
      absence: 'c',
      provider: 'p2',
      from: at('2026-03-09', '00:00'),
      until: at('2026-03-20', '00:00'),
      cancelled: true,
    },
  ],
  from: '2026-03-09',
  weeks: 1,
}

test('what people usually do is read off the rota in force, absences off the calendar', () => {
  const { problem, assumed } = problemFrom(sources)
  expect(problem.hours).toEqual({ am: ['08:00', '12:00'], pm: ['13:00', '17:00'] })
  const [first, second] = problem.people
  expect(first).toMatchObject({ leave: ['2026-03-09', '2026-03-10'], protectedQuarters: 1 })
  expect(first!.fixed).toEqual([{ at: ['Tue am'], work: 'administration' }])
  expect(second).toMatchObject({ leave: ['2026-03-12 pm'], turnsDone: { 'on-call': 2 } })
  expect(problem.inForce).toEqual({ p1: { A: ['Mon am', 'Mon pm'] }, p2: { A: ['Mon am', 'Mon pm'] } })
  expect(problem.turns).toEqual([
    expect.objectContaining({
      code: 'on-call',
      at: ['Wed'],
      hours: ['18:00', '22:00'],
      people: 1,
      freeMorningAfter: true,
    }),
  ])
  expect(problem.demand.find(({ at }) => at[0] === 'Mon am')).toMatchObject({ min: 1, target: 2 })
  expect(problem.demand.find(({ at }) => at[0] === 'Fri pm')).toMatchObject({ min: 0, target: 0 })
  expect(assumed.length).toBeGreaterThan(2)
})

test('more visits forecast ask for more clinicians, as far as there are rooms; wishes and rules come beside', () => {
  const { problem } = problemFrom({
    ...sources,
    need: { A: { p50: 0.5, p95: 0.75 } },
    people: { p1: { wishes: [{ at: ['Fri'], want: 'free', weight: 2 }] } },
    rules: { stability: 3 },
  })
  expect(problem.demand.find(({ at }) => at[0] === 'Mon am')).toMatchObject({ target: 1 })
  expect(problem.people[0]!.wishes).toHaveLength(1)
  expect(problem.rules.stability).toBe(3)
})

test('what comes of it is a problem that a file could hold', () => {
  const { problem } = problemFrom(sources)
  expect(readRotaProblem(JSON.parse(JSON.stringify(problem)))).toEqual(problem)
})
