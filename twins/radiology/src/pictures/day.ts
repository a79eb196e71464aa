import { type DayPicture, hour, type Instant, minute } from '@counterpart/kernel'
import { quantile } from '@counterpart/numerics'
import type { Course, Exam } from '../exam.ts'
import { kindOf } from '../exam.ts'
import { machineOf, type Opening, type Situation } from '../situation.ts'

type Slot = DayPicture['rows'][number]['slots'][number]

/** The day-sheet: who is on which machine when, as booked and as expected, and how likely each runs over. */
export function dayPicture(situation: Situation, futures: readonly (readonly Course[])[]): DayPicture {
  const { department, now, openings } = situation
  const [from, until] = daySpan(situation)
  const clock = (at: Instant) => new Date(at + department.layout.utcOffsetMinutes * minute).toISOString().slice(11, 16)
  const ends = endsOf(futures)
  const notes: string[] = []
  const rows = openings.map((opening) => {
    const { code, label } = opening.machine
    const own = examsOn(code, situation)
    const slots: Slot[] = [
      ...own.flatMap((exam) => slotOf(exam, situation, ends.get(exam.id))),
      ...closed(opening, situation),
    ].filter((slot) => slot.until > from && slot.from < until)
    const session = opening.sessions.find((span) => span.from >= from && span.from < until)
    if (session && session.until > now) {
      const finish = futures.map((courses) => finishOf(courses, code, session.from, until))
      const late = finish.filter((at) => at > session.until).length / finish.length
      const at = (p: number) => quantile(Float64Array.from(finish), p)
      if (late > 0.05)
        notes.push(
          `${label}: ends at ${clock(at(0.5))} (90 %: ${clock(at(0.05))} to ${clock(at(0.95))}); after ${clock(session.until)} with a probability of ${(100 * late).toFixed(0)} %`,
        )
      if (at(0.5) > session.until)
        slots.push({ from: session.until, until: at(0.5), label: 'Overtime expected', kind: 'overtime', overrun: late })
    }
    slots.sort((a, b) => a.from - b.from)
    return { name: code, label, slots: [...slots, ...gaps(slots, session)].sort((a, b) => a.from - b.from) }
  })
  const doubts = situation.memory.doubts.filter(({ at }) => at >= now - 12 * hour).slice(0, 5)
  const late = notes.length
  for (const { about, problem, assumed } of doubts)
    notes.push(`${calledOf(about, situation, clock)}: ${problem}; ${assumed}`)
  const exams = Object.values(situation.memory.exams).filter(
    ({ closed, booked }) => closed === undefined && booked !== undefined && booked >= from && booked < until,
  )
  const toCome = exams.filter(({ started }) => started === undefined).length
  return {
    kind: 'day',
    title: `Day-sheet, ${department.layout.name}`,
    description: `Each row is a machine, each bar an exam; what is to come carries the probability that it runs over its end. ${exams.length} exams are booked, ${toCome} of them to come; ${late === 0 ? 'all machines are expected to end on time' : `${late} of ${openings.length} machines may end late`}.`,
    from,
    until,
    rows,
    notes,
  }
}

/** What people call an exam or a machine: nobody knows it by its pseudonym. */
function calledOf(about: string, { memory, department }: Situation, clock: (at: Instant) => string): string {
  const exam = memory.exams[about]
  if (!exam) return department.machines.get(about)?.label ?? 'An exam'
  const since = exam.booked ?? exam.ordered ?? exam.arrived ?? exam.started
  return `${department.protocolOf(exam).label}${since === undefined ? '' : ` of ${clock(since)}`}`
}

/** Today while a session lasts or is to come; otherwise the next day that has one. */
function daySpan({ department, openings, now }: Situation): readonly [Instant, Instant] {
  const sessions = openings.flatMap((opening) => opening.sessions).filter(({ until }) => until + 2 * hour > now)
  const first = Math.min(...sessions.map(({ from }) => from))
  const day = department.startOfDay(Number.isFinite(first) ? Math.max(first, department.startOfDay(now)) : now)
  const own = sessions.filter(({ from }) => from >= day && from < day + 24 * hour)
  if (own.length === 0) return [day, day + 24 * hour]
  return [Math.min(...own.map(({ from }) => from)) - hour, Math.max(...own.map(({ until }) => until)) + 3 * hour]
}

const examsOn = (code: string, situation: Situation): readonly Exam[] =>
  Object.values(situation.memory.exams).filter(
    (exam) =>
      exam.closed === undefined &&
      (exam.started !== undefined ? exam.machine : machineOf(exam, situation)) === code &&
      (exam.started !== undefined || exam.booked !== undefined),
  )

function slotOf(exam: Exam, { department, now }: Situation, ends: readonly Instant[] | undefined): readonly Slot[] {
  const protocol = department.protocolOf(exam)
  const kind = kindOf(exam)
  const { label } = protocol
  const from = exam.started ?? exam.booked!
  const planned = exam.started === undefined ? (exam.minutes ?? protocol.minutes) : protocol.minutes
  if (exam.finished !== undefined) return [{ from, until: Math.max(exam.finished, from + minute), label, kind }]
  const until = from + planned * minute
  const overrun = ends && ends.length > 0 ? ends.filter((end) => end > until).length / ends.length : undefined
  const shownUntil = exam.started !== undefined ? Math.max(until, now + minute) : until
  return [{ from, until: shownUntil, label, kind, ...(overrun === undefined ? {} : { overrun }) }]
}

function closed({ machine, state }: Opening, { now, department, until }: Situation): Slot[] {
  const slots: Slot[] = department
    .maintenance(machine, department.startOfDay(now), until + 12 * hour)
    .map((span) => ({ ...span, label: 'Maintenance', kind: 'maintenance' }))
  for (const span of department.reserved(machine, department.startOfDay(now), until + 12 * hour))
    slots.push({ ...span, label: 'Kept for emergencies', kind: 'free' })
  if (state !== undefined && state.state !== 'up')
    slots.push({
      from: state.since,
      until: Math.max(now + minute, state.until ?? now + hour),
      label: state.state === 'down' ? 'Out of order' : 'Maintenance',
      kind: state.state === 'down' ? 'breakdown' : 'maintenance',
    })
  return slots
}

/** What is left of a session: free for whoever comes. */
function gaps(
  slots: readonly Slot[],
  session: { readonly from: Instant; readonly until: Instant } | undefined,
): Slot[] {
  if (!session) return []
  const free: Slot[] = []
  let at = session.from
  for (const slot of [...slots, { from: session.until, until: session.until }]) {
    const until = Math.min(slot.from, session.until)
    if (until - at >= 10 * minute) free.push({ from: at, until, label: 'Free', kind: 'free' })
    at = Math.max(at, slot.until)
  }
  return free
}

/** When each exam ends, over the futures; those that never end are late. */
function endsOf(futures: readonly (readonly Course[])[]): ReadonlyMap<string, readonly Instant[]> {
  const ends = new Map<string, Instant[]>()
  for (const courses of futures)
    for (const { id, end } of courses) {
      const list = ends.get(id)
      if (list) list.push(end)
      else ends.set(id, [end])
    }
  return ends
}

/** When a machine has done the last of its routine exams of the day. */
const finishOf = (courses: readonly Course[], code: string, from: Instant, until: Instant): Instant =>
  courses.reduce(
    (last, { machine, kind, start, end }) =>
      machine === code &&
      kind !== 'emergency' &&
      start >= from - 12 * hour &&
      start < until &&
      end < Number.POSITIVE_INFINITY
        ? Math.max(last, end)
        : last,
    from,
  )
