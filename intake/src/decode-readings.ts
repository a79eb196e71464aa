import type { Catalogue, Coding } from '@counterpart/kernel'
import { z } from 'zod'
import { controlIdOf } from './assemble.ts'
import { IntakeError } from './errors.ts'
import type { DecodedMessage, MeasuredFact, SubjectFacts, WhoseFacts } from './facts.ts'
import { nameOf } from './hash.ts'
import type { Reading, ReadingMessage } from './reading.ts'

const instant = z.int().min(-62_135_596_800_000).max(253_402_300_799_999)
const text = z.string().min(1).max(500)

const reading = z.strictObject({
  subject: z.union([
    z.strictObject({ id: z.string().regex(/^patient\/[A-Za-z0-9._-]{1,200}$/) }),
    z.strictObject({ system: text, value: text }),
  ]),
  what: z.union([
    z.strictObject({ channel: text }),
    z.strictObject({ code: z.strictObject({ system: text, code: text, display: text.optional() }) }),
  ]),
  value: z.number().nullable(),
  unit: z.string().min(1).max(64).optional(),
  effective: instant,
  id: text.optional(),
  version: instant.optional(),
  status: z.enum(['preliminary', 'final', 'corrected', 'retracted']).optional(),
  device: text.optional(),
  flags: z
    .array(z.enum(['noisy-signal', 'sender-flagged', 'device-clock-skewed', 'flat-line', 'sudden-jump']))
    .optional(),
})

/** What may stand in a message of readings; the same as {@link ReadingMessage}, checked. */
const readingMessageSchema = z.strictObject({
  protocol: z.enum(['mqtt', 'waveform', 'api']),
  readings: z.array(reading).min(1).max(10_000),
  text: z.string(),
  contentType: text,
  controlId: text.optional(),
  sentAt: instant.optional(),
})

/** Checks readings and brings them into the form that all messages have. Throws {@link IntakeError} `invalid`. */
export function decodeReadings(message: ReadingMessage, system: string, catalogue: Catalogue): DecodedMessage {
  const parsed = readingMessageSchema.safeParse(message)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new IntakeError('invalid', `the readings are not as they should be: ${issue?.message}`, {
      location: issue?.path.map(String).join('.'),
      expected: 'readings with subject, what, value and effective (milliseconds since 1970)',
      mend: 'see the type Reading',
    })
  }
  const groups = new Map<string, { whose: WhoseFacts; readings: Reading[]; measured: MeasuredFact[] }>()
  for (const [i, one] of message.readings.entries()) {
    const location = `readings[${i}]`
    const key = JSON.stringify(one.subject)
    const whose: WhoseFacts =
      'id' in one.subject
        ? { kind: 'named', id: one.subject.id, location: `${location}.subject` }
        : { kind: 'referred', identifier: one.subject, location: `${location}.subject` }
    const group = groups.get(key) ?? { whose, readings: [], measured: [] }
    groups.set(key, group)
    group.readings.push(one)
    group.measured.push(measuredOf(one, message, system, catalogue, location))
  }
  return {
    protocol: message.protocol,
    system,
    controlId: message.controlId ?? controlIdOf(message.text),
    contentType: message.contentType,
    text: message.text,
    ...(message.sentAt !== undefined && { sentAt: message.sentAt }),
    subjects: [...groups.values()].map(
      ({ whose, readings, measured }): SubjectFacts => ({
        whose,
        text: JSON.stringify(readings),
        encounters: [],
        devices: [],
        measured,
        treatments: [],
      }),
    ),
    notes: [],
  }
}

function measuredOf(
  { what, value, unit, effective, id, version, status = 'final', device, flags, subject }: Reading,
  { sentAt, protocol }: ReadingMessage,
  system: string,
  catalogue: Catalogue,
  location: string,
): MeasuredFact {
  const code: Coding | undefined = 'code' in what ? what.code : catalogue.channel(what.channel)?.codes[0]
  if (!code)
    throw new IntakeError('invalid', `there is no channel "${'channel' in what ? what.channel : ''}"`, {
      location: `${location}.what.channel`,
      expected: `one of ${catalogue.channels.map(({ name }) => name).join(', ')}`,
      mend: 'use a channel that a twin has, or send the code',
    })
  if (value === null && status !== 'retracted')
    throw new IntakeError('invalid', 'the value is null', {
      location: `${location}.value`,
      expected: 'a number; null only to retract',
      mend: 'send nothing when there is nothing to send',
    })
  return {
    id: nameOf(
      protocol,
      system,
      ...(id === undefined ? [JSON.stringify([subject, device, code.system, code.code, effective])] : ['id', id]),
    ),
    version: version ?? sentAt ?? effective,
    status,
    codes: [code],
    value:
      value === null || status === 'retracted'
        ? { kind: 'absent', text: 'retracted' }
        : { kind: 'number', value, sent: String(value), ...(unit !== undefined && { unit }) },
    effective,
    ...(device !== undefined && { device }),
    ...(flags && { flags }),
    location,
  }
}
