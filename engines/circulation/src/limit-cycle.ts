import { anderson } from './anderson.ts'
import { CirculationError } from './errors.ts'
import { type Workspace, workspace } from './integrate.ts'
import { at, elastance, packParameters } from './model.ts'
import { type BeatObserver, beatObserver, interpolate } from './observe.ts'
import type { CirculationParameters, CirculationState } from './parameters.ts'
import { checkParameters, packState, regazzoni2020Initial, stateSize, totalVolume, unpackState } from './parameters.ts'
import { type IntegrationOptions, stepper, wholeNumber } from './run-beats.ts'

export interface LimitCycleOptions extends IntegrationOptions {
  /** Give up after this many beats. Default 200. */
  readonly maximumBeats?: number
  /**
   * Largest change of a state variable from beat to beat, relative to 1 + its size. Default 1e-6, or 300 times the
   * tolerance of the accurate method where that is more: below it lies the noise of its step control.
   */
  readonly closeness?: number
  /** Points of the pressure–volume loops. Default 0: none. */
  readonly samples?: number
}

/** Volumes mL, pressures mmHg. */
export interface VentricleCycle {
  readonly endDiastolicVolume: number
  readonly endSystolicVolume: number
  readonly strokeVolume: number
  /** Fraction, 0 to 1. */
  readonly ejectionFraction: number
  readonly maximumPressure: number
  /** At the onset of its contraction. */
  readonly endDiastolicPressure: number
  /** Closed curve over one cycle; empty when no samples were asked for. */
  readonly loop: { readonly volume: Float64Array; readonly pressure: Float64Array }
}

/** Pressures over a cycle, mmHg. */
export interface PressureCycle {
  readonly systolic: number
  readonly diastolic: number
  /** Time average. */
  readonly mean: number
}

export interface AtriumCycle {
  readonly smallestVolume: number
  readonly largestVolume: number
  readonly meanPressure: number
}

/** The periodic state that a set of parameters and a blood volume lead to. */
export interface LimitCycle {
  /** 1/min */
  readonly heartRate: number
  /** L/min: left stroke volume times heart rate. */
  readonly cardiacOutput: number
  readonly leftVentricle: VentricleCycle
  readonly rightVentricle: VentricleCycle
  readonly leftAtrium: AtriumCycle
  readonly rightAtrium: AtriumCycle
  readonly systemicArtery: PressureCycle
  readonly systemicVeins: PressureCycle
  readonly pulmonaryArtery: PressureCycle
  readonly pulmonaryVeins: PressureCycle
  /** mL */
  readonly totalVolume: number
  /** At the start of a cycle. */
  readonly state: CirculationState
  readonly converged: true
  /** Beats integrated to get there. */
  readonly beats: number
  /** What was left of the change from beat to beat. */
  readonly residual: number
}

/**
 * Finds the periodic state by accelerated iteration of the beat map and measures it. Total blood volume is that of
 * the initial state; see {@link initialWithVolume}.
 *
 * @example
 * const { leftVentricle, systemicArtery } = limitCycle(regazzoni2020)
 * // leftVentricle.endDiastolicVolume 136.744 mL, systemicArtery.systolic 118.715 mmHg
 *
 * Throws {@link CirculationError}: `not-converged` after `maximumBeats`, else as {@link runBeats}.
 */
export function limitCycle(parameters: CirculationParameters, options: LimitCycleOptions = {}): LimitCycle {
  checkParameters(parameters)
  const maximumBeats = wholeNumber('maximumBeats', options.maximumBeats ?? 200, 2, 1_000_000)
  const samples = wholeNumber('samples', options.samples ?? 0, 0, 100_000)
  const noise = options.method === 'fast' ? 0 : 300 * (options.tolerance ?? 1e-8)
  const closeness = options.closeness ?? Math.max(1e-6, noise)
  const P = packParameters(parameters)
  const w = workspace(packState(options.initial ?? regazzoni2020Initial))
  const step = stepper(P, w, options)
  const acceleration = anderson(stateSize, 6)
  const point = new Float64Array(stateSize)
  const next = new Float64Array(stateSize)
  let residual = Number.POSITIVE_INFINITY
  for (let beats = 1; beats < maximumBeats; beats++) {
    point.set(w.y)
    step()
    residual = change(point, w.y)
    if (residual < closeness) return measure(parameters, P, w, step, samples, beats + 1, residual)
    // The first beats bring the valves into play; extrapolating across them would mislead.
    if (beats <= 2) continue
    acceleration.advance(point, w.y, next)
    if (plausible(next)) w.y.set(next)
  }
  throw new CirculationError(
    'not-converged',
    `no limit cycle within ${maximumBeats} beats: the state still changes by ${residual.toExponential(1)} per beat (asked: ${closeness}); allow more beats, or check for parameters that leave no steady circulation`,
  )
}

