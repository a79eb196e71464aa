import { codingsOf, given, optionalTime } from '../hl7v2/header.ts'
import { type Hl7Message, repetitionsOf, valueAt } from '../hl7v2/message.ts'
import { type OrderGroup, ordersIn, type WorkflowMessage } from '../hl7v2/order-groups.ts'
import { examNumber } from './exam-of-order.ts'
import { imagingFor } from './exam-reading.ts'
import { examStory } from './exam-story.ts'
import { testOfResult } from './test-of-order.ts'
import type { VisitFact } from './visit-fact.ts'

/** Result statuses (HL7 table 0123) under which somebody has read the images. */
const read = new Set(['P', 'R', 'F', 'C'])

/** What the results of a message say of departments: reports of exams, and that a test is done. */
export function visitsOfResults(message: Hl7Message, about: WorkflowMessage): readonly VisitFact[] {
  return ordersIn(message).flatMap((group) => [...reportOf(group, about), ...testOfResult(group, about)])
}

function reportOf(group: OrderGroup, about: WorkflowMessage): readonly VisitFact[] {
  const { header } = about
  const { obr, position } = group
  const codes = codingsOf(repetitionsOf(obr, 4)[0], header).map(({ code }) => code)
  const placement = imagingFor(codes, [], header)
  if (!placement || !read.has(given(valueAt(obr, 25)) ?? 'F')) return []
  const exam = examNumber(group, about)
  if (exam === undefined) {
    about.notes.push(`OBR[${position}]: without an order number (OBR-2, OBR-3) nobody knows which exam it reports`)
    return []
  }
  const said = optionalTime(obr, 22, header, `OBR[${position}]-22`)
  const story = examStory(placement.department, exam, header.sentAt, `OBR[${position}]`)
  const impossible = said !== undefined && said > header.sentAt + 60_000
  if (impossible) story.doubt(header.sentAt, 'OBR-22 lies after the message', 'reported at the time of the message')
  story.happened(said === undefined || impossible ? header.sentAt : said, { what: 'reported' })
  return story.facts
}
