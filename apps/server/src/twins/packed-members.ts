import type { Forecast, TwinDefinition } from '@counterpart/kernel'
import { quantiles } from '@counterpart/numerics'
import type { ForecastIssued } from './events.ts'

/** How many equally likely values stand for a distribution that waits to be judged. */
export const packedSize = 64

/**
 * The quantities that can be measured or counted, packed for the thread: for each time, {@link packedSize} equally likely values (the
 * midpoint quantiles of the weighted ensemble). Enough to judge by, and small, because forecasts wait for hours.
 */
export function packMembers(
  forecast: Forecast,
  definition: TwinDefinition,
  counted: Readonly<Record<string, number>> = {},
): Record<string, string> {
  const probabilities = Array.from({ length: packedSize }, (_, i) => (i + 0.5) / packedSize)
  const packed: Record<string, string> = {}
  for (const { name, channel } of definition.quantities) {
    const quantity = forecast.quantities[name]
    if ((channel === undefined && counted[name] === undefined) || !quantity) continue
    const values = forecast.times.flatMap((_, time) => {
      const members = quantity.members.subarray(time * forecast.size, (time + 1) * forecast.size)
      return [...quantiles(members, probabilities, forecast.weights)]
    })
    packed[name] = Buffer.from(Float32Array.from(values).buffer).toString('base64')
  }
  return packed
}

/** What {@link packMembers} packed, each time on its own. */
export function membersByTime({ members, times, size }: ForecastIssued): Record<string, string[]> {
  const cut = (packed: string) => {
    const bytes = Buffer.from(packed, 'base64')
    return times.map((_, time) => bytes.subarray(4 * size * time, 4 * size * (time + 1)).toString('base64'))
  }
  return Object.fromEntries(Object.entries(members).map(([quantity, packed]) => [quantity, cut(packed)]))
}

/** The values of one time. */
export function unpack(packed: string): Float64Array {
  const bytes = Buffer.from(packed, 'base64')
  return Float64Array.from({ length: bytes.length / 4 }, (_, m) => bytes.readFloatLE(4 * m))
}
