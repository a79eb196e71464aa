import { day } from '@counterpart/kernel'
import { expect, test } from 'vitest'
import { beliefAfter, context, midnight, opening } from '../twin.test-data.ts'
import { chooseTemplate, compareDays } from './choose.ts'
import { simulateDays } from './simulated-day.ts'
import { loadSolver } from './solver.ts'
import { bookNaively, type Template, type Wish } from './template.ts'

const belief = beliefAfter(opening())
const date = midnight + day
const wishes: readonly Wish[] = Array.from({ length: 12 }, (_, i) => ({
  id: `w${i}`,
  protocol: ['HEAD', 'CHEST', 'BRAIN'][i % 3]!,
}))

test('slots far too short lose against slots of about the right length', { timeout: 30_000 }, async () => {
  const solver = await loadSolver()
  const sensible: Template = { name: 'sensible', quantile: { short: 0.6, long: 0.6 }, reserved: 0, overbooking: 0 }
  const hurried: Template = { name: 'hurried', quantile: { short: 0.01, long: 0.01 }, reserved: 0, overbooking: 0.4 }
  const limits = { indifference: 20, confidence: 0.9, initial: 10, mostDays: 60, milp: { seconds: 0.5, gap: 0.05 } }
  const choice = chooseTemplate(belief, date, wishes, [hurried, sensible], context, solver, limits)
  expect(choice.template.name).toBe('sensible')
  expect(choice.tried.map((each) => each.days).reduce((a, b) => a + b)).toBe(choice.days)
  expect(choice.chosen.appointments).toHaveLength(12)
})

test('days are simulated in pairs: the same bookings give the same days, however they are asked for', () => {
  const naive = bookNaively(belief, date, wishes, context)
  const whole = simulateDays(belief, date, naive, wishes, { from: 98, replications: 4 }, context)
  const parts = [98, 99, 100, 101].flatMap((from) =>
    simulateDays(belief, date, naive, wishes, { from, replications: 1 }, context),
  )
  expect(parts).toEqual(whole)
  const { cost } = compareDays(belief, date, [naive, naive], wishes, { from: 0, replications: 5 }, context)
  expect(cost.difference).toEqual({ mean: 0, halfWidth: 0 })
})

test('naive appointments follow one another on each machine in order of asking', () => {
  const { appointments } = bookNaively(belief, date, wishes, context)
  expect(appointments.map(({ id }) => id)).toEqual(wishes.map(({ id }) => id))
  const mr = appointments.filter(({ machine }) => machine === 'MR1')
  expect(mr.map(({ from }) => from)).toEqual([480, 510, 540, 570])
})
