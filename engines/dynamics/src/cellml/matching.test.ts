import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchAll } from './matching.ts'

/** The most items that can each have a choice of their own, by trying everything. */
function most(choices: readonly (readonly number[])[], from = 0, taken = new Set<number>()): number {
  if (from === choices.length) return 0
  let best = most(choices, from + 1, taken)
  for (const choice of choices[from]!)
    if (!taken.has(choice)) best = Math.max(best, 1 + most(choices, from + 1, new Set([...taken, choice])))
  return best
}

const anyChoices = fc.array(fc.uniqueArray(fc.nat({ max: 5 }), { maxLength: 4 }), { maxLength: 6 })

test('as many as possible have a choice of their own', () => {
  fc.assert(
    fc.property(anyChoices, (choices) => {
      const taken = new Map<number, number>()
      matchAll([...choices.keys()], (item) => choices[item]!, taken)
      for (const [choice, item] of taken) expect(choices[item]).toContain(choice)
      expect(new Set(taken.values()).size).toBe(taken.size)
      expect(taken.size).toBe(most(choices))
    }),
  )
})

test('what was chosen before gives way to something else of the same item, not to nothing', () => {
  const taken = new Map([[0, 'a']])
  const choices: Record<string, readonly number[]> = { a: [0, 1], b: [0] }
  matchAll(['a', 'b'], (item) => choices[item]!, taken)
  expect([...taken].sort()).toEqual([
    [0, 'b'],
    [1, 'a'],
  ])
})

test('a chain of many thousands is followed', () => {
  const count = 20_000
  const taken = new Map(Array.from({ length: count - 1 }, (_, i) => [i, i]))
  matchAll(
    Array.from({ length: count }, (_, i) => i),
    (item) => (item === count - 1 ? [0] : [item, item + 1]),
    taken,
  )
  expect(taken.size).toBe(count)
})
