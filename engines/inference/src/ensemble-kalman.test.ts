import {
  cholesky,
  choleskySolve,
  covarianceMatrix,
  type Matrix,
  matrix,
  mean,
  multiply,
  multiplyTransposed,
  RunningMoments,
  randomStream,
} from '@counterpart/numerics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareWithPrediction,
  gaspariCohn,
  InferenceError,
  type MeasuredValues,
  perturbedObservationAnalysis,
  squareRootAnalysis,
} from './index.ts'

function gaussian(rows: number, columns: number, ...names: (string | number)[]): Matrix {
  const m = matrix(rows, columns)
  randomStream('test', ...names).fillNormal(m.values)
  return m
}

function means(m: Matrix, weights?: Float64Array): Float64Array {
  return Float64Array.from({ length: m.rows }, (_, v) =>
    mean(m.values.subarray(v * m.columns, (v + 1) * m.columns), weights),
  )
}

/** The Kalman update of a mean and covariance, by the textbook (Kalman 1960), as the reference of these tests. */
function kalman(centre: Float64Array, covariance: Matrix, h: Matrix, measured: MeasuredValues) {
  const ph = multiplyTransposed(covariance, h)
  const s = multiply(h, ph)
  for (let j = 0; j < s.rows; j++) s.values[j * s.rows + j]! += measured.variances[j]!
  const factor = cholesky(s)
  const difference = Float64Array.from(measured.values, (y, j) => {
    let predicted = 0
    for (let v = 0; v < centre.length; v++) predicted += h.values[j * centre.length + v]! * centre[v]!
    return y - predicted
  })
  const pull = choleskySolve(factor, difference)
  const posterior = centre.map((value, v) => {
    let sum = value
    for (let j = 0; j < s.rows; j++) sum += ph.values[v * s.rows + j]! * pull[j]!
    return sum
  })
  const n = centre.length
  const reduced = matrix(n, n, covariance.values.slice())
  for (let v = 0; v < n; v++) {
    const gain = choleskySolve(factor, ph.values.slice(v * s.rows, (v + 1) * s.rows))
    for (let u = 0; u < n; u++)
      for (let j = 0; j < s.rows; j++) reduced.values[v * n + u]! -= gain[j]! * ph.values[u * s.rows + j]!
  }
  return { mean: posterior, covariance: reduced }
}

const sizes = fc.record({
  variables: fc.integer({ min: 1, max: 6 }),
  observations: fc.integer({ min: 1, max: 5 }),
  members: fc.integer({ min: 8, max: 40 }),
  seed: fc.integer(),
})

function linearCase(variables: number, observations: number, members: number, seed: number) {
  const prior = gaussian(variables, members, seed, 'prior')
  const h = gaussian(observations, variables, seed, 'h')
  const stream = randomStream('test', seed, 'measured')
  const measured = {
    values: Float64Array.from({ length: observations }, () => 2 * stream.normal()),
    variances: Float64Array.from({ length: observations }, () => 0.2 + stream.exponential()),
  }
  return { prior, h, predicted: multiply(h, prior), measured }
}

function expectClose(a: Float64Array, b: Float64Array, tolerance: number): void {
  for (let i = 0; i < a.length; i++) expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(tolerance)
}

