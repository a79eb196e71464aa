import { hour, type Instant, type Objective } from '@counterpart/kernel'
import { type Course, type ExamKind, inMinutes } from './exam.ts'
import { type DayFrame, overtimeWithin } from './quantities.ts'

/**
 * What advice is for. The loss of a future is in minutes of one booked patient's waiting; the other weights are this
 * twin's assumption, stated so that a reader can disagree.
 */
interface Goal extends Objective {
  /** Per minute that somebody of this kind waits for a machine. */
  readonly waiting: Readonly<Record<ExamKind, number>>
  /** Per minute of overtime of a machine. */
  readonly overtime: number
  /** Per minute that a finished exam waits for its report. */
  readonly report: Readonly<Record<ExamKind, number>>
}

const goals: readonly Goal[] = [
  {
    name: 'flow',
    statement:
      'Waiting for machines and reports as short as can be, an emergency’s minute counting four times a booked patient’s, a minute of overtime twice',
    unit: 'min of one booked patient’s waiting, or its like',
    waiting: { emergency: 4, booked: 1, inpatient: 0.5, 'walk-in': 0.75 },
    overtime: 2,
    report: { emergency: 1, booked: 0.02, inpatient: 0.1, 'walk-in': 0.05 },
  },
  {
    name: 'end-on-time',
    statement: 'The day ends on time: a minute of overtime counts ten times a booked patient’s waiting',
    unit: 'min of one booked patient’s waiting, or its like',
    waiting: { emergency: 4, booked: 1, inpatient: 0.25, 'walk-in': 0.5 },
    overtime: 10,
    report: { emergency: 1, booked: 0, inpatient: 0, 'walk-in': 0 },
  },
  {
    name: 'reporting',
    statement: 'Reports as early as can be, an emergency’s counting ten times an outpatient’s',
    unit: 'min that one outpatient’s report is waited for, or its like',
    waiting: { emergency: 4, booked: 0.5, inpatient: 0.5, 'walk-in': 0.5 },
    overtime: 2,
    report: { emergency: 10, booked: 1, inpatient: 3, 'walk-in': 1 },
  },
]

export const objectives: readonly Objective[] = goals.map(({ name, statement, unit }) => ({ name, statement, unit }))

export const goalNamed = (name: string): Goal => goals.find((goal) => goal.name === name) ?? goals[0]!

/** The loss of one future between two instants. */
export function lossOf(goal: Goal, courses: readonly Course[], from: Instant, until: Instant, day: DayFrame): number {
  const overlap = (begin: Instant, end: Instant) => Math.max(0, inMinutes(Math.min(end, until) - Math.max(begin, from)))
  let loss = goal.overtime * overtimeWithin(courses, from, until, day)
  for (const { kind, booked, came, start, end, reported } of courses) {
    // Who is early waits for the appointment, not for the department.
    loss += goal.waiting[kind] * overlap(kind === 'booked' ? Math.max(came, booked) : came, start)
    loss += goal.report[kind] * overlap(end, reported)
  }
  return loss
}

/** An emergency that waits longer for a machine is harm. */
const longestEmergencyWait = 2 * hour

/** Whether any emergency asked for after `from` waits too long. */
export function harmed(courses: readonly Course[], from: Instant, until: Instant): boolean {
  return courses.some(
    ({ kind, asked, start }) =>
      kind === 'emergency' &&
      asked >= from - longestEmergencyWait &&
      Math.min(start, until) - asked > longestEmergencyWait,
  )
}
