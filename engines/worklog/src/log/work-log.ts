import { type CivilTime, civilTime } from '@counterpart/numerics'
import { activities, messageKinds } from '../vocabulary.ts'
import type { LogOptions, Quarters, Span, WorkHour } from '../work-event.ts'
import { at, dayLength, hourLength } from './cell.ts'
import type { Limits } from './limits.ts'
import { joinSpans, type Presence, silences } from './presence.ts'
import type { Problem } from './problems.ts'
import { type DaySummary, joinDays, type PersonHours } from './reduce.ts'

/** A log read to its end. */
export interface WorkLog {
  readonly zone: string
  /** Those of the list, and without one every login, in alphabetical order. */
  readonly providers: readonly string[]
  /** Lines with the header; events as they stand; how many of these were there before. */
  readonly lines: number
  readonly events: number
  readonly duplicates: number
  /** From the start of the first day with an event to the end of the last; `undefined` for a log without events. */
  readonly extent: Span | undefined
  /** When no log was written, as declared or found. */
  readonly missing: readonly Span[]
  readonly problems: readonly Problem[]
  /** Hours of one provider in which something was done or received, or the log is not whole, in order of time. */
  hours(provider: string): readonly WorkHour[]
  /** How often one action followed another (`from * actions.length + to`), by day of the clinic. */
  transitions(provider: string): ReadonlyMap<string, Int32Array>
}

/** What {@link workLog} is made of. */
export interface LogContents {
  readonly days: ReadonlyMap<string, ReadonlyMap<number, DaySummary>>
  readonly providers: readonly string[]
  readonly lines: number
  readonly events: number
  readonly duplicates: number
  readonly presence: Presence
  readonly problems: readonly Problem[]
}

export function workLog(contents: LogContents, options: LogOptions, limits: Limits): WorkLog {
  const { days, providers, lines, events, duplicates, presence, problems } = contents
  const zone = options.zone ?? 'UTC'
  const civil = civilTime(zone)
  const seen = presence.extent()
  const extent = seen && {
    from: civil.startOf(civil.dayOf(seen.first * 900_000)),
    until: civil.startOf(civil.dayAfter(civil.dayOf(seen.last * 900_000), 1)),
  }
  const closed = (day: string) => options.closed?.(day) ?? false
  const missing = joinSpans([
    ...(options.outages ?? []),
    ...(extent ? silences(presence, civil, extent, closed) : []),
    ...(extent && problems.some(({ problem }) => problem === 'time-twice') ? secondReadings(civil, extent) : []),
  ])
  const none = new Map<number, DaySummary>()
  let last: { readonly provider: string; readonly joined: PersonHours } | undefined
  const joinedOf = (provider: string) => {
    // Hours and transitions of one are asked for one after the other.
    if (last?.provider !== provider) last = { provider, joined: joinDays(days.get(provider) ?? none, limits) }
    return last.joined
  }
  return {
    zone,
    providers,
    lines,
    events,
    duplicates,
    extent,
    missing,
    problems,
    hours: (provider) => hoursOf(provider, joinedOf(provider), missing),
    transitions: (provider) =>
      new Map(
        [...joinedOf(provider).transitions].map(([day, counts]) => [
          new Date(day * dayLength).toISOString().slice(0, 10),
          counts,
        ]),
      ),
  }
}

/** When the clock, put back, shows times once more: events of then were taken for those of the hour before. */
function secondReadings(civil: CivilTime, { from, until }: Span): readonly Span[] {
  const spans: Span[] = []
  for (let at = from; at < until; at += 900_000) {
    const back = civil.offsetAt(at - 900_000) - civil.offsetAt(at)
    if (back > 0) spans.push({ from: at, until: at + back })
  }
  return spans
}

/** The hours of one person, with how much of each is in the log. */
export function hoursOf(provider: string, { rows }: PersonHours, missing: readonly Span[]): readonly WorkHour[] {
  const gaps = gapsByHour(missing)
  const hours = new Set([...rows.index.keys(), ...gaps.keys()])
  return [...hours]
    .sort((a, b) => a - b)
    .map((hour) => workHour(provider, hour, rows.cells, rows.index.get(hour), 1 - (gaps.get(hour) ?? 0) / hourLength))
}

/** Milliseconds of each hour (since 1970) without a log. */
function gapsByHour(missing: readonly Span[]): ReadonlyMap<number, number> {
  const gaps = new Map<number, number>()
  for (const { from, until } of missing)
    for (let hour = Math.floor(from / hourLength); hour * hourLength < until; hour++) {
      const length = Math.min(until, (hour + 1) * hourLength) - Math.max(from, hour * hourLength)
      gaps.set(hour, (gaps.get(hour) ?? 0) + length)
    }
  return gaps
}

const empty = new Int32Array(at.switches + 1)

/** One row of `cell.ts` in words. */
function workHour(
  provider: string,
  hour: number,
  cells: Int32Array,
  row: number | undefined,
  covered: number,
): WorkHour {
  const from = row ?? 0
  const cell = row === undefined ? empty : cells
  const seconds: { [activity in (typeof activities)[number]]?: Quarters } = {}
  for (const [a, activity] of activities.entries()) {
    const q = from + at.time + 4 * a
    if (cell[q]! + cell[q + 1]! + cell[q + 2]! + cell[q + 3]! > 0)
      seconds[activity] = [cell[q]! / 1000, cell[q + 1]! / 1000, cell[q + 2]! / 1000, cell[q + 3]! / 1000]
  }
  const byKind = (column: number) => {
    const counts: { [kind in (typeof messageKinds)[number]]?: number } = {}
    for (const [k, kind] of messageKinds.entries()) {
      const count = cell[from + column + k]!
      if (count > 0) counts[kind] = count
    }
    return counts
  }
  return {
    provider,
    hour: hour * hourLength,
    seconds,
    received: byKind(at.received),
    done: byKind(at.done),
    orders: { signed: cell[from + at.signed]!, team: cell[from + at.team]! },
    notesSigned: cell[from + at.notes]!,
    actions: cell[from + at.actions]!,
    switches: cell[from + at.switches]!,
    covered,
  }
}
