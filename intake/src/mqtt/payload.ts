import { z } from 'zod'
import { IntakeError } from '../errors.ts'
import { parseJson } from '../fhir/json.ts'
import type { ReadingMessage } from '../reading.ts'

/** How a device may be named: it stands in topics, so no `/`, `+` or `#`. */
export const deviceNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Where a device sends its readings. */
export function readingsTopic(device: string): string {
  return `counterpart/v1/${device}/readings`
}

/** All devices' readings, as a subscription. */
export const allReadings = 'counterpart/v1/+/readings'

/** Where a device says how it is (its last will, for instance); passed on, not taken in. */
export function statusTopic(device: string): string {
  return `counterpart/v1/${device}/status`
}

/** What is sent to a device stands beneath this. */
export function commandsTopic(device: string): string {
  return `counterpart/v1/${device}/commands`
}

const text = z.string().min(1).max(500)

/** One value in a message on `counterpart/v1/<device>/readings`. */
const mqttReading = z.strictObject({
  code: z.strictObject({ system: text, code: text, display: text.optional() }),
  /** `null` only with status `retracted`. */
  value: z.number().nullable(),
  /** UCUM. Left out: the unit that the platform keeps this code in, and trusted less. */
  unit: z.string().min(1).max(64).optional(),
  /** When it was so: ISO 8601 with an offset, e.g. `2030-01-01T12:00:00.250Z`. */
  time: z.iso.datetime({ offset: true }),
  /** Names the fact, so that it can be corrected or retracted later. */
  id: text.optional(),
  status: z.enum(['preliminary', 'final', 'corrected', 'retracted']).optional(),
  /** The device's own doubts. */
  flags: z
    .array(z.enum(['noisy-signal', 'sender-flagged', 'flat-line', 'sudden-jump']))
    .max(8)
    .optional(),
})

/** A message on `counterpart/v1/<device>/readings`, as JSON in UTF-8. */
export const mqttReadingsSchema = z.strictObject({
  device: z.string().regex(deviceNamePattern),
  /** An identifier of the person, which another system must have introduced before. */
  subject: z.strictObject({ system: text, value: text }),
  /** Counts the device's messages. Never used again for another content; the same message may be sent again. */
  sequence: z.int().min(0),
  sentAt: z.iso.datetime({ offset: true }).optional(),
  readings: z.array(mqttReading).min(1).max(1000),
})

/** The device that a topic belongs to; `undefined` when it is no topic for readings. */
export function deviceOfTopic(topic: string): string | undefined {
  const device = /^counterpart\/v1\/([^/]+)\/readings$/.exec(topic)?.[1]
  return device !== undefined && deviceNamePattern.test(device) ? device : undefined
}

/**
 * Reads one message. Throws {@link IntakeError}: `malformed` (not UTF-8 JSON), `too-large` (nested too deep), `invalid`
 * (against the schema, or for another device than the topic's).
 */
export function decodeMqttReadings(device: string, payload: Uint8Array): ReadingMessage {
  const body = decodeUtf8(payload)
  const parsed = mqttReadingsSchema.safeParse(parseJson(body))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new IntakeError('invalid', `the readings are not as they should be: ${issue?.message}`, {
      location: issue?.path.map(String).join('.') || 'the message',
      expected: '{device, subject: {system, value}, sequence, readings: [{code: {system, code}, value, unit, time}]}',
      mend: 'see "Wearables over MQTT" in intake/src/mqtt/README.md',
    })
  }
  const message = parsed.data
  if (message.device !== device)
    throw new IntakeError('invalid', `device "${message.device}" stands in a message of device "${device}"`, {
      location: 'device',
      expected: device,
      mend: 'send the readings of each device on its own topic',
    })
  return {
    protocol: 'mqtt',
    contentType: 'application/json',
    text: body,
    controlId: `${device}/${message.sequence}`,
    ...(message.sentAt !== undefined && { sentAt: Date.parse(message.sentAt) }),
    readings: message.readings.map(({ code, value, unit, time, id, status, flags }) => ({
      subject: message.subject,
      what: { code },
      value,
      effective: Date.parse(time),
      device,
      ...(unit !== undefined && { unit }),
      ...(id !== undefined && { id }),
      ...(status !== undefined && { status }),
      ...(flags !== undefined && { flags }),
    })),
  }
}

function decodeUtf8(payload: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload)
  } catch (cause) {
    throw new IntakeError('malformed', 'the message is not UTF-8', { expected: 'JSON in UTF-8' }, { cause })
  }
}
