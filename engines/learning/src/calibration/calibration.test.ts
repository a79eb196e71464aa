import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import {
  areaUnderCurve,
  brierScore,
  calibrated,
  calibrationSlope,
  expectedCalibrationError,
  fitBetaMap,
  fitIsotonicMap,
  fitPlattMap,
  logisticRegression,
  logLoss,
  reliabilityCurve,
  scoresByGroup,
} from '../index.ts'
import { logOddsOf, probabilityOf } from '../logistic.ts'

/** Outcomes drawn with probability `p`, and predictions twice as extreme in log-odds and one too high. */
function overconfident(rows: number, name: string) {
  const stream = randomStream('calibration', name)
  const logit = Float64Array.from({ length: rows }, () => stream.normal())
  return {
    right: logit.map(probabilityOf),
    predicted: logit.map((x) => probabilityOf(2 * x + 1)),
    outcomes: logit.map((x) => (stream.uniform() < probabilityOf(x) ? 1 : 0)),
  }
}

describe('by hand', () => {
  it('the area counts pairs in the right order, and DeLong weighs both classes', () => {
    // Ones 0.4 and 0.8 against zeros 0.1, 0.3, 0.5: five of six pairs. Placements 2/3, 1 and 1, 1, 1/2.
    const { area, standardError } = areaUnderCurve([0.1, 0.3, 0.5, 0.4, 0.8], [0, 0, 0, 1, 1])
    expect(area).toBeCloseTo(5 / 6, 15)
    expect(standardError).toBeCloseTo(Math.sqrt(1 / 18 / 2 + 1 / 12 / 3), 14)
    expect(areaUnderCurve([1, 1, 1, 1], [0, 1, 0, 1]).area).toBe(0.5)
  })

  it('the Brier score falls into its parts', () => {
    const { score, reliability, resolution, uncertainty, within } = brierScore([0.2, 0.2, 0.8, 0.8], [0, 1, 1, 1])
    expect(score).toBeCloseTo((0.04 + 0.64 + 0.04 + 0.04) / 4, 15)
    expect(reliability).toBeCloseTo((0.09 + 0.04) / 2, 15)
    expect(resolution).toBeCloseTo(0.0625, 15)
    expect(uncertainty).toBeCloseTo(0.1875, 15)
    expect(within).toBeCloseTo(0, 15)
  })

  it('log loss, calibration error and a constant regression', () => {
    expect(logLoss([0.5, 0.25], [1, 0])).toBeCloseTo((Math.log(2) + Math.log(4 / 3)) / 2, 15)
    expect(logLoss([0], [1])).toBe(Number.POSITIVE_INFINITY)
    const curve = reliabilityCurve([0.2, 0.2, 0.8, 0.8], [0, 1, 1, 1], { bins: 2 })
    expect(expectedCalibrationError(curve)).toBeCloseTo(0.25, 15)
    const { coefficients, standardErrors } = logisticRegression(
      { rows: 4, columns: 1, values: Float64Array.of(1, 1, 1, 1) },
      [1, 0, 0, 0],
    )
    expect(coefficients[0]).toBeCloseTo(-Math.log(3), 10)
    expect(standardErrors[0]).toBeCloseTo(Math.sqrt(1 / (4 * 0.25 * 0.75)), 8)
  })

  it('an isotonic map pools what falls and goes straight between', () => {
    const map = fitIsotonicMap([0.1, 0.2, 0.3, 0.4], [0, 1, 0, 1])
    expect([0.05, 0.1, 0.15, 0.25, 0.35, 0.9].map((p) => calibrated(map, p))).toEqual(
      [0, 0, 0.25, 0.5, 0.75, 1].map((q) => expect.closeTo(q, 12)),
    )
  })
})

describe('recalibration', () => {
  const past = overconfident(20_000, 'past')
  const later = overconfident(20_000, 'later')

  it('finds the slope and intercept that were put in', () => {
    // logit p = (logit predicted − 1)/2.
    const map = fitPlattMap(past.predicted, past.outcomes)
    if (map.kind !== 'platt') throw new Error('another kind')
    expect(map.slope).toBeCloseTo(0.5, 1)
    expect(map.intercept).toBeCloseTo(-0.5, 1)
    const { slope } = calibrationSlope(later.predicted, later.outcomes)
    expect(slope.low).toBeLessThan(0.5)
    expect(slope.high).toBeGreaterThan(0.5)
    const good = calibrationSlope(later.right, later.outcomes)
    expect(good.slope.low < 1 && good.slope.high > 1).toBe(true)
    expect(good.intercept.low < 0 && good.intercept.high > 0).toBe(true)
  })

  it('mends unseen predictions with each kind of map', () => {
    const before = expectedCalibrationError(reliabilityCurve(later.predicted, later.outcomes))
    expect(before).toBeGreaterThan(0.12)
    for (const fit of [fitPlattMap, fitBetaMap, fitIsotonicMap]) {
      const map = fit(past.predicted, past.outcomes)
      const mended = later.predicted.map((p) => calibrated(map, p))
      expect(expectedCalibrationError(reliabilityCurve(mended, later.outcomes))).toBeLessThan(0.02)
      expect(
        logLoss(
          mended.map((p) => Math.min(Math.max(p, 1e-4), 1 - 1e-4)),
          later.outcomes,
        ),
      ).toBeLessThan(logLoss(later.predicted, later.outcomes))
      const grid = Array.from({ length: 101 }, (_, i) => calibrated(map, i / 100))
      expect(grid.every((q, i) => i === 0 || q >= grid[i - 1]!)).toBe(true)
    }
  })

  it('leaves right predictions nearly alone by the beta map', () => {
    const map = fitBetaMap(past.right, past.outcomes)
    for (const p of [0.1, 0.5, 0.9]) expect(Math.abs(logOddsOf(calibrated(map, p)) - logOddsOf(p))).toBeLessThan(0.15)
  })

  it('has bands that hold the diagonal as often as they say, for right predictions', () => {
    let held = 0
    for (let k = 0; k < 100; k++) {
      const { right, outcomes } = overconfident(500, `band ${k}`)
      for (const { meanPredicted, low, high } of reliabilityCurve(right, outcomes))
        if (low <= meanPredicted && meanPredicted <= high) held++
    }
    // Of 1,000 bands; five standard deviations below and above 95 %.
    expect(Math.abs(held - 950)).toBeLessThan(5 * Math.sqrt(1000 * 0.95 * 0.05))
  })

  it('has a table that shows the group badly served', () => {
    const groups = Array.from(later.right, (_, i) => (i % 2 ? 'well' : 'badly'))
    const mixed = later.right.map((p, i) => (i % 2 ? p : later.predicted[i]!))
    const [badly, well] = scoresByGroup(mixed, later.outcomes, groups)
    expect([badly!.group, well!.group]).toEqual(['badly', 'well'])
    expect(badly!.expectedCalibrationError).toBeGreaterThan(4 * well!.expectedCalibrationError)
    expect(badly!.count + well!.count).toBe(20_000)
  })

  it('refuses what are no probabilities or outcomes', () => {
    expect(() => fitPlattMap([0.2, 1.2], [0, 1])).toThrow(/probability 1 is 1.2/)
    expect(() => brierScore([0.2], [0.5])).toThrow(/outcome 0 is 0.5/)
    expect(() => areaUnderCurve([1, 2], [1, 1])).toThrow(/all 2 outcomes are 1/)
    expect(() => scoresByGroup([0.2], [1], [])).toThrow(/0 values/)
  })
})
