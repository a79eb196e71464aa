import { day, type GroupsPicture } from '@counterpart/kernel'
import { expect, test } from 'vitest'
import { beliefAfter, monday, person, told, week } from '../clinic.test-data.ts'
import { clinicOf } from '../memory/clinic.ts'
import { fairnessPicture } from './of-belief.ts'

const people = Array.from({ length: 6 }, (_, i) => person(`p${i}`))
const weeks = 7
const belief = beliefAfter(told(people, weeks), monday + weeks * week + day)

test('each week that begins is awaited, and judged when it is over', () => {
  const { fair } = clinicOf(belief).record
  const judged = Object.values(fair.judged)
  expect(judged).toHaveLength(people.length)
  // The first three weeks are too early to forecast from; of the rest all but the last are over and judged once.
  expect(judged.map(({ n }) => n)).toEqual(people.map(() => weeks - 4))
  for (const { n, hits, falseAlarms, missed, calm, within } of judged) {
    expect(hits + falseAlarms + missed + calm).toBe(n)
    expect(within).toBeLessThanOrEqual(n)
  }
  expect(Object.keys(fair.awaited!.people)).toHaveLength(people.length)
  for (const { mean, p05, p95 } of Object.values(fair.awaited!.people)) expect(p05 <= mean && mean <= p95).toBe(true)
})

test('the picture tells groups of six, and no person', () => {
  const { judged } = clinicOf(belief).record.fair
  const picture: GroupsPicture = fairnessPicture(belief, judged)
  const told = picture.groups.filter(({ n }) => n !== undefined)
  expect(told.length).toBeGreaterThan(0)
  expect(told.every(({ n }) => n === people.length)).toBe(true)
  expect(told[0]!.values.error).toMatchObject({ estimate: expect.any(Number), low: expect.any(Number) })
  expect(JSON.stringify(picture)).not.toMatch(/p[0-5]\b|Dr /)
})
