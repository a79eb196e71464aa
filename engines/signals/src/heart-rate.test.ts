import { describe, expect, test } from 'vitest'
import { type HeartRateEstimate, HeartRateMonitor, robustHeartRate } from './heart-rate.ts'
import { arrhythmiaDataMissing, readArrhythmiaRecord } from './mit-bih.test-data.ts'
import { noise, steadyBeats, syntheticEcg } from './synthetic-ecg.test-data.ts'

function last(signal: Float64Array, samplesPerSecond = 250): HeartRateEstimate {
  return new HeartRateMonitor({ samplesPerSecond }).push(signal).at(-1)!
}

describe('rate from RR intervals', () => {
  test('one missed and one false beat do not move it', () => {
    expect(robustHeartRate([0, 200, 400, 800, 1000, 1200], 250).beatsPerMinute).toBeCloseTo(75)
    expect(robustHeartRate([0, 200, 270, 400, 600, 800, 1000], 250).beatsPerMinute).toBeCloseTo(75, 0)
  })

  test('an irregular rhythm gets its average rate', () => {
    expect(robustHeartRate([0, 180, 400, 550, 830, 1000], 250).beatsPerMinute).toBeCloseTo(75)
  })

  test('fewer than two beats give none', () => {
    expect(robustHeartRate([12], 250).beatsPerMinute).toBeNull()
  })
})

describe('the monitor', () => {
  test.each([40, 75, 150, 200])('reads a clean rhythm of %i per minute and trusts it', (rate) => {
    const random = noise(1)
    const estimate = last(syntheticEcg(250, 30, steadyBeats(rate, 30), () => 0.01 * random()).signal)
    expect(estimate.beatsPerMinute).toBeCloseTo(rate, 0)
    expect(estimate.score).toBeGreaterThan(0.9)
    expect(estimate.flags).toEqual([])
  })

  test('gives an estimate every five seconds over the last ten, whatever the chunks', () => {
    const { signal } = syntheticEcg(250, 33, steadyBeats(90, 33))
    const whole = new HeartRateMonitor({ samplesPerSecond: 250 }).push(signal)
    expect(whole.map(({ from, to }) => [from / 250, to / 250])).toEqual([
      [0, 5],
      [0, 10],
      [5, 15],
      [10, 20],
      [15, 25],
      [20, 30],
    ])
    const monitor = new HeartRateMonitor({ samplesPerSecond: 250 })
    const pieces: HeartRateEstimate[] = []
    for (let i = 0; i < signal.length; i += 77) pieces.push(...monitor.push(signal.subarray(i, i + 77)))
    expect(pieces).toEqual(whole)
  })

  test('says why it does not trust a signal', () => {
    const random = noise(3)
    const clean = () => syntheticEcg(250, 30, steadyBeats(75, 30)).signal
    const flat = clean().fill(0.2, 22 * 250)
    expect(last(flat).flags).toContain('flat-line')
    expect(last(flat).score).toBeLessThan(0.5)
    const missing = clean().fill(Number.NaN, 24 * 250, 27 * 250)
    expect(last(missing).flags).toContain('missing-samples')
    expect(last(missing).score).toBeLessThan(0.7)
    const clipped = clean().map((x, i) => Math.min(2.5, x + 3 * Math.max(0, Math.sin(i / 300))))
    expect(last(clipped).flags).toContain('saturated')
    const nothingButNoise = new Float64Array(30 * 250).map(() => random())
    expect(last(nothingButNoise).flags).toContain('noisy-signal')
    expect(last(nothingButNoise).score).toBeLessThan(0.5)
    expect(last(new Float64Array(30 * 250))).toMatchObject({ beatsPerMinute: null, score: 0 })
  })

  test.skipIf(arrhythmiaDataMissing)('follows the rate of a real record to within three beats per minute', () => {
    if (arrhythmiaDataMissing) return
    for (const name of ['100', '102', '103'] as const) {
      const { signal, beats, samplesPerSecond } = readArrhythmiaRecord(name)
      for (const estimate of new HeartRateMonitor({ samplesPerSecond }).push(signal).slice(1)) {
        const truth = robustHeartRate(
          [...beats].filter((beat) => beat >= estimate.from && beat < estimate.to),
          samplesPerSecond,
        )
        expect(Math.abs(estimate.beatsPerMinute! - truth.beatsPerMinute!), `${name} at ${estimate.to}`).toBeLessThan(3)
      }
    }
  })
})
