import { IntakeError } from '../errors.ts'

/** MSH-18 (HL7 table 0211) to the WHATWG encoding label. */
const encodings: Readonly<Record<string, string>> = {
  ASCII: 'utf-8',
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  '8859/1': 'iso-8859-1',
  '8859/2': 'iso-8859-2',
  '8859/3': 'iso-8859-3',
  '8859/4': 'iso-8859-4',
  '8859/5': 'iso-8859-5',
  '8859/6': 'iso-8859-6',
  '8859/7': 'iso-8859-7',
  '8859/8': 'iso-8859-8',
  '8859/9': 'iso-8859-9',
  '8859/15': 'iso-8859-15',
  'GB 18030-2000': 'gb18030',
  'BIG-5': 'big5',
}

/**
 * Turns the bytes of a message into text by what MSH-18 says of them. Where it says nothing: UTF-8 if they are that,
 * else ISO 8859-1. Throws {@link IntakeError} when MSH-18 names another encoding, or is wrong.
 */
export function decodeBytes(bytes: Uint8Array): string {
  const named = namedCharset(bytes)
  if (named === '') return asUtf8(bytes) ?? new TextDecoder('iso-8859-1').decode(bytes)
  const label = encodings[named.toUpperCase()] ?? (/^8859-\d+$/.test(named) ? `iso-${named}` : undefined)
  if (label === undefined)
    throw new IntakeError('not-supported', `the character set "${named}" is not read`, {
      location: 'MSH-18',
      expected: 'UNICODE UTF-8, ASCII or 8859/1 to 8859/15',
      mend: 'send in UNICODE UTF-8 and say so in MSH-18',
    })
  if (label !== 'utf-8') return new TextDecoder(label).decode(bytes)
  const text = asUtf8(bytes)
  if (text === undefined)
    throw new IntakeError('malformed', `the bytes are not valid ${named}, as MSH-18 says they are`, {
      location: 'MSH-18',
      expected: 'text in UTF-8',
      mend: 'correct MSH-18, e.g. to 8859/1, or the sender’s encoding',
    })
  return text
}

function asUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** MSH-18 read from the bytes of the first segment, which are ASCII in every encoding of the table. */
function namedCharset(bytes: Uint8Array): string {
  const end = bytes.findIndex((byte) => byte === 0x0d || byte === 0x0a)
  const header = new TextDecoder('iso-8859-1').decode(bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 4096)))
  const start = header.indexOf('MSH')
  const separator = header[start + 3]
  if (start < 0 || separator === undefined) return ''
  const repetition = header[start + 5] ?? '~'
  return (header.slice(start).split(separator)[17] ?? '').split(repetition)[0]!.trim()
}
