import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { latinHypercube, NumericsError, randomStream, SOBOL_DIMENSIONS, shuffle, sobolPoints } from './index.ts'

/** How many of the first `count` points fall into each of `cells` equal cells of one dimension. */
function occupancy(row: Float64Array, cells: number): number[] {
  const counts = new Array<number>(cells).fill(0)
  for (const x of row) counts[Math.floor(x * cells)]! += 1
  return counts
}

describe('Sobol’ points', () => {
  it('begin as published for Joe and Kuo’s numbers', () => {
    // The first ten points in three dimensions, as printed on the authors' page for new-joe-kuo-6.
    const points = sobolPoints(10, 3)
    expect([...points.values]).toEqual([
      0, 0.5, 0.75, 0.25, 0.375, 0.875, 0.625, 0.125, 0.1875, 0.6875, 0, 0.5, 0.25, 0.75, 0.375, 0.875, 0.125, 0.625,
      0.3125, 0.8125, 0, 0.5, 0.25, 0.75, 0.625, 0.125, 0.875, 0.375, 0.9375, 0.4375,
    ])
  })

  it('fill every one of 2^k intervals of every dimension once, scrambled or not', () => {
    for (const stream of [undefined, randomStream('net')]) {
      const points = sobolPoints(256, SOBOL_DIMENSIONS, stream)
      for (let d = 0; d < SOBOL_DIMENSIONS; d++)
        expect(occupancy(points.values.subarray(d * 256, (d + 1) * 256), 256)).toEqual(new Array(256).fill(1))
    }
  })

  it('fill every elementary rectangle of the first two dimensions once', () => {
    for (const stream of [undefined, randomStream('rectangles')]) {
      const { values } = sobolPoints(256, 2, stream)
      for (let k = 0; k <= 8; k++) {
        const seen = new Set<number>()
        for (let i = 0; i < 256; i++)
          seen.add(Math.floor(values[i]! * 2 ** k) * 256 + Math.floor(values[256 + i]! * 2 ** (8 - k)))
        expect(seen.size).toBe(256)
      }
    }
  })

  it('integrate a smooth function far better than random points do', () => {
    // ∫ Π (1 + (x_d − ½)/d) = 1 over the cube; the Monte-Carlo standard error at 4096 points is 0.006.
    const dimensions = 8
    const count = 4096
    const { values } = sobolPoints(count, dimensions, randomStream('integral'))
    let sum = 0
    for (let i = 0; i < count; i++) {
      let product = 1
      for (let d = 0; d < dimensions; d++) product *= 1 + (values[d * count + i]! - 0.5) / (d + 1)
      sum += product
    }
    expect(Math.abs(sum / count - 1)).toBeLessThan(0.0003)
  })

  it('when scrambled lie inside the open cube, differ by stream, and are uniform from stream to stream', () => {
    let sum = 0
    let squares = 0
    for (let seed = 0; seed < 2000; seed++) {
      const first = sobolPoints(1, 1, randomStream('uniform', seed)).values[0]!
      expect(first).toBeGreaterThan(0)
      expect(first).toBeLessThan(1)
      sum += first
      squares += first * first
    }
    expect(Math.abs(sum / 2000 - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / 2000))
    expect(Math.abs(squares / 2000 - 1 / 3)).toBeLessThan(5 * Math.sqrt((1 / 5 - 1 / 9) / 2000))
  })

  it('when scrambled are more than shifted: the digits in which two points differ change with the stream', () => {
    const differences = new Set<number>()
    for (let seed = 0; seed < 20; seed++) {
      const { values } = sobolPoints(3, 1, randomStream('digits', seed))
      differences.add((Math.floor(values[1]! * 2 ** 32) ^ Math.floor(values[2]! * 2 ** 32)) >>> 0)
    }
    expect(differences.size).toBe(20)
  })

  it('are the same for the same stream names', () => {
    expect(sobolPoints(64, 5, randomStream('same')).values).toEqual(sobolPoints(64, 5, randomStream('same')).values)
  })

  it('are refused beyond the known direction numbers', () => {
    expect(() => sobolPoints(8, 32)).toThrow(/expected an integer from 1 to 31/)
    expect(() => sobolPoints(-1, 2)).toThrow(NumericsError)
  })
})

describe('a Latin hypercube', () => {
  it('has exactly one point in every row and column', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 6 }), fc.integer(), (n, d, seed) => {
        const points = latinHypercube(n, d, randomStream(seed))
        for (let k = 0; k < d; k++)
          expect(occupancy(points.values.subarray(k * n, (k + 1) * n), n)).toEqual(new Array(n).fill(1))
      }),
    )
  })
})

describe('a shuffle', () => {
  it('makes every order equally likely', () => {
    const counts = new Map<string, number>()
    const stream = randomStream('shuffle')
    for (let i = 0; i < 24_000; i++) {
      const cards = Uint32Array.of(0, 1, 2, 3)
      shuffle(cards, stream)
      counts.set(cards.join(), (counts.get(cards.join()) ?? 0) + 1)
    }
    let chiSquare = 0
    for (const count of counts.values()) chiSquare += (count - 1000) ** 2 / 1000
    expect(counts.size).toBe(24)
    // 99.99th percentile of chi-square with 23 degrees of freedom.
    expect(chiSquare).toBeLessThan(57)
  })
})
