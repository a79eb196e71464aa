import { describe, expect, it } from 'vitest'
import { evaluate } from '../graph/evaluate.ts'
import { createSparseLu } from './sparse-lu.ts'

/** Places and values of a matrix written row by row; zeros are no entries. */
function entriesOf(rows: readonly (readonly number[])[]) {
  const places = rows.flatMap((row, i) =>
    row.flatMap((value, column) => (value === 0 ? [] : { row: i, column, value })),
  )
  return { places, values: places.map(({ value }) => value) }
}

function solve(rows: readonly (readonly number[])[], time: number, right: readonly number[]) {
  const { places, values } = entriesOf(rows)
  const lu = createSparseLu(rows.length, places, 1000)!
  const factors = evaluate(lu.factors, { time, parameters: values })
  const solution = evaluate(lu.solution, { parameters: factors, states: right })
  const [sound] = evaluate([lu.sound], { time, parameters: [...values, ...right], states: solution })
  return { lu, factors, solution, sound }
}

const rows = [
  [-3, 1, 0, 0, 2],
  [4, -1, 0, 0, 0],
  [0, 0, 0, 5, 0],
  [0, 2, -7, 0, 0],
  [1, 0, 0, 1, -2],
]
const right = [1, -2, 3, 0.5, 7]

describe('a sparse elimination written out', () => {
  it('solves d x − J x = b', () => {
    const { solution, sound } = solve(rows, 0.7, right)
    for (const [i, row] of rows.entries()) {
      const left = 0.7 * solution[i]! - row.reduce((sum, value, j) => sum + value * solution[j]!, 0)
      expect(left).toBeCloseTo(right[i]!, 12)
    }
    expect(sound).toBe(1)
  })

  it('multiplies', () => {
    const { lu } = solve(rows, 1, right)
    expect(evaluate(lu.product, { parameters: entriesOf(rows).values, states: right })).toEqual(
      rows.map((row) => row.reduce((sum, value, j) => sum + value * right[j]!, 0)),
    )
  })

  it('adds nothing to the factors of an arrow whose point is eliminated last', () => {
    const n = 9
    const arrow = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => (i === j || i === 0 || j === 0 ? 1 + i + 2 * j : 0)),
    )
    expect(solve(arrow, 50, Array(n).fill(1)).factors).toHaveLength(3 * n - 2)
  })

  it('says when pivots from the diagonal do not do', () => {
    const turn = [
      [1e-20, 1],
      [1, 1],
    ].map((row) => row.map((value) => -value))
    expect(solve(turn, 0, [1, 2]).sound).toBe(0)
    expect(solve([[1]], 1, [1]).sound).toBe(0)
    expect(solve([[Number.POSITIVE_INFINITY]], 1, [1]).sound).toBe(0)
  })

  it('is refused where it would be too long', () => {
    const full = entriesOf(Array.from({ length: 20 }, () => Array(20).fill(1))).places
    expect(createSparseLu(20, full, 1000)).toBeUndefined()
    expect(createSparseLu(20, full, 10_000)).toBeDefined()
  })
})