function change(before: Float64Array, after: Float64Array): number {
  let largest = 0
  for (let i = 0; i < stateSize; i++) {
    const relative = Math.abs(after[i]! - before[i]!) / (1 + Math.abs(before[i]!))
    if (!(relative <= largest)) largest = relative
  }
  return largest
}

/** Whether an extrapolated state may be started from: an overshoot that empties a chamber or a vessel may not. */
function plausible(y: Float64Array): boolean {
  for (let i = 0; i < 8; i++) if (!(y[i]! > 0 && y[i]! < 1e4)) return false
  return true
}

function measure(
  parameters: CirculationParameters,
  P: Float64Array,
  w: Workspace,
  step: ReturnType<typeof stepper>,
  samples: number,
  beats: number,
  residual: number,
): LimitCycle {
  const state = unpackState(w.y)
  const observer = beatObserver(P)
  const onset = [1, 3].map((c) => P[at.chamber + at.perChamber * c + 4]!)
  const endDiastolic = [Number.NaN, Number.NaN]
  const loops = [0, 1].map(() => ({ volume: new Float64Array(samples), pressure: new Float64Array(samples) }))
  const sample = new Float64Array(stateSize)
  const cycle = P[0]!
  const pressure = (c: number, t: number) => elastance(P, c, t) * (sample[c]! - P[at.chamber + at.perChamber * c + 5]!)
  let next = 0
  step((_, from, to) => {
    observer.observe(w, from, to)
    for (const [k, t] of onset.entries())
      if ((t >= from && t < to) || (t === 0 && from === 0)) {
        interpolate(w, from, to, t, sample)
        endDiastolic[k] = pressure(2 * k + 1, t)
      }
    for (; next < samples && (next * cycle) / samples < to; next++) {
      const t = (next * cycle) / samples
      interpolate(w, from, to, t, sample)
      for (const [k, loop] of loops.entries()) {
        loop.volume[next] = sample[2 * k + 1]!
        loop.pressure[next] = pressure(2 * k + 1, t)
      }
    }
  })
  const ventricle = (k: number): VentricleCycle => {
    const endDiastolicVolume = observer.high[2 * k + 1]!
    const endSystolicVolume = observer.low[2 * k + 1]!
    return {
      endDiastolicVolume,
      endSystolicVolume,
      strokeVolume: endDiastolicVolume - endSystolicVolume,
      ejectionFraction: (endDiastolicVolume - endSystolicVolume) / endDiastolicVolume,
      maximumPressure: observer.high[stateSize + 2 * k + 1]!,
      endDiastolicPressure: endDiastolic[k]!,
      loop: loops[k]!,
    }
  }
  const leftVentricle = ventricle(0)
  return {
    heartRate: 60 * parameters.heartRate,
    cardiacOutput: (leftVentricle.strokeVolume * 60 * parameters.heartRate) / 1000,
    leftVentricle,
    rightVentricle: ventricle(1),
    leftAtrium: atrium(observer, 0, cycle),
    rightAtrium: atrium(observer, 2, cycle),
    systemicArtery: pressures(observer, 4, cycle),
    systemicVeins: pressures(observer, 5, cycle),
    pulmonaryArtery: pressures(observer, 6, cycle),
    pulmonaryVeins: pressures(observer, 7, cycle),
    totalVolume: totalVolume(parameters, w.y),
    state,
    converged: true,
    beats,
    residual,
  }
}

function atrium(observer: BeatObserver, row: number, cycle: number): AtriumCycle {
  return {
    smallestVolume: observer.low[row]!,
    largestVolume: observer.high[row]!,
    meanPressure: observer.area[stateSize + row]! / cycle,
  }
}

function pressures(observer: BeatObserver, row: number, cycle: number): PressureCycle {
  return { systolic: observer.high[row]!, diastolic: observer.low[row]!, mean: observer.area[row]! / cycle }
}
