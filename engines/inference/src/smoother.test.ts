import { type Matrix, matrix, mean, quantiles, RunningMoments, randomStream, variance } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { calibrate, InferenceError } from './index.ts'

/** Concentration a·exp(−k·t) of a drug given once, at these hours. */
const hours = [0.5, 1, 2, 3, 4, 6, 8, 12]
function elimination(members: Matrix): Matrix {
  const size = members.columns
  const predicted = matrix(hours.length, size)
  hours.forEach((t, j) => {
    for (let m = 0; m < size; m++)
      predicted.values[j * size + m] = members.values[m]! * Math.exp(-members.values[size + m]! * t)
  })
  return predicted
}

/** Log-normal priors: dose over volume around 10 mg/L, elimination rate around 0.25 /h. */
function priorOf(size: number, name: string | number): Matrix {
  const stream = randomStream('prior', name)
  const prior = matrix(2, size)
  for (let m = 0; m < size; m++) {
    prior.values[m] = 10 * Math.exp(0.3 * stream.normal())
    prior.values[size + m] = 0.25 * Math.exp(0.4 * stream.normal())
  }
  return prior
}

function measuredFor(truth: Matrix, name: string | number) {
  const stream = randomStream('error', name)
  return {
    values: elimination(truth).values.map((c) => c + 0.4 * stream.normal()),
    variances: new Float64Array(hours.length).fill(0.16),
  }
}

const positive = [{ kind: 'log' }, { kind: 'log' }] as const

