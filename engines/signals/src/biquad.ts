import { SignalError } from './errors.ts'

/**
 * Second-order sections b₀ b₁ b₂ a₁ a₂ (with a₀ = 1), one after the other: a filter designed for one sampling rate.
 * y[n] = b₀x[n] + b₁x[n−1] + b₂x[n−2] − a₁y[n−1] − a₂y[n−2].
 */
export interface FilterDesign {
  readonly samplesPerSecond: number
  readonly sections: Float64Array
}

/**
 * Butterworth low-pass of even order by the bilinear transform with the cutoff prewarped (Oppenheim & Schafer,
 * Discrete-Time Signal Processing, 3rd ed., §7.2). Gain is 1 at 0 Hz and 1/√2 at `cutoff` (Hz).
 * Throws {@link SignalError} `filter-invalid` for an odd order or a cutoff outside (0, half the sampling rate).
 */
export function butterworthLowPass(order: number, cutoff: number, samplesPerSecond: number): FilterDesign {
  return butterworth('low', order, cutoff, samplesPerSecond)
}

/** Butterworth high-pass of even order; see {@link butterworthLowPass}. */
export function butterworthHighPass(order: number, cutoff: number, samplesPerSecond: number): FilterDesign {
  return butterworth('high', order, cutoff, samplesPerSecond)
}

/** A high-pass at `low` followed by a low-pass at `high` (Hz), each of the given even order. */
export function butterworthBandPass(order: number, low: number, high: number, samplesPerSecond: number): FilterDesign {
  return cascade(butterworthHighPass(order, low, samplesPerSecond), butterworthLowPass(order, high, samplesPerSecond))
}

/** Rejects one frequency (Hz), e.g. mains at 50 or 60; `quality` is the frequency over the −3 dB width. */
export function notch(frequency: number, quality: number, samplesPerSecond: number): FilterDesign {
  const k = prewarp(frequency, samplesPerSecond)
  const norm = 1 / (1 + k / quality + k * k)
  const centre = 2 * (k * k - 1) * norm
  const gain = (1 + k * k) * norm
  return { samplesPerSecond, sections: Float64Array.of(gain, centre, gain, centre, (1 - k / quality + k * k) * norm) }
}

/** One filter after another. Throws {@link SignalError} `filter-invalid` when their sampling rates differ. */
export function cascade(...designs: readonly FilterDesign[]): FilterDesign {
  const samplesPerSecond = designs[0]?.samplesPerSecond
  if (samplesPerSecond === undefined || designs.some((design) => design.samplesPerSecond !== samplesPerSecond))
    throw new SignalError('filter-invalid', 'a cascade needs at least one filter, and all for the same sampling rate')
  return { samplesPerSecond, sections: Float64Array.from(designs.flatMap((design) => [...design.sections])) }
}

/** Complex response of a filter at a frequency (Hz), as gain and phase (radians). */
export function frequencyResponse(design: FilterDesign, frequency: number): { gain: number; phase: number } {
  const w = (2 * Math.PI * frequency) / design.samplesPerSecond
  let gain = 1
  let phase = 0
  for (let s = 0; s < design.sections.length; s += 5) {
    const [b0, b1, b2, a1, a2] = design.sections.subarray(s, s + 5) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ]
    const numerator = polynomialOnCircle(b0, b1, b2, w)
    const denominator = polynomialOnCircle(1, a1, a2, w)
    gain *= Math.hypot(...numerator) / Math.hypot(...denominator)
    phase += Math.atan2(numerator[1], numerator[0]) - Math.atan2(denominator[1], denominator[0])
  }
  return { gain, phase: Math.atan2(Math.sin(phase), Math.cos(phase)) }
}

/** Delay (in samples) of a narrow packet around a frequency (Hz): −dφ/dω by a central difference. */
export function groupDelay(design: FilterDesign, frequency: number): number {
  const step = design.samplesPerSecond * 1e-5
  const rise = frequencyResponse(design, frequency + step).phase - frequencyResponse(design, frequency - step).phase
  const unwrapped = Math.atan2(Math.sin(rise), Math.cos(rise))
  return -unwrapped / ((4 * Math.PI * step) / design.samplesPerSecond)
}

/** A filter at work: a design with the memory of one signal (transposed direct form II). */
export class BiquadCascade {
  readonly #sections: Float64Array
  readonly #memory: Float64Array

  constructor(design: FilterDesign) {
    this.#sections = design.sections
    this.#memory = new Float64Array((design.sections.length / 5) * 2)
  }

  /** Sets the memory as though the input had been `level` for ever, so that a first sample far from 0 is no step. */
  settle(level: number): void {
    const c = this.#sections
    let x = level
    for (let s = 0, m = 0; s < c.length; s += 5, m += 2) {
      const y = (x * (c[s]! + c[s + 1]! + c[s + 2]!)) / (1 + c[s + 3]! + c[s + 4]!)
      this.#memory[m + 1] = c[s + 2]! * x - c[s + 4]! * y
      this.#memory[m] = c[s + 1]! * x - c[s + 3]! * y + this.#memory[m + 1]!
      x = y
    }
  }

  /** The next output for the next input. */
  step(input: number): number {
    const c = this.#sections
    const z = this.#memory
    let x = input
    for (let s = 0, m = 0; s < c.length; s += 5, m += 2) {
      const y = c[s]! * x + z[m]!
      z[m] = c[s + 1]! * x - c[s + 3]! * y + z[m + 1]!
      z[m + 1] = c[s + 2]! * x - c[s + 4]! * y
      x = y
    }
    return x
  }
}

function butterworth(kind: 'low' | 'high', order: number, cutoff: number, samplesPerSecond: number): FilterDesign {
  if (!(Number.isInteger(order) && order >= 2 && order % 2 === 0))
    throw new SignalError('filter-invalid', `filter order ${order} must be an even number of at least 2`)
  const k = prewarp(cutoff, samplesPerSecond)
  const sections = new Float64Array((order / 2) * 5)
  for (let s = 0; s < order / 2; s++) {
    // The pole pairs of the Butterworth circle have quality 1 / (2 cos θ), θ = π(2s + 1) / (2 · order).
    const damping = 2 * Math.cos((Math.PI * (2 * s + 1)) / (2 * order))
    const norm = 1 / (1 + damping * k + k * k)
    const gain = kind === 'low' ? k * k * norm : norm
    sections[s * 5] = gain
    sections[s * 5 + 1] = kind === 'low' ? 2 * gain : -2 * gain
    sections[s * 5 + 2] = gain
    sections[s * 5 + 3] = 2 * (k * k - 1) * norm
    sections[s * 5 + 4] = (1 - damping * k + k * k) * norm
  }
  return { samplesPerSecond, sections }
}

function prewarp(frequency: number, samplesPerSecond: number): number {
  if (!(frequency > 0 && frequency < samplesPerSecond / 2))
    throw new SignalError(
      'filter-invalid',
      `frequency ${frequency} Hz must lie above 0 and below half the sampling rate of ${samplesPerSecond} per second`,
    )
  return Math.tan((Math.PI * frequency) / samplesPerSecond)
}

function polynomialOnCircle(c0: number, c1: number, c2: number, w: number): [re: number, im: number] {
  return [c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w), -c1 * Math.sin(w) - c2 * Math.sin(2 * w)]
}
