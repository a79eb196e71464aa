import { hour, type Instant, type Milliseconds, minute } from '@counterpart/kernel'
import type { Appointment } from './calendar.ts'
import type { Visit, World } from './world.ts'

export type ClinicianRole = 'clinician' | 'senior-clinician'

/** What a clinician does with one patient at a stretch. */
export interface Task {
  readonly kind: 'assess' | 'review' | 'advise'
  readonly visit: Visit
  readonly since: Instant
  duration: Milliseconds
  readonly begin: (by: Clinician) => void
  readonly done: (by: Clinician) => void
}

/** Somebody who looks after several patients at once and goes back and forth between them. */
export interface Clinician {
  readonly id: string
  readonly role: ClinicianRole
  readonly from: Instant
  until: Instant
  /** How they happen to feel about a piece of work: drawn once for each, whatever else lies on the board. */
  readonly whim: (task: Task) => number
  /** Own pace: above 1 slower than others. */
  readonly pace: number
  readonly patients: Set<Visit>
  present: boolean
  current: { readonly task: Task; readonly ends: Instant; readonly appointment: Appointment } | null
  /** What was dropped for somebody worse, to be taken up again. */
  readonly dropped: Task[]
  onBreak: boolean
  hadBreak: boolean
}

/** So many patients under way at once, those who wait for an inpatient bed not counted. */
const most: Readonly<Record<ClinicianRole, number>> = { clinician: 6, 'senior-clinician': 7 }
const takesNobodyNewBefore = 25 * minute
/** The pull of somebody whom no clinician has seen, by acuity. */
const unseen: readonly number[] = [0, 1000, 62, 32, 22, 16]

/** How much a clinician feels drawn to a task; what they may not do now does not draw at all. All weights are assumptions. */
export function attraction(clinician: Clinician, task: Task, now: Instant, minorsOnly: boolean): number {
  const { kind, visit, since } = task
  const waited = (now - since) / minute
  const stay = (now - visit.arrived) / minute
  const target = stay > 165 && stay < 245 ? 25 : 0
  const whim = 12 * clinician.whim(task)
  if (kind === 'advise') return clinician.role === 'senior-clinician' ? 70 + waited + whim : Number.NEGATIVE_INFINITY
  if (kind === 'review') {
    const mine = visit.clinician === clinician
    const orphan = !visit.clinician?.present
    if (!mine && !orphan && waited < 50) return Number.NEGATIVE_INFINITY
    return (mine ? 38 : 20) + 0.9 * waited + target + (visit.acuity <= 2 ? 15 : 0) + whim
  }
  if (visit.acuity === 1) return unseen[1]!
  if (minorsOnly && visit.space?.role !== 'minors') return Number.NEGATIVE_INFINITY
  const under = [...clinician.patients].filter(({ stage }) => stage !== 'boarding').length
  if (under >= most[clinician.role] || clinician.until - now < takesNobodyNewBefore) return Number.NEGATIVE_INFINITY
  return unseen[visit.acuity]! + 0.55 * waited + target - 3 * under + whim
}

/** What somebody not yet seen has under a rule of order: minutes waited, and so many for each level of acuity; highest first. */
export const pointsOf = ({ acuity, arrived }: Visit, minutesPerLevel: number, now: Instant): number =>
  acuity === 1 ? Number.POSITIVE_INFINITY : (now - arrived) / minute + minutesPerLevel * (5 - acuity)

/** Tired people, nights and a crowd that interrupts make work longer; a long queue makes people cut corners (assumptions). */
export function slowness(clinician: Clinician, world: World, unseenInSpaces: number): number {
  const hours = (world.now - clinician.from) / hour
  const tired = 1 + 0.004 * hours ** 1.6
  const time = world.hourOfDay()
  const night = time >= 2 && time < 6 ? 1.08 : 1
  const interrupted = 1 + Math.min(0.3, 0.006 * Math.max(0, world.visits.size - 25))
  const rush = unseenInSpaces > 8 ? 0.93 : 1
  return clinician.pace * tired * night * interrupted * rush
}