describe('the square-root analysis', () => {
  it('is the Kalman filter exactly, for linear predictions and the moments of the ensemble', () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), ({ variables, observations, members, seed }, weighted) => {
        const { prior, h, predicted, measured } = linearCase(variables, observations, members, seed)
        const stream = randomStream('weights', seed)
        const weights = weighted ? Float64Array.from({ length: members }, () => 0.2 + stream.uniform()) : undefined
        const reference = kalman(means(prior, weights), covarianceMatrix(prior, weights), h, measured)
        const { posterior, predicted: moved } = squareRootAnalysis(prior, predicted, measured, { weights })
        expectClose(means(posterior, weights), reference.mean, 1e-10)
        expectClose(covarianceMatrix(posterior, weights).values, reference.covariance.values, 1e-10)
        expectClose(moved.values, multiply(h, posterior).values, 1e-10)
      }),
    )
  })

  it('does not depend on the order of the observations, in its moments', () => {
    const { prior, predicted, measured } = linearCase(3, 4, 30, 11)
    const turned = (row: Float64Array) => row.slice().reverse()
    const reversed = matrix(4, 30)
    for (let j = 0; j < 4; j++) reversed.values.set(predicted.values.subarray(j * 30, (j + 1) * 30), (3 - j) * 30)
    const one = squareRootAnalysis(prior, predicted, measured)
    const other = squareRootAnalysis(prior, reversed, {
      values: turned(measured.values),
      variances: turned(measured.variances),
    })
    expectClose(means(one.posterior), means(other.posterior), 1e-11)
    expectClose(covarianceMatrix(one.posterior).values, covarianceMatrix(other.posterior).values, 1e-11)
    expect(Math.abs(one.logEvidence - other.logEvidence)).toBeLessThan(1e-10)
  })

  it('leaves what it was given as it was', () => {
    const { prior, predicted, measured } = linearCase(3, 2, 20, 5)
    const copy = prior.values.slice()
    squareRootAnalysis(prior, predicted, measured, { inflation: 1.2, relaxation: 0.5 })
    expect(prior.values).toEqual(copy)
  })
})

describe('the analysis with perturbed observations', () => {
  it('has the Kalman filter’s mean and covariance on average, within five standard errors', () => {
    const { prior, h, predicted, measured } = linearCase(2, 3, 50, 7)
    const reference = kalman(means(prior), covarianceMatrix(prior), h, measured)
    const mean0 = new RunningMoments()
    const variance0 = new RunningMoments()
    const covariance01 = new RunningMoments()
    for (let seed = 0; seed < 400; seed++) {
      const { posterior } = perturbedObservationAnalysis(prior, predicted, measured, randomStream('enkf', seed))
      mean0.add(means(posterior)[0]!)
      const c = covarianceMatrix(posterior)
      variance0.add(c.values[0]!)
      covariance01.add(c.values[1]!)
    }
    const within = (m: RunningMoments, truth: number) =>
      expect(Math.abs(m.mean - truth)).toBeLessThan(5 * Math.sqrt(m.variance / m.count) + 1e-12)
    within(mean0, reference.mean[0]!)
    within(variance0, reference.covariance.values[0]!)
    within(covariance01, reference.covariance.values[1]!)
    // The draws are centred, so the mean is not merely unbiased but exact.
    expect(mean0.variance).toBeLessThan(1e-20)
  })

  it('keeps the Kalman filter’s variance on average even with four members', () => {
    // Sample variance P, observed directly with error variance P: the posterior variance is P/2.
    const prior = gaussian(1, 4, 'four')
    const p = covarianceMatrix(prior).values[0]!
    const measured = { values: Float64Array.of(0.3), variances: Float64Array.of(p) }
    const seen = new RunningMoments()
    for (let seed = 0; seed < 4000; seed++) {
      const { posterior } = perturbedObservationAnalysis(prior, prior, measured, randomStream('four', seed))
      seen.add(covarianceMatrix(posterior).values[0]! / p)
    }
    const error = Math.sqrt(seen.variance / seen.count)
    expect(Math.abs(seen.mean - 0.5)).toBeLessThan(4 * error)
    // Draws that are centred but not rescaled would lack a quarter of the error's share, ¼; the bound sees that.
    expect(0.25 / 3).toBeGreaterThan(8 * error)
  })

  it('finds the true posterior of a Gaussian as the ensemble grows', () => {
    // Prior N(0, 1), one observation 1.5 of variance 0.5: posterior N(1, 1/3).
    const members = 20_000
    const prior = gaussian(1, members, 'large')
    const measured = { values: Float64Array.of(1.5), variances: Float64Array.of(0.5) }
    const { posterior } = perturbedObservationAnalysis(prior, prior, measured, randomStream('large'))
    // Five standard errors; the mean's include those of the prior sample.
    expect(Math.abs(means(posterior)[0]! - 1)).toBeLessThan((5 * 1.2) / Math.sqrt(members))
    expect(Math.abs(covarianceMatrix(posterior).values[0]! - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / members) * 0.5)
  })

  it('gives the same bytes for the same names, and others for others', () => {
    const { prior, predicted, measured } = linearCase(3, 2, 16, 3)
    const run = (name: string) =>
      perturbedObservationAnalysis(prior, predicted, measured, randomStream(name)).posterior.values
    expect(run('a')).toEqual(run('a'))
    expect(run('a')).not.toEqual(run('b'))
  })
})

