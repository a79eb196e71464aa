import { describe, expect, test } from 'vitest'
import { readClinicFile } from './read-clinic.ts'
import { simulateClinicFile } from './simulate-clinic.ts'

const file = {
  name: 'North',
  timeZone: 'Europe/London',
  from: '2026-03-02',
  weeks: 3,
  providers: [
    {
      code: 'p001',
      pod: 'east',
      clinicalFte: 0.8,
      panel: 1400,
      week: [
        { on: ['Mon', 'Tue', 'Wed', 'Thu'], hours: ['08:00', '12:00'] },
        { on: ['Mon', 'Tue', 'Wed', 'Thu'], hours: ['13:00', '17:00'] },
      ],
      away: ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12', '2026-03-13'],
    },
    {
      code: 'p002',
      pod: 'west',
      clinicalFte: 1,
      panel: 1800,
      week: [{ on: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'], hours: ['08:00', '15:00'] }],
      parameters: { notesLater: 0, clears: 1, noShow: 0, visitsPerHour: 2 },
    },
  ],
}
const run = (more: object = {}, seed = 1) =>
  simulateClinicFile(readClinicFile({ ...file, ...more }), { seed, replications: 60 })

describe('a clinic in a file', () => {
  const weeks = run()

  test('is simulated week by week, for the clinic, its pods and its people', () => {
    expect(weeks.map(({ week }) => week)).toEqual(['2026-03-02', '2026-03-09', '2026-03-16'])
    expect(Object.keys(weeks[0]!.pods)).toEqual(['east', 'west'])
    const { p001, p002 } = weeks[0]!.providers
    // Days of illness aside.
    expect(p001!.figures.scheduled.p50).toBe(32)
    // Two for each of 35 hours; days differ by about half of what a Poisson count does.
    expect(Math.abs(p002!.figures.visits.mean - 70)).toBeLessThan(3)
    expect(weeks[0]!.difference).toBeUndefined()
  })

  test('knows leave, and what it leaves behind', () => {
    expect(weeks[1]!.providers.p001!.figures.scheduled.p95).toBe(0)
    expect(weeks[1]!.providers.p001!.figures.waiting.mean).toBeGreaterThan(
      2 * weeks[0]!.providers.p001!.figures.waiting.mean,
    )
  })

  test('is the same again with the same seed, and another with another', () => {
    expect(run()).toEqual(weeks)
    expect(run({}, 2)).not.toEqual(weeks)
  })

  test('beside changes tells what they change, run by run', () => {
    const changed = run({ interventions: [{ intervention: 'scribe', dose: 1, on: ['p002'] }], weeks: 8 })
    const last = changed.at(-1)!
    expect(last.providers.p001!.difference!.work.p95).toBe(0)
    expect(last.providers.p002!.difference!.ehr.mean).toBeLessThan(0)
  })
})

describe('mistakes are named with their place and what was expected', () => {
  const [first, second] = file.providers
  const wrong: readonly [string, object, RegExp][] = [
    ['a day that is no Monday', { from: '2026-03-03' }, /clinic\.from: "2026-03-03"; expected a Monday/],
    ['a zone nobody knows', { timeZone: 'Nowhere' }, /clinic\.timeZone.*IANA/],
    ['a name that is not one of these', { colour: 'red' }, /clinic\.colour.*one of from, providers/],
    ['nobody', { providers: [] }, /at least one/],
    ['a code twice', { providers: [first, { ...second, code: 'p001' }] }, /providers\[2\]\.code.*no other/],
    [
      'more than full time',
      { providers: [{ ...first, clinicalFte: 2 }] },
      /providers\[1\]\.clinicalFte: 2; expected a number from 0 to 1/,
    ],
    [
      'an intervention nobody knows',
      { interventions: [{ intervention: 'magic', dose: 1 }] },
      /interventions\[1\]\.intervention.*one of protected/,
    ],
    [
      'a dose out of bounds',
      { interventions: [{ intervention: 'scribe', dose: 9 }] },
      /interventions\[1\]\.dose: 9; expected 1 to 1/,
    ],
    [
      'somebody who is not here',
      { interventions: [{ intervention: 'scribe', dose: 1, on: ['north'] }] },
      /\.on: "north"; expected a pod/,
    ],
  ]
  test.each(wrong)('%s', (_, more, message) => {
    expect(() => readClinicFile({ ...file, ...more })).toThrow(message)
  })
})
