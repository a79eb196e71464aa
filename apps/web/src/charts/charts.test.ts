import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { insertPoint } from './course.ts'
import { linear, niceTicks, paddedRange } from './scale.ts'
import { WaveformBuffer } from './waveform-buffer.ts'

describe('scales', () => {
  it('ticks are round, within the domain and in order', () => {
    expect(niceTicks(0, 100, 5)).toEqual([0, 20, 40, 60, 80, 100])
    fc.assert(
      fc.property(
        fc.double({ min: -1e4, max: 1e4, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
        (low, span) => {
          const ticks = niceTicks(low, low + span, 5)
          expect(ticks.length).toBeLessThan(14)
          for (const tick of ticks) expect(tick >= low - span * 1e-6 && tick <= low + span * (1 + 1e-6)).toBe(true)
        },
      ),
    )
  })
  it('a range never has zero width', () => {
    const [low, high] = paddedRange([5, 5])
    expect(high).toBeGreaterThan(low)
    expect(linear([1, 1], [0, 10])(1)).toBe(0)
  })
})

describe('a course of points', () => {
  it('stays in order of time whatever the order of arrival, with one point an instant', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 })), (times) => {
        const points: { t: number }[] = []
        for (const t of times) insertPoint(points, { t })
        expect(points.map((each) => each.t)).toEqual([...new Set(times)].sort((a, b) => a - b))
      }),
    )
  })
})

describe('a waveform buffer', () => {
  const piece = (start: number, count = 10) => ({
    start,
    samplesPerSecond: 10,
    values: Array.from({ length: count }, (_, index) => start + index * 100),
  })
  const read = (buffer: WaveformBuffer) => {
    const seen: [number, boolean][] = []
    buffer.forEach(0, 1e6, (t, _, gap) => seen.push([t, gap]))
    return seen
  }
  it('gives each sample once, in order, although pieces overlap and arrive out of order', () => {
    const buffer = new WaveformBuffer(60_000)
    buffer.add([piece(2000), piece(0), piece(1500), piece(1000)])
    const times = read(buffer).map(([t]) => t)
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
    expect(times).toHaveLength(30)
  })
  it('marks the first sample after a hole, so that no line is drawn across it', () => {
    const buffer = new WaveformBuffer(60_000)
    buffer.add([piece(0), piece(5000)])
    expect(read(buffer).filter(([t, gap]) => gap && t > 0)).toEqual([[5000, true]])
  })
  it('forgets what is older than it keeps', () => {
    const buffer = new WaveformBuffer(3000)
    buffer.add([piece(0), piece(10_000)])
    expect(read(buffer)[0]?.[0]).toBe(10_000)
  })
})
