import { quantiles } from '@counterpart/numerics'

/** A quantity at each moment: its mean over replications and the ends and middle of the central 90 %. */
export interface Band {
  readonly mean: Float64Array
  readonly q05: Float64Array
  readonly q50: Float64Array
  readonly q95: Float64Array
}

const PROBABILITIES = [0.05, 0.5, 0.95] as const

/** Counts up to this are counted rather than sorted. */
const COUNTED = 4096

const counts = new Int32Array(COUNTED)
const found = new Float64Array(3)

/**
 * Summarises `moments` stretches of `each` values that follow one another. NaN stands for a replication without a value;
 * where none has one, all is NaN. Quantiles by Hazen's rule, as `quantile` of numerics.
 */
export function bandOf(values: Float64Array, moments: number, each: number): Band {
  const band = {
    mean: new Float64Array(moments),
    q05: new Float64Array(moments),
    q50: new Float64Array(moments),
    q95: new Float64Array(moments),
  }
  for (let t = 0; t < moments; t++) {
    band.mean[t] = summarise(values, t * each, (t + 1) * each)
    band.q05[t] = found[0]!
    band.q50[t] = found[1]!
    band.q95[t] = found[2]!
  }
  return band
}

/** Mean of a stretch; its quantiles go to `found`. */
function summarise(values: Float64Array, from: number, to: number): number {
  let [sum, n, most] = [0, 0, 0]
  let countable = true
  for (let i = from; i < to; i++) {
    const value = values[i]!
    if (Number.isNaN(value)) continue
    sum += value
    n++
    if (value > most) most = value
    if (!(value >= 0 && value < COUNTED && value === (value | 0))) countable = false
  }
  if (n === 0) {
    found.fill(Number.NaN)
    return Number.NaN
  }
  if (countable) byCounting(values, from, to, n, most)
  else
    found.set(
      quantiles(
        n === to - from ? values.subarray(from, to) : values.slice(from, to).filter((v) => !Number.isNaN(v)),
        PROBABILITIES,
      ),
    )
  return sum / n
}

function byCounting(values: Float64Array, from: number, to: number, n: number, most: number): void {
  counts.fill(0, 0, most + 1)
  for (let i = from; i < to; i++) {
    const value = values[i]!
    if (!Number.isNaN(value)) counts[value]!++
  }
  let value = 0
  let passed = counts[0]!
  for (let k = 0; k < 3; k++) {
    const position = Math.min(Math.max(PROBABILITIES[k]! * n - 0.5, 0), n - 1)
    const below = Math.floor(position)
    while (passed <= below) passed += counts[++value]!
    let above = value
    if (passed <= below + 1 && below + 1 < n) {
      above++
      while (counts[above] === 0) above++
    }
    found[k] = value + (position - below) * (above - value)
  }
}
