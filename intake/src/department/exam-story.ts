import type { Instant } from '@counterpart/kernel'
import type { ImagingDepartment } from './settings.ts'
import type { ExamHappening, VisitFact } from './visit-fact.ts'

/** Writes down what one message says of one exam. */
export function examStory(department: ImagingDepartment, exam: string, version: Instant, location: string) {
  const facts: VisitFact[] = []
  const add = (effective: Instant, says: VisitFact['says']) =>
    facts.push({ department: department.id, about: exam, effective, version, says, location })
  return {
    facts: facts as readonly VisitFact[],
    happened: (at: Instant, happening: ExamHappening) => add(at, { kind: 'exam', happening }),
    doubt: (at: Instant, problem: string, assumed: string) => add(at, { kind: 'exam-doubt', problem, assumed }),
  }
}
