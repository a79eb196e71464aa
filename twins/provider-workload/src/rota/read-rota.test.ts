import { expect, test } from 'vitest'
import { readRotaProblem } from './read-rota.ts'
import { usualRules } from './rota-rules.ts'
import { small, withPerson } from './small.test-data.ts'

test('what is left out has its usual value', () => {
  const problem = readRotaProblem({ ...small, people: [{ code: 'p1', pod: 'B', clinicalFte: 0.8 }] })
  expect(problem.people[0]).toMatchObject({ label: 'p1', halfDays: { min: 7, max: 9 } })
  expect(problem.rules).toEqual({ ...usualRules, contract: 'off' })
  expect(problem.hours.am).toEqual(['08:00', '12:00'])
})

const refused: readonly (readonly [what: string, problem: unknown, message: RegExp])[] = [
  ['no problem', 'a week', /^rota: "a week"; expected names with their values$/],
  ['a name misspelt', { ...small, weesk: 2 }, /^rota\.weesk: "weesk"; expected one of from, weeks/],
  ['no Monday', { ...small, from: '2026-05-12' }, /rota\.from: "2026-05-12"; expected a Monday/],
  ['no such day', { ...small, from: '2026-02-30' }, /rota\.from: .* expected a day/],
  ['too many weeks', { ...small, weeks: 9 }, /rota\.weeks: 9; expected a whole number from 1 to 8/],
  ['no zone', { ...small, timeZone: 'Europe/Atlantis' }, /rota\.timeZone: .*IANA zone/],
  ['a pod that is not', withPerson('p2', { pod: 'C' }), /rota\.people \(p2\)\.pod: "C"; expected one of B/],
  [
    'a word for days',
    withPerson('p2', { leave: ['Whitsun'] }),
    /people\[2\]\.leave\[1\]: "Whitsun"; expected half-days/,
  ],
  [
    'somebody twice',
    { ...small, people: [...small.people, small.people[0]] },
    /rota\.people: "p1"; expected every code to be there once/,
  ],
  [
    'more than all of the time',
    withPerson('p1', { clinicalFte: 1.2 }),
    /people\[1\]\.clinicalFte: 1\.2; expected a number from 0 to 1/,
  ],
  ['a pair with nobody', { ...small, pairs: [['p1', 'p9']] }, /rota\.pairs\[1\]: "p9"; expected one of p1/],
  ['a rule misspelt', { ...small, rules: { rest: 'must' } }, /rota\.rules\.rest/],
  [
    'a weight below nothing',
    { ...small, rules: { wishes: -1 } },
    /rota\.rules\.wishes: -1; expected must, off or points/,
  ],
  [
    'least above most',
    { ...small, demand: [{ pod: 'B', at: 'all', min: 2, max: 1 }] },
    /demand\[1\].*min, target and max in this order/,
  ],
  [
    'times the wrong way',
    { ...small, hours: { am: ['12:00', '08:00'], pm: ['13:00', '17:00'] } },
    /a beginning before its end/,
  ],
  ['a turn that is not', withPerson('p1', { notOn: ['night'] }), /\(p1\): "night"/],
]

for (const [what, problem, message] of refused)
  test(`refused by name: ${what}`, () => {
    expect(() => readRotaProblem(problem)).toThrow(message)
    expect(() => readRotaProblem(problem)).toThrow(expect.objectContaining({ name: 'RotaError', code: 'rota-invalid' }))
  })
