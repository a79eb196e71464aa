import type { ExamDetail, Instant, SubjectId } from '@counterpart/kernel'
import { type Draft, doubt, learn, underWayOn, without } from './draft.ts'
import { cameAt, type Exam, inMinutes, kindOf, longestExam } from './exam.ts'
import { type DelayName, kindFactor, noTally, readingWeight, tallied, type UnbookedKind } from './learned.ts'
import { departmentIn } from './memory.ts'

/** Takes in one thing that happened to one exam; what does not fit is put right, and said as a doubt. */
export function reduceExam(draft: Draft, detail: ExamDetail, at: Instant): void {
  const id = detail.exam
  const known = draft.exams[id]
  const blank: Exam = { id, patient: detail.patient }
  let exam: Exam = known ? { ...known, patient: detail.patient as SubjectId } : blank
  const say = (problem: string, assumed: string) => doubt(draft, id, at, problem, assumed)
  const put = (change: Partial<Exam>) => {
    exam = { ...(draft.exams[id] ?? exam), patient: detail.patient, ...change }
    draft.exams[id] = exam
  }
  const reopen = () => {
    if (exam.closed === undefined) return
    const { closed, closedAt: _, ...open } = exam
    exam = open
    draft.exams[id] = open
    say(`it went on after it was closed (${closed})`, 'it is open again')
    const { kept, missed } = draft.learned.appointments
    if (closed === 'no-show') learn(draft, { appointments: { kept, missed: Math.max(0, missed - 1) } })
  }
  const department = departmentIn(draft)

  switch (detail.what) {
    case 'ordered': {
      const first = exam.ordered === undefined && cameAt(exam) === undefined
      put({
        protocol: detail.protocol,
        origin: detail.origin,
        urgency: detail.urgency,
        ordered: Math.min(exam.ordered ?? at, at),
      })
      if (draft.layout !== null && !department.protocols.has(detail.protocol))
        say(`no protocol "${detail.protocol}" is in the layout`, `counted as ${department.protocolOf(exam).label}`)
      const kind = kindOf(exam)
      if (first && exam.booked === undefined && (kind === 'emergency' || kind === 'inpatient'))
        countDemand(draft, kind, detail.protocol, at)
      break
    }
    case 'booked': {
      if (exam.started !== undefined) {
        say('an appointment came after the exam had begun', 'passed over')
        return
      }
      // Most often the new appointment of somebody who missed the old one, who did miss it.
      if (exam.closed === 'no-show') draft.exams[id] = exam = without(exam, ['closed', 'closedAt'])
      else reopen()
      put({ booked: detail.at, minutes: detail.minutes, machine: detail.machine })
      if (draft.layout !== null && !department.machines.has(detail.machine))
        say(`no machine "${detail.machine}" is in the layout`, 'it may be done on any that can')
      break
    }
    case 'arrived': {
      reopen()
      if (exam.started !== undefined) {
        say('the arrival came after the start', 'passed over')
        return
      }
      if (exam.arrived !== undefined) return
      put({ arrived: at })
      if (exam.booked !== undefined && exam.origin !== 'inpatient') {
        const late = inMinutes(at - exam.booked)
        countKept(draft)
        if (Math.abs(late) <= 120) learn(draft, { punctuality: tallied(draft.learned.punctuality, late) })
      }
      const kind = kindOf(exam)
      if (kind === 'walk-in') countDemand(draft, kind, department.protocolOf(exam).code, at)
      if (exam.ordered !== undefined && kind !== 'booked' && kind !== 'walk-in')
        learnDelay(draft, kind === 'emergency' ? 'fetch-emergency' : 'fetch-inpatient', at - exam.ordered)
      break
    }
    case 'prepared': {
      reopen()
      if (exam.prepared !== undefined || exam.started !== undefined) return
      put({ prepared: at })
      if (exam.arrived === undefined) return
      const { contrast } = department.protocolOf(exam)
      // With somebody else before the nurse it would be the queue that is learned.
      const queued = Object.values(draft.exams).some(
        (other) =>
          other.id !== id &&
          other.arrived !== undefined &&
          other.started === undefined &&
          other.closed === undefined &&
          department.protocolOf(other).contrast &&
          (other.prepared ?? at) > exam.arrived!,
      )
      if (!contrast || !queued) learnDelay(draft, contrast ? 'cannulate' : 'prepare', at - exam.arrived)
      break
    }
    case 'started': {
      reopen()
      if (draft.layout !== null && !department.machines.has(detail.machine))
        say(`no machine "${detail.machine}" is in the layout`, 'kept apart')
      if (exam.reported !== undefined) {
        say('it began again after it was reported', 'passed over')
        return
      }
      if (exam.started !== undefined && exam.machine !== detail.machine && exam.finished === undefined)
        say(`it was on ${exam.machine} and on ${detail.machine}`, `on ${detail.machine} from now on`)
      else if (exam.finished !== undefined) say('it began again after its end', 'it is under way')
      else if (exam.started !== undefined) return
      const before = underWayOn(draft, detail.machine)
      if (before && before.id !== id) {
        draft.exams[before.id] = { ...before, finished: at }
        doubt(draft, before.id, at, `another exam began on ${detail.machine}`, 'it had ended by then')
      }
      // Not every department tells of arrivals.
      if (exam.booked !== undefined && exam.origin !== 'inpatient' && cameAt(exam) === undefined) countKept(draft)
      draft.exams[id] = without(draft.exams[id] ?? exam, ['finished', 'sequences', 'sequenceAt'])
      put({ started: at, machine: detail.machine })
      break
    }
    case 'sequence-done': {
      if (exam.started === undefined || exam.finished !== undefined || exam.closed !== undefined) {
        say('a sequence came of an exam that is not under way', 'passed over')
        return
      }
      if (detail.sequence > (exam.sequences ?? 0)) put({ sequences: detail.sequence, sequenceAt: at })
      break
    }
    case 'finished': {
      reopen()
      if (exam.finished !== undefined && exam.started !== undefined) return
      const { minutes } = department.protocolOf(exam)
      if (exam.started === undefined) {
        put({ started: Math.max(at - minutes * 60_000, cameAt(exam) ?? 0), finished: at })
        say('its end came without a start', 'it lasted as long as planned')
        return
      }
      put({ finished: at })
      const lasted = inMinutes(at - exam.started)
      if (exam.doubt === undefined && lasted >= 2 && lasted <= inMinutes(longestExam)) {
        const { code } = department.protocolOf(exam)
        const ratio = Math.log(lasted / (minutes * kindFactor[kindOf(exam)]))
        const { scans } = draft.learned
        learn(draft, { scans: { ...scans, [code]: tallied(scans[code] ?? noTally, ratio) } })
      }
      break
    }
    case 'reported': {
      reopen()
      if (exam.reported !== undefined) return
      if (exam.finished === undefined) {
        put({ started: exam.started ?? at, finished: at })
        say('its report came without an end', 'it had ended by then')
      } else {
        const weight = readingWeight(department.protocolOf(exam).modality)
        const { reports, minutes } = draft.learned.reading
        learn(draft, { reading: { reports: reports + weight, minutes } })
      }
      put({ reported: at })
      break
    }
    case 'no-show': {
      if (exam.started !== undefined || exam.arrived !== undefined) {
        say('"did not come" was said of somebody who did', 'passed over')
        return
      }
      if (exam.closed !== undefined) return
      put({ closed: 'no-show', closedAt: at })
      countMissed(draft)
      break
    }
    case 'cancelled': {
      if (exam.finished !== undefined) {
        say('it was cancelled after its end', 'passed over')
        return
      }
      put({ closed: 'cancelled', closedAt: at })
      break
    }
  }
}

