import { examOfOrder } from '../department/exam-of-order.ts'
import { testOfOrder } from '../department/test-of-order.ts'
import type { VisitFact } from '../department/visit-fact.ts'
import { IntakeError } from '../errors.ts'
import type { Header } from './header.ts'
import { required } from './header.ts'
import type { Hl7Message } from './message.ts'
import { onePatient } from './one-patient.ts'
import { ordersIn, type WorkflowMessage } from './order-groups.ts'
import { aboutPerson, type PersonContent } from './patient.ts'

/** Messages about orders, with their only trigger event. */
export const orderTriggers: Readonly<Record<string, string>> = { ORM: 'O01', OMG: 'O19', OMI: 'O23' }

/**
 * Reads an order: for exams in imaging departments, and as a test for whoever waits for it in another department. Throws
 * {@link IntakeError} `invalid` without PID, ORC or order control code, `not-supported` for other trigger events.
 */
export function decodeOrder(message: Hl7Message, header: Header, text: string): PersonContent {
  const { type, trigger } = header
  if (trigger !== orderTriggers[type])
    throw new IntakeError('not-supported', `${type}^${trigger} is not taken`, {
      location: 'MSH-9.2',
      expected: `${type}^${orderTriggers[type]}`,
      mend: 'do not route this event here; responses to orders are of no concern here',
    })
  const pid = onePatient(message)
  const notes: string[] = []
  const pv1 = message.segments.find(({ name }) => name === 'PV1')
  const about: WorkflowMessage = { header, pid, notes, ...(pv1 && { pv1 }) }
  const groups = ordersIn(message)
  if (groups.length === 0)
    throw new IntakeError('invalid', 'the message has no ORC segment', {
      location: 'ORC',
      expected: 'an ORC for each order',
      mend: 'the message may have been cut off; send it whole',
    })
  const visits = groups.flatMap((group): readonly VisitFact[] => {
    const location = `ORC[${group.position}]`
    required(group.orc, 1, 1, `${location}-1`, 'the order control code')
    const facts = [...examOfOrder(group, about), ...testOfOrder(group, about)]
    if (facts.length === 0) notes.push(`${location}: nothing of a department that is followed`)
    return facts
  })
  return { facts: { ...aboutPerson(pid, pv1, header, text), visits }, notes }
}
