import type { Instant } from '@counterpart/kernel'
import type { RefusalCode } from '../errors.ts'
import { nameOf } from '../hash.ts'
import type { Receipt } from '../receipt.ts'
import type { Hl7Message, Segment } from './message.ts'
import { parseMessage, segment, serialiseMessage, usualDelimiters, valueAt } from './message.ts'
import { dtmOf } from './time.ts'

/** Refusals that have nothing to do with the content: the sender may send the same again, or elsewhere. */
const rejects: readonly RefusalCode[] = ['not-supported', 'too-large', 'store-failed', 'subject-erased']

/** HL7 table 0357, message error condition codes. */
const errorConditions: Readonly<Record<RefusalCode, readonly [code: string, text: string]>> = {
  malformed: ['100', 'Segment sequence error'],
  'too-large': ['104', 'Value too long'],
  'not-supported': ['200', 'Unsupported message type'],
  invalid: ['102', 'Data type error'],
  'identity-missing': ['101', 'Required field missing'],
  'identity-conflict': ['204', 'Unknown key identifier'],
  'unknown-subject': ['204', 'Unknown key identifier'],
  'subject-erased': ['204', 'Unknown key identifier'],
  'unit-invalid': ['103', 'Table value not found'],
  'unit-dimension': ['103', 'Table value not found'],
  'unit-ambiguous': ['101', 'Required field missing'],
  implausible: ['199', 'Other HL7 Error'],
  'in-the-future': ['199', 'Other HL7 Error'],
  'no-consent': ['207', 'Application internal error'],
  'control-id-conflict': ['205', 'Duplicate key identifier'],
  'not-found': ['207', 'Application error'],
  'not-open': ['207', 'Application error'],
  'store-failed': ['207', 'Application error'],
}

/**
 * The acknowledgement of a message, or `undefined` when its sender wants none.
 *
 * Original mode (MSH-15 and MSH-16 empty): AA, AE or AR (HL7 v2.5.1 chapter 2.9.2). Enhanced mode: the accept
 * acknowledgement CA, CE or CR as MSH-15 asks; when that asks for none, the application acknowledgement as MSH-16 asks
 * (2.9.3). One message gets one answer. `text` may be anything: an answer is made from as much of its header as can
 * be read.
 */
export function acknowledgementOf(text: string, receipt: Receipt, now: Instant): string | undefined {
  const header = headerOf(text)
  const msh = header?.segments[0]
  const accept = valueAt(msh, 15)
  const application = valueAt(msh, 16)
  const enhanced = accept !== '' || application !== ''
  const good = receipt.outcome !== 'refused'
  const wanted = (condition: string) =>
    condition === 'AL' || (condition === 'SU' && good) || (condition === 'ER' && !good)
  const kind = !enhanced ? 'A' : wanted(accept) ? 'C' : wanted(application) ? 'A' : undefined
  if (kind === undefined) return undefined
  const verdict = good ? 'A' : rejects.includes(receipt.code) ? 'R' : 'E'
  const controlId = valueAt(msh, 10)
  const trigger = valueAt(msh, 9, 2)
  const answer: Hl7Message = {
    delimiters: header?.delimiters ?? usualDelimiters,
    segments: [
      {
        name: 'MSH',
        fields: [
          [[['']]], // written from the delimiters
          [[['']]],
          msh?.fields[4] ?? empty,
          msh?.fields[5] ?? empty,
          msh?.fields[2] ?? empty,
          msh?.fields[3] ?? empty,
          [[[dtmOf(now)]]],
          empty,
          [[['ACK'], ...(trigger ? [[trigger]] : []), ...(trigger ? [['ACK']] : [])]],
          [[[nameOf('ack', controlId, now).slice(0, 20)]]],
          msh?.fields[10] ?? [[['P']]],
          [[[valueAt(msh, 12) || '2.5.1']]],
          ...[empty, empty, ...(enhanced ? [[[['NE']]], [[['NE']]]] : [empty, empty]), empty, [[['UNICODE UTF-8']]]],
        ],
      },
      segment('MSA', `${kind}${verdict}`, controlId, good ? '' : receipt.message),
      ...(good ? [] : [errorSegment(receipt.location, receipt)]),
    ],
  }
  return serialiseMessage(answer)
}

function errorSegment(location: string, { code, message, expected, mend }: Receipt & { outcome: 'refused' }): Segment {
  const eventIsUnsupported = code === 'not-supported' && location === 'MSH-9.2'
  const [condition, text] = eventIsUnsupported ? ['201', 'Unsupported event code'] : errorConditions[code]
  return segment(
    'ERR',
    '',
    errorLocation(location),
    [condition, text, 'HL70357'],
    'E',
    [code, '', 'L'],
    '',
    expected === '' ? '' : `expected ${expected}`,
    [message, mend].filter(Boolean).join('; '),
  )
}

/** `OBX[2]-5.1` as ERL: segment, its occurrence, field, repetition, component (HL7 v2.5.1 chapter 2A.28). */
function errorLocation(location: string): readonly string[] {
  const match = /^([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?(?:-(\d+)(?:\.(\d+))?)?$/.exec(location)
  if (!match) return ['']
  const [, name, occurrence = '1', field, component] = match
  return [name!, occurrence, ...(field ? [field, '1'] : []), ...(component ? [component] : [])]
}

const empty = [[['']]] as const

/** The header alone, of a message that may be broken after it. */
function headerOf(text: string): Hl7Message | undefined {
  try {
    return parseMessage(
      text
        .slice(0, 4096)
        .replace(/^[\uFEFF\s]+/, '')
        .split(/[\r\n]/, 1)[0]!,
    )
  } catch {
    return undefined
  }
}
