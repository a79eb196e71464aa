import { hour, type Instant, minute, type PlannedIntervention } from '@counterpart/kernel'
import type { Span } from './department.ts'
import { cameAt, type Exam, inMinutes, kindOf, noShowAfter } from './exam.ts'
import { departmentIn, type Memory } from './memory.ts'

/** What the interventions in force amount to, for the model. */
export interface Plan {
  /** Minutes that sessions of the day on which it begins go on longer. */
  readonly extended: readonly { readonly from: Instant; readonly minutes: number }[]
  /** Spans during which machines that take emergencies take no unbooked routine patient. */
  readonly held: readonly Span[]
  /** Spans in which slots reserved by the template are open to all. */
  readonly released: readonly Span[]
  /** Exams that go to another machine than the one they are booked on. */
  readonly moved: ReadonlyMap<string, string>
  readonly technologists: readonly (Span & { readonly count: number })[]
  /** Exams whose report is bought outside, and when it comes. */
  readonly outsourced: ReadonlyMap<string, Instant>
  readonly inpatientsFirst: boolean
}

/** Length of a slot that is reserved or released. */
const reservedSlot = 30 * minute
/** How long a technologist who was called in stays. */
const calledInFor = 6 * hour
/** After so long an outside report is there: an assumption. */
const outsideReport = 4 * hour

/** Puts treatments in force and planned interventions together, as of `now`. */
export function planOf(memory: Memory, now: Instant, interventions: readonly PlannedIntervention[]): Plan {
  const held: Span[] = []
  const released: Span[] = []
  const extended: { from: Instant; minutes: number }[] = []
  const technologists: (Span & { count: number })[] = []
  const moved = new Map<string, string>()
  const outsourced = new Map<string, Instant>()
  let inpatientsFirst = false
  for (const { intervention, dose, from, until } of interventions) {
    const end = (usual: Instant) => Math.min(until ?? Number.POSITIVE_INFINITY, usual)
    switch (intervention) {
      case 'extend-session':
        if (until === undefined || until > now) extended.push({ from, minutes: dose })
        break
      case 'reserve-emergency-slots':
        held.push({ from, until: end(from + dose * reservedSlot) })
        break
      case 'release-emergency-slots':
        for (const span of firstReserved(memory, from, dose)) released.push({ from: span.from, until: end(span.until) })
        break
      case 'call-in-technologist':
        technologists.push({ from, until: end(from + calledInFor), count: dose })
        break
      case 'move-patients':
        // Once in force it is in the appointments themselves.
        if (from >= now) for (const [exam, machine] of movesOf(memory, now, dose)) moved.set(exam, machine)
        break
      case 'outsource-reporting':
        if (from + outsideReport > now)
          for (const exam of oldestUnreported(memory, from, dose)) outsourced.set(exam.id, from + outsideReport)
        break
      case 'prioritise-inpatients':
        inpatientsFirst ||= until === undefined || until > now
        break
    }
  }
  return { extended, held, released, moved, technologists, outsourced, inpatientsFirst }
}

/** The next so many reserved half-hours. */
function firstReserved(memory: Memory, from: Instant, slots: number): readonly Span[] {
  const department = departmentIn(memory)
  const all = department.layout.machines.flatMap((machine) => department.reserved(machine, from, from + 24 * hour))
  const chosen: Span[] = []
  let left = slots * reservedSlot
  for (const span of all.toSorted((a, b) => a.from - b.from)) {
    if (left <= 0) break
    const begin = Math.max(from, span.from)
    const until = Math.min(span.until, begin + left)
    if (until <= begin) continue
    chosen.push({ from: begin, until })
    left -= until - begin
  }
  return chosen
}

const unreported = (exam: Exam) =>
  exam.finished !== undefined && exam.reported === undefined && exam.closed === undefined

function oldestUnreported(memory: Memory, from: Instant, count: number): readonly Exam[] {
  return Object.values(memory.exams)
    .filter((exam) => unreported(exam) && exam.finished! <= from && kindOf(exam) !== 'emergency')
    .sort((a, b) => a.finished! - b.finished! || (a.id < b.id ? -1 : 1))
    .slice(0, count)
}

/**
 * Booked patients who should change machines: one after the other, the last booked of the machine whose list ends
 * latest goes to the machine of the same kind whose list ends first, as long as that helps both together.
 */
export function movesOf(memory: Memory, now: Instant, patients: number): ReadonlyMap<string, string> {
  const department = departmentIn(memory)
  const endOfDay = department.startOfDay(now) + 24 * hour
  const moves = new Map<string, string>()
  const machineOf = (exam: Exam) => moves.get(exam.id) ?? exam.machine
  const lists = Object.values(memory.exams)
    .filter(
      (exam) =>
        exam.booked !== undefined &&
        exam.booked < endOfDay &&
        exam.booked > now - noShowAfter &&
        exam.started === undefined &&
        exam.closed === undefined,
    )
    .sort((a, b) => a.booked! - b.booked! || (a.id < b.id ? -1 : 1))
  const minutesOf = (exam: Exam) => department.protocolOf(exam).minutes
  /** When the machine would be done, all planned durations kept. */
  const endOf = (code: string): Instant => {
    const state = memory.machines[code]
    let at = state && state.state !== 'up' ? Math.max(now, state.until ?? now + 2 * hour) : now
    for (const exam of Object.values(memory.exams))
      if (exam.machine === code && exam.started !== undefined && exam.finished === undefined && !exam.closed)
        at = Math.max(at, exam.started + minutesOf(exam) * minute)
    for (const exam of lists)
      if (machineOf(exam) === code)
        at = Math.max(at, cameAt(exam) === undefined ? exam.booked! : now) + minutesOf(exam) * minute
    return at
  }
  const behind = (code: string): number => {
    const machine = department.machines.get(code)!
    const closes = department.sessions(machine, now, endOfDay).at(-1)?.until ?? now
    return inMinutes(endOf(code) - closes)
  }
  const codes = department.layout.machines
    .filter((machine) => department.sessions(machine, now, endOfDay).length > 0)
    .map(({ code }) => code)
  for (let n = 0; n < patients; n++) {
    const ranked = codes.toSorted((a, b) => behind(b) - behind(a))
    let best: { exam: Exam; to: string; worst: number } | undefined
    for (const from of ranked.slice(0, -1))
      for (const exam of lists.filter((each) => machineOf(each) === from && !moves.has(each.id))) {
        const able = department.machinesFor(department.protocolOf(exam)).map(({ code }) => code)
        for (const to of codes) {
          if (to === from || !able.includes(to)) continue
          const before = Math.max(behind(from), behind(to))
          moves.set(exam.id, to)
          const worst = Math.max(behind(from), behind(to)) - before
          moves.delete(exam.id)
          if (worst < -1 && (best === undefined || worst < best.worst)) best = { exam, to, worst }
        }
      }
    if (!best) break
    moves.set(best.exam.id, best.to)
  }
  return moves
}
