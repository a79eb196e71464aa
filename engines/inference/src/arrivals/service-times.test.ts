import { matrix, mean, quantiles, randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { estimateServiceTimes, InferenceError, serviceTimeOf } from '../index.ts'

/** Log-normal services with one covariate, seen at a moment at which some are still going on. */
function observe(name: number, n: number) {
  const stream = randomStream('services', name)
  const covariates = matrix(1, n)
  const durations = new Float64Array(n)
  const censored = new Uint8Array(n)
  for (let i = 0; i < n; i++) {
    covariates.values[i] = stream.normal()
    const whole = Math.exp(1 + 0.5 * covariates.values[i]! + 0.7 * stream.normal())
    const seen = 6 * stream.uniform()
    durations[i] = Math.min(whole, seen)
    censored[i] = whole > seen ? 1 : 0
  }
  return { durations, censored, covariates }
}

describe('service times', () => {
  it('90 % intervals hold the truth nine times in ten though half are censored', () => {
    const runs = 120
    const held = [0, 0, 0]
    let share = 0
    for (let run = 0; run < runs; run++) {
      const record = observe(run, 80)
      share += mean(Float64Array.from(record.censored)) / runs
      const fit = estimateServiceTimes(record, { stream: randomStream('fit', run), draws: 300 })
      const rows = [
        fit.coefficients.values.subarray(0, 300),
        fit.coefficients.values.subarray(300, 600),
        fit.logStandardDeviations,
      ]
      rows.forEach((draws, k) => {
        const [low, high] = quantiles(draws, [0.05, 0.95])
        const truth = [1, 0.5, 0.7][k]!
        if (low! <= truth && truth <= high!) held[k]! += 1
      })
    }
    expect(share).toBeGreaterThan(0.45)
    // Three standard deviations of a share of 0.9.
    const slack = 3 * Math.sqrt((0.9 * 0.1) / runs)
    for (const count of held) expect(Math.abs(count / runs - 0.9)).toBeLessThan(slack)
  })

  it('without censoring it is the conjugate posterior', () => {
    const stream = randomStream('plain')
    const logs = Float64Array.from({ length: 50 }, () => 2 + 0.4 * stream.normal())
    const record = { durations: logs.map(Math.exp), censored: new Uint8Array(50) }
    const fit = estimateServiceTimes(record, { stream, draws: 4000 })
    // β's mean is Σ/(n + 10⁻⁶); E[σ²] = (0.25 + residual)/(1 + n − 2). Four standard errors of 4,000 independent draws.
    const centre = mean(logs)
    const residual = logs.reduce((s, l) => s + (l - centre) ** 2, 0)
    const variance = (0.25 + residual) / (50 + 1 - 2)
    expect(Math.abs(mean(fit.coefficients.values) - centre)).toBeLessThan(4 * Math.sqrt(variance / 50 / 4000))
    const squares = fit.logStandardDeviations.map((s) => s * s)
    expect(Math.abs(mean(squares) / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 47 / 4000))
  })

  it('leaving those in service out would be wrong by much more than the interval', () => {
    const record = observe(1, 2000)
    const finished = [...record.durations.keys()].filter((i) => record.censored[i] === 0)
    const naive = estimateServiceTimes(
      {
        durations: Float64Array.from(finished, (i) => record.durations[i]!),
        censored: new Uint8Array(finished.length),
      },
      { stream: randomStream('naive') },
    )
    const fit = estimateServiceTimes(record, { stream: randomStream('fit') })
    expect(Math.abs(mean(fit.coefficients.values.subarray(0, 400)) - 1)).toBeLessThan(0.08)
    expect(mean(naive.coefficients.values)).toBeLessThan(0.6)
    const { draws, coefficients, logStandardDeviations } = fit
    expect(serviceTimeOf(fit, 7, [2])).toEqual({
      kind: 'log-normal',
      logMean: coefficients.values[7]! + 2 * coefficients.values[draws + 7]!,
      logStandardDeviation: logStandardDeviations[7],
    })
  })

  it('names what is wrong', () => {
    const stream = randomStream('x')
    const at = (durations: number[], censored: number[]) =>
      estimateServiceTimes({ durations: Float64Array.from(durations), censored: Uint8Array.from(censored) }, { stream })
    expect(() => at([1, -2], [0, 0])).toThrow(/duration 1 is -2/)
    expect(() => at([1, 2], [0])).toThrow(InferenceError)
    expect(() => at([1, 2], [1, 1])).toThrow(/nobody has finished/)
    expect(() => serviceTimeOf(at([1, 2, 3], [0, 0, 1]), 0, [1])).toThrow(/1 covariates; expected 0/)
  })
})
