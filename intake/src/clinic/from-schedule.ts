import type { Instant } from '@counterpart/kernel'
import { IntakeError } from '../errors.ts'
import type { Header } from '../hl7v2/header.ts'
import { codingsOf, given, systemOf } from '../hl7v2/header.ts'
import type { Hl7Message, Segment } from '../hl7v2/message.ts'
import { partOf, repetitionsOf, valueAt } from '../hl7v2/message.ts'
import { type AppointmentFacts, type AppointmentState, appointmentName, visitKindOf } from './appointment.ts'
import type { KnownProvider, Name } from './clinics.ts'

/** What each trigger event makes of an appointment (HL7 v2.5.1 chapter 10.4), and where it stands in its life. */
const triggers: Readonly<Record<string, readonly [AppointmentState | 'changed', rank: number]>> = {
  S12: ['booked', 0],
  S13: ['booked', 1],
  S14: ['changed', 2],
  S15: ['cancelled', 3],
  S16: ['cancelled', 3],
  S17: ['gone', 4],
  S26: ['no-show', 3],
}

/** Filler status codes (SCH-25; HL7 table 0278 and what is in use besides), letters only, in lower case. */
const statuses: Readonly<Record<string, AppointmentState>> = {
  booked: 'booked',
  confirmed: 'booked',
  arrived: 'arrived',
  checkedin: 'arrived',
  started: 'arrived',
  complete: 'fulfilled',
  completed: 'fulfilled',
  cancelled: 'cancelled',
  dc: 'cancelled',
  noshow: 'no-show',
  deleted: 'gone',
}

/** The provider of a clinic whom the message names: the personnel (AIP-3), a resource (AIG-3), or the visit's own (PV1-7). */
export function providerOfSchedule(message: Hl7Message, header: Header): KnownProvider | undefined {
  const { clinics } = header.settings
  if (!clinics || clinics.all.length === 0) return undefined
  const names = [
    ['AIP', 3, 9],
    ['AIG', 3, 3],
    ['PV1', 7, 9],
  ] as const
  return clinics.provider(
    names.flatMap(([name, field, authority]) =>
      message.segments
        .filter((segment) => segment.name === name)
        .flatMap((segment) => repetitionsOf(segment, field))
        .flatMap((person): readonly Name[] => {
          const value = given(partOf(person, 1))
          if (value === undefined) return []
          const [namespace, id, type] = [1, 2, 3].map((part) => partOf(person, authority, part)) as [
            string,
            string,
            string,
          ]
          return [namespace || id ? { system: systemOf(namespace, id, type, header), value } : { value }]
        }),
    ),
  )
}

/** What a message about an appointment (SIU) says of a clinic. Throws {@link IntakeError}, naming the field. */
export function statementOfSchedule(
  sch: Segment,
  message: Hl7Message,
  header: Header,
  { clinic, provider }: KnownProvider,
  time: { readonly start?: Instant | undefined; readonly minutes?: number | undefined },
): AppointmentFacts {
  const number = [2, 1].flatMap((field) => repetitionsOf(sch, field).slice(0, 1)).find((ei) => given(partOf(ei, 1)))
  if (!number)
    throw new IntakeError('identity-missing', 'the appointment has no number', {
      location: 'SCH-2',
      expected: 'the number by which it is changed or cancelled later (SCH-2, else SCH-1)',
      mend: 'fill in SCH-2',
    })
  const system = systemOf(partOf(number, 2), partOf(number, 3), partOf(number, 4), header)
  const appointment = appointmentName([system, partOf(number, 1)], header.settings.pseudonymKey)
  const [means, rank] = triggers[header.trigger]!
  const said =
    statuses[
      valueAt(sch, 25)
        .toLowerCase()
        .replaceAll(/[^a-z]/g, '')
    ]
  const state = means === 'booked' || means === 'changed' ? (said ?? (means === 'booked' ? means : undefined)) : means
  const common = { clinic: clinic.id, appointment, said: header.sentAt, rank, ...(state && { state }) }
  if (time.start === undefined) {
    if (means !== 'booked') return { statement: common, doubts: [] }
    throw new IntakeError('invalid', 'the time of the appointment is missing', {
      location: 'AIP-6',
      expected: 'the time at which it begins, also in AIS-4, AIG-8, AIL-6, TQ1-7 or SCH-11.4',
      mend: 'fill in AIP-6',
    })
  }
  const codes = [
    ...repetitionsOf(sch, 8),
    ...message.segments.filter(({ name }) => name === 'AIS').flatMap((ais) => repetitionsOf(ais, 3)),
    ...repetitionsOf(sch, 7),
  ].flatMap((concept) => codingsOf(concept, header).map(({ code }) => code))
  const { kind, doubts } = visitKindOf(codes, time.minutes, clinic)
  const place = { provider, at: time.start, minutes: time.minutes ?? kind.minutes, kind: kind.code }
  return { statement: { ...common, place }, doubts }
}
