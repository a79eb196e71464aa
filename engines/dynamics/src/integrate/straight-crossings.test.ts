import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGraph } from '../graph/graph.ts'
import { interpolate, type Step } from './step.ts'
import { farFromCrossings } from './straight-crossings.ts'

const graph = createGraph()
const [x, y, p] = [graph.state(0), graph.state(1), graph.parameter(0)]
const { binary, unary, number } = graph
/** 3 x − (y/2 + p) */
const crossing = binary('sub', binary('mul', number(3), x), binary('add', binary('div', y, number(2)), p))
const leftOver = (states: ArrayLike<number>, parameter: number) => 3 * states[0]! - (states[1]! / 2 + parameter)

describe('steps far from crossings', () => {
  it('never come to one', () => {
    const far = farFromCrossings([crossing])!
    const coefficient = fc.double({ min: -1, max: 1, noNaN: true })
    let [found, all] = [0, 0]
    fc.assert(
      fc.property(fc.array(coefficient, { minLength: 10, maxLength: 10 }), coefficient, (dense, half) => {
        const step = { dense: Float64Array.from(dense) } as unknown as Step
        const parameter = 80 * half
        const atStart = leftOver(dense, parameter)
        all++
        if (!far(step, Float64Array.of(atStart))) return
        found++
        const states = new Float64Array(2)
        for (let i = 0; i <= 100; i++) {
          interpolate(step.dense, i / 100, states)
          expect(Math.sign(leftOver(states, parameter))).toBe(Math.sign(atStart))
        }
      }),
      { numRuns: 500 },
    )
    expect(found).toBeGreaterThan(all / 6)
    expect(found).toBeLessThan(all)
  })

  it('cannot be told where a crossing stands at nought or is no number', () => {
    const far = farFromCrossings([crossing])!
    const step = { dense: new Float64Array(10) } as unknown as Step
    expect([0, Number.NaN, 1].map((value) => far(step, Float64Array.of(value)))).toEqual([false, false, true])
  })

  it('cannot be told of crossings that bend, of time, or of products of states', () => {
    for (const other of [unary('exp', x), binary('sub', x, graph.time), binary('mul', x, y), binary('mul', p, x)])
      expect(farFromCrossings([crossing, other])).toBeUndefined()
  })
})
