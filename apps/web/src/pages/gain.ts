import type { SummaryFigures } from '@counterpart/server/contract'
import { type WrittenEstimate, writeEstimate } from '../format/number.ts'
import { unitText } from '../format/unit.ts'

/** So many minutes are read more easily as hours. */
const minutesAtMost = 300

/** Gains as people read them, all in one unit: hours where an objective counts minutes by the hundred. */
export function inGainUnit(
  unit: string,
  gains: readonly Pick<SummaryFigures, 'p05' | 'p50' | 'p95'>[],
): {
  readonly unitText: string
  write(gain: Pick<SummaryFigures, 'p05' | 'p50' | 'p95'>): WrittenEstimate
} {
  const largest = Math.max(0, ...gains.map(({ p50 }) => Math.abs(p50)))
  const hours = unit === 'min' && largest >= minutesAtMost
  return {
    unitText: unitText(hours ? 'h' : unit),
    write: (gain) => writeEstimate(gain, { signed: true, factor: hours ? 1 / 60 : 1 }),
  }
}