describe('calibration by repeated assimilation', () => {
  it.each(['perturbed', 'square-root'] as const)(
    '%s: its 90 %% intervals hold the truth nine times in ten',
    (update) => {
      const runs = 150
      let held = 0
      const misfits = new RunningMoments()
      for (let seed = 0; seed < runs; seed++) {
        const truth = priorOf(1, `truth ${seed}`)
        const { posterior, misfits: path } = calibrate(priorOf(100, seed), elimination, measuredFor(truth, seed), {
          stream: randomStream('calibrate', seed),
          transforms: positive,
          update,
        })
        for (let v = 0; v < 2; v++) {
          const [low, high] = quantiles(posterior.values.subarray(v * 100, (v + 1) * 100), [0.05, 0.95])
          if (low! <= truth.values[v]! && truth.values[v]! <= high!) held++
        }
        expect(path.at(-1)).toBeLessThan(path[0]!)
        misfits.add(path.at(-1)!)
      }
      // 300 intervals: standard error 0.017 at 0.9; the bounds are about three of them either way.
      expect(held / (2 * runs)).toBeGreaterThan(0.84)
      expect(held / (2 * runs)).toBeLessThan(0.96)
      // Σ(residual/sd)²/8 has mean 1 at the truth; fitting takes 2 of 8 degrees of freedom, the members' spread returns them.
      expect(Math.abs(misfits.mean - 1)).toBeLessThan(0.15)
    },
  )

  it('agrees with the posterior found on a fine grid', () => {
    const measured = measuredFor(matrix(2, 1, [12, 0.2]), 'grid')
    let total = 0
    const grid = { a: 0, k: 0, aa: 0, kk: 0 }
    const n = 300
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const za = -1.5 + (4 * i) / n
        const zk = -2.5 + (4 * j) / n
        const a = 10 * Math.exp(0.3 * za)
        const k = 0.25 * Math.exp(0.4 * zk)
        let exponent = -0.5 * (za * za + zk * zk)
        hours.forEach((t, h) => {
          exponent -= (0.5 * (measured.values[h]! - a * Math.exp(-k * t)) ** 2) / 0.16
        })
        const w = Math.exp(exponent)
        total += w
        grid.a += w * Math.log(a)
        grid.k += w * Math.log(k)
        grid.aa += w * Math.log(a) ** 2
        grid.kk += w * Math.log(k) ** 2
      }
    const size = 4000
    const { posterior } = calibrate(priorOf(size, 'grid'), elimination, measured, {
      stream: randomStream('grid'),
      transforms: positive,
      steps: 8,
    })
    const rows = [0, 1].map((v) => posterior.values.slice(v * size, (v + 1) * size).map((x) => Math.log(x)))
    const sdA = Math.sqrt(grid.aa / total - (grid.a / total) ** 2)
    const sdK = Math.sqrt(grid.kk / total - (grid.k / total) ** 2)
    // The method is approximate for a curved model: a tenth of a posterior standard deviation, a tenth of its size.
    expect(Math.abs(mean(rows[0]!) - grid.a / total)).toBeLessThan(0.1 * sdA)
    expect(Math.abs(mean(rows[1]!) - grid.k / total)).toBeLessThan(0.1 * sdK)
    expect(Math.abs(Math.sqrt(variance(rows[0]!)) / sdA - 1)).toBeLessThan(0.1)
    expect(Math.abs(Math.sqrt(variance(rows[1]!)) / sdK - 1)).toBeLessThan(0.1)
  })

  it('is the exact posterior for a linear model, whatever the number of steps', () => {
    // Prior N(0, 1); observation 2 of variance 1: posterior N(1, ½).
    const size = 400
    const prior = matrix(1, size)
    randomStream('linear').fillNormal(prior.values)
    const centre = mean(prior.values)
    const scale = Math.sqrt(variance(prior.values))
    prior.values.forEach((x, m) => {
      prior.values[m] = (x - centre) / scale
    })
    const measured = { values: Float64Array.of(2), variances: Float64Array.of(1) }
    for (const steps of [1, 3, [9.333, 7, 4, 2], [28 / 3, 7, 4, 2]]) {
      const run = () =>
        calibrate(prior, (m) => m, measured, { stream: randomStream('s'), steps, update: 'square-root' })
      if (Array.isArray(steps) && steps[0] === 9.333) {
        expect(run).toThrow(/reciprocals add to 1/)
        continue
      }
      expect(mean(run().posterior.values)).toBeCloseTo(1, 11)
      expect(variance(run().posterior.values)).toBeCloseTo(0.5, 11)
    }
  })

  it('keeps a wild observation from spoiling the fit', () => {
    const measured = measuredFor(matrix(2, 1, [10, 0.25]), 'wild')
    measured.values[3] = 60
    const run = (outliers?: object) =>
      calibrate(priorOf(200, 'wild'), elimination, measured, {
        stream: randomStream('w'),
        transforms: positive,
        outliers,
      })
    const checked = run({ limit: 3, reject: 10 })
    expect(checked.priorInnovations.map((i) => i.outlier)).toEqual(hours.map((_, j) => j === 3))
    expect(Math.abs(mean(checked.posterior.values.subarray(0, 200)) - 10)).toBeLessThan(1)
    expect(Math.abs(mean(run().posterior.values.subarray(0, 200)) - 10)).toBeGreaterThan(1)
  })

  it('gives the same bytes for the same stream, and leaves the prior as it was', () => {
    const prior = priorOf(30, 'same')
    const copy = prior.values.slice()
    const measured = measuredFor(matrix(2, 1, [9, 0.3]), 'same')
    const run = (name: string) =>
      calibrate(prior, elimination, measured, { stream: randomStream(name), transforms: positive }).posterior.values
    expect(run('a')).toEqual(run('a'))
    expect(run('a')).not.toEqual(run('b'))
    expect(prior.values).toEqual(copy)
  })

  it('says when the model does not answer for every member, or with numbers', () => {
    const measured = measuredFor(matrix(2, 1, [9, 0.3]), 'bad')
    const stream = randomStream('bad')
    expect(() => calibrate(priorOf(10, 1), () => matrix(8, 9), measured, { stream })).toThrow(
      /for 9 members; expected 10/,
    )
    expect(() =>
      calibrate(priorOf(10, 1), (m) => matrix(8, 10, elimination(m).values.fill(Number.NaN)), measured, { stream }),
    ).toThrow(InferenceError)
    expect(() => calibrate(priorOf(10, 1), elimination, measured, { stream, steps: 0 })).toThrow(/steps is 0/)
  })
})
