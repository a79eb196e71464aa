import type { Instant } from '@counterpart/kernel'
import type { Exam } from './exam.ts'
import type { Learned } from './learned.ts'
import type { Doubt, Memory } from './memory.ts'

/** A memory that is being written; nothing outside sees it until it is done. */
export type Draft = { -readonly [K in keyof Memory]: Memory[K] } & { exams: Record<string, Exam> }

const keptDoubts = 30

export function doubt(draft: Draft, about: string, at: Instant, problem: string, assumed: string): void {
  const next: Doubt = { about, at, problem, assumed }
  draft.doubts = [next, ...draft.doubts].slice(0, keptDoubts)
  const exam = draft.exams[about]
  if (exam) draft.exams[about] = { ...exam, doubt: `${problem}: ${assumed}` }
}

export const learn = (draft: Draft, change: Partial<Learned>): void => {
  draft.learned = { ...draft.learned, ...change }
}

/** The exam with some of what is known of it taken back. */
export const without = (exam: Exam, fields: readonly (keyof Exam)[]): Exam =>
  Object.fromEntries(Object.entries(exam).filter(([name]) => !fields.includes(name as keyof Exam))) as Exam

/** The exam that is on a machine. */
export const underWayOn = (draft: Draft, machine: string): Exam | undefined =>
  Object.values(draft.exams).find(
    (exam) =>
      exam.machine === machine &&
      exam.started !== undefined &&
      exam.finished === undefined &&
      exam.closed === undefined,
  )
