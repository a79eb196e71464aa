import { IntakeError } from '../errors.ts'
import type { DecodedMessage } from '../facts.ts'
import { adtTriggers, decodeAdt } from './adt.ts'
import type { Hl7Settings } from './header.ts'
import { readHeader } from './header.ts'
import type { Hl7Message } from './message.ts'
import { decodeOru } from './oru.ts'

/** The kinds of message that are taken, for the capability page and the README. */
export const hl7Messages: readonly string[] = [...adtTriggers.map((trigger) => `ADT^${trigger}`), 'ORU^R01']

/** Reads what a parsed HL7 v2 message says. Throws {@link IntakeError}. */
export function decodeHl7(message: Hl7Message, text: string, settings: Hl7Settings): DecodedMessage {
  const header = readHeader(message, settings)
  const decode = { ADT: decodeAdt, ORU: decodeOru }[header.type]
  if (!decode)
    throw new IntakeError('not-supported', `${header.type}^${header.trigger} is not taken`, {
      location: 'MSH-9.1',
      expected: hl7Messages.join(', '),
      mend: 'do not route this message here',
    })
  const { facts, notes, waits }: ReturnType<typeof decodeAdt> = decode(message, header, text)
  return {
    protocol: 'hl7v2',
    system: header.sender,
    controlId: header.controlId,
    // Senders restart their counters, so a number that comes with another type or time is another message's.
    key: JSON.stringify([header.controlId, header.type, header.trigger, header.sentAt]),
    contentType: 'application/hl7-v2+er7',
    text,
    sentAt: header.sentAt,
    subjects: [facts],
    notes,
    ...(waits && { waits }),
  }
}
