import type { Machine } from '../machine.ts'

/**
 * A first step for a method of order 5 (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, II.4):
 * `weights` are the tolerances of each state; `rates` those at `time`.
 */
export function createFirstStep(machine: Machine) {
  const n = machine.stateCount
  const moved = new Float64Array(n)
  const movedRates = new Float64Array(n)
  return (
    time: number,
    span: number,
    states: Float64Array,
    parameters: Float64Array,
    rates: Float64Array,
    weights: Float64Array,
  ): number => {
    let stateSize = 0
    let rateSize = 0
    for (let i = 0; i < n; i++) {
      if (rates[i] === 0) continue
      stateSize = Math.max(stateSize, Math.abs(states[i]!) / weights[i]!)
      rateSize = Math.max(rateSize, Math.abs(rates[i]!) / weights[i]!)
    }
    let size = stateSize < 1e-5 || rateSize < 1e-5 ? 1e-6 * span : (0.01 * stateSize) / rateSize
    if (!(size <= span)) size = span
    for (let i = 0; i < n; i++) moved[i] = states[i]! + size * rates[i]!
    machine.rates(time + size, moved, parameters, movedRates)
    let bend = 0
    for (let i = 0; i < n; i++)
      if (movedRates[i] !== rates[i]) bend = Math.max(bend, Math.abs(movedRates[i]! - rates[i]!) / weights[i]!)
    const most = Math.max(rateSize, bend / size)
    const second = most <= 1e-15 ? Math.max(1e-6 * span, size * 1e-3) : (0.01 / most) ** (1 / 5)
    const first = Math.min(100 * size, second)
    return first > 0 ? Math.min(first, span) : size
  }
}
