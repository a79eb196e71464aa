import type { Instant } from '@counterpart/kernel'
import { minute } from '@counterpart/kernel'
import type { FhirReference } from '../department/fhir-reading.ts'
import { updatedAt } from '../department/fhir-reading.ts'
import { IntakeError } from '../errors.ts'
import { identifiersOf, instantOfFhir, type Reading } from '../fhir/read.ts'
import type { FhirAppointment, FhirSlot } from '../fhir/workflow-schema.ts'
import { type AppointmentFacts, type AppointmentState, appointmentName, visitKindOf } from './appointment.ts'
import type { KnownProvider, Name } from './clinics.ts'

const states: Readonly<Record<FhirAppointment['status'], readonly [AppointmentState, rank: number]>> = {
  proposed: ['gone', 0],
  pending: ['gone', 0],
  waitlist: ['gone', 0],
  booked: ['booked', 1],
  arrived: ['arrived', 2],
  'checked-in': ['arrived', 2],
  fulfilled: ['fulfilled', 3],
  cancelled: ['cancelled', 4],
  noshow: ['no-show', 4],
  'entered-in-error': ['gone', 5],
}

/** What an appointment says of a clinic; `undefined` when it is with nobody of a clinic that is followed. */
export function statementOfAppointment(
  appointment: FhirAppointment,
  location: string,
  reading: Reading,
): { readonly facts: AppointmentFacts; readonly clinic: string } | undefined {
  const known = providerOf(
    appointment.participant.map(({ actor }) => actor),
    reading,
  )
  if (!known) return undefined
  const said = updatedAt(appointment, reading) ?? at(appointment.created, reading)
  if (said === undefined) throw unsaid(location)
  const [state, rank] = states[appointment.status]
  const common = {
    clinic: known.clinic.id,
    appointment: nameFor('Appointment', appointment, location, reading),
    said,
    rank,
    state,
  }
  const start = at(appointment.start, reading)
  const end = at(appointment.end, reading)
  if (start === undefined) {
    if (state === 'gone' || state === 'cancelled')
      return { facts: { statement: common, doubts: [] }, clinic: known.clinic.id }
    throw new IntakeError('invalid', 'the appointment has no start', {
      location: `${location}.start`,
      expected: 'the time at which it begins',
      mend: 'fill in start; it is required unless an appointment is only proposed or cancelled (app-3)',
    })
  }
  const { appointmentType, serviceType = [], serviceCategory = [] } = appointment
  const codes = [appointmentType, ...serviceType, ...serviceCategory].flatMap((concept) =>
    (concept?.coding ?? []).flatMap(({ code }) => code ?? []),
  )
  const length = appointment.minutesDuration ?? (end !== undefined && end > start ? (end - start) / minute : undefined)
  const { kind, doubts } = visitKindOf(codes, length, known.clinic)
  const place = { provider: known.provider, at: start, minutes: length ?? kind.minutes, kind: kind.code }
  return { facts: { statement: { ...common, place }, doubts }, clinic: known.clinic.id }
}

/** What a slot says: that somebody may still be booked then, or not any more. */
export function statementOfSlot(
  slot: FhirSlot,
  location: string,
  reading: Reading,
): { readonly facts: AppointmentFacts; readonly clinic: string } | undefined {
  const schedule = slot.schedule.reference === undefined ? undefined : reading.things(slot.schedule.reference)
  const { actor = [] } = (schedule ?? {}) as { actor?: readonly FhirReference[] }
  const known = providerOf([slot.schedule, ...(Array.isArray(actor) ? actor : [])], reading)
  if (!known) return undefined
  const said = updatedAt(slot, reading)
  if (said === undefined) throw unsaid(location)
  const [from, until] = [at(slot.start, reading)!, at(slot.end, reading)!]
  if (until <= from)
    throw new IntakeError('invalid', 'the slot ends before it begins', {
      location: `${location}.end`,
      expected: 'a time after start',
      mend: 'correct start or end',
    })
  const place = { provider: known.provider, at: from, minutes: (until - from) / minute }
  const statement = {
    clinic: known.clinic.id,
    appointment: nameFor('Slot', slot, location, reading),
    said,
    rank: slot.status === 'entered-in-error' ? 5 : 1,
    place,
    state: slot.status === 'free' ? ('free' as const) : ('gone' as const),
  }
  return { facts: { statement, doubts: [] }, clinic: known.clinic.id }
}

/** Whose appointment or schedule it is, by the numbers of the settings: `Practitioner/7`, an identifier, or one in the Bundle. */
function providerOf(references: readonly (FhirReference | undefined)[], reading: Reading): KnownProvider | undefined {
  const names = references.flatMap((reference): readonly Name[] => {
    if (!reference) return []
    const own = /(?:^|\/)((?:Practitioner|PractitionerRole|Schedule)\/([A-Za-z0-9\-.]{1,64}))/.exec(
      reference.reference ?? '',
    )
    const resource = reference.reference === undefined ? undefined : reading.things(reference.reference)
    const { identifier } = (resource ?? {}) as { identifier?: Parameters<typeof identifiersOf>[0] }
    return [
      ...(reference.identifier?.value === undefined
        ? []
        : [{ system: reference.identifier.system, value: reference.identifier.value }]),
      ...(own ? [{ value: own[1]! }, { value: own[2]! }] : []),
      ...identifiersOf(Array.isArray(identifier) ? identifier : undefined),
    ]
  })
  return reading.settings.clinics?.provider(names)
}

function nameFor(
  type: string,
  resource: { readonly id?: string | undefined; readonly identifier?: Parameters<typeof identifiersOf>[0] },
  location: string,
  { settings }: Reading,
): string {
  const [number] = identifiersOf(resource.identifier)
  if (number) return appointmentName([number.system, number.value], settings.pseudonymKey)
  if (resource.id !== undefined) return appointmentName([settings.system, type, resource.id], settings.pseudonymKey)
  throw new IntakeError('identity-missing', `the ${type} has neither an identifier nor an id`, {
    location: `${location}.identifier`,
    expected: 'the number by which it is changed or cancelled later',
    mend: 'fill in identifier or id',
  })
}

function unsaid(location: string): IntakeError {
  return new IntakeError('invalid', 'it does not say when it was said', {
    location: `${location}.meta.lastUpdated`,
    expected: 'the time of this version, or Bundle.timestamp',
    mend: 'fill in meta.lastUpdated: without it, nobody knows which of two statements holds',
  })
}

function at(text: string | undefined, { settings }: Reading): Instant | undefined {
  return text === undefined ? undefined : instantOfFhir(text, settings.zone)
}
