import { randomStream } from '@counterpart/numerics'
import { expect, test } from 'vitest'
import { correctionOf, type Verified, withErrors } from './correct.ts'
import { emptyRecord, horizons } from './record.ts'

const none = emptyRecord(0).errors.outside

/** So many weeks of forecasts of ten people that are off by `bias`, with errors of so many times the spread they gave. */
function after(weeks: number, bias: (p: number) => number, times: number) {
  const random = randomStream('correct test', weeks, times)
  let errors = none
  for (let w = 0; w < weeks; w++) {
    const verified: Verified[] = []
    for (let p = 0; p < 10; p++)
      for (let horizon = 0; horizon < horizons; horizon++)
        verified.push({
          provider: `p${p}`,
          horizon,
          mean: 2,
          variance: 0.04,
          truth: 2 + bias(p) + 0.2 * times * random.normal(),
        })
    errors = withErrors(errors, verified)
  }
  return errors
}

test('nothing is moved before anything was wrong, but for what few members leave out', () => {
  expect(correctionOf(none, 'p1', 0)).toEqual({ shift: 0, stretch: 1.08 })
})

test('what was wrong of all is taken off, and what was wrong of one from that one', () => {
  const common = correctionOf(
    after(30, () => 0.5, 1),
    'p1',
    2,
  )
  expect(common.shift).toBeGreaterThan(0.35)
  expect(common.shift).toBeLessThan(0.55)
  const errors = after(30, (p) => (p === 3 ? 0.6 : 0), 1)
  expect(correctionOf(errors, 'p3', 1).shift).toBeGreaterThan(0.35)
  expect(Math.abs(correctionOf(errors, 'p4', 1).shift)).toBeLessThan(0.12)
})

test('spread follows the errors there were', () => {
  const of = (times: number) =>
    correctionOf(
      after(40, () => 0, times),
      'p1',
      0,
    ).stretch
  expect(of(2)).toBeGreaterThan(1.6)
  expect(of(0.5)).toBeLessThan(0.85)
  expect(Math.abs(of(1) - 1.08)).toBeLessThan(0.2)
})
