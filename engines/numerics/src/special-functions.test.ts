import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { incompleteBeta, incompleteGamma, logGamma, NumericsError, normalCumulative, normalQuantile } from './index.ts'

/** Reference values were computed with mpmath 1.x at 60 digits; the arguments are exact doubles. */
const relative = (value: number, reference: number) => Math.abs(value / reference - 1)

describe('the normal distribution function', () => {
  it.each([
    [-30, 4.906713927148187e-198],
    [-10, 7.619853024160525e-24],
    [-5.5, 1.8989562465887718e-8],
    [-2.25, 0.012224472655044703],
    [-1.5, 0.06680720126885807],
    [-1, 0.15865525393145705],
    [-0.125, 0.4502617751698871],
    [0.75, 0.7733726476231318],
    [1.5, 0.9331927987311419],
    [3.25, 0.9994229749576092],
  ])('at %d is right to 2e-15', (z, reference) => {
    expect(relative(normalCumulative(z), reference)).toBeLessThan(2e-15)
  })

  it('is undone by its quantile function, deep into the tail', () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 5, noNaN: true }), (z) => {
        // A relative error e of p is an error of about e/|z| of z.
        expect(Math.abs(normalQuantile(normalCumulative(z)) - z)).toBeLessThan(
          z < 0 ? 2e-14 : 1e-15 * Math.exp((z * z) / 2) * 10,
        )
      }),
    )
  })

  it('and its ends are certain', () => {
    expect(normalCumulative(Number.NEGATIVE_INFINITY)).toBe(0)
    expect(normalCumulative(Number.POSITIVE_INFINITY)).toBe(1)
    expect(normalCumulative(0)).toBe(0.5)
  })
})

describe('the incomplete gamma functions', () => {
  it.each([
    [0.25, 0.5, 0.8464864041916775, 0.15351359580832247],
    [0.5, 4, 0.9953222650189527, 0.004677734981047266],
    [2.5, 0.125, 0.0015208185533684398, 0.9984791814466316],
    [7, 12.5, 0.9654326064227512, 0.034567393577248834],
    [40, 20, 5.3202025112462175e-5, 0.9999467979748875],
    [150, 150, 0.5108582297493597, 0.4891417702506403],
    [3000, 3200, 0.9998278137574539, 0.0001721862425461571],
  ])('at a = %d, x = %d are right to 1e-13', (a, x, lower, upper) => {
    const value = incompleteGamma(a, x)
    expect(relative(value.lower, lower)).toBeLessThan(1e-13)
    expect(relative(value.upper, upper)).toBeLessThan(1e-13)
  })

  it('satisfy Q(a + 1, x) = Q(a, x) + xᵃe⁻ˣ/Γ(a + 1)', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 500, noNaN: true }),
        fc.double({ min: 0.01, max: 600, noNaN: true }),
        (a, x) => {
          const step = Math.exp(a * Math.log(x) - x - logGamma(a + 1))
          const next = incompleteGamma(a + 1, x).upper
          // The step itself carries the rounding of exponents of some thousands.
          expect(Math.abs(incompleteGamma(a, x).upper + step - next)).toBeLessThan(1e-12)
        },
      ),
    )
    expect(() => incompleteGamma(-1, 1)).toThrow(NumericsError)
  })
})

describe('the incomplete beta function', () => {
  it.each([
    [0.5, 0.5, 0.125, 0.23005345616261588, 0.7699465438373841],
    [2, 7, 0.25, 0.6329193115234375, 0.3670806884765625],
    [30, 2, 0.5, 1.4901161193847656e-8, 0.9999999850988388],
    [12.5, 80, 0.25, 0.9973400148380491, 0.0026599851619509038],
    [5000, 1000, 0.8125, 1.3104617376029479e-5, 0.999986895382624],
    [0.25, 300, 0.0078125, 0.9888995020803544, 0.011100497919645598],
  ])('at a = %d, b = %d, x = %d is right to 1e-13', (a, b, x, lower, upper) => {
    const value = incompleteBeta(a, b, x)
    expect(relative(value.lower, lower)).toBeLessThan(1e-13)
    expect(relative(value.upper, upper)).toBeLessThan(1e-13)
  })

  it('is its own complement with the shapes exchanged', () => {
    const shape = fc.double({ min: 0.05, max: 300, noNaN: true })
    fc.assert(
      fc.property(shape, shape, fc.integer({ min: 1, max: 1023 }), (a, b, k) => {
        const x = k / 1024
        expect(Math.abs(incompleteBeta(a, b, x).lower - incompleteBeta(b, a, 1 - x).upper)).toBeLessThan(1e-13)
      }),
    )
    expect(() => incompleteBeta(1, 1, 2)).toThrow(NumericsError)
  })
})

describe('ln Γ', () => {
  it.each([
    [0.0009765625, 6.9309089024194614],
    [0.5, 0.5723649429247001],
    [1.25, -0.09827183642181316],
    [3.75, 1.486815578593417],
    [11.5, 16.292000476567242],
    [12.5, 18.734347511936445],
    [171.5, 709.1431630309282],
    [1e6, 12815504.569147611],
  ])('at %d is right to 1e-14', (x, reference) => {
    expect(Math.abs(logGamma(x) - reference)).toBeLessThan(1e-14 * Math.max(1, Math.abs(reference)))
  })
})
