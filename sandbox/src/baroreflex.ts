import { type Milliseconds, second } from '@counterpart/kernel'
import type { Physiology } from './phenotypes.ts'

/**
 * A simple arterial baroreflex: pressure below its set point raises sympathetic tone, which raises heart rate,
 * resistance, contractility and the filling of the loop, each with its own delay. The shape and the time constants of
 * the arms are those of Ursino (Am J Physiol 1998;275:H1733: resistance 6 s, contractility 8 s, venous volume 20 s,
 * heart rate 2 s); the sizes give a rate response near 1 /min per mmHg at the set point in health (La Rovere et al.,
 * Lancet 1998;351:478 on its spread). The twins know nothing of it.
 */
const arms = [
  { on: 'heartRate', most: 0.3, time: 2 * second },
  { on: 'resistance', most: 0.25, time: 6 * second },
  { on: 'contractility', most: 0.2, time: 8 * second },
  { on: 'volume', most: 0.06, time: 20 * second },
] as const

/** Pressure error at which the response has reached 76 % of its limit, mmHg. */
const width = 25

export interface ReflexState {
  /** Tone per arm, -1 (vagal) to 1 (sympathetic), in the order of the arms. */
  readonly tones: Float64Array
}

export function quietReflex(): ReflexState {
  return { tones: new Float64Array(arms.length) }
}

/** Moves the tones on in place. Long steps are damped: the loop through the heart is closed only once per step. */
export function advanceReflex(state: ReflexState, meanPressure: number, setPoint: number, step: Milliseconds): void {
  const target = Math.tanh((setPoint - meanPressure) / width)
  for (const [i, arm] of arms.entries()) {
    const share = Math.min(1 - Math.exp(-step / arm.time), 0.35)
    state.tones[i]! += share * (target - state.tones[i]!)
  }
}

/** What the reflex does to the physiology: factors. `gain` 1 is healthy; `rateBlock` 0-1 blocks the rate arm. */
export function reflexFactors(state: ReflexState, gain: number, rateBlock: number): Partial<Physiology> {
  const factors: Partial<Record<keyof Physiology, number>> = {}
  for (const [i, arm] of arms.entries()) {
    const strength = arm.on === 'heartRate' ? gain * (1 - rateBlock) : gain
    factors[arm.on] = 1 + arm.most * strength * state.tones[i]!
  }
  return factors
}
