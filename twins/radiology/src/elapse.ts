import { hour, type Instant } from '@counterpart/kernel'
import { expectedRate } from './demand.ts'
import { covers, type Span } from './department.ts'
import { type Draft, doubt, learn } from './draft.ts'
import { cameAt, type Exam, inMinutes, kindOf, longestExam, longestWait, noShowAfter } from './exam.ts'
import { demandCells, freshDay, unbookedKinds } from './learned.ts'
import { departmentIn, type Memory } from './memory.ts'
import { countMissed } from './reduce-exam.ts'
import { onDuty } from './staffing.ts'

/** Exams stay in memory so long after their report, so that the figures of the past day can be counted. */
const keptFor = 30 * hour
const longestReport = 14 * 24 * hour
/** A request that got no appointment. */
const longestRequest = 60 * 24 * hour
/** Booked and walk-in patients do not wait longer than this. */
const longestVisit = 24 * hour

/** Lets the time from the last fact pass: what was watched, what must have ended, what can be forgotten. */
export function elapse(draft: Draft, from: Instant, at: Instant): void {
  if (!(at > from)) return
  // Before the layout is known only what is left over from then is told: nothing can be learnt from who did not come.
  if (draft.layout !== null) watch(draft, from, at)
  heal(draft, at)
  const kept: Record<string, Exam> = {}
  for (const [id, exam] of Object.entries(draft.exams)) {
    const over = exam.closedAt ?? exam.reported
    if (over === undefined || at - over < keptFor || (exam.booked ?? 0) > at) kept[id] = exam
  }
  draft.exams = kept
}

function watch(draft: Draft, from: Instant, at: Instant): void {
  const department = departmentIn(draft)
  const watched = [...draft.learned.watched]
  let { today } = draft.learned
  let { hours } = draft.learned.breakdowns
  let { minutes } = draft.learned.reading
  const backlog = Object.values(draft.exams).filter(
    (exam) => exam.finished !== undefined && exam.reported === undefined && exam.closed === undefined,
  ).length
  const sessions = department.layout.machines
    .filter(({ code }) => draft.machines[code]?.state === undefined || draft.machines[code].state === 'up')
    .map((machine): readonly Span[] => department.sessions(machine, from, at))
  // Not more than a month at once, whatever the clocks say.
  for (let t = Math.max(from, at - 31 * 24 * hour); t < at; ) {
    const next = Math.min(at, Math.floor(t / hour) * hour + hour)
    const share = (next - t) / hour
    const { hour: clock, weekend } = department.hourOf(t)
    const cell = clock + (weekend ? demandCells / 2 : 0)
    const start = department.startOfDay(t)
    if (today.day !== start) today = freshDay(start)
    const expected = { ...today.expected }
    for (const kind of unbookedKinds) expected[kind] += share * expectedRate(draft, kind, cell)
    today = { ...today, expected }
    watched[cell]! += share
    hours += share * sessions.filter((spans) => covers(spans, t)).length
    if (backlog > 0)
      minutes += Math.min(backlog, onDuty(draft.rosters, department, 'radiologist', t)) * inMinutes(next - t)
    t = next
  }
  const { breakdowns, reading } = draft.learned
  learn(draft, { watched, today, breakdowns: { ...breakdowns, hours }, reading: { ...reading, minutes } })
}

/** Puts right what must be wrong by now, and says so. */
function heal(draft: Draft, at: Instant): void {
  for (const exam of Object.values(draft.exams)) {
    if (exam.closed !== undefined) continue
    const close = (closed: Exam['closed'], problem: string, assumed: string) => {
      draft.exams[exam.id] = { ...exam, closed, closedAt: at } as Exam
      doubt(draft, exam.id, at, problem, assumed)
    }
    const came = cameAt(exam)
    if (exam.started !== undefined && exam.finished === undefined) {
      if (at - exam.started <= longestExam) continue
      const { minutes } = departmentIn(draft).protocolOf(exam)
      draft.exams[exam.id] = { ...exam, finished: exam.started + minutes * 60_000 }
      doubt(draft, exam.id, at, 'its end never came', 'it lasted as long as planned')
    } else if (exam.finished !== undefined) {
      if (exam.reported === undefined && at - exam.finished > longestReport)
        close('lost', 'its report never came', 'it was reported elsewhere')
    } else if (came !== undefined) {
      const kind = kindOf(exam)
      if (at - came > (kind === 'booked' || kind === 'walk-in' ? longestVisit : longestWait))
        close('lost', 'it never began', 'the patient went away')
    } else if (exam.booked !== undefined && at - exam.booked > noShowAfter && !isBlind(draft, exam.booked, at)) {
      close('no-show', 'the patient never arrived', 'did not come')
      countMissed(draft)
    } else if (exam.booked === undefined && at - (exam.ordered ?? at) > longestRequest)
      close('lost', 'it never got an appointment', 'it is not wanted any more')
  }
}

/** Nothing is known of appointments from before the department was watched. */
const isBlind = ({ since }: Memory, booked: Instant, at: Instant): boolean => booked < (since ?? at) - noShowAfter
