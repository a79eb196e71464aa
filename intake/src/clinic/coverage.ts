import type { Instant } from '@counterpart/kernel'
import { day, hour } from '@counterpart/kernel'
import type { CivilTime } from '@counterpart/numerics'
import type { ClinicSettings } from './settings.ts'

/** The log is known to have been off. */
export interface Outage {
  readonly from: Instant
  readonly until: Instant
  /** It was not, after all. */
  readonly cancelled?: boolean
  readonly said: Instant
}

/** Between hours that are further apart than this, there was no log to be missing. */
const longestGap = 14 * day

/** What of a clinic's log is there: a function of the hours in which anybody of the clinic did anything, and of declared outages. */
export interface Coverage {
  readonly heard: ReadonlySet<Instant>
  readonly outages: readonly Outage[]
  /** Share of an hour for which the log is there. */
  covered(hour: Instant): number
  /** Rises with whatever changes {@link covered}, and is the same in whatever order that became known. */
  stage(hour: Instant): number
  with(heard: readonly Instant[], outages: readonly Outage[]): Coverage
  /** Hours of which another coverage says something else. */
  changed(after: Coverage): readonly Instant[]
}

export function coverageOf(
  clinic: ClinicSettings,
  time: CivilTime,
  heard: ReadonlySet<Instant> = new Set(),
  outages: readonly Outage[] = [],
): Coverage {
  const missing = silentHours(clinic, time, heard)
  const touching = (at: Instant) => outages.filter(({ from, until }) => from < at + hour && until > at)
  const coverage: Coverage = {
    heard,
    outages,
    covered(at) {
      if (missing.has(at)) return 0
      const minutes = new Uint8Array(60)
      for (const { from, until } of standing(touching(at)))
        minutes.fill(1, Math.max(0, Math.floor((from - at) / 60_000)), Math.min(60, Math.ceil((until - at) / 60_000)))
      return 1 - minutes.reduce((sum, off) => sum + off, 0) / 60
    },
    stage: (at) => touching(at).length + (heard.has(at) ? 2 : missing.has(at) ? 1 : 0),
    with(more, declared) {
      const known = new Set(outages.map(keyOf))
      const fresh = declared.filter((each) => !known.has(keyOf(each)))
      if (more.every((at) => heard.has(at)) && fresh.length === 0) return coverage
      return coverageOf(clinic, time, new Set([...heard, ...more]), [...outages, ...fresh])
    },
    changed(after) {
      if (after === coverage) return []
      const hours = new Set([...missing, ...missingIn.get(after)!])
      for (const { from, until } of after.outages.slice(outages.length))
        for (let at = Math.floor(from / hour) * hour; at < until; at += hour) hours.add(at)
      return [...hours].filter((at) => after.stage(at) !== coverage.stage(at)).sort((a, b) => a - b)
    },
  }
  missingIn.set(coverage, missing)
  return coverage
}

const missingIn = new WeakMap<Coverage, ReadonlySet<Instant>>()

/** Of each outage what was said last; those that stand. */
function standing(outages: readonly Outage[]): readonly Outage[] {
  const latest = new Map<string, Outage>()
  for (const each of outages) {
    const key = `${each.from} ${each.until}`
    const known = latest.get(key)
    if (!known || each.said > known.said || (each.said === known.said && each.cancelled)) latest.set(key, each)
  }
  return [...latest.values()].filter(({ cancelled }) => cancelled !== true)
}

/** Hours in which the clinic is open and nobody did anything, between hours in which somebody did. */
function silentHours(
  { open, closed }: ClinicSettings,
  time: CivilTime,
  heard: ReadonlySet<Instant>,
): ReadonlySet<Instant> {
  const silent = new Set<Instant>()
  const sorted = Float64Array.from(heard).sort()
  for (let i = 1; i < sorted.length; i++) {
    const [from, until] = [sorted[i - 1]!, sorted[i]!]
    if (until - from > longestGap) continue
    for (let at = from + hour; at < until; at += hour) {
      const today = time.dayOf(at)
      if (closed.includes(today)) continue
      const [weekday, minute] = [time.weekdayOf(today), time.minuteOf(at)]
      if (open.some(({ days, from, until }) => days.includes(weekday) && from <= minute && minute + 60 <= until))
        silent.add(at)
    }
  }
  return silent
}

function keyOf({ from, until, cancelled, said }: Outage): string {
  return `${from} ${until} ${cancelled ?? false} ${said}`
}
