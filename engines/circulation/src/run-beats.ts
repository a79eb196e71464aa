import { CirculationError } from './errors.ts'
import { adaptiveBeat, fixedBeat, type StepObserver, stableSteps, type Workspace, workspace } from './integrate.ts'
import { elastance, packParameters } from './model.ts'
import { interpolate } from './observe.ts'
import type { CirculationParameters, CirculationState } from './parameters.ts'
import { checkParameters, packState, regazzoni2020Initial, stateSize, totalVolume, unpackState } from './parameters.ts'

/** How to integrate, for every function of this room. */
export interface IntegrationOptions {
  /**
   * `accurate` (default): adaptive Dormand–Prince; every volume and pressure of the published limit cycle to 0.001 %.
   * `fast`: fixed-step Runge–Kutta, twice as fast; to 0.03 %.
   */
  readonly method?: 'accurate' | 'fast'
  /** Relative error allowed per step of the accurate method. Default 1e-8; between 1e-12 and 1e-3. */
  readonly tolerance?: number
  /** Steps per beat of the fast method. Default: what stability needs, which is 287 for the published parameters. */
  readonly stepsPerBeat?: number
  /** Where to start. Default: the published initial state. */
  readonly initial?: CirculationState
}

export interface RunOptions extends IntegrationOptions {
  /** How many beats. Default 10. */
  readonly beats?: number
  /** Equally spaced samples per beat in the trajectory. Default 100. */
  readonly samplesPerBeat?: number
}

/** State variables and chamber pressures over time: one array per name, sampled from 0 to the end of the last beat. */
export interface Trajectory {
  /** s */
  readonly time: Float64Array
  /** mL, mmHg, mL/s by {@link stateNames}. */
  readonly states: { readonly [name in keyof CirculationState]: Float64Array }
  /** mmHg */
  readonly pressures: {
    readonly LA: Float64Array
    readonly LV: Float64Array
    readonly RA: Float64Array
    readonly RV: Float64Array
  }
  readonly final: CirculationState
  /** Relative change of the total blood volume from start to end: rounding only. */
  readonly volumeDrift: number
}

/**
 * Runs the closed loop for a number of beats from a state.
 *
 * @example
 * const { states } = runBeats(regazzoni2020, { beats: 20 })
 * console.log(Math.max(...states.p_AR_SYS.slice(-100))) // about 118.7 mmHg
 *
 * Throws {@link CirculationError}: `parameter-invalid`, `state-invalid`, `input-invalid`, `not-finite`.
 */
export function runBeats(parameters: CirculationParameters, options: RunOptions = {}): Trajectory {
  const beats = wholeNumber('beats', options.beats ?? 10, 1, 100_000)
  const perBeat = wholeNumber('samplesPerBeat', options.samplesPerBeat ?? 100, 1, 100_000)
  if (beats * perBeat > 5_000_000)
    throw new CirculationError('input-invalid', `beats × samplesPerBeat is ${beats * perBeat}; at most 5,000,000`)
  checkParameters(parameters)
  const P = packParameters(parameters)
  const w = workspace(packState(options.initial ?? regazzoni2020Initial))
  const before = totalVolume(parameters, w.y)
  const count = beats * perBeat + 1
  const rows = Array.from({ length: stateSize + 4 }, () => new Float64Array(count))
  const time = new Float64Array(count)
  const cycle = P[0]!
  const sample = new Float64Array(stateSize)
  let index = 0
  const keep = (t: number, beat: number) => {
    time[index] = beat * cycle + t
    for (let i = 0; i < stateSize; i++) rows[i]![index] = sample[i]!
    for (let c = 0; c < 4; c++) rows[stateSize + c]![index] = elastance(P, c, t) * (sample[c]! - P[6 + 6 * c]!)
    index++
  }
  sample.set(w.y)
  keep(0, 0)
  const step = stepper(P, w, options)
  for (let beat = 0; beat < beats; beat++) {
    let next = 1
    step((_, from, to) => {
      for (let t = (next * cycle) / perBeat; next <= perBeat && t <= to * (1 + 1e-14); t = (next * cycle) / perBeat) {
        interpolate(w, from, to, Math.min(t, to), sample)
        keep(t, beat)
        next++
      }
    })
  }
  const [V_LA, V_LV, V_RA, V_RV, p_AR_SYS, p_VEN_SYS, p_AR_PUL, p_VEN_PUL, Q_AR_SYS, Q_VEN_SYS, Q_AR_PUL, Q_VEN_PUL] =
    rows as [Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row]
  const [LA, LV, RA, RV] = rows.slice(stateSize) as [Row, Row, Row, Row]
  return {
    time,
    states: {
      V_LA,
      V_LV,
      V_RA,
      V_RV,
      p_AR_SYS,
      p_VEN_SYS,
      p_AR_PUL,
      p_VEN_PUL,
      Q_AR_SYS,
      Q_VEN_SYS,
      Q_AR_PUL,
      Q_VEN_PUL,
    },
    pressures: { LA, LV, RA, RV },
    final: unpackState(w.y),
    volumeDrift: (totalVolume(parameters, w.y) - before) / before,
  }
}

type Row = Float64Array

/** One beat at a time by the chosen method, in the given workspace. */
export function stepper(P: Float64Array, w: Workspace, options: IntegrationOptions): (observe?: StepObserver) => void {
  if (options.method === 'fast') {
    const least = stableSteps(P)
    const steps = options.stepsPerBeat ?? least
    wholeNumber('stepsPerBeat', steps, 1, 1_000_000)
    return (observe) => fixedBeat(P, w, steps, observe)
  }
  const tolerance = options.tolerance ?? 1e-8
  if (!(tolerance >= 1e-12 && tolerance <= 1e-3))
    throw new CirculationError('input-invalid', `tolerance is ${tolerance}; expected 1e-12 to 1e-3`)
  return (observe) => adaptiveBeat(P, w, tolerance, observe)
}

export function wholeNumber(name: string, value: number, low: number, high: number): number {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new CirculationError(
      'input-invalid',
      `${name} is ${String(value)}; expected a whole number from ${low} to ${high}`,
    )
  return value
}
