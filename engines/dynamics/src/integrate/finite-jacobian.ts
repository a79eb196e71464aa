import type { Machine } from '../machine.ts'

/**
 * The machine's Jacobian, with differences in the place of entries that are not numbers: derivatives of saturated
 * functions may come out as ∞ / ∞ where the function is finite, as of 1 / (1 + exp(x)) for large x. `rates` are those at
 * `states`. Entries stay as they are where the differences are no numbers either.
 */
export function finiteJacobian(
  machine: Machine,
  time: number,
  states: Float64Array,
  parameters: Float64Array,
  rates: Float64Array,
  into: Float64Array,
): void {
  const n = states.length
  machine.jacobian(time, states, parameters, into)
  let moved: Float64Array | undefined
  let movedRates: Float64Array | undefined
  for (let j = 0; j < n; j++) {
    let whole = true
    for (let i = 0; i < n && whole; i++) whole = Number.isFinite(into[i * n + j]!)
    if (whole) continue
    moved ??= new Float64Array(n)
    movedRates ??= new Float64Array(n)
    moved.set(states)
    moved[j] = states[j]! + (1e-8 * Math.abs(states[j]!) + 1e-12)
    machine.rates(time, moved, parameters, movedRates)
    for (let i = 0; i < n; i++)
      if (!Number.isFinite(into[i * n + j]!)) into[i * n + j] = (movedRates[i]! - rates[i]!) / (moved[j]! - states[j]!)
  }
}
