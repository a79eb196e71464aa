import {
  beta,
  covariance,
  cumulative,
  logNormalFromMedian,
  matrix,
  mean,
  meanOf,
  NumericsError,
  normal,
  randomStream,
  variance,
  varianceOf,
} from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { drawPrior, InferenceError } from './index.ts'

const marginals = [logNormalFromMedian(1.1, 0.25), normal(72, 8), beta(2, 5)]
const row = (m: { columns: number; values: Float64Array }, v: number) =>
  m.values.subarray(v * m.columns, (v + 1) * m.columns)

describe('a drawn prior', () => {
  it('has the marginals asked for, one member in every 128th part of each', () => {
    const members = drawPrior({ marginals, size: 128, stream: randomStream('prior') })
    marginals.forEach((marginal, v) => {
      const cells = new Set(Array.from(row(members, v), (x) => Math.floor(cumulative(marginal, x) * 128)))
      expect(cells.size).toBe(128)
      expect(Math.abs(mean(row(members, v)) - meanOf(marginal))).toBeLessThan(0.02 * Math.sqrt(varianceOf(marginal)))
      // The outermost of 128 cells alone decide some tenth of the variance.
      expect(Math.abs(variance(row(members, v)) / varianceOf(marginal) - 1)).toBeLessThan(0.15)
    })
    expect(Math.abs(covariance(row(members, 0), row(members, 1)))).toBeLessThan(0.1)
  })

  it('has the correlations asked for, of logarithms where a variable is log-normal', () => {
    const correlation = matrix(3, 3, [1, 0.6, 0, 0.6, 1, -0.3, 0, -0.3, 1])
    const members = drawPrior({ marginals, size: 4096, stream: randomStream('correlated'), correlation })
    const logs = row(members, 0).map((x) => Math.log(x))
    const r = (a: Float64Array, b: Float64Array) => covariance(a, b) / Math.sqrt(variance(a) * variance(b))
    expect(r(logs, row(members, 1))).toBeCloseTo(0.6, 1)
    expect(r(row(members, 1), row(members, 2))).toBeCloseTo(-0.3, 1)
    marginals.forEach((marginal, v) => {
      expect(variance(row(members, v)) / varianceOf(marginal)).toBeCloseTo(1, 1)
    })
  })

  it('is the same for the same names, and fair from name to name', () => {
    const draw = (name: number) => drawPrior({ marginals, size: 4, stream: randomStream('fair', name) }).values
    expect(draw(1)).toEqual(draw(1))
    const first = Float64Array.from({ length: 2000 }, (_, seed) => draw(seed)[4]!)
    expect(Math.abs(mean(first) - 72)).toBeLessThan((5 * 8) / Math.sqrt(2000))
    expect(Math.abs(variance(first) / 64 - 1)).toBeLessThan(5 * Math.sqrt(2 / 2000))
  })

  it('goes on beyond the dimensions of the Sobol’ sequence', () => {
    const many = new Array(40).fill(normal(0, 1))
    const members = drawPrior({ marginals: many, size: 512, stream: randomStream('many') })
    expect(Math.abs(mean(row(members, 39)))).toBeLessThan(5 / Math.sqrt(512))
    expect(variance(row(members, 39))).toBeGreaterThan(0.6)
  })

  it('refuses what is no correlation matrix', () => {
    const draw = (correlation: number[]) => () =>
      drawPrior({
        marginals: marginals.slice(0, 2),
        size: 8,
        stream: randomStream('no'),
        correlation: matrix(2, 2, correlation),
      })
    expect(draw([1, 0.5, 0.4, 1])).toThrow(InferenceError)
    expect(draw([2, 0.5, 0.5, 1])).toThrow(/ones on its diagonal/)
    expect(() =>
      drawPrior({
        marginals,
        size: 8,
        stream: randomStream('no'),
        correlation: matrix(3, 3, [1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1]),
      }),
    ).toThrow(NumericsError)
    expect(() => drawPrior({ marginals: [], size: 8, stream: randomStream('no') })).toThrow(/at least one/)
  })
})
