import { type Instant, unknownArea } from '@counterpart/kernel'
import type { CareDepartment } from './settings.ts'
import type { VisitFact, VisitHappening } from './visit-fact.ts'

/** Writes down what one message says of one visit. */
export interface VisitStory {
  readonly facts: readonly VisitFact[]
  happened(department: CareDepartment, at: Instant, happening: VisitHappening, version?: Instant): void
  doubt(department: CareDepartment, at: Instant, problem: string, assumed: string): void
  /** Is in the department, at a place that its layout does not have. */
  lost(department: CareDepartment, at: Instant, said: string): void
}

export function visitStory(encounterId: string, version: Instant | undefined, location: string): VisitStory {
  const facts: VisitFact[] = []
  const add = (department: CareDepartment, effective: Instant, says: VisitFact['says'], own = version) =>
    facts.push({ department: department.id, about: encounterId, effective, version: own ?? effective, says, location })
  const story: VisitStory = {
    facts,
    happened: (department, at, happening, own) => add(department, at, { kind: 'happened', happening }, own),
    doubt: (department, at, problem, assumed) => add(department, at, { kind: 'doubt', problem, assumed }),
    lost: (department, at, said) => {
      story.happened(department, at, { what: 'placed', at: { area: unknownArea } })
      story.doubt(department, at, `the location ${said} is not in the layout`, 'somewhere in the department')
    },
  }
  return story
}
