import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NumericsError, normalQuantile, philox4x32, portableExp, portableLog, randomStream } from './index.ts'

const hex = (block: Uint32Array) => [...block].map((word) => word.toString(16).padStart(8, '0')).join(' ')

describe('Philox4x32-10', () => {
  // Random123 1.x, file kat_vectors, the three lines "philox4x32 10".
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('gives the published answer for counter %j and key %j', (counter, key, expected) => {
    const out = new Uint32Array(4)
    philox4x32(out, counter[0]!, counter[1]!, counter[2]!, counter[3]!, key[0]!, key[1]!)
    expect(hex(out)).toBe(expected)
  })
})

describe('the names of a stream', () => {
  const first = (...names: (string | number)[]) => {
    const stream = randomStream(...names)
    return [stream.uint32(), stream.uint32(), stream.uint32(), stream.uint32()].join(' ')
  }

  it('are told apart by where one ends and the next begins', () => {
    expect(first('a', 'bc')).not.toBe(first('ab', 'c'))
    expect(first('abc')).not.toBe(first('a', 'bc'))
    expect(first('a')).not.toBe(first('a', ''))
    expect(first('a')).not.toBe(first('a\0'))
  })

  it('are told apart by being text or a number', () => {
    expect(first(1)).not.toBe(first('1'))
    expect(first(0)).toBe(first(-0))
  })

  it('give the same bytes for the same names and other bytes for others', () => {
    const names = fc.array(fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })))
    const normalised = (list: readonly (string | number)[]) => JSON.stringify(list.map((n) => (n === 0 ? 0 : n)))
    fc.assert(
      fc.property(names, names, (a, b) => {
        expect(first(...a)).toBe(first(...a))
        if (normalised(a) !== normalised(b)) expect(first(...a)).not.toBe(first(...b))
      }),
    )
  })

  it('continue in a substream, whatever was drawn before', () => {
    const parent = randomStream('trial', 7)
    for (let i = 0; i < 13; i++) parent.normal()
    const child = parent.substream('site', 2)
    expect([child.uint32(), child.uint32(), child.uint32(), child.uint32()].join(' ')).toBe(
      first('trial', 7, 'site', 2),
    )
  })

  it('must be text or finite numbers', () => {
    expect(() => randomStream('x', Number.NaN)).toThrow(NumericsError)
  })

  it('keep their meaning from version to version: these draws are part of every stored forecast', () => {
    const stream = randomStream('counterpart', 1)
    expect([stream.uint32(), stream.uniform(), stream.normal(), stream.exponential(), stream.gamma(0.5)]).toEqual(
      PINNED,
    )
  })
})

const PINNED = [3619567776, 0.4851100833612171, -0.08401466075504949, 0.35374830959456194, 0.6097575517505368]

/** Draws `n` values and returns their first four moments about the given mean. */
function moments(n: number, draw: () => number) {
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let s4 = 0
  for (let i = 0; i < n; i++) {
    const x = draw()
    s1 += x
    s2 += x * x
    s3 += x * x * x
    s4 += x * x * x * x
  }
  return [s1 / n, s2 / n, s3 / n, s4 / n] as const
}

describe('the draws', () => {
  const n = 200_000
  // Every bound below is five standard errors of the moment named.
  const five = (variance: number) => 5 * Math.sqrt(variance / n)

  it('uniform() has the moments of the uniform distribution and stays inside (0, 1)', () => {
    const stream = randomStream('uniform')
    let low = 1
    let high = 0
    const [m1, m2] = moments(n, () => {
      const u = stream.uniform()
      low = Math.min(low, u)
      high = Math.max(high, u)
      return u
    })
    expect(Math.abs(m1 - 1 / 2)).toBeLessThan(five(1 / 12))
    expect(Math.abs(m2 - 1 / 3)).toBeLessThan(five(1 / 5 - 1 / 9))
    expect(low).toBeGreaterThan(0)
    expect(high).toBeLessThan(1)
  })

  it('normal() has the first four moments of the standard normal', () => {
    const stream = randomStream('normal')
    const [m1, m2, m3, m4] = moments(n, () => stream.normal())
    expect(Math.abs(m1)).toBeLessThan(five(1))
    expect(Math.abs(m2 - 1)).toBeLessThan(five(2))
    expect(Math.abs(m3)).toBeLessThan(five(15))
    expect(Math.abs(m4 - 3)).toBeLessThan(five(96))
  })

  it.each([0.3, 1, 2.5, 40])('gamma(%d) and exponential() have mean and variance equal to the shape', (shape) => {
    const stream = randomStream('gamma', shape)
    const [m1, m2] = moments(n, () => stream.gamma(shape))
    const fourth = 3 * shape * shape + 6 * shape
    expect(Math.abs(m1 - shape)).toBeLessThan(five(shape))
    expect(Math.abs(m2 - m1 * m1 - shape)).toBeLessThan(five(fourth - shape * shape))
    const [e1, e2] = moments(n, () => stream.exponential())
    expect(Math.abs(e1 - 1)).toBeLessThan(five(1))
    expect(Math.abs(e2 - 2)).toBeLessThan(five(20))
  })

  it('integer(below) makes every value equally likely', () => {
    const stream = randomStream('integer')
    const counts = new Array<number>(7).fill(0)
    for (let i = 0; i < 70_000; i++) counts[stream.integer(7)]! += 1
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    // 99.99th percentile of chi-square with 6 degrees of freedom.
    expect(chiSquare).toBeLessThan(27.86)
    expect(stream.integer(1)).toBe(0)
    // 2³² is 1⅓ times this range: without rejection the lowest third would come up half the time.
    let low = 0
    for (let i = 0; i < 9000; i++) if (stream.integer(3 * 2 ** 30) < 2 ** 30) low++
    expect(Math.abs(low - 3000)).toBeLessThan(5 * Math.sqrt(2000))
    for (let i = 0; i < 100; i++) expect(stream.integer(2 ** 40)).toBeLessThan(2 ** 40)
    expect(() => stream.integer(0)).toThrow(/expected an integer/)
    expect(() => stream.integer(2.5)).toThrow(/expected an integer/)
  })

  it('of two streams are uncorrelated, even when their names differ by one bit', () => {
    const a = randomStream('pair', 0)
    const b = randomStream('pair', 1)
    let sum = 0
    for (let i = 0; i < n; i++) sum += a.normal() * b.normal()
    expect(Math.abs(sum / n)).toBeLessThan(five(1))
  })
})

describe('portable logarithm and exponential', () => {
  it('agree with the platform within 2 units in the last place', () => {
    const near = (a: number, b: number) => Math.abs(a - b) <= 2 * 2.220446049250313e-16 * Math.abs(b)
    fc.assert(
      fc.property(fc.double({ min: 5e-324, max: 1.7e308, noNaN: true }), (x) => near(portableLog(x), Math.log(x))),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), (x) => near(portableLog(x), Math.log(x))),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => near(portableExp(x), Math.exp(x))),
      { numRuns: 2000 },
    )
    expect(portableExp(-745)).toBe(Math.exp(-745))
    expect(portableExp(710)).toBe(Number.POSITIVE_INFINITY)
    expect(portableLog(0)).toBe(Number.NEGATIVE_INFINITY)
    expect(portableLog(-1)).toBeNaN()
  })
})

describe('normalQuantile', () => {
  // The test values of Wichura's paper (1988), p. 482.
  it.each([
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167813],
    [1e-20, -9.262340089798409],
  ])('is exact at Wichura’s test value %d', (p, z) => {
    expect(Math.abs(normalQuantile(p) / z - 1)).toBeLessThan(1e-15)
  })
})
