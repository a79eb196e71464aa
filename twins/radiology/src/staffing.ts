import { type Instant, minute, type RosterDetail } from '@counterpart/kernel'
import { covers, type Department } from './department.ts'

export const staffRoles = ['technologist', 'contrast-nurse', 'radiologist'] as const
export type StaffRole = (typeof staffRoles)[number]

export const staffLabels: Readonly<Record<StaffRole, string>> = {
  technologist: 'Technologists',
  'contrast-nurse': 'Contrast nurses',
  radiologist: 'Radiologists',
}

/** What is assumed where no roster says: one technologist per machine in session, one on call, and so on. */
function assumedStaff(department: Department, role: StaffRole, at: Instant): number {
  const open = department.layout.machines.filter((machine) =>
    covers(department.sessions(machine, at, at + 1), at),
  ).length
  const onCall = department.layout.machines.some((machine) => machine.onCall === true)
  if (role === 'technologist') return Math.max(open, onCall ? 1 : 0)
  if (role === 'contrast-nurse') return Math.max(Math.ceil(open / 2), onCall ? 1 : 0)
  return open > 0 ? Math.max(1, Math.ceil(open / 2)) : 1
}

/** How many of a role are on duty; the newest roster that covers the instant counts. */
export function onDuty(rosters: readonly RosterDetail[], department: Department, role: StaffRole, at: Instant): number {
  for (let i = rosters.length - 1; i >= 0; i--) {
    const { from, until, spans } = rosters[i]!
    if (at < from || at >= until || !spans.some((span) => span.role === role)) continue
    return spans.reduce(
      (sum, span) => sum + (span.role === role && span.from <= at && at < span.until ? span.count : 0),
      0,
    )
  }
  return assumedStaff(department, role, at)
}

/** Numbers on duty from `from` on: the first, and each change until `until`. */
export function dutyCourse(
  rosters: readonly RosterDetail[],
  department: Department,
  role: StaffRole,
  from: Instant,
  until: Instant,
): readonly { readonly at: Instant; readonly count: number }[] {
  const edges = new Set<Instant>([from])
  for (const roster of rosters)
    for (const edge of [roster.from, roster.until, ...roster.spans.flatMap((span) => [span.from, span.until])])
      edges.add(edge)
  for (const machine of department.layout.machines)
    for (const session of department.sessions(machine, from, until)) {
      edges.add(session.from)
      edges.add(session.until)
    }
  const course: { at: Instant; count: number }[] = []
  for (const at of [...edges].sort((a, b) => a - b)) {
    if (at < from || at >= until) continue
    const count = onDuty(rosters, department, role, at)
    if (course.at(-1)?.count !== count) course.push({ at, count })
  }
  return course
}

/** The roster list with one more: what it says of its span goes before what older ones said. */
export function withRoster(
  rosters: readonly RosterDetail[],
  next: RosterDetail,
  keepFrom: Instant,
): readonly RosterDetail[] {
  return [...rosters.filter((roster) => roster.until > keepFrom - 24 * 60 * minute), next]
}
