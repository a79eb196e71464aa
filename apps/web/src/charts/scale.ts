/** A linear scale from data to pixels. */
export interface Scale {
  (value: number): number
  readonly domain: readonly [number, number]
}

export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const span = domain[1] - domain[0] || 1
  const scale = (value: number) => range[0] + ((value - domain[0]) / span) * (range[1] - range[0])
  return Object.assign(scale, { domain })
}

/** Round tick values within a domain, about so many. */
export function niceTicks(low: number, high: number, about: number): readonly number[] {
  const step = niceStep((high - low) / Math.max(1, about))
  if (!(step > 0)) return []
  const ticks: number[] = []
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1)
    ticks.push(Number((index * step).toPrecision(12)))
  return ticks
}

function niceStep(raw: number): number {
  if (!(raw > 0) || !Number.isFinite(raw)) return 0
  const power = 10 ** Math.floor(Math.log10(raw))
  const leading = raw / power
  return (leading <= 1 ? 1 : leading <= 2 ? 2 : leading <= 5 ? 5 : 10) * power
}

/** How many decimals ticks at this distance need. */
export function tickDecimals(ticks: readonly number[]): number {
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : Math.abs(ticks[0] ?? 1)
  return Math.max(0, -Math.floor(Math.log10(step || 1) + 1e-9))
}

/** The range that holds all values, with a margin; never of zero width. */
export function paddedRange(values: Iterable<number>, margin = 0.06): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values)
    if (Number.isFinite(value)) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  if (low > high) return [0, 1]
  const pad = (high - low) * margin || Math.abs(high) * 0.05 || 1
  return [low - pad, high + pad]
}
