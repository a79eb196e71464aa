import { type ExamOrigin, hour, type Instant, minute, type SubjectId } from '@counterpart/kernel'
import type { Department } from './department.ts'

/** What is known of one exam; each field is set by its own event, so the order of arrival does not matter. */
export type Exam = {
  readonly id: string
  readonly patient: SubjectId
  readonly protocol?: string
  readonly origin?: ExamOrigin
  readonly urgency?: 'routine' | 'urgent' | 'stat'
  readonly ordered?: Instant
  readonly booked?: Instant
  readonly minutes?: number
  /** The machine of the appointment, then the one it was done on. */
  readonly machine?: string
  readonly arrived?: Instant
  readonly prepared?: Instant
  readonly started?: Instant
  readonly sequences?: number
  readonly sequenceAt?: Instant
  readonly finished?: Instant
  readonly reported?: Instant
  readonly closed?: 'no-show' | 'cancelled' | 'lost'
  readonly closedAt?: Instant
  /** What was assumed because what came did not fit together. */
  readonly doubt?: string
}

/** Which line an exam stands in. */
export const examKinds = ['emergency', 'booked', 'inpatient', 'walk-in'] as const
export type ExamKind = (typeof examKinds)[number]

export function kindOf({ origin, urgency, booked }: Exam): ExamKind {
  if (origin === 'emergency' || urgency === 'stat') return 'emergency'
  if (booked !== undefined) return 'booked'
  return origin === 'inpatient' ? 'inpatient' : 'walk-in'
}

/**
 * The course of one exam, observed or simulated: instants in milliseconds, `Infinity` for what has not happened (yet).
 * `came` is when the patient began to wait: on arrival; for emergencies and unbooked inpatients, whom the department
 * fetches, on the order.
 */
export interface Course {
  readonly id: string
  readonly kind: ExamKind
  readonly protocol: string
  readonly machine: string
  readonly booked: Instant
  readonly asked: Instant
  readonly came: Instant
  readonly start: Instant
  readonly end: Instant
  readonly reported: Instant
}

const never = Number.POSITIVE_INFINITY

/** Nobody waits longer than this; what is older was lost sight of. */
export const longestWait = 7 * 24 * hour
/** A booked patient who has not come by so long after the appointment is taken for a no-show. */
export const noShowAfter = 3 * hour
/** No exam lasts longer. */
export const longestExam = 6 * hour

/** Since when an exam waits for a machine; `undefined` when it does not yet, or when nobody comes for it. */
export function cameAt(exam: Exam): Instant | undefined {
  if (exam.arrived !== undefined) return exam.arrived
  if (exam.prepared !== undefined) return exam.prepared
  if (exam.started !== undefined) return exam.started
  const kind = kindOf(exam)
  return kind === 'emergency' || kind === 'inpatient' ? exam.ordered : undefined
}

/** What was observed of an exam as a course; `undefined` for those closed or not there yet. */
export function courseOf(exam: Exam, department: Department): Course | undefined {
  const came = cameAt(exam)
  if (came === undefined || exam.closed !== undefined) return undefined
  return {
    id: exam.id,
    kind: kindOf(exam),
    protocol: department.protocolOf(exam).code,
    machine: exam.machine ?? '',
    booked: exam.booked ?? Number.NaN,
    asked: exam.ordered ?? came,
    came,
    start: exam.started ?? never,
    end: exam.finished ?? never,
    reported: exam.reported ?? never,
  }
}

export const inMinutes = (milliseconds: number): number => milliseconds / minute
