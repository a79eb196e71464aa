import { day, type Instant, type RosterDetail, type RosterSpan } from '@counterpart/kernel'
import { priors } from '../estimates/priors.ts'

/** How many days back a roster stands for a day of which none speaks. */
const daysBack = 2

/** What rosters have said, some days back and as far ahead as known. */
export type Roster = {
  readonly spans: readonly RosterSpan[]
  /** For which times a roster speaks; they do not overlap. */
  readonly known: readonly { readonly from: Instant; readonly until: Instant }[]
}

export const noRoster: Roster = { spans: [], known: [] }

/** Roles that the twin reckons with; senior clinicians count as clinicians. */
export type StaffRole = 'clinician' | 'nurse' | 'triage-nurse'
const rolesOf: Readonly<Record<StaffRole, readonly string[]>> = {
  clinician: ['clinician', 'senior-clinician'],
  nurse: ['nurse'],
  'triage-nurse': ['triage-nurse'],
}

/** The roster after a newer one has replaced what it speaks of. What ended days before `at` is let go. */
export function withRoster(old: Roster, detail: RosterDetail, at: Instant): Roster {
  const outside = <T extends { readonly from: Instant; readonly until: Instant }>(span: T): T[] =>
    [
      { ...span, until: Math.min(span.until, detail.from) },
      { ...span, from: Math.max(span.from, detail.until) },
    ].filter(({ from, until }) => from < until && until > at - (daysBack + 1) * day)
  const said = detail.spans.filter(({ from, until, count }) => from < until && count >= 0)
  return {
    spans: [...old.spans.flatMap(outside), ...said].sort((a, b) => a.from - b.from || (a.role < b.role ? -1 : 1)),
    known: [...old.known.flatMap(outside), { from: detail.from, until: detail.until }].sort((a, b) => a.from - b.from),
  }
}

/**
 * How many are on duty at a time. Where no roster speaks of it, as many as a day or two before; where none of late
 * named the role, what is assumed of any department.
 */
export function onDuty(roster: Roster, role: StaffRole, at: Instant): number {
  const roles = rolesOf[role]
  if (!roster.spans.some((span) => roles.includes(span.role))) return priors.staff[role]
  for (let back = 0; back <= daysBack; back++) {
    const time = at - back * day
    if (!roster.known.some(({ from, until }) => from <= time && time < until)) continue
    let count = 0
    for (const span of roster.spans)
      if (span.from <= time && time < span.until && roles.includes(span.role)) count += span.count
    return count
  }
  return priors.staff[role]
}

/** The times in (from, until) at which the number on duty may change. */
export function changesOf(roster: Roster, role: StaffRole, from: Instant, until: Instant): Instant[] {
  const times = new Set<Instant>()
  for (const span of [...roster.spans.filter(({ role: r }) => rolesOf[role].includes(r)), ...roster.known])
    for (let back = 0; back <= daysBack; back++)
      for (const time of [span.from + back * day, span.until + back * day])
        if (time > from && time < until) times.add(time)
  return [...times].sort((a, b) => a - b)
}
