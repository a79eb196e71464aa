import type { Instant } from '@counterpart/kernel'
import type { Departments } from './locations.ts'
import type { VisitFact } from './visit-fact.ts'
import { visitStory } from './visit-story.ts'

/**
 * That one visit goes on as another one. Every department is told, because the message need not say which one it is about.
 */
export function visitsOfMerge(
  from: string,
  into: string,
  version: Instant,
  departments: Departments,
): readonly VisitFact[] {
  const story = visitStory(from, version, 'MRG-5')
  for (const department of departments.all)
    if (department.kind === 'care') story.happened(department, version, { what: 'merged', into })
  return story.facts
}
