import { leastSquares, type Matrix, matrix, randomStream, sobolPoints } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { type EmulatorInput, fitEmulator, InferenceError, type PolynomialEmulator, prepareEmulator } from './index.ts'
import { basisTerms, legendre } from './polynomial-basis.ts'

const box: readonly EmulatorInput[] = [
  { name: 'resistance', lower: 0.5, upper: 2.5 },
  { name: 'compliance', lower: -3, upper: 1 },
  { name: 'elastance', lower: 10, upper: 14 },
]

function pointsIn(inputs: readonly EmulatorInput[], count: number, name: string): Matrix {
  const points = sobolPoints(count, inputs.length, randomStream('points', name))
  inputs.forEach(({ lower, upper }, d) => {
    for (let i = 0; i < count; i++)
      points.values[d * count + i] = lower + (upper - lower) * points.values[d * count + i]!
  })
  return points
}

function applied(points: Matrix, models: readonly ((x: readonly number[]) => number)[]): Matrix {
  const values = matrix(models.length, points.columns)
  for (let i = 0; i < points.columns; i++) {
    const x = Array.from({ length: points.rows }, (_, d) => points.values[d * points.columns + i]!)
    models.forEach((model, o) => {
      values.values[o * points.columns + i] = model(x)
    })
  }
  return values
}

const cubic = (x: readonly number[]) => 1 + x[0]! * x[1]! * x[2]! - 0.5 * x[1]! ** 3 + 0.01 * x[2]! ** 2 * x[0]!
const smooth = (x: readonly number[]) => Math.exp(0.4 * x[0]!) * Math.sin(x[1]!) + Math.log(x[2]!)
const line = (x: readonly number[]) => x[0]! - x[1]!

function fitted(count = 300, degree = 3): PolynomialEmulator {
  const points = pointsIn(box, count, 'design')
  return fitEmulator({
    inputs: box,
    outputs: ['cubic', 'smooth', 'line'],
    points,
    values: applied(points, [cubic, smooth, line]),
    degree,
  })
}

describe('the basis', () => {
  it('has (d + k)! / (d! k!) terms, and fewer with fewer inputs per term', () => {
    expect(basisTerms(8, 3, 3)).toHaveLength(165)
    expect(basisTerms(7, 4, 4)).toHaveLength(330)
    expect(basisTerms(8, 4, 2)).toHaveLength(1 + 8 * 4 + 28 * 6)
  })

  it('is orthonormal over [−1, 1]', () => {
    const n = 4000
    const gram = matrix(5, 5)
    const p = new Float64Array(5)
    for (let i = 0; i < n; i++) {
      legendre(-1 + (2 * i + 1) / n, 4, p, 0, 1)
      for (let a = 0; a < 5; a++) for (let b = 0; b < 5; b++) gram.values[a * 5 + b]! += (p[a]! * p[b]!) / n
    }
    for (let a = 0; a < 5; a++)
      for (let b = 0; b < 5; b++) expect(gram.values[a * 5 + b]).toBeCloseTo(a === b ? 1 : 0, 4)
  })
})