export function countMissed(draft: Draft): void {
  const { kept, missed } = draft.learned.appointments
  learn(draft, { appointments: { kept, missed: missed + 1 } })
}

function countKept(draft: Draft): void {
  const { kept, missed } = draft.learned.appointments
  learn(draft, { appointments: { kept: kept + 1, missed } })
}

function learnDelay(draft: Draft, name: DelayName, lasted: number): void {
  const minutes = inMinutes(lasted)
  if (!(minutes >= 0.5 && minutes <= 12 * 60)) return
  const { delays } = draft.learned
  learn(draft, { delays: { ...delays, [name]: tallied(delays[name], Math.log(minutes)) } })
}

function countDemand(draft: Draft, kind: UnbookedKind, protocol: string, at: Instant): void {
  if (draft.layout === null) return
  const { mix, demand, today } = draft.learned
  const key = `${kind}|${protocol}`
  const { hour, weekend } = departmentIn(draft).hourOf(at)
  const cell = hour + (weekend ? 24 : 0)
  learn(draft, {
    mix: { ...mix, [key]: (mix[key] ?? 0) + 1 },
    demand: { ...demand, [kind]: demand[kind].map((count, i) => (i === cell ? count + 1 : count)) },
    today: { ...today, came: { ...today.came, [kind]: today.came[kind] + 1 } },
  })
}
