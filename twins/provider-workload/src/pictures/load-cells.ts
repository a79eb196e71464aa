import type { Chance, LoadCell, ProviderCode, Summary } from '@counterpart/kernel'
import { normalQuantile, summarise } from '@counterpart/numerics'
import { type MeasuredWeek, measuredWeek } from '../measured.ts'
import type { Clinic } from '../memory/clinic.ts'
import { at, weekWidth } from '../work/figures.ts'

/** Of a log that is there to less than this, a week is known in part only. */
const complete = 0.98

/** Points at which a normal distribution is told where a log has holes. */
const quantiles = Float64Array.from({ length: 99 }, (_, i) => normalQuantile((i + 1) / 100))

/** A week that is over, of some people together: sums of their hours; null where nothing of it is remembered. */
export function measuredCell(
  clinic: Clinic,
  people: readonly ProviderCode[],
  week: string,
): { readonly cell: LoadCell; readonly weeks: readonly MeasuredWeek[] } | null {
  const weeks = people.flatMap((code) => measuredWeek(clinic, code, week) ?? [])
  if (weeks.length === 0) return null
  const total = (of: (each: MeasuredWeek) => number) => weeks.reduce((sum, each) => sum + of(each), 0)
  const spread = Math.sqrt(total(({ outsideError }) => outsideError ** 2))
  const completeness = total((each) => each.completeness) / weeks.length
  const about = (centre: number): Summary => summarise(quantiles.map((z) => Math.max(0, centre + spread * z)))
  const overloaded = total(({ figures }) => (figures.overloaded ? 1 : 0))
  return {
    weeks,
    cell: {
      known: completeness >= complete ? 'measured' : 'partly',
      contracted: total(({ figures }) => figures.contracted),
      scheduled: total(({ figures }) => figures.scheduled),
      work: about(total(({ figures }) => figures.work)),
      outside: about(total(({ figures }) => figures.outside)),
      backlog: certain(total(({ figures }) => figures.backlog)),
      // That all of a group were would be said of each.
      overload:
        people.length > 1 && overloaded === weeks.length
          ? null
          : overloadOf(weeks, overloaded, clinic.layout.overloadRatio),
      completeness,
      away: round(total(({ away }) => away)),
    },
  }
}

/** The share of people whose week was overloaded; where the log has holes, with how many more or fewer it may have been. */
function overloadOf(weeks: readonly MeasuredWeek[], overloaded: number, ratio: number): Chance {
  const share = overloaded / weeks.length
  const count = (sign: -1 | 1) =>
    weeks.filter(({ figures: { contracted, work }, outsideError }) => {
      return contracted > 0 && work + sign * 1.645 * outsideError > ratio * contracted
    }).length / weeks.length
  return { estimate: share, low: Math.min(share, count(-1)), high: Math.max(share, count(1)) }
}

/** A week to come, of some people (by their places in the plan), from its simulated figures. */
export function forecastCell(
  figures: readonly Float64Array[],
  people: readonly number[],
  week: number,
  weeks: number,
  { begun, away }: { readonly begun: boolean; readonly away: number },
): LoadCell {
  const offsets = people.map((p) => (p * weeks + week) * weekWidth)
  const column = (of: (out: Float64Array, offset: number) => number) =>
    Float64Array.from(figures, (out) => offsets.reduce((sum, offset) => sum + of(out, offset), 0))
  const mean = (place: number) =>
    column((out, offset) => out[offset + place]!).reduce((a, b) => a + b, 0) / figures.length
  const shares = column((out, offset) => out[offset + at.overloaded]!).map((n) => n / Math.max(1, people.length))
  const told = summarise(shares)
  return {
    known: begun ? 'partly' : 'forecast',
    contracted: mean(at.contracted),
    scheduled: mean(at.scheduled),
    work: summarise(column((out, offset) => out[offset + at.scheduled]! + out[offset + at.outside]!)),
    outside: summarise(column((out, offset) => out[offset + at.outside]!)),
    backlog: summarise(column((out, offset) => out[offset + at.backlog]!)),
    // Of one person the probability, of a group the share of its people.
    overload:
      people.length === 1
        ? probabilityOf(told.mean, figures.length)
        : { estimate: told.mean, low: told.p05, high: told.p95 },
    away,
  }
}

/** A probability by counting members, with the error of their number. */
function probabilityOf(estimate: number, members: number): Chance {
  const error = 1.645 * Math.sqrt((estimate * (1 - estimate) + 0.25 / members) / members)
  return { estimate, low: Math.max(0, estimate - error), high: Math.min(1, estimate + error) }
}

/** Somebody of whom nothing is known, or nothing may be told. */
export function emptyCell(why: string): LoadCell {
  const nothing = certain(0)
  return {
    known: 'partly',
    contracted: 0,
    scheduled: 0,
    work: nothing,
    outside: nothing,
    overload: null,
    away: 0,
    suppressed: why,
  }
}

const certain = (value: number): Summary => summarise(Float64Array.of(value))
const round = (value: number) => Math.round(10 * value) / 10
