import { type CivilTime, civilTime } from '@counterpart/numerics'
import { WorklogError } from '../errors.ts'
import type { ScheduledSpan } from '../files/schedule.ts'
import type { Span, WorkHour } from '../work-event.ts'
import { setCoverage, silentWhileRostered } from './coverage.ts'
import type { MeasureName } from './definitions.ts'
import { type Measure, measuredPerson } from './measure-days.ts'
import { daysOf, type Period, type PeriodKind, periodsOf } from './periods.ts'
import {
  addHour,
  addMissing,
  emptyDay,
  type PersonDay,
  type Scheduled,
  scheduledOf,
  workedHours,
} from './person-days.ts'
import { within } from './spans.ts'

export interface MeasureOptions {
  /** IANA zone of the clinic. */
  readonly zone: string
  readonly by: PeriodKind
  /** Days that are measured; what lies outside {@link logged} counts as missing. */
  readonly range: Period
  /** From when until when there is a log at all. Default: the whole range. */
  readonly logged?: Span
  /** People to be measured besides those who have hours or something scheduled: whoever was never seen is unknown, not idle. */
  readonly providers?: readonly string[]
  /** For action entropy: how often one action followed another, by day. */
  readonly transitions?: (provider: string) => ReadonlyMap<string, Int32Array>
}

export interface MeasuredPeriod extends Period {
  /** Share of the usual work that was logged, 0 to 1. */
  readonly covered: number
  readonly days: {
    readonly all: number
    /** With patients scheduled. */
    readonly clinic: number
    readonly leave: number
    /** With patients scheduled and not one action: the log of these is taken to be missing. */
    readonly silent: number
  }
  readonly measures: Readonly<Record<MeasureName, Measure>>
}

export interface ProviderMeasures {
  readonly provider: string
  readonly periods: readonly MeasuredPeriod[]
}

/**
 * The published measures of each provider, from hours of work and a schedule. Hours not given are hours in which nothing was done
 * and the log was there. What is missing is filled with what is usual on this person's other days, and widens the interval.
 * Throws {@link WorklogError} `invalid-option` for a range without days, or of more than ten years.
 *
 * @param hours in any order, each hour of a provider once
 * @example
 * measuresOf(hours, schedule, { zone: 'Europe/London', by: 'week', range: { from: '2026-03-02', until: '2026-03-09' } })
 */
export function measuresOf(
  hours: Iterable<WorkHour>,
  schedule: readonly ScheduledSpan[],
  options: MeasureOptions,
): readonly ProviderMeasures[] {
  const civil = civilTime(options.zone)
  const days = daysOfRange(options.range, civil)
  const spans = Map.groupBy(schedule, ({ provider }) => provider)
  const people = new Map<string, { readonly scheduled: Scheduled; readonly days: Map<string, PersonDay> }>()
  const personOf = (provider: string) => {
    let person = people.get(provider)
    if (!person) {
      const scheduled = scheduledOf(spans.get(provider) ?? [])
      person = { scheduled, days: new Map(days.map((day) => [day, emptyDay(day, civil, scheduled)])) }
      people.set(provider, person)
    }
    return person
  }
  for (const provider of [...(options.providers ?? []), ...spans.keys()]) personOf(provider)
  const dayAt = dayFinder(civil)
  const worked = workedHours()
  for (const hour of hours) {
    const { days: own, scheduled } = personOf(hour.provider)
    addHour((instant) => own.get(dayAt(instant)), hour, civil, scheduled, worked)
  }
  for (const [provider, { days: own }] of people) {
    addTransitions(own, options.transitions?.(provider))
    if (options.logged) addUnlogged(own, options.logged, civil)
  }
  setCoverage(
    [...people.values()].map(({ days: own, scheduled }) => ({ days: [...own.values()], scheduled })),
    worked,
    civil,
  )
  const periods = periodsOf(options.by, options.range, civil).map((period) => ({
    ...period,
    days: daysOf(period, civil),
  }))
  return [...people.keys()].sort().map((provider) => {
    const { days: own } = people.get(provider)!
    const person = measuredPerson([...own.values()])
    return {
      provider,
      periods: periods.map(({ days: names, from, until }) => {
        const those = names.map((name) => own.get(name)!)
        return {
          from,
          until,
          covered: person.covered(those),
          days: {
            all: those.length,
            clinic: those.filter(({ clinic }) => clinic > 0).length,
            leave: those.filter(({ onLeave }) => onLeave).length,
            silent: those.filter(silentWhileRostered).length,
          },
          measures: person.measure(those),
        }
      }),
    }
  })
}

/** As `dayOf`, quick where instants of a day follow each other. */
function dayFinder(civil: CivilTime): (instant: number) => string {
  let [day, from, until] = ['', 0, 0]
  return (instant) => {
    if (!(instant >= from && instant < until)) {
      day = civil.dayOf(instant)
      from = civil.startOf(day)
      until = civil.startOf(civil.dayAfter(day, 1))
    }
    return day
  }
}

function daysOfRange(range: Period, civil: CivilTime): readonly string[] {
  if (civil.startOf(range.until) - civil.startOf(range.from) > 3660 * 86_400_000)
    throw new WorklogError('invalid-option', `from ${range.from} until ${range.until} are more than ten years`)
  const days = daysOf(range, civil)
  if (days.length === 0)
    throw new WorklogError(
      'invalid-option',
      `there is no day from ${range.from} until ${range.until} (until is not part of it)`,
    )
  return days
}

function addTransitions(days: Map<string, PersonDay>, transitions: ReadonlyMap<string, Int32Array> | undefined): void {
  for (const [name, counts] of transitions ?? []) {
    const day = days.get(name)
    if (day) day.transitions = counts
  }
}

/** Hours outside the log are missing like those in gaps of it. */
function addUnlogged(days: Map<string, PersonDay>, logged: Span, civil: CivilTime): void {
  for (const day of days.values()) {
    const start = civil.startOf(day.day)
    const end = civil.startOf(civil.dayAfter(day.day, 1))
    if (start >= logged.from && end <= logged.until) continue
    for (let from = start; from < end; from += 900_000) {
      const clock = Math.floor(civil.minuteOf(from) / 60)
      addMissing(day, clock, (1 - within([logged], from, from + 900_000) / 900_000) / 4)
    }
  }
}
