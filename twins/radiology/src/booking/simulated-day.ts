import { type Belief, day, hour, type Instant, minute, type SubjectId, type TwinContext } from '@counterpart/kernel'
import { lawsOf } from '../draws.ts'
import { type Course, type Exam, inMinutes } from '../exam.ts'
import { futuresOf } from '../future.ts'
import { departmentIn, type Memory, memoryOf } from '../memory.ts'
import { planOf } from '../plan.ts'
import { type DayFrame, dayFrame, overtimeWithin } from '../quantities.ts'
import { situationOf } from '../situation.ts'
import type { BookedDay, Wish } from './template.ts'

/** How one simulated day went, in minutes. */
export interface DayResult {
  /** Of all machines. */
  readonly overtime: number
  /** Mean over booked patients who came, from appointment or arrival, whichever is later, to the start. */
  readonly wait: number
  /** Of all machines, in session, before the last routine exam's end. */
  readonly idle: number
  /** Mean from order to start of emergencies asked for during sessions; 0 without any. */
  readonly emergencyWait: number
  /** Overtime, idle and everybody's waiting added up by {@link dayCosts}. */
  readonly cost: number
}

/** What a minute counts. Assumptions, stated so that a reader can disagree. */
export const dayCosts = { overtime: 2, idle: 0.2, wait: 1, emergencyWait: 3 } as const

/**
 * Runs a booked day as often as asked for: replication `r` has the same no-shows, lateness, durations, emergencies and
 * breakdowns whatever the bookings, so that templates are compared in pairs. Bookings begin with an empty department.
 */
export function simulateDays(
  belief: Belief,
  date: Instant,
  booked: BookedDay,
  wishes: readonly Wish[],
  { from, replications }: { readonly from: number; readonly replications: number },
  context: TwinContext,
): readonly DayResult[] {
  const memory = memoryOf(belief)
  const department = departmentIn(memory)
  const start = department.startOfDay(date)
  const opening = start + Math.min(...booked.appointments.map((each) => each.from)) * minute
  const now = opening - 2 * hour
  const end = start + day
  const protocols = new Map(wishes.map(({ id, protocol }) => [id, protocol]))
  const exams = booked.appointments.map(
    ({ id, machine, from: at, until }): Exam => ({
      id,
      patient: `patient/${id}` as SubjectId,
      protocol: protocols.get(id) ?? '',
      origin: 'outpatient',
      urgency: 'routine',
      ordered: start - day,
      booked: start + at * minute,
      minutes: until - at,
      machine,
    }),
  )
  const empty: Memory = { ...memory, machines: {}, exams: Object.fromEntries(exams.map((exam) => [exam.id, exam])) }
  const situation = situationOf(empty, now, end, planOf(empty, now, []))
  const frame = dayFrame(department, now, end)
  const laws = lawsOf(belief, context)
  const results: DayResult[] = []
  for (let r = from; r < from + replications; ) {
    // As many as there are members at a time; each batch has streams of its own.
    const batch = Math.floor(r / laws.length)
    const [first, last] = [r % laws.length, Math.min(laws.length, (r % laws.length) + from + replications - r)]
    const own: TwinContext = { ...context, random: (...names) => context.random('day', batch, ...names) }
    for (const courses of futuresOf(situation, laws.slice(first, last), own, first))
      results.push(resultOf(courses, end, frame))
    r += last - first
  }
  return results
}

function resultOf(courses: readonly Course[], end: Instant, frame: DayFrame): DayResult {
  const overtime = overtimeWithin(courses, end - day, end, frame)
  let [waits, booked, emergencies, emergencyWaits, idle] = [0, 0, 0, 0, 0]
  const inSession = (at: Instant) =>
    [...frame.sessions.values()].some((spans) => spans.some((s) => s.from <= at && at < s.until))
  for (const course of courses) {
    if (course.kind === 'booked') {
      waits += inMinutes(Math.max(0, Math.min(course.start, end) - Math.max(course.booked, course.came)))
      booked++
    } else if (course.kind === 'emergency' && inSession(course.asked)) {
      emergencyWaits += inMinutes(Math.min(course.start, end) - course.asked)
      emergencies++
    }
  }
  for (const [machine, spans] of frame.sessions)
    for (const session of spans) {
      const own = courses.filter(
        (course) => course.machine === machine && course.end > session.from && course.start < session.until,
      )
      const last = own.reduce(
        (at, course) => (course.kind === 'emergency' ? at : Math.max(at, course.end)),
        session.from,
      )
      const until = Math.min(last, session.until)
      const busy = own.reduce(
        (sum, course) => sum + Math.max(0, Math.min(course.end, until) - Math.max(course.start, session.from)),
        0,
      )
      idle += inMinutes(Math.max(0, until - session.from - busy))
    }
  return {
    overtime,
    wait: booked === 0 ? 0 : waits / booked,
    idle,
    emergencyWait: emergencies === 0 ? 0 : emergencyWaits / emergencies,
    cost:
      dayCosts.overtime * overtime +
      dayCosts.idle * idle +
      dayCosts.wait * waits +
      dayCosts.emergencyWait * emergencyWaits,
  }
}
