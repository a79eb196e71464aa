import { authority } from '../codes.ts'
import { escapeText, facility, type Header, header, patient, segment, segments } from '../messages/segments.ts'
import type { Person } from '../person.ts'
import { hl7Time } from '../time.ts'
import type { ClinicAppointment } from './events.ts'
import { recordNumber } from './fhir.ts'

const triggers = {
  booked: ['S12', 'Booked'],
  arrived: ['S14', 'Arrived'],
  fulfilled: ['S14', 'Complete'],
  cancelled: ['S15', 'Cancelled'],
  'no-show': ['S26', 'Noshow'],
} as const satisfies Record<ClinicAppointment['state'], readonly [trigger: string, status: string]>

/** What the booking system says of an appointment: SIU, HL7 v2.5.1 chapter 10.4; the clinician in AIP. */
export function writeClinicAppointment(envelope: Header, appointment: ClinicAppointment): string {
  const { id, provider, starts, minutes, visit, state } = appointment
  const [trigger, status] = triggers[state]
  const start = hl7Time(starts, envelope.zoneOffsetMinutes)
  const number = `${escapeText(id)}^${authority.namespace}^${authority.oid}.4^ISO`
  return segments(
    header(envelope, `SIU^${trigger}^SIU_S12`),
    segment('SCH', { 1: number, 2: number, 8: `${visit}^^L`, 9: String(minutes), 10: 'min', 25: status }),
    patient(paper(appointment.patient)),
    segment('PV1', { 1: '1', 2: 'O', 3: `FM^^^${facility}` }),
    segment('RGS', { 1: '1', 2: 'A' }),
    segment('AIS', { 1: '1', 2: 'A', 3: `${visit}^^L`, 4: start, 7: String(minutes), 8: 'min' }),
    segment('AIP', { 1: '1', 2: 'A', 3: `${escapeText(provider)}^^^^^^^^`, 6: start, 9: String(minutes), 10: 'min' }),
  )
}

const bays = ['Bay', 'Cove', 'Fjord', 'Lagoon', 'Reef', 'Sound', 'Strand']

/** Somebody of the clinic's list on paper; nobody is called so. */
function paper(number: number): Omit<Person, 'weight'> {
  const sex = number % 2 === 0 ? 'female' : 'male'
  return {
    recordNumber: recordNumber(number),
    family: `Sandbox-${bays[number % bays.length]!}`,
    given: sex === 'female' ? 'Nemina' : 'Nemo',
    sex,
    birthDate: `${1935 + ((number * 37) % 85)}-01-01`,
  }
}
