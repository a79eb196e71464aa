import { randomStream } from '@counterpart/numerics'
import { expect, test } from 'vitest'
import { between, type Correction, correctionOf, type Errors, noCorrection, noErrors, withError } from './errors.ts'

const futures = 24
const learnt = { weight: 1, futures }

/** Errors of forecasts that have this bias and this spread about them, given a spread of their own. */
function after(count: number, bias: (mean: number, hour: number) => number, spread: number, given: number): Errors {
  const random = randomStream('errors', count, spread)
  let errors: Errors = noErrors
  for (let i = 0; i < count; i++) {
    const mean = 6 + random.normal()
    const hourOfDay = (5.2 * i) % 24
    const truth = mean + bias(mean, hourOfDay) + spread * random.normal()
    errors = withError(errors, { mean, variance: given ** 2, truth, hourOfDay }, learnt)
  }
  return errors
}

test('without errors nothing is moved, and a few hardly move anything', () => {
  expect(correctionOf(noErrors, 6, 1, 12, learnt)).toEqual(noCorrection)
  const few = correctionOf(
    after(3, () => 1, 0.1, 1),
    6,
    1,
    12,
    learnt,
  )
  expect(few.shift).toBeGreaterThan(0)
  expect(few.shift).toBeLessThan(0.35)
})

test('a bias is found, with its slope and its hours', () => {
  const errors = after(600, (mean, hour) => 0.5 + 0.2 * (mean - 6) + (hour < 12 ? 0.3 : -0.3), 0.5, 0.5)
  const shift = (mean: number, hour: number) => correctionOf(errors, mean, 0.25, hour, learnt).shift
  // The wave of the day is not the square one: at its top and bottom it goes beyond.
  expect(Math.abs(shift(6, 0) - 0.5)).toBeLessThan(0.15)
  expect(Math.abs((shift(8, 6) - shift(4, 6)) / 4 - 0.2)).toBeLessThan(0.06)
  expect(Math.abs((shift(6, 6) - shift(6, 18)) / 2 - 0.36)).toBeLessThan(0.12)
})

test('too little spread is made up by noise, too much is narrowed', () => {
  const spread = ({ narrowing, noise }: Correction, given: number) => Math.hypot(narrowing * given, noise)
  const of = (truly: number, given: number) =>
    correctionOf(
      after(800, () => 0, truly, given),
      6,
      given ** 2,
      12,
      learnt,
    )
  // The errors of late are worth some thirty: their spread is known within 15 %.
  expect(of(1, 0.6).narrowing).toBe(1)
  expect(Math.abs(spread(of(1, 0.6), 0.6) - 1)).toBeLessThan(0.3)
  expect(Math.abs(spread(of(0.6, 1), 1) - 0.6)).toBeLessThan(0.18)
})

test('old errors fade against new ones', () => {
  let errors: Errors = noErrors
  for (let i = 0; i < 400; i++) {
    const weight = 2 ** (i / 40)
    errors = withError(
      errors,
      { mean: 6, variance: 0.25, truth: 6 + (i < 200 ? 1 : -1), hourOfDay: 12 },
      { weight, futures },
    )
  }
  expect(correctionOf(errors, 6, 0.25, 12, { weight: 2 ** 10, futures }).shift).toBeLessThan(-0.6)
})

test('the spread follows the errors of late', () => {
  const random = randomStream('lately')
  let errors = after(400, () => 0, 1, 1)
  const before = correctionOf(errors, 6, 1, 12, learnt)
  expect(Math.abs(before.narrowing ** 2 + before.noise ** 2 - 1)).toBeLessThan(0.25)
  for (let i = 0; i < 30; i++)
    errors = withError(errors, { mean: 6, variance: 1, truth: 6 + 2.5 * random.normal(), hourOfDay: i % 24 }, learnt)
  const after30 = correctionOf(errors, 6, 1, 12, learnt)
  // Thirty in four hundred would hardly show otherwise.
  expect(Math.sqrt(after30.narrowing ** 2 + after30.noise ** 2)).toBeGreaterThan(1.4)
})

test('between two distances a correction is between theirs', () => {
  const later = { shift: 1, narrowing: 0.5, noise: 2 }
  expect(between(noCorrection, later, 0.25)).toEqual({ shift: 0.25, narrowing: 0.875, noise: 0.5 })
})
