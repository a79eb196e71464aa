import { expect, test } from 'vitest'
import {
  BiquadCascade,
  butterworthBandPass,
  butterworthHighPass,
  butterworthLowPass,
  cascade,
  frequencyResponse,
  groupDelay,
  notch,
} from './biquad.ts'
import { SignalError } from './errors.ts'

test.each([100, 250, 360, 1000])('a Butterworth filter at %i per second halves the power at its cutoff', (rate) => {
  for (const order of [2, 4, 6])
    for (const cutoff of [0.5, 8, 40]) {
      const low = butterworthLowPass(order, cutoff, rate)
      const high = butterworthHighPass(order, cutoff, rate)
      expect(frequencyResponse(low, cutoff).gain).toBeCloseTo(Math.SQRT1_2, 10)
      expect(frequencyResponse(high, cutoff).gain).toBeCloseTo(Math.SQRT1_2, 10)
      expect(frequencyResponse(low, 1e-6).gain).toBeCloseTo(1, 6)
      expect(frequencyResponse(high, rate / 2 - 1e-6).gain).toBeCloseTo(1, 6)
    }
})

test('a Butterworth low-pass falls by 20 dB per decade and order', () => {
  const rate = 100_000
  const loss = (order: number) => 20 * Math.log10(frequencyResponse(butterworthLowPass(order, 10, rate), 100).gain)
  expect(loss(2)).toBeCloseTo(-40, 1)
  expect(loss(4)).toBeCloseTo(-80, 1)
})

test('a notch takes out its frequency and little else', () => {
  const mains = notch(50, 30, 500)
  expect(frequencyResponse(mains, 50).gain).toBeLessThan(1e-9)
  expect(frequencyResponse(mains, 40).gain).toBeGreaterThan(0.97)
})

test('a running filter does to a sine wave what its response says', () => {
  const rate = 250
  const design = cascade(butterworthBandPass(2, 8, 20, rate), notch(50, 5, rate))
  const filter = new BiquadCascade(design)
  const { gain, phase } = frequencyResponse(design, 10)
  for (let n = 0; n < 1000; n++) {
    const y = filter.step(Math.sin((2 * Math.PI * 10 * n) / rate))
    if (n > 750) expect(y).toBeCloseTo(gain * Math.sin((2 * Math.PI * 10 * n) / rate + phase), 6)
  }
})

test('a settled filter takes a constant input as known', () => {
  for (const [design, output] of [
    [butterworthLowPass(4, 10, 250), 3.7],
    [butterworthBandPass(2, 8, 20, 250), 0],
  ] as const) {
    const filter = new BiquadCascade(design)
    filter.settle(3.7)
    for (let n = 0; n < 10; n++) expect(filter.step(3.7)).toBeCloseTo(output, 9)
  }
})

test('group delay is the time by which a narrow packet is late', () => {
  const rate = 1000
  const design = butterworthLowPass(2, 20, rate)
  const filter = new BiquadCascade(design)
  let weight = 0
  let centre = 0
  for (let n = 0; n < 4000; n++) {
    const envelope = Math.exp(-(((n - 2000) / 400) ** 2))
    const y = filter.step(envelope * Math.sin((2 * Math.PI * 10 * n) / rate))
    weight += y * y
    centre += n * y * y
  }
  expect(centre / weight - 2000).toBeCloseTo(groupDelay(design, 10), 1)
})

test('a filter that cannot be is refused by name', () => {
  expect(() => butterworthLowPass(3, 10, 250)).toThrow(SignalError)
  expect(() => butterworthLowPass(2, 130, 250)).toThrow(/below half the sampling rate of 250/)
  expect(() => cascade(notch(50, 30, 250), notch(50, 30, 500))).toThrow(/same sampling rate/)
})
