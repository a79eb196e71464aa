import { randomStream } from '@counterpart/numerics'
import { expect, it } from 'vitest'
import { drawPanel, drawPoisson, hoursPerPatient, pickPatient } from './panel.ts'

const panel = drawPanel(randomStream('test', 'panel'), 20_000, 1, 1)

it.each([
  [0, 0, 983],
  [0.5, 0.25, 1387],
  [0.6, 0.3, 1523],
  [0.77, 0.47, 1947],
])(
  'with %d of preventive and %d of chronic care delegated, 2,025 hours are enough for about %i patients (Altschuler 2012)',
  (preventive, chronic, patients) => {
    const hours = hoursPerPatient(panel, { preventive, chronic }, randomStream('test', 'services'))
    expect(2025 / hours).toBeGreaterThan(0.97 * patients)
    expect(2025 / hours).toBeLessThan(1.03 * patients)
  },
)

it('draws those more often who need more', () => {
  const random = randomStream('test', 'pick')
  let conditions = 0
  for (let i = 0; i < 4000; i++) conditions += panel.conditions[pickPatient(panel, 'chronic', random.uniform()) - 1]!
  const usual = panel.conditions.reduce((sum, each) => sum + each, 0) / panel.size
  expect(conditions / 4000).toBeGreaterThan(1.5 * usual)
})

it.each([0.3, 7, 90])('counts events with mean and variance %d', (mean) => {
  const random = randomStream('test', 'poisson', mean)
  const draws = Array.from({ length: 5000 }, () => drawPoisson(random, mean))
  const average = draws.reduce((a, b) => a + b, 0) / draws.length
  const variance = draws.reduce((sum, each) => sum + (each - average) ** 2, 0) / draws.length
  expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(mean / 5000))
  expect(variance / mean).toBeGreaterThan(0.85)
  expect(variance / mean).toBeLessThan(1.15)
})
