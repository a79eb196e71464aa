import { codingsOf, optionalTime } from '../hl7v2/header.ts'
import { repetitionsOf, valueAt } from '../hl7v2/message.ts'
import { numberedEncounter, orderOfNumber } from '../hl7v2/numbers.ts'
import type { OrderGroup, WorkflowMessage } from '../hl7v2/order-groups.ts'
import { fallen, standing } from './exam-of-order.ts'
import { careDepartmentOf } from './hl7-place.ts'
import type { VisitFact } from './visit-fact.ts'
import { visitStory } from './visit-story.ts'

/**
 * What an order is to somebody in a department who waits for it: a test of their visit. It must say which visit (PV1-19) and
 * bear the placer's number, because bedside monitors send results under numbers of their own.
 */
export function testOfOrder(group: OrderGroup, about: WorkflowMessage): readonly VisitFact[] {
  const told = storyOf(group, about)
  const control = valueAt(group.orc, 1)
  if (!told || !(standing.has(control) || fallen.has(control))) return []
  const { header } = about
  const said = optionalTime(group.orc, 9, header, `ORC[${group.position}]-9`)
  const at = Math.min(said ?? header.sentAt, header.sentAt)
  const { story, department, order } = told
  const [first] = codingsOf(repetitionsOf(group.obr, 4)[0], header)
  // What is called off is awaited no more.
  if (fallen.has(control)) story.happened(department, at, { what: 'test-done', order })
  if (!first || !standing.has(control)) return story.facts
  story.happened(department, at, { what: 'test-ordered', test: first.display ?? first.code, order })
  return story.facts
}

/** The result of such a test, once it is final (OBR-25). */
export function testOfResult(group: OrderGroup, about: WorkflowMessage): readonly VisitFact[] {
  const told = storyOf(group, about)
  if (!told || !['F', 'C'].includes(valueAt(group.obr, 25))) return []
  const { header } = about
  const { story, department, order } = told
  const said = optionalTime(group.obr, 22, header, 'OBR-22')
  const at = Math.min(said ?? header.sentAt, header.sentAt)
  story.happened(department, at, { what: 'test-done', order })
  return story.facts
}

function storyOf({ orc, obr, position }: OrderGroup, { header, pid, pv1 }: WorkflowMessage) {
  const order = orderOfNumber(repetitionsOf(orc, 2)[0], header) ?? orderOfNumber(repetitionsOf(obr, 2)[0], header)
  const encounterId = numberedEncounter(pv1, pid, header)
  const department = careDepartmentOf(pv1, header)
  if (order === undefined || encounterId === undefined || !department) return undefined
  return { story: visitStory(encounterId, header.sentAt, `ORC[${position}]`), department, order }
}
