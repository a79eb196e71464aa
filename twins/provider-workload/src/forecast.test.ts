import { carryOn, day, hour, type Scenario } from '@counterpart/kernel'
import { mean } from '@counterpart/numerics'
import { describe, expect, test } from 'vitest'
import { beliefAfter, contextAt, monday, person, told, week } from './clinic.test-data.ts'
import { counted } from './last-week.ts'
import { clinicOf } from './memory/clinic.ts'
import { quantities } from './quantities.ts'
import { providerWorkload as twin } from './twin.ts'
import { providerWeeks } from './weeks.ts'

const people = Array.from({ length: 5 }, (_, i) =>
  person(`p${i + 1}`, { pod: i < 3 ? 'east' : 'west', messages: 40 + 8 * i, noteMinutes: 5 + (i % 3) }),
)
const facts = told(people, 7)
const at = monday + 6 * week + 30 * hour
const belief = beliefAfter(facts, at)
const context = contextAt(at)
const steps = twin.cadence.forecastSteps.map((step) => at + step)
const of = (scenario: Scenario, times = steps) => twin.forecast(belief, scenario, times, context)
const calm = of(carryOn)
const members = (forecast: typeof calm, name: string, t: number) =>
  forecast.quantities[name]!.members.subarray(t * forecast.size, (t + 1) * forecast.size)

describe('a forecast', () => {
  test('has every quantity at the end of this week and of the next four, finite and not below nothing', () => {
    expect(calm.times).toHaveLength(5)
    for (const { name } of quantities) {
      expect(calm.quantities[name]!.members).toHaveLength(5 * calm.size)
      expect(calm.quantities[name]!.members.every((value) => Number.isFinite(value) && value >= 0)).toBe(true)
    }
  })

  test('says the same of all times until the next week has ended', () => {
    const [a, b] = [monday + 8 * week + hour, monday + 8 * week + 3 * day]
    const forecast = of(carryOn, [a, b])
    expect(members(forecast, 'work-hours', 0)).toEqual(members(forecast, 'work-hours', 1))
  })

  test('of a week that is over is what was counted', () => {
    const known = counted(belief)
    const past = of(carryOn, [at])
    for (const [name, value] of Object.entries(known))
      expect(members(past, name, 0).every((each) => Math.abs(each - value) < 1e-9)).toBe(true)
  })

  test('is the same again, and shares its members with forecasts over other times', () => {
    expect(of(carryOn)).toEqual(calm)
    expect(members(of(carryOn, steps.slice(0, 2)), 'outside-hours', 1)).toEqual(members(calm, 'outside-hours', 1))
  })

  test('lies near what such weeks were', () => {
    const known = counted(belief)
    for (const name of ['work-hours', 'visits'] as const) {
      const forecast = mean(members(calm, name, 2))
      expect(Math.abs(forecast - known[name]!)).toBeLessThan(0.12 * known[name]!)
    }
  })

  test('under a change is paired with carrying on: the weeks before it bites are the same, member by member', () => {
    const later: Scenario = {
      id: 's',
      name: 'Time for messages',
      interventions: [{ intervention: 'protected-inbox-time', dose: 40, from: at }],
    }
    const changed = of(later)
    expect(members(changed, 'work-hours', 4)).not.toEqual(members(calm, 'work-hours', 4))
    const far: Scenario = { ...later, interventions: [{ ...later.interventions[0]!, from: at + 300 * day }] }
    const untouched = of(far)
    for (const { name } of quantities) {
      const [then, now] = [members(untouched, name, 4), members(calm, name, 4)]
      expect(then.every((value, m) => Math.abs(value - now[m]!) < 1e-9)).toBe(true)
    }
  })
})

test('the record judges forecasts as weeks end and moves later ones by it', () => {
  const { record } = clinicOf(belief)
  const [n] = record.errors.outside.all[0]!
  expect(n).toBeGreaterThan(4)
  expect(Object.keys(record.awaited).length).toBeLessThanOrEqual(5)
})

test('somebody’s own weeks are theirs: as many as the forecast has, none of somebody unknown', () => {
  const weeks = providerWeeks(belief, 'p3', context)
  expect(weeks).toHaveLength(5)
  expect(weeks[1]!.members[0]!.work).toBeGreaterThan(4)
  expect(providerWeeks(belief, 'nobody', context)).toEqual([])
})
