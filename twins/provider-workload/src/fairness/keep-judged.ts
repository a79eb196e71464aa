import type { CalendarDay } from '@counterpart/kernel'
import { measuredWeek } from '../measured.ts'
import type { Clinic } from '../memory/clinic.ts'
import type { Situation } from '../situation.ts'
import { at, weekWidth } from '../work/figures.ts'
import { type FairRecord, judgeWeek, notJudged } from './judged.ts'

/** Less of a week than this is nothing to judge a forecast by. */
const leastComplete = 0.95

/**
 * The record as a new week begins: the week that has ended is judged where it was measured whole and was not all leave, and
 * the one that begins is awaited. `figures` are its futures, moved by what was learnt of errors.
 */
export function fairRecordAt(
  record: FairRecord,
  clinic: Clinic,
  situation: Situation,
  figures: readonly Float64Array[],
  week: CalendarDay,
): FairRecord {
  const judged = { ...record.judged }
  if (record.awaited)
    for (const [provider, forecast] of Object.entries(record.awaited.people)) {
      const came = measuredWeek(clinic, provider, record.awaited.week)
      if (came === null || came.completeness < leastComplete || came.away >= 0.99) continue
      judged[provider] = judgeWeek(judged[provider] ?? notJudged, forecast, came.figures)
    }
  const { plan } = situation
  const people = plan.providers.map(({ provider }, p) => {
    const place = p * plan.weeks * weekWidth
    const work = figures.map((out) => out[place + at.scheduled]! + out[place + at.outside]!).sort((a, b) => a - b)
    const mean = work.reduce((sum, hours) => sum + hours, 0) / work.length
    const overload = figures.filter((out) => out[place + at.overloaded]! > 0).length / figures.length
    return [provider, { mean, p05: quantile(work, 0.05), p95: quantile(work, 0.95), overload }] as const
  })
  return { judged, awaited: { week, people: Object.fromEntries(people) } }
}

/** Between order statistics, so that few futures give no interval that is too narrow (type 6 of Hyndman and Fan). */
function quantile(sorted: readonly number[], share: number): number {
  const place = Math.min(sorted.length - 1, Math.max(0, share * (sorted.length + 1) - 1))
  const [low, part] = [Math.floor(place), place % 1]
  return sorted[low]! + part * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!)
}
