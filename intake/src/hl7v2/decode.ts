import { IntakeError } from '../errors.ts'
import type { DecodedMessage } from '../facts.ts'
import { decodeAdt } from './adt.ts'
import { adtTriggers } from './adt-events.ts'
import type { Hl7Settings } from './header.ts'
import { readHeader } from './header.ts'
import type { Hl7Message } from './message.ts'
import { decodeOrder, orderTriggers } from './orders.ts'
import { decodeOru } from './oru.ts'
import { decodeSchedule, scheduleTriggers } from './schedule.ts'

/** Messages that are of concern only where departments are followed: orders and appointments. */
const departmentMessages: readonly string[] = [
  ...Object.entries(orderTriggers).map(([type, trigger]) => `${type}^${trigger}`),
  ...scheduleTriggers.map((trigger) => `SIU^${trigger}`),
]

/** The kinds of message that are taken, for the capability page and the README. */
export const hl7Messages: readonly string[] = [
  ...adtTriggers.map((trigger) => `ADT^${trigger}`),
  'ORU^R01',
  ...departmentMessages,
]

const decoders = {
  ADT: decodeAdt,
  ORU: decodeOru,
  ORM: decodeOrder,
  OMG: decodeOrder,
  OMI: decodeOrder,
  SIU: decodeSchedule,
} as const

/** Reads what a parsed HL7 v2 message says. Throws {@link IntakeError}. */
export function decodeHl7(message: Hl7Message, text: string, settings: Hl7Settings): DecodedMessage {
  const header = readHeader(message, settings)
  const forDepartments = header.type === 'SIU' || Object.hasOwn(orderTriggers, header.type)
  const departments = (settings.departments?.all.length ?? 0) > 0
  const follows = departments || (header.type === 'SIU' && (settings.clinics?.all.length ?? 0) > 0)
  const decode =
    Object.hasOwn(decoders, header.type) && (follows || !forDepartments)
      ? decoders[header.type as keyof typeof decoders]
      : undefined
  if (!decode)
    throw new IntakeError('not-supported', `${header.type}^${header.trigger} is not taken`, {
      location: 'MSH-9.1',
      expected: hl7Messages.filter((each) => departments || !departmentMessages.includes(each)).join(', '),
      mend: forDepartments
        ? 'tell the server which departments or clinics it follows; without any, orders and appointments are of no concern'
        : 'do not route this message here',
    })
  const content = decode(message, header, text)
  return {
    protocol: 'hl7v2',
    system: header.sender,
    controlId: header.controlId,
    // Senders restart their counters, so a number that comes with another type or time is another message's.
    key: JSON.stringify([header.controlId, header.type, header.trigger, header.sentAt]),
    contentType: 'application/hl7-v2+er7',
    text,
    sentAt: header.sentAt,
    subjects: 'facts' in content ? [content.facts] : content.subjects,
    notes: content.notes,
  }
}
