import type { Instant } from '@counterpart/kernel'
import { IntakeError } from '../errors.ts'
import type { Zone } from '../time-zone.ts'
import { instantOf } from '../time-zone.ts'

/** The pattern of DTM (HL7 v2.5.1 chapter 2A.22): YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]. */
const pattern = /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,4}))?)?)?)?)?)?([+-]\d{4})?$/

/**
 * The instant that a DTM value names; what it leaves out counts as the beginning (a date is its first moment). A value
 * without an offset is a wall clock's in `zone`. Throws {@link IntakeError} `invalid`.
 */
export function instantOfDtm(text: string, zone: Zone, location: string): Instant {
  const match = pattern.exec(text.trim())
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', offset] =
    match ?? []
  const instant =
    match &&
    instantOf(
      {
        year: Number(year),
        month: Number(month),
        day: Number(day),
        hour: Number(hour),
        minute: Number(minute),
        second: Number(second),
        millisecond: Number(fraction.padEnd(3, '0').slice(0, 3)),
      },
      offset === undefined ? zone : minutesOf(offset),
    )
  if (instant === undefined || instant === null)
    throw new IntakeError('invalid', `"${text.slice(0, 40)}" is not a date and time`, {
      location,
      expected: 'YYYY[MM[DD[HH[MM[SS[.SSSS]]]]]][+/-ZZZZ]',
      mend: 'send the time in this form, best with its offset from UTC',
    })
  return instant
}

/** The offset that a DTM value carries, in minutes; `undefined` when it has none. */
export function offsetOfDtm(text: string): number | undefined {
  const offset = pattern.exec(text.trim())?.[8]
  return offset === undefined ? undefined : minutesOf(offset)
}

/** The date of a DTM value as FHIR writes it, e.g. `1961-06`; `undefined` when it is none. */
export function dateOfDtm(text: string): string | undefined {
  const match = /^(\d{4})(\d\d)?(\d\d)?/.exec(text.trim())
  if (!match || !pattern.test(text.trim())) return undefined
  const date = match.slice(1).filter(Boolean).join('-')
  return instantOf(
    {
      year: Number(match[1]),
      month: Number(match[2] ?? 1),
      day: Number(match[3] ?? 1),
      hour: 0,
      minute: 0,
      second: 0,
      millisecond: 0,
    },
    0,
  ) === undefined
    ? undefined
    : date
}

/** An instant as DTM in UTC: `20240229123000.000+0000`. */
export function dtmOf(instant: Instant): string {
  return `${new Date(instant).toISOString().replace(/[-:TZ]/g, '')}+0000`
}

function minutesOf(offset: string): number {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5))
  return offset[0] === '-' ? -minutes : minutes
}
