import { IntakeError } from '../errors.ts'
import type { Header } from '../hl7v2/header.ts'
import type { Hl7Message } from '../hl7v2/message.ts'
import { repetitionsOf } from '../hl7v2/message.ts'
import { encounterIdOfNumber } from '../hl7v2/numbers.ts'
import type { Departments } from './locations.ts'
import type { VisitFact } from './visit-fact.ts'
import { visitStory } from './visit-story.ts'

/**
 * What A40 (merge patient) says of visits: that of MRG-5 goes on as that of PV1-19. Every department is told, because the
 * message need not say which one it is about. Empty when it does not name both visits.
 */
export function visitsOfMerge(message: Hl7Message, header: Header, departments: Departments): readonly VisitFact[] {
  const one = (name: string) => message.segments.find((segment) => segment.name === name)
  const [prior] = repetitionsOf(one('MRG'), 5)
  const [standing] = repetitionsOf(one('PV1'), 19)
  const [from, into] = [encounterIdOfNumber(prior, header), encounterIdOfNumber(standing, header)]
  if (from === undefined || into === undefined || from === into) return []
  const story = visitStory(from, header.sentAt, 'MRG-5')
  for (const department of departments.all)
    if (department.kind === 'care') story.happened(department, header.sentAt, { what: 'merged', into })
  return story.facts
}

/** The part of A40 that waits for a person: two people stay two here. */
export const mergingWaits = new IntakeError(
  'not-supported',
  'the visits are merged in their departments; the records of the two people stay apart here',
  {
    location: 'MRG-1',
    expected: 'a person who looks at both records',
    mend: 'from now on send under the number that stands; discard this when it has been seen to',
  },
)
