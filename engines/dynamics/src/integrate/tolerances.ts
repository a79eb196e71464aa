import { finiteJacobian } from './finite-jacobian.ts'
import type { FlowSettings } from './options.ts'
import type { Step } from './step.ts'

/** States below this part of the largest state's size count as nothing, as far as no absolute tolerance is given. */
export const NEGLIGIBLE = 1e-20
/** What a state's absolute tolerance is of its relative one times the largest size that it has had. */
const PART = 1 / 100

/** Rounding of a rate, in parts of the sum of its terms' sizes. */
const ROUNDING = 8 * 2 ** -52
/** After so many steps what rounding does is looked at again. */
const NOISE_LASTS = 50

/** Keeps `step.absoluteTolerance` in proportion to the sizes that states have had. */
export interface Tolerances {
  /** At each start of a step; `larger`: a state may be larger than it has been. */
  grow(larger: boolean): void
  /**
   * Steps are rejected again and again: perhaps because of a state whose rate is a small difference of large terms. No
   * step, however short, tells such a state better than the terms' rounding lets it.
   */
  allowRounding(): void
  /** What each state's tolerance is of the largest size that it has had; 0: they are given. Nothing while rounding counts. */
  readonly part: number | undefined
}

export function createTolerances(step: Step, settings: FlowSettings): Tolerances {
  const { machine, parameters, start: states, startRates, absoluteTolerance } = step
  const n = states.length
  if (settings.absoluteTolerance !== undefined) {
    absoluteTolerance.fill(settings.absoluteTolerance)
    return { grow() {}, allowRounding() {}, part: 0 }
  }
  const largest = step.kernel?.largest.fill(0) ?? new Float64Array(n)
  let most = 0
  /** Of each rate, and for how long it adds up before the state's own decay makes up for it; made when first needed. */
  let noise: Float64Array | undefined
  let memory: Float64Array | undefined
  let jacobian: Float64Array | undefined
  let noiseLeft = 0
  absoluteTolerance.fill(NEGLIGIBLE)

  function fill(): void {
    for (let i = 0; i < n; i++)
      absoluteTolerance[i] = PART * settings.relativeTolerance * largest[i]! + NEGLIGIBLE * most
    if (noiseLeft > 0)
      for (let i = 0; i < n; i++) {
        const rounding = noise![i]! * Math.min(10 * step.size, memory![i]!)
        if (rounding > absoluteTolerance[i]!) absoluteTolerance[i] = rounding
      }
  }

  const part = PART * settings.relativeTolerance

  return {
    get part() {
      return noiseLeft > 0 ? undefined : part
    },
    grow(larger) {
      let grew = noiseLeft > 0
      if (!larger && !grew) return
      if (noiseLeft > 0) noiseLeft--
      for (let i = 0; i < n; i++) {
        const size = Math.abs(states[i]!)
        if (size > largest[i]! && size < Number.POSITIVE_INFINITY) {
          largest[i] = size
          grew = true
        }
        if (largest[i]! > most) most = largest[i]!
      }
      if (grew) fill()
    },
    allowRounding() {
      if (noiseLeft > 0) return
      noise ??= new Float64Array(n)
      memory ??= new Float64Array(n)
      jacobian ??= new Float64Array(n * n)
      finiteJacobian(machine, step.from, states, parameters, startRates, jacobian)
      for (let i = 0; i < n; i++) {
        let terms = 0
        for (let j = 0; j < n; j++) terms += Math.abs(jacobian[i * n + j]! * states[j]!)
        noise[i] = Number.isFinite(terms) ? ROUNDING * terms : 0
        memory[i] = 1 / Math.abs(jacobian[i * n + i]!)
      }
      noiseLeft = NOISE_LASTS
      fill()
    },
  }
}

/** What a state at this size may be wrong by. */
export function toleranceOf(step: Step, state: number, size: number): number {
  return step.absoluteTolerance[state]! + step.relativeTolerance * Math.abs(size)
}

/**
 * A first step from `step.start` and its rates, not longer than `span` (Hairer, Nørsett, Wanner, Solving Ordinary
 * Differential Equations I, II.4); uses `step.end`.
 */
export function firstSize(step: Step, span: number): number {
  const { machine, parameters, from, start: states, startRates, end, endRates } = step
  const n = states.length
  let stateSize = 0
  let rateSize = 0
  for (let i = 0; i < n; i++) {
    if (startRates[i] === 0) continue
    const tolerance = toleranceOf(step, i, states[i]!)
    stateSize = Math.max(stateSize, Math.abs(states[i]!) / tolerance)
    rateSize = Math.max(rateSize, Math.abs(startRates[i]!) / tolerance)
  }
  let size = stateSize < 1e-5 || rateSize < 1e-5 ? 1e-6 * span : (0.01 * stateSize) / rateSize
  if (!(size <= span)) size = span
  for (let i = 0; i < n; i++) end[i] = states[i]! + size * startRates[i]!
  machine.rates(from + size, end, parameters, endRates)
  let bend = 0
  for (let i = 0; i < n; i++)
    if (endRates[i] !== startRates[i])
      bend = Math.max(bend, Math.abs(endRates[i]! - startRates[i]!) / toleranceOf(step, i, states[i]!))
  const most = Math.max(rateSize, bend / size)
  const second = most <= 1e-15 ? Math.max(1e-6 * span, size * 1e-3) : (0.01 / most) ** (1 / 5)
  const first = Math.min(100 * size, second)
  return first > 0 ? Math.min(first, span) : size
}