describe('a fitted emulator', () => {
  it('reproduces a polynomial of its degree to rounding', () => {
    const emulator = fitted()
    const points = pointsIn(box, 77, 'check')
    const values = matrix(3, 77)
    prepareEmulator(emulator).evaluate(points, values)
    const truth = applied(points, [cubic, smooth, line])
    for (let i = 0; i < 77; i++) {
      expect(Math.abs(values.values[i]! - truth.values[i]!)).toBeLessThan(1e-11)
      expect(Math.abs(values.values[2 * 77 + i]! - truth.values[2 * 77 + i]!)).toBeLessThan(1e-12)
    }
  })

  it('states as leave-one-out error what leaving one out and fitting again gives', () => {
    const count = 60
    const points = pointsIn(box, count, 'left out')
    const values = applied(points, [smooth])
    const emulator = fitEmulator({ inputs: box, outputs: ['smooth'], points, values, degree: 2 })
    let press = 0
    let largest = 0
    for (let left = 0; left < count; left++) {
      const keep = (m: Matrix) => {
        const kept = matrix(m.rows, count - 1)
        for (let r = 0; r < m.rows; r++)
          for (let i = 0, k = 0; i < count; i++)
            if (i !== left) kept.values[r * (count - 1) + k++] = m.values[r * count + i]!
        return kept
      }
      const without = fitEmulator({
        inputs: box,
        outputs: ['smooth'],
        points: keep(points),
        values: keep(values),
        degree: 2,
      })
      const point = matrix(
        3,
        1,
        [0, 1, 2].map((d) => points.values[d * count + left]!),
      )
      const value = matrix(1, 1)
      prepareEmulator(without).evaluate(point, value)
      const error = values.values[left]! - value.values[0]!
      press += error * error
      largest = Math.max(largest, Math.abs(error))
    }
    expect(emulator.outputs[0]!.leaveOneOutMeanSquare).toBeCloseTo(press / count, 12)
    expect(emulator.outputs[0]!.leaveOneOutLargest).toBeCloseTo(largest, 10)
  })

  it('states an error that holds at new points: on average, and as the width of intervals', () => {
    const emulator = fitted(300, 3)
    const count = 1000
    const points = pointsIn(box, count, 'new')
    const values = matrix(3, count)
    const variances = matrix(3, count)
    prepareEmulator(emulator).evaluate(points, values, variances)
    const truth = applied(points, [cubic, smooth, line])
    let squares = 0
    let stated = 0
    let inside = 0
    for (let i = count; i < 2 * count; i++) {
      const error = values.values[i]! - truth.values[i]!
      squares += error * error
      stated += variances.values[i]!
      if (error * error < 4 * variances.values[i]!) inside++
    }
    expect(squares / stated).toBeGreaterThan(0.7)
    expect(squares / stated).toBeLessThan(1.4)
    expect(inside / count).toBeGreaterThan(0.9)
    expect(stated / count / emulator.outputs[1]!.leaveOneOutMeanSquare).toBeCloseTo(1, 0)
    expect(emulator.outputs[1]!.leaveOneOutExplained).toBeGreaterThan(0.99)
  })

  it('admits to knowing less outside its box', () => {
    const ready = prepareEmulator(fitted())
    const variances = matrix(3, 2)
    ready.evaluate(matrix(3, 2, [1.5, 6, -1, -1, 12, 12]), matrix(3, 2), variances)
    expect(variances.values[3]!).toBeGreaterThan(100 * variances.values[2]!)
  })

  it('survives being written as JSON, to the last bit', () => {
    const emulator = fitted()
    const points = pointsIn(box, 10, 'json')
    const direct = matrix(3, 10)
    const restored = matrix(3, 10)
    prepareEmulator(emulator).evaluate(points, direct)
    prepareEmulator(JSON.parse(JSON.stringify(emulator))).evaluate(points, restored)
    expect(restored.values).toEqual(direct.values)
  })

  it('gives each member the same whether asked alone or among others', () => {
    const ready = prepareEmulator(fitted())
    const points = pointsIn(box, 7, 'alone')
    const together = matrix(3, 7)
    ready.evaluate(points, together)
    for (let m = 0; m < 7; m++) {
      const one = matrix(3, 1)
      ready.evaluate(
        matrix(
          3,
          1,
          [0, 1, 2].map((d) => points.values[d * 7 + m]!),
        ),
        one,
      )
      for (let o = 0; o < 3; o++) expect(one.values[o]).toBe(together.values[o * 7 + m])
    }
  })

  it('has the derivatives of what it computes', () => {
    const ready = prepareEmulator(fitted())
    const x = Float64Array.of(1.1, -0.4, 12.7)
    const derivatives = matrix(3, 3)
    ready.gradient(x, derivatives)
    const at = (d: number, step: number) => {
      const moved = x.slice()
      moved[d]! += step
      const out = matrix(3, 1)
      ready.evaluate(matrix(3, 1, moved), out)
      return out.values
    }
    for (let d = 0; d < 3; d++) {
      const up = at(d, 1e-5)
      const down = at(d, -1e-5)
      for (let o = 0; o < 3; o++)
        // Central differences: h²/6 of the third derivative, and rounding of values up to 40 over 2h.
        expect(Math.abs(derivatives.values[o * 3 + d]! - (up[o]! - down[o]!) / 2e-5)).toBeLessThan(1e-8)
    }
    expect(derivatives.values[6]).toBeCloseTo(1, 11)
    expect(derivatives.values[7]).toBeCloseTo(-1, 11)
  })

  it('by QR, where the normal equations would lose digits, is the least-squares fit too', () => {
    // All points in a corner of the box: the terms are far from orthogonal.
    const count = 200
    const inner = box.map(({ name, lower, upper }) => ({ name, lower, upper: lower + 0.02 * (upper - lower) }))
    const points = pointsIn(inner, count, 'corner')
    const values = applied(points, [smooth])
    const emulator = fitEmulator({ inputs: box, outputs: ['smooth'], points, values, degree: 2 })
    const out = matrix(1, count)
    prepareEmulator(emulator).evaluate(points, out)
    const local = fitEmulator({ inputs: inner, outputs: ['smooth'], points, values, degree: 2 })
    const reference = matrix(1, count)
    prepareEmulator(local).evaluate(points, reference)
    for (let i = 0; i < count; i++) expect(Math.abs(out.values[i]! - reference.values[i]!)).toBeLessThan(1e-9)
    expect(emulator.outputs[0]!.leaveOneOutMeanSquare / local.outputs[0]!.leaveOneOutMeanSquare).toBeCloseTo(1, 3)
  })

  it('has the coefficients of plain least squares', () => {
    const count = 80
    const points = pointsIn(box.slice(0, 1), count, 'plain')
    const noise = randomStream('noise')
    const values = matrix(1, count)
    for (let i = 0; i < count; i++) values.values[i] = points.values[i]! ** 2 + 0.1 * noise.normal()
    const { outputs } = fitEmulator({ inputs: box.slice(0, 1), outputs: ['y'], points, values, degree: 2 })
    const design = matrix(count, 3)
    for (let i = 0; i < count; i++) legendre(points.values[i]! - 1.5, 2, design.values, 3 * i, 1)
    const reference = leastSquares(design, values.values)
    for (let t = 0; t < 3; t++) expect(outputs[0]!.coefficients[t]).toBeCloseTo(reference.coefficients[t]!, 12)
    expect(outputs[0]!.residualVariance).toBeCloseTo(reference.residualSumOfSquares / (count - 3), 12)
  })

  it('says what is wrong with a design', () => {
    const points = pointsIn(box, 15, 'few')
    const values = applied(points, [line])
    const fit = (change: object) =>
      fitEmulator({ inputs: box, outputs: ['line'], points, values, degree: 1, ...change })
    expect(() => fit({ degree: 3 })).toThrow(/15 design points for 20 terms/)
    expect(() => fit({ degree: 0 })).toThrow(InferenceError)
    expect(() => fit({ outputs: ['a', 'b'] })).toThrow(/values are 1 × 15/)
    expect(() => fit({ inputs: box.map((b) => ({ ...b, upper: b.lower + 0.1 })) })).toThrow(/of design point 0 is/)
    expect(() =>
      fit({
        values: matrix(
          1,
          15,
          values.values.map((v, i) => (i === 4 ? Number.NaN : v)),
        ),
      }),
    ).toThrow(/line at design point 4 is NaN/)
    const same = matrix(
      3,
      15,
      points.values.map((_, i) => points.values[Math.floor(i / 15) * 15]!),
    )
    expect(() => fit({ points: same })).toThrow(/do not tell the terms apart/)
  })

  it('refuses to work from a document that is not a whole emulator', () => {
    const emulator = fitted()
    expect(() => prepareEmulator({ ...emulator, version: 2 as 1 })).toThrow(/version 2/)
    expect(() => prepareEmulator({ ...emulator, terms: emulator.terms.slice(1) })).toThrow(/first term/)
    expect(() =>
      prepareEmulator({ ...emulator, terms: [emulator.terms[0]!, ...emulator.terms.slice(1).reverse()] }),
    ).toThrow(/comes before the term/)
    expect(() => prepareEmulator(emulator).evaluate(matrix(2, 5), matrix(3, 5))).toThrow(/expected 3 × 5/)
  })
})
