import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SignalError } from './errors.ts'
import { arrhythmiaDataMissing, arrhythmiaRecords, readArrhythmiaRecord } from './mit-bih.test-data.ts'
import { detectRPeaks, RPeakDetector } from './r-peak-detector.ts'
import { poolBeatScores, scoreBeats } from './score-beats.ts'
import { noise, steadyBeats, syntheticEcg } from './synthetic-ecg.test-data.ts'

describe('the detector on the MIT-BIH Arrhythmia Database', () => {
  if (arrhythmiaDataMissing) console.log(`skipped: ${arrhythmiaDataMissing}`)

  // Floors just below what was measured, so that a change for the worse is seen. The figures stand in README.md.
  const floors = {
    100: [1, 1],
    102: [1, 1],
    103: [1, 1],
    104: [0.996, 0.985],
    106: [0.999, 0.999],
    108: [0.99, 0.965],
  } as const

  test.skipIf(arrhythmiaDataMissing)('finds at least 99 % of the beats, and 99 % of what it finds are beats', () => {
    const scores = arrhythmiaRecords.map((name) => {
      const { signal, beats, samplesPerSecond } = readArrhythmiaRecord(name)
      const found = detectRPeaks(signal, { samplesPerSecond })
      const score = scoreBeats(beats, found, { samplesPerSecond, tolerance: 150 })
      expect(score.sensitivity, `${name} Se`).toBeGreaterThanOrEqual(floors[name][0])
      expect(score.positivePredictivity, `${name} PPV`).toBeGreaterThanOrEqual(floors[name][1])
      return score
    })
    const pooled = poolBeatScores(scores)
    expect(pooled.reference).toBe(12_563)
    expect(pooled.sensitivity).toBeGreaterThan(0.998)
    expect(pooled.positivePredictivity).toBeGreaterThan(0.993)
  })

  test.skipIf(arrhythmiaDataMissing)(
    'puts normal beats on the sample that the experts marked, give or take 4 ms',
    () => {
      const { signal, beats, samplesPerSecond } = readArrhythmiaRecord('103')
      const score = scoreBeats(beats, detectRPeaks(signal, { samplesPerSecond }), { samplesPerSecond, tolerance: 50 })
      expect(score.sensitivity).toBe(1)
      expect(score.timingError).toBeLessThan(4)
    },
  )

  test.skipIf(arrhythmiaDataMissing).each([100, 128, 200, 250, 500, 1000])('works at %i samples per second', (rate) => {
    const { signal, beats } = readArrhythmiaRecord('100')
    const length = 120 * rate
    const resampled = Float64Array.from({ length }, (_, i) => {
      const at = (i * 360) / rate
      const left = Math.floor(at)
      return signal[left]! + (at - left) * (signal[left + 1]! - signal[left]!)
    })
    const reference = [...beats].map((beat) => (beat * rate) / 360).filter((beat) => beat < length)
    const score = scoreBeats(reference, detectRPeaks(resampled, { samplesPerSecond: rate }), {
      samplesPerSecond: rate,
      tolerance: 50,
    })
    expect(score.falseNegative).toBe(0)
    expect(score.falsePositive).toBe(0)
  })

  test.skipIf(arrhythmiaDataMissing)('does not mind the unit, the offset or the polarity of the lead', () => {
    const { signal } = readArrhythmiaRecord('100')
    const minute = signal.subarray(0, 60 * 360)
    const plain = detectRPeaks(minute, { samplesPerSecond: 360 })
    const sent = minute.map((millivolt) => 5000 - 200 * millivolt)
    const other = detectRPeaks(sent, { samplesPerSecond: 360 })
    expect(other).toEqual(plain)
  })
})

const rates = [100, 250, 360, 1000]

test.each([35, 60, 100, 180, 240])('finds every beat at %i per minute', (beatsPerMinute) => {
  for (const rate of rates) {
    const { signal, beats } = syntheticEcg(rate, 40, steadyBeats(beatsPerMinute, 40))
    const score = scoreBeats(beats, detectRPeaks(signal, { samplesPerSecond: rate }), {
      samplesPerSecond: rate,
      tolerance: 20,
    })
    expect([rate, score.falseNegative, score.falsePositive]).toEqual([rate, 0, 0])
  }
})

test('what it finds does not depend on how the samples are cut into chunks', () => {
  const random = noise(7)
  const { signal } = syntheticEcg(250, 20, steadyBeats(83, 20), () => 0.15 * random())
  signal.fill(Number.NaN, 2000, 2300)
  const whole = new RPeakDetector({ samplesPerSecond: 250 })
  const expected = [...whole.push(signal), ...whole.finish()]
  expect(expected.length).toBeGreaterThan(20)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 30 }), (sizes) => {
      const detector = new RPeakDetector({ samplesPerSecond: 250 })
      const found = []
      for (let from = 0, i = 0; from < signal.length; i++) {
        const size = sizes[i % sizes.length]!
        found.push(...detector.push(signal.subarray(from, from + size)))
        from += size
      }
      expect([...found, ...detector.finish()]).toEqual(expected)
    }),
    { numRuns: 40 },
  )
})

