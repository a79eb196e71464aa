import { hour, type ImagingMachine, type Instant } from '@counterpart/kernel'
import type { Department, Span } from './department.ts'
import { type Course, cameAt, courseOf, type Exam, type ExamKind, examKinds, kindOf, noShowAfter } from './exam.ts'
import { departmentIn, type MachineState, type Memory } from './memory.ts'
import type { Plan } from './plan.ts'
import { dutyCourse, type StaffRole, staffRoles } from './staffing.ts'

/** When a machine takes whom. */
export interface Opening {
  readonly machine: ImagingMachine
  readonly state: MachineState | undefined
  /** As planned, without any extension: what overtime is counted from. */
  readonly sessions: readonly Span[]
  /** When unbooked routine patients are taken. */
  readonly routine: readonly Span[]
  /** When booked patients are taken: from the session's start to the end of the day, less maintenance. */
  readonly booked: readonly Span[]
  /** When booked patients are taken though no technologist is on duty for it: after the session's end. */
  readonly overtime: readonly Span[]
  /** When emergencies are taken. */
  readonly emergency: readonly Span[]
}

/** Everything about now and the hours to come that does not differ between members. */
export interface Situation {
  readonly now: Instant
  readonly until: Instant
  readonly department: Department
  readonly memory: Memory
  readonly plan: Plan
  readonly openings: readonly Opening[]
  readonly staff: Readonly<Record<StaffRole, readonly { readonly at: Instant; readonly count: number }[]>>
  /** Booked, not there yet; by id, so that the order does not depend on the appointments. */
  readonly coming: readonly Exam[]
  /** In the department or asked for, not begun; in the order of coming. */
  readonly waiting: readonly Exam[]
  readonly underWay: readonly Exam[]
  readonly unreported: readonly Exam[]
  /** What is over, as it was. */
  readonly past: readonly Course[]
}

export function machineOf(exam: Exam, { plan }: Pick<Situation, 'plan'>): string {
  return plan.moved.get(exam.id) ?? exam.machine ?? ''
}

export function situationOf(memory: Memory, now: Instant, until: Instant, plan: Plan): Situation {
  const department = departmentIn(memory)
  const exams = Object.values(memory.exams)
    .filter(({ closed }) => closed === undefined)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const came = (exam: Exam) => cameAt(exam)
  const waiting = exams
    .filter((exam) => came(exam) !== undefined && exam.started === undefined)
    .sort((a, b) => came(a)! - came(b)! || (a.id < b.id ? -1 : 1))
  const past: Course[] = []
  for (const exam of exams) {
    if (exam.finished === undefined) continue
    const course = courseOf(exam, department)
    if (course && course.reported < Number.POSITIVE_INFINITY) past.push(course)
  }
  const dayStart = department.startOfDay(now)
  return {
    now,
    until,
    department,
    memory,
    plan,
    openings: department.layout.machines.map((machine) =>
      openingOf(machine, department, memory, plan, dayStart, until),
    ),
    staff: Object.fromEntries(
      staffRoles.map((role) => [role, staffCourse(role, memory, department, plan, now, until)]),
    ) as unknown as Situation['staff'],
    coming: exams.filter(
      (exam) =>
        came(exam) === undefined &&
        exam.booked !== undefined &&
        exam.booked > now - noShowAfter &&
        exam.booked < until + hour,
    ),
    waiting,
    underWay: exams.filter((exam) => exam.started !== undefined && exam.finished === undefined),
    unreported: exams
      .filter((exam) => exam.finished !== undefined && exam.reported === undefined)
      .sort((a, b) => examKinds.indexOf(kindOf(a)) - examKinds.indexOf(kindOf(b)) || a.finished! - b.finished!),
    past,
  }
}

function openingOf(
  machine: ImagingMachine,
  department: Department,
  memory: Memory,
  plan: Plan,
  from: Instant,
  until: Instant,
): Opening {
  const far = until + 12 * hour
  const sessions = department.sessions(machine, from, far)
  const maintenance = department.maintenance(machine, from, far)
  const longer = sessions.map((session) => {
    const day = department.startOfDay(session.from)
    const more = plan.extended
      .filter((each) => department.startOfDay(each.from) === day)
      .reduce((sum, { minutes }) => sum + minutes * 60_000, 0)
    return { from: session.from, until: session.until + more }
  })
  const reserved = subtract(department.reserved(machine, from, far), plan.released)
  const shut = machine.onCall === true || reserved.length > 0 ? [...reserved, ...plan.held] : reserved
  const midnight = (at: Instant) => department.startOfDay(at) + 24 * hour
  return {
    machine,
    state: memory.machines[machine.code],
    sessions,
    routine: subtract(subtract(longer, shut), maintenance),
    booked: subtract(
      longer.map((span) => ({ from: span.from, until: midnight(span.from) })),
      maintenance,
    ),
    overtime: longer.map((span) => ({ from: span.until, until: midnight(span.from) })),
    emergency: subtract(machine.onCall === true ? [{ from, until: far }] : longer, maintenance),
  }
}

/** `spans` without what `holes` cover. */
export function subtract(spans: readonly Span[], holes: readonly Span[]): readonly Span[] {
  return holes.reduce<readonly Span[]>(
    (left, hole) =>
      left.flatMap(({ from, until }) =>
        hole.until <= from || hole.from >= until
          ? [{ from, until }]
          : [
              ...(hole.from > from ? [{ from, until: hole.from }] : []),
              ...(hole.until < until ? [{ from: hole.until, until }] : []),
            ],
      ),
    spans,
  )
}

function staffCourse(
  role: StaffRole,
  { rosters }: Memory,
  department: Department,
  plan: Plan,
  from: Instant,
  until: Instant,
): readonly { readonly at: Instant; readonly count: number }[] {
  const base = dutyCourse(rosters, department, role, from, until + 12 * hour)
  if (role !== 'technologist') return base
  const extra: { from: Instant; until: Instant; count: number }[] = [...plan.technologists]
  // Whoever is there at the end of a session that goes on longer stays.
  for (const { from: begun, minutes } of plan.extended)
    for (const machine of department.layout.machines) {
      const end = department.sessions(machine, begun, department.startOfDay(begun) + 24 * hour).at(-1)?.until
      if (end !== undefined) extra.push({ from: end, until: end + minutes * 60_000, count: 1 })
    }
  const edges = new Set([from, ...base.map(({ at }) => at)])
  for (const span of extra)
    for (const at of [span.from, span.until]) if (at > from && at < until + 12 * hour) edges.add(at)
  return [...edges]
    .sort((a, b) => a - b)
    .map((at) => ({
      at,
      count:
        (base.findLast((step) => step.at <= at)?.count ?? 0) +
        extra.reduce((sum, span) => sum + (span.from <= at && at < span.until ? span.count : 0), 0),
    }))
}

/** Which line comes first: 0 before 1. */
export function priorityOf(kind: ExamKind, plan: Plan): number {
  if (kind === 'emergency') return 0
  if (kind === 'inpatient') return plan.inpatientsFirst ? 1 : 3
  return kind === 'booked' ? 2 : 4
}
