import type { ForecastBands } from '@counterpart/server/contract'
import { writeEstimate } from '../format/number.ts'
import { writeLead } from '../format/time.ts'
import type { useMeasure } from '../parts/numbers.tsx'

/** Two hours ahead: far enough to act on, near enough to trust. */
const worthKnowing = 2 * 3_600_000

/** What is expected of a quantity in two hours, or at the step nearest to that, in words; undefined where nothing is forecast. */
export function writtenAhead(
  bands: ForecastBands | undefined,
  name: string,
  measure: ReturnType<typeof useMeasure>,
): (ReturnType<typeof writeEstimate> & { readonly lead: string }) | undefined {
  const ahead = bands?.quantities[name]
  const at = ahead && bands ? stepNearest(bands, worthKnowing) : -1
  if (!ahead || !bands || at < 0) return undefined
  const estimate = {
    p05: measure.convert(ahead.p05[at]!),
    p50: measure.convert(ahead.p50[at]!),
    p95: measure.convert(ahead.p95[at]!),
  }
  return {
    ...writeEstimate(estimate, { digits: measure.digits ?? 1 }),
    lead: writeLead(bands.times[at]! - bands.madeAt),
  }
}

/** The step of a forecast that is nearest to a lead; −1 where there is none. */
function stepNearest(bands: ForecastBands, lead: number): number {
  let best = -1
  bands.times.forEach((time, index) => {
    const away = Math.abs(time - bands.madeAt - lead)
    if (best < 0 || away < Math.abs(bands.times[best]! - bands.madeAt - lead)) best = index
  })
  return best
}
