import { BiquadCascade, butterworthBandPass, groupDelay } from './biquad.ts'
import { Despiker } from './despike.ts'

/** Where the energy of a QRS complex stands out best against P, T and muscle (Thakor et al. 1984; Elgendi et al. 2010). */
const passBand = [8, 20] as const
/** Slope over this time, seconds: about a two-point difference at the 200 Hz of Pan & Tompkins 1985, eq. 4. */
const slopeSpan = 0.01
/** Moving integration, seconds. Shorter than Pan & Tompkins' 0.15, after Hamilton 2002, so that T waves stay apart. */
const integration = 0.1

/**
 * The signal in which a QRS complex is a hump: band-pass, derivative, squaring, moving integration (Pan & Tompkins 1985,
 * §II), and the square root of that, so that thresholds follow amplitude and not its square.
 */
export class QrsFeature {
  /** Samples from a feature in the input to the middle of its hump in the output. */
  readonly delay: number
  /** Samples from the input to the slope. */
  readonly slopeDelay: number
  /** Slope of the band-passed signal at the last step, in input units per second. */
  slope = 0
  /** The input without spikes at the last step, and the samples by which it lags. */
  despiked = 0
  readonly despikeDelay: number
  readonly #despiker: Despiker
  readonly #bandPass: BiquadCascade
  readonly #past: Float64Array
  readonly #squares: Float64Array
  readonly #perSecond: number
  #p = 0
  #s = 0
  #sum = 0

  constructor(samplesPerSecond: number) {
    // At 100 samples per second the upper edge stays where the bilinear transform still behaves.
    const design = butterworthBandPass(2, passBand[0], Math.min(passBand[1], samplesPerSecond * 0.4), samplesPerSecond)
    this.#despiker = new Despiker(samplesPerSecond)
    this.despikeDelay = this.#despiker.delay
    this.#bandPass = new BiquadCascade(design)
    const span = Math.max(1, Math.round(slopeSpan * samplesPerSecond))
    this.#past = new Float64Array(span)
    this.#perSecond = samplesPerSecond / span
    const width = Math.max(1, Math.round(integration * samplesPerSecond))
    this.#squares = new Float64Array(width)
    const middle = Math.sqrt(passBand[0] * passBand[1])
    this.slopeDelay = this.#despiker.delay + groupDelay(design, middle) + span / 2
    this.delay = this.slopeDelay + (width - 1) / 2
  }

  /** Starts afresh at a level, as after a gap. */
  settle(level: number): void {
    this.#despiker.settle(level)
    this.#bandPass.settle(level)
    this.#past.fill(0)
    this.#squares.fill(0)
    this.#sum = 0
    this.slope = 0
  }

  step(input: number): number {
    this.despiked = this.#despiker.step(input)
    const band = this.#bandPass.step(this.despiked)
    this.slope = (band - this.#past[this.#p]!) * this.#perSecond
    this.#past[this.#p] = band
    this.#p = this.#p + 1 === this.#past.length ? 0 : this.#p + 1
    const square = this.slope * this.slope
    this.#sum += square - this.#squares[this.#s]!
    this.#squares[this.#s] = square
    this.#s++
    if (this.#s === this.#squares.length) {
      this.#s = 0
      // Summed anew once per window, so that rounding does not pile up over days.
      this.#sum = 0
      for (const value of this.#squares) this.#sum += value
    }
    return Math.sqrt(this.#sum > 0 ? this.#sum / this.#squares.length : 0)
  }
}
