import { hour, type Instant, type Quantity } from '@counterpart/kernel'
import type { Department, Span } from './department.ts'
import { type Course, type ExamKind, examKinds, inMinutes } from './exam.ts'

/** What is measured of a set of courses at an instant, in the unit of its quantity. */
type Measure = (courses: readonly Course[], at: Instant, day: DayFrame) => number

/** What of the department a measure needs to know. */
export interface DayFrame {
  readonly department: Department
  /** Planned sessions around the time in question, by machine. */
  readonly sessions: ReadonlyMap<string, readonly Span[]>
}

export function dayFrame(department: Department, from: Instant, until: Instant): DayFrame {
  const start = department.startOfDay(from)
  return {
    department,
    sessions: new Map(
      department.layout.machines.map((m) => [m.code, department.sessions(m, start, until + 24 * hour)]),
    ),
  }
}

const waits = ({ came, start }: Course, at: Instant) => came <= at && start > at

const waitingOf =
  (...kinds: readonly ExamKind[]): Measure =>
  (courses, at) =>
    courses.reduce((n, course) => n + (kinds.includes(course.kind) && waits(course, at) ? 1 : 0), 0)

/** The mean of what `of` gives, over the courses for which it gives something; 0 where there are none. */
function meanOf(courses: readonly Course[], of: (course: Course) => number | undefined): number {
  let [sum, n] = [0, 0]
  for (const course of courses) {
    const value = of(course)
    if (value === undefined) continue
    sum += value
    n++
  }
  return n === 0 ? 0 : sum / n
}

/** Minutes that machines work on routine exams after the end of the session in which they began, between two instants. */
export function overtimeWithin(
  courses: readonly Course[],
  from: Instant,
  until: Instant,
  { sessions }: DayFrame,
): number {
  let total = 0
  for (const { kind, machine, start, end } of courses) {
    if (kind === 'emergency' || start > until || end <= from) continue
    const session = sessions.get(machine)?.findLast((span) => span.from <= start && start < span.from + 24 * hour)
    if (session) total += Math.max(0, Math.min(end, until) - Math.max(start, session.until, from))
  }
  return inMinutes(total)
}

const measures: Readonly<Record<string, Measure>> = {
  waiting: waitingOf(...examKinds),
  'waiting-booked': waitingOf('booked', 'walk-in'),
  'waiting-inpatients': waitingOf('inpatient'),
  'waiting-emergencies': waitingOf('emergency'),
  'booked-delay': (courses, at) =>
    meanOf(courses, ({ kind, booked, came, start }) =>
      kind === 'booked' && came <= at && start > at - hour
        ? inMinutes(Math.max(0, Math.min(start, at) - Math.max(booked, came)))
        : undefined,
    ),
  overtime: (courses, at, day) => overtimeWithin(courses, day.department.startOfDay(at), at, day),
  'emergency-turnaround': (courses, at) =>
    meanOf(courses, ({ kind, asked, start }) =>
      kind === 'emergency' && asked <= at && start > at - 2 * hour ? inMinutes(Math.min(start, at) - asked) : undefined,
    ),
  'emergency-report': (courses, at) =>
    meanOf(courses, ({ kind, asked, reported }) =>
      kind === 'emergency' && asked <= at && reported > at - 4 * hour
        ? inMinutes(Math.min(reported, at) - asked)
        : undefined,
    ),
  unreported: (courses, at) => courses.reduce((n, { end, reported }) => n + (end <= at && reported > at ? 1 : 0), 0),
  'unreported-age': (courses, at) =>
    meanOf(courses, ({ end, reported }) => (end <= at && reported > at ? (at - end) / hour : undefined)),
  utilisation: (courses, at, { sessions }) => {
    const from = at - hour
    let [open, busy] = [0, 0]
    for (const [machine, spans] of sessions)
      for (const span of spans) {
        const [begin, until] = [Math.max(from, span.from), Math.min(at, span.until)]
        if (until <= begin) continue
        open += until - begin
        for (const course of courses)
          if (course.machine === machine && course.start < until && course.end > begin)
            busy += Math.min(until, course.end) - Math.max(begin, course.start)
      }
    return open === 0 ? 0 : Math.min(100, (100 * busy) / open)
  },
  done: (courses, at, { department }) => {
    const start = department.startOfDay(at)
    return courses.reduce((n, { end }) => n + (end <= at && end > start ? 1 : 0), 0)
  },
}

export const quantities: readonly Quantity[] = [
  { name: 'waiting', label: 'Waiting for a machine', unit: '1', plausible: [0, 500], digits: 0, headline: true },
  { name: 'waiting-booked', label: 'Booked patients and walk-ins waiting', unit: '1', plausible: [0, 500], digits: 0 },
  { name: 'waiting-inpatients', label: 'Inpatients waiting', unit: '1', plausible: [0, 500], digits: 0 },
  { name: 'waiting-emergencies', label: 'Emergencies waiting', unit: '1', plausible: [0, 500], digits: 0 },
  {
    name: 'booked-delay',
    label: 'Delay of booked patients (waiting now or begun in the past hour)',
    unit: 'min',
    plausible: [0, 1440],
    digits: 0,
    headline: true,
  },
  {
    name: 'overtime',
    label: 'Overtime of all machines today so far',
    unit: 'min',
    plausible: [0, 5000],
    digits: 0,
    headline: true,
  },
  {
    name: 'emergency-turnaround',
    label: 'Emergencies: order to start (waiting now or begun in the past 2 h)',
    unit: 'min',
    plausible: [0, 10_080],
    digits: 0,
    headline: true,
  },
  {
    name: 'emergency-report',
    label: 'Emergencies: order to report (unreported or reported in the past 4 h)',
    unit: 'min',
    plausible: [0, 10_080],
    digits: 0,
  },
  { name: 'unreported', label: 'Exams without a report', unit: '1', plausible: [0, 5000], digits: 0, headline: true },
  { name: 'unreported-age', label: 'Mean age of exams without a report', unit: 'h', plausible: [0, 1500], digits: 1 },
  { name: 'utilisation', label: 'Use of machines in session, past hour', unit: '%', plausible: [0, 100], digits: 0 },
  { name: 'done', label: 'Exams done today', unit: '1', plausible: [0, 2000], digits: 0 },
]

/** One quantity of a set of courses at an instant. */
export const measure = (name: string, courses: readonly Course[], at: Instant, day: DayFrame): number =>
  measures[name]!(courses, at, day)
