import { describe, expect, it } from 'vitest'
import { freshnessOf } from './freshness.ts'

const minute = 60_000
const now = Date.UTC(2026, 10, 23, 12)
const state = (heardAgo: number | null, lostAgo: number | null = null) =>
  freshnessOf({
    now,
    heard: heardAgo === null ? null : now - heardAgo,
    lostSince: lostAgo === null ? null : now - lostAgo,
    staleAfter: 60 * minute,
  }).state

describe('what a wall shows', () => {
  it('is fresh while messages come, worth a word after a quarter of an hour, stale after an hour', () => {
    expect([1, 14, 15, 59, 60].map((minutes) => state(minutes * minute))).toEqual([
      'fresh',
      'fresh',
      'quiet',
      'quiet',
      'stale',
    ])
  })

  it('is lost when the line has been down for twenty seconds, however new the last message is', () => {
    expect([state(0, 5_000), state(0, 20_000), state(90 * minute, 30_000)]).toEqual(['fresh', 'lost', 'lost'])
  })

  it('begins quietly: a department of which nothing was ever heard is not stale', () => {
    expect(state(null)).toBe('fresh')
  })
})