describe('both forms', () => {
  it('agree on the evidence, the density of the observations', () => {
    fc.assert(
      fc.property(sizes, ({ variables, observations, members, seed }) => {
        const { prior, predicted, measured } = linearCase(variables, observations, members, seed)
        const serial = squareRootAnalysis(prior, predicted, measured).logEvidence
        const joint = perturbedObservationAnalysis(prior, predicted, measured, randomStream(1)).logEvidence
        expect(Math.abs(serial - joint)).toBeLessThan(1e-9 * (1 + Math.abs(joint)))
      }),
    )
  })

  const forms = [
    ['square-root', squareRootAnalysis],
    [
      'perturbed',
      (p: Matrix, q: Matrix, m: MeasuredValues, o: object = {}) =>
        perturbedObservationAnalysis(p, q, m, randomStream('form'), o),
    ],
  ] as const

  it.each(forms)('%s: an inflated prior gives the posterior of a prior that much wider', (_, analyse) => {
    const { prior, predicted, measured } = linearCase(2, 2, 25, 9)
    const wide = (m: Matrix) => {
      const centre = means(m)
      return matrix(
        m.rows,
        m.columns,
        m.values.map((x, i) => centre[Math.floor(i / m.columns)]! + 1.3 * (x - centre[Math.floor(i / m.columns)]!)),
      )
    }
    const inflated = analyse(prior, predicted, measured, { inflation: 1.3 })
    const direct = analyse(wide(prior), wide(predicted), measured)
    expectClose(inflated.posterior.values, direct.posterior.values, 1e-12)
  })

  it.each(forms)('%s: full relaxation restores each variable’s prior spread and keeps its mean', (_, analyse) => {
    const { prior, predicted, measured } = linearCase(3, 2, 25, 10)
    const plain = analyse(prior, predicted, measured)
    const relaxed = analyse(prior, predicted, measured, { relaxation: 1 })
    const half = analyse(prior, predicted, measured, { relaxation: 0.5 })
    expectClose(means(relaxed.posterior), means(plain.posterior), 1e-12)
    const sd = (m: Matrix, v: number) => Math.sqrt(covarianceMatrix(m).values[v * 4]!)
    for (let v = 0; v < 3; v++) {
      expect(sd(relaxed.posterior, v)).toBeCloseTo(sd(prior, v), 12)
      expect(sd(half.posterior, v)).toBeCloseTo((sd(prior, v) + sd(plain.posterior, v)) / 2, 12)
    }
  })

  it.each(forms)('%s: an observation out of reach of a variable does not move it', (_, analyse) => {
    const { prior, predicted, measured } = linearCase(2, 1, 25, 12)
    const localisation = { variables: matrix(2, 1, [1, 0]) }
    const { posterior } = analyse(prior, predicted, measured, { localisation })
    const plain = analyse(prior, predicted, measured)
    expect(posterior.values.slice(25)).toEqual(prior.values.slice(25))
    expectClose(posterior.values.slice(0, 25), plain.posterior.values.slice(0, 25), 1e-12)
  })

  it.each(forms)('%s: observations out of each other’s reach act as if each were alone', (_, analyse) => {
    const { prior, predicted, measured } = linearCase(2, 2, 25, 13)
    const identity = matrix(2, 2, [1, 0, 0, 1])
    const joint = analyse(prior, predicted, measured, { localisation: { variables: identity, observations: identity } })
    for (let v = 0; v < 2; v++) {
      const one = (m: Matrix) => matrix(1, 25, m.values.slice(v * 25, (v + 1) * 25))
      const alone = analyse(one(prior), one(predicted), {
        values: measured.values.slice(v, v + 1),
        variances: measured.variances.slice(v, v + 1),
      })
      // The draws differ between the two runs of the perturbed form; being centred, they leave the mean alone.
      expect(means(joint.posterior)[v]).toBeCloseTo(means(alone.posterior)[0]!, 12)
      expect(means(joint.predicted)[v]).toBeCloseTo(means(alone.predicted)[0]!, 12)
    }
  })

  it.each(forms)('%s: one wild observation cannot pull the mean further than its limit allows', (_, analyse) => {
    const prior = gaussian(1, 60, 'wild')
    const far = (value: number) => ({ values: Float64Array.of(value), variances: Float64Array.of(1) })
    const pulled = (value: number, outliers?: object) =>
      means(analyse(prior, prior, far(value), { outliers }).posterior)[0]! - means(prior)[0]!
    // gain · innovation = P/(P+R')·d with P+R' = (d/3)², which falls as 9P/d once the limit is passed.
    expect(pulled(1000)).toBeGreaterThan(300)
    expect(Math.abs(pulled(1000, { limit: 3 }))).toBeLessThan(0.02)
    expect(pulled(1000, { limit: 3, reject: 20 })).toBeCloseTo(0, 13)
    expect(pulled(1, { limit: 3 })).toBeCloseTo(pulled(1), 13)
  })

  it.each(forms)('%s: an observation of infinite variance says nothing', (_, analyse) => {
    const prior = gaussian(2, 20, 'none')
    const measured = { values: Float64Array.of(5, 5), variances: new Float64Array(2).fill(Number.POSITIVE_INFINITY) }
    expectClose(analyse(prior, prior, measured).posterior.values, prior.values, 1e-15)
  })

  it.each(forms)('%s: says what is wrong with what it was given', (_, analyse) => {
    const prior = gaussian(2, 20, 'bad')
    const one = { values: Float64Array.of(5), variances: Float64Array.of(1) }
    expect(() => analyse(prior, prior, one)).toThrow(/1 observations with 1 variances for 2 rows/)
    expect(() => analyse(prior, gaussian(1, 19), one)).toThrow(/20 members and the predictions 19/)
    const first = matrix(1, 20, prior.values.slice(0, 20))
    expect(() => analyse(prior, first, { ...one, values: Float64Array.of(Number.NaN) })).toThrow(
      /leave missing ones out/,
    )
    expect(() => analyse(prior, first, { ...one, variances: Float64Array.of(0) })).toThrow(/expected a positive number/)
    expect(() => analyse(prior, first, one, { inflation: 0.5 })).toThrow(InferenceError)
    const broken = matrix(1, 20, prior.values.slice(0, 20))
    broken.values[3] = Number.NaN
    expect(() => analyse(prior, broken, one)).toThrow(/by member 3 is NaN/)
  })
})