test('any input at all gives ascending beats no nearer than the refractory time, and never throws', () => {
  const value = fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: -5, max: 5, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1e300, 0) },
  )
  fc.assert(
    fc.property(fc.array(value, { minLength: 0, maxLength: 2000 }), (samples) => {
      const beats = detectRPeaks(samples, { samplesPerSecond: 100 })
      for (let i = 0; i < beats.length; i++) {
        expect(beats[i]!).toBeGreaterThanOrEqual(0)
        expect(beats[i]!).toBeLessThan(samples.length)
        // The peak may lie 70 ms to either side of its hump.
        if (i > 0) expect(beats[i]! - beats[i - 1]!).toBeGreaterThan(5)
      }
    }),
    { numRuns: 60 },
  )
})

test('a dead lead has no beats, and they come back with the signal', () => {
  const rate = 250
  expect(detectRPeaks(new Float64Array(60 * rate), { samplesPerSecond: rate })).toHaveLength(0)
  expect(detectRPeaks(new Float64Array(60 * rate).fill(Number.NaN), { samplesPerSecond: rate })).toHaveLength(0)
  const { signal, beats } = syntheticEcg(rate, 60, steadyBeats(70, 60))
  signal.fill(Number.NaN, 20 * rate, 40 * rate)
  const found = detectRPeaks(signal, { samplesPerSecond: rate })
  expect([...found].filter((beat) => beat >= 20 * rate && beat < 40 * rate)).toEqual([])
  const seen = [...beats].filter((beat) => beat < 19.9 * rate || beat > 40.1 * rate)
  expect(scoreBeats(seen, found, { samplesPerSecond: rate, tolerance: 20 }).falseNegative).toBe(0)
})

test('a fall of the amplitude to a quarter is followed', () => {
  const rate = 250
  const { signal, beats } = syntheticEcg(rate, 120, steadyBeats(75, 120))
  for (let i = 60 * rate; i < signal.length; i++) signal[i]! *= 0.25
  const late = [...beats].filter((beat) => beat > 75 * rate)
  const found = [...detectRPeaks(signal, { samplesPerSecond: rate })].filter((beat) => beat > 75 * rate - 5)
  expect(scoreBeats(late, found, { samplesPerSecond: rate, tolerance: 20 })).toMatchObject({
    falseNegative: 0,
    falsePositive: 0,
  })
})

test('pacemaker spikes are not taken for beats, in the atrium or the ventricle', () => {
  const rate = 1000
  const times = steadyBeats(70, 40)
  const { signal, beats } = syntheticEcg(rate, 40, times)
  // 2 ms wide and eight times as high as the QRS; before the P wave and before the QRS (dual-chamber pacing).
  for (const time of times)
    for (const before of [0.2, 0.06])
      for (let i = 0; i < 2; i++) {
        const at = Math.round((time - before) * rate) + i
        if (at >= 0) signal[at]! += 8
      }
  const score = scoreBeats(beats, detectRPeaks(signal, { samplesPerSecond: rate }), {
    samplesPerSecond: rate,
    tolerance: 20,
  })
  expect(score).toMatchObject({ falseNegative: 0, falsePositive: 0 })
})

test('tall T waves and P waves are not taken for beats', () => {
  const rate = 250
  const times = steadyBeats(60, 60)
  const bump = (t: number, centre: number, width: number) => Math.exp(-((t - centre) ** 2) / (2 * width * width))
  const { signal, beats } = syntheticEcg(rate, 60, times, (t) =>
    times.reduce(
      (sum, r) => (Math.abs(t - r) < 1 ? sum + 1.2 * bump(t, r + 0.28, 0.04) + 0.4 * bump(t, r - 0.18, 0.02) : sum),
      0,
    ),
  )
  const score = scoreBeats(beats, detectRPeaks(signal, { samplesPerSecond: rate }), {
    samplesPerSecond: rate,
    tolerance: 40,
  })
  expect(score).toMatchObject({ falseNegative: 0, falsePositive: 0 })
})

test('a sampling rate outside 100 to 1000 is refused', () => {
  expect(() => new RPeakDetector({ samplesPerSecond: 50 })).toThrow(SignalError)
  expect(() => new RPeakDetector({ samplesPerSecond: Number.NaN })).toThrow(/expected 100 to 1000/)
})
