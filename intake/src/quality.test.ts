import { minute } from '@counterpart/kernel'
import { describe, expect, test } from 'vitest'
import { judge } from './quality.ts'

const good = { effective: 0, sentAt: minute, preliminary: false, unit: 'as-is' } as const

describe('the quality of an observation', () => {
  test('is full when nothing speaks against it', () => {
    expect(judge(80, [10, 350], good)).toEqual({ score: 1, flags: [] })
  })

  test.each([
    ['near-plausible-limit', judge(11, [10, 350], good)],
    ['near-plausible-limit', judge(349, [10, 350], good)],
    ['unit-assumed', judge(80, [10, 350], { ...good, unit: 'assumed' })],
    ['unit-converted', judge(80, [10, 350], { ...good, unit: 'converted' })],
    ['preliminary', judge(80, [10, 350], { ...good, preliminary: true })],
    ['late-arrival', judge(80, [10, 350], { ...good, sentAt: 16 * minute })],
    ['device-clock-skewed', judge(80, [10, 350], { ...good, effective: 2 * minute })],
    ['noisy-signal', judge(80, [10, 350], { ...good, flags: ['noisy-signal'] })],
  ])('is less when it is flagged %s', (flag, quality) => {
    expect(quality.flags).toEqual([flag])
    expect(quality.score).toBeGreaterThan(0)
    expect(quality.score).toBeLessThan(1)
  })

  test('falls with every further doubt', () => {
    const one = judge(11, [10, 350], good)
    const two = judge(11, [10, 350], { ...good, unit: 'assumed' })
    expect(two.score).toBeLessThan(one.score)
    expect(two.flags).toEqual(['near-plausible-limit', 'unit-assumed'])
  })
})