describe('the comparison of observations with predictions', () => {
  it('is standard normal when predictions and errors are as stated', () => {
    const stream = randomStream('innovations')
    const seen = new RunningMoments()
    const squares = new RunningMoments()
    for (let i = 0; i < 2000; i++) {
      const predicted = matrix(1, 200)
      stream.fillNormal(predicted.values)
      const truth = stream.normal()
      const y = truth + 0.5 * stream.normal()
      const [innovation] = compareWithPrediction(predicted, {
        values: Float64Array.of(y),
        variances: Float64Array.of(0.25),
      })
      seen.add(innovation!.standardised)
      squares.add(innovation!.standardised ** 2)
    }
    expect(Math.abs(seen.mean)).toBeLessThan(5 / Math.sqrt(2000))
    // The sample mean and variance of 200 members add about 1 % to the expected square.
    expect(Math.abs(squares.mean - 1.01)).toBeLessThan(5 * Math.sqrt(2 / 2000))
  })
})

describe('the Gaspari–Cohn taper', () => {
  it('falls smoothly from one to zero', () => {
    expect(gaspariCohn(0, 3)).toBe(1)
    expect(gaspariCohn(6, 3)).toBe(0)
    expect(gaspariCohn(7, 3)).toBe(0)
    // At the half-width both branches of eq. 4.10 give 5/24.
    expect(gaspariCohn(3, 3)).toBeCloseTo(5 / 24, 14)
    expect(gaspariCohn(3.0000001, 3)).toBeCloseTo(5 / 24, 6)
    for (let d = 0; d < 6; d += 0.05) expect(gaspariCohn(d + 0.05, 3)).toBeLessThanOrEqual(gaspariCohn(d, 3))
  })
})
