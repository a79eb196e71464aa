import { expect, test } from 'vitest'
import { remaining } from './pathway.ts'
import { layout } from './twin.test-data.ts'

// 30 minutes planned: three to set up, four sequences of six, three to leave.
const brain = layout.protocols.find(({ code }) => code === 'BRAIN')!
const law = { centre: Math.log(30), spread: 0.25 }
const mean = 30 * Math.exp(0.25 ** 2 / 2)

test('what remains of an exam is the planned share of what is left of it', () => {
  for (const [done, left] of [
    [1, 21],
    [2, 15],
    [4, 3],
    [9, 3],
  ] as const) {
    const rest = remaining(brain, law, done)
    if (rest.kind !== 'log-normal') throw new Error(rest.kind)
    expect(rest.mean).toBeCloseTo((mean * left) / 30, 9)
  }
})

test('its parts are independent and equally variable, and together as variable as the whole', () => {
  const shares = [3, 6, 6, 6, 6, 3].map((minutes) => minutes / 30)
  const whole = mean ** 2 * Math.expm1(0.25 ** 2)
  const perPart = whole / shares.reduce((sum, share) => sum + share ** 2, 0)
  const rest = remaining(brain, law, 3)
  if (rest.kind !== 'log-normal') throw new Error(rest.kind)
  expect(rest.standardDeviation ** 2).toBeCloseTo(perPart * (shares[4]! ** 2 + shares[5]! ** 2), 6)
})
