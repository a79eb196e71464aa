import type { Coding, Instant, ObservationStatus } from '@counterpart/kernel'
import type { DeviceFact, EncounterFact, Identifier, MeasuredFact, Person, SentValue, TreatmentFact } from '../facts.ts'
import { nameOf } from '../hash.ts'
import type { WallTime, Zone } from '../time-zone.ts'
import { instantOf } from '../time-zone.ts'
import type { FhirSettings } from './decode.ts'
import type {
  FhirDevice,
  FhirEncounter,
  FhirMedicationAdministration,
  FhirObservation,
  FhirPatient,
  FhirProcedure,
} from './schema.ts'

/** What the readers of single resources share. */
export interface Reading {
  readonly settings: FhirSettings
  /** `Bundle.timestamp`. */
  readonly sentAt: Instant | undefined
  readonly notes: string[]
  /** Another resource of the same Bundle. */
  things(reference: string): object | undefined
}

const ucum = 'http://unitsofmeasure.org'

/** The instant of a valid date, dateTime or instant; what it leaves out counts as the beginning. */
export function instantOfFhir(text: string, zone: Zone): Instant {
  if (text.includes('T')) {
    // Seconds may be 60 (a leap second), and fractions of any length, which Date.parse does not take everywhere.
    const match = /^(.{17})(\d\d)(\.\d+)?(.+)$/.exec(text)!
    const seconds = Number(match[2]) * 1000 + Math.floor(Number(`0${match[3] ?? ''}`) * 1000)
    return Date.parse(`${match[1]}00${match[4]}`) + seconds
  }
  const [year, month = 1, day = 1] = text.split('-').map(Number)
  const wall: WallTime = { year: year!, month, day, hour: 0, minute: 0, second: 0, millisecond: 0 }
  return instantOf(wall, zone)!
}

/** The identifiers of a resource that name both their system and a value. */
export function identifiersOf(identifiers: FhirPatient['identifier']): readonly Identifier[] {
  return (identifiers ?? []).flatMap(({ system, value, type, use }) => {
    if (system === undefined || value === undefined || use === 'temp' || use === 'old') return []
    const kind = type?.coding?.find(({ system: s }) => s?.endsWith('/v2-0203') || s?.endsWith('/v2/0203'))?.code
    return [{ system, value, ...(kind && { type: kind }) }]
  })
}

export function personOf({ name: names, birthDate, gender, deceasedBoolean, deceasedDateTime }: FhirPatient): Person {
  const name = names?.find(({ use }) => use === 'official') ?? names?.find(({ use }) => use !== 'old') ?? names?.[0]
  const given = name?.given?.filter((part) => part !== null)
  const text = name?.text ?? [...(given ?? []), name?.family].filter(Boolean).join(' ')
  const deceased = deceasedBoolean ?? (deceasedDateTime === undefined ? undefined : true)
  return {
    ...(name && {
      name: {
        ...(text !== '' && { text }),
        ...(name.family !== undefined && { family: name.family }),
        ...(given && given.length > 0 && { given }),
      },
    }),
    ...(birthDate !== undefined && { birthDate }),
    ...(gender !== undefined && { sex: gender }),
    ...(deceased !== undefined && { deceased }),
  }
}

/** R4 observation-status as the house has it; `null`: there is nothing to know yet. */
const observationStatuses: Readonly<Record<FhirObservation['status'], ObservationStatus | null>> = {
  registered: null,
  preliminary: 'preliminary',
  final: 'final',
  amended: 'corrected',
  corrected: 'corrected',
  cancelled: 'retracted',
  'entered-in-error': 'retracted',
  unknown: 'preliminary',
}

/** Where the source does not say when it issued a version, the later step of the result's life holds. */
const rank: Readonly<Record<ObservationStatus, number>> = { preliminary: 0, final: 1, corrected: 2, retracted: 3 }

type Values = Pick<FhirObservation, Extract<keyof FhirObservation, `value${string}`> | 'dataAbsentReason'>

/** The measurements of an Observation: its own, and one for each component. */
export function measuredOf(observation: FhirObservation, location: string, reading: Reading): readonly MeasuredFact[] {
  const { settings, notes } = reading
  const status = observationStatuses[observation.status]
  if (status === null) {
    notes.push(`${location}: status ${observation.status} means that there is no result yet`)
    return []
  }
  const effective = effectiveOf(observation, settings.zone) ?? reading.sentAt
  if (effective === undefined) {
    notes.push(`${location}: it does not say when this was measured; kept in the raw message only`)
    return []
  }
  const issued = observation.issued ?? observation.meta?.lastUpdated
  const version =
    issued !== undefined ? instantOfFhir(issued, settings.zone) : (reading.sentAt ?? effective) + rank[status]
  const own = idOf('Observation', observation, settings, () => [observation.subject, observation.code, effective])
  const device = observation.device?.reference?.replace(/^Device\//, '') ?? observation.device?.display
  const fact = (id: readonly string[], code: FhirObservation['code'], value: SentValue, at: string): MeasuredFact => ({
    id: nameOf(...id),
    version,
    status,
    codes: codesOf(code, settings),
    value,
    effective,
    ...(device !== undefined && { device }),
    ...(observation.status === 'unknown' && { flags: ['sender-flagged' as const] }),
    location: at,
  })
  const facts: MeasuredFact[] = []
  const value = valueIn(observation, status, location, notes)
  if (value) facts.push(fact(own, observation.code, value, location))
  const seen = new Map<string, number>()
  for (const [i, component] of (observation.component ?? []).entries()) {
    const at = `${location}.component[${i}]`
    const componentValue = valueIn(component, status, at, notes)
    if (!componentValue) continue
    const key = JSON.stringify(component.code.coding?.[0] ?? component.code.text)
    seen.set(key, (seen.get(key) ?? 0) + 1)
    facts.push(fact([...own, key, String(seen.get(key))], component.code, componentValue, at))
  }
  if (facts.length === 0 && status === 'retracted')
    facts.push(fact(own, observation.code, { kind: 'absent', text: 'retracted' }, location))
  else if (facts.length === 0) notes.push(`${location}: there is no value that is carried over`)
  return facts
}

function effectiveOf(observation: FhirObservation, zone: Zone): Instant | undefined {
  const { effectiveDateTime, effectiveInstant, effectivePeriod, issued } = observation
  const text = effectiveInstant ?? effectiveDateTime ?? effectivePeriod?.end ?? effectivePeriod?.start ?? issued
  return text === undefined ? undefined : instantOfFhir(text, zone)
}

function valueIn(values: Values, status: ObservationStatus, location: string, notes: string[]): SentValue | undefined {
  if (status === 'retracted') return hasValue(values) ? { kind: 'absent', text: 'retracted' } : undefined
  const { valueQuantity, valueInteger, valueCodeableConcept, valueBoolean, valueString, dataAbsentReason } = values
  if (valueQuantity) {
    const { value, comparator, unit: display, code, system } = valueQuantity
    const unit = system === undefined || system === ucum ? (code ?? display) : (display ?? code)
    if (value === undefined) return absent(dataAbsentReason) ?? { kind: 'absent', text: 'no value' }
    if (comparator) return { kind: 'text', text: `${comparator}${value}${unit ? ` ${unit}` : ''}` }
    return { kind: 'number', value, sent: String(value), ...(unit && { unit }) }
  }
  if (valueInteger !== undefined) return { kind: 'number', value: valueInteger, sent: String(valueInteger) }
  if (valueCodeableConcept) return { kind: 'text', text: textOf(valueCodeableConcept) }
  const text = valueString ?? valueBoolean?.toString() ?? values.valueDateTime ?? values.valueTime
  if (text !== undefined) return { kind: 'text', text }
  if (values.valuePeriod)
    return { kind: 'text', text: `${values.valuePeriod.start ?? ''}/${values.valuePeriod.end ?? ''}` }
  for (const kind of ['valueRange', 'valueRatio', 'valueSampledData'] as const)
    if (values[kind]) notes.push(`${location}.${kind}: not carried over; the raw message has it`)
  return absent(dataAbsentReason)
}

function hasValue(values: object): boolean {
  return Object.keys(values).some((key) => /^value[A-Z]/.test(key))
}

function absent(reason: Values['dataAbsentReason']): SentValue | undefined {
  return reason && { kind: 'absent', text: textOf(reason) }
}

const encounterStatuses: Readonly<Record<FhirEncounter['status'], EncounterFact['status'] | null>> = {
  planned: 'planned',
  arrived: 'arrived',
  triaged: 'arrived',
  'in-progress': 'in-progress',
  onleave: 'in-progress',
  finished: 'finished',
  cancelled: 'cancelled',
  'entered-in-error': 'cancelled',
  unknown: null,
}

export function encounterOf(encounter: FhirEncounter, location: string, reading: Reading): readonly EncounterFact[] {
  const { settings, sentAt, notes, things } = reading
  const status = encounterStatuses[encounter.status]
  if (status === null) {
    notes.push(`${location}: an encounter of unknown status changes nothing; kept in the raw message only`)
    return []
  }
  const at = (text: string | undefined) => (text === undefined ? undefined : instantOfFhir(text, settings.zone))
  const admitted = at(encounter.period?.start)
  const discharged = at(encounter.period?.end)
  const effective = (status === 'finished' ? discharged : undefined) ?? admitted
  const place = encounter.location?.find((l) => l.status === 'active') ?? encounter.location?.at(-1)
  const pointOfCare =
    place?.location.display ??
    (place?.location.reference === undefined
      ? undefined
      : (things(place.location.reference) as { name?: string } | undefined)?.name)
  const facility = encounter.serviceProvider?.display
  const where = { ...(facility && { facility }), ...(pointOfCare && { pointOfCare }) }
  const order = Object.keys(encounterStatuses).indexOf(encounter.status)
  return [
    {
      ...(effective !== undefined && { effective }),
      encounterId: encounterIdOf(encounter, settings),
      version: at(encounter.meta?.lastUpdated) ?? sentAt ?? (effective ?? 0) + order,
      status,
      ...(encounter.class.code && { class: encounter.class.code }),
      ...(Object.keys(where).length > 0 && { location: where }),
      ...(admitted !== undefined && { admitted }),
      ...(discharged !== undefined && { discharged }),
    },
  ]
}

/** The visit number of an encounter, which is the same in HL7 v2; else its identity at its source. */
export function encounterIdOf(encounter: FhirEncounter, settings: FhirSettings): string {
  const numbers = identifiersOf(encounter.identifier)
  const number = numbers.find(({ type }) => type === 'VN') ?? numbers[0]
  return number
    ? nameOf('encounter', number.system, number.value)
    : nameOf(...idOf('Encounter', encounter, settings, () => [encounter.subject, encounter.period]))
}

export function deviceOf(device: FhirDevice, _location: string, { settings, sentAt }: Reading): DeviceFact {
  const version =
    device.meta?.lastUpdated === undefined ? sentAt : instantOfFhir(device.meta.lastUpdated, settings.zone)
  const number = identifiersOf(device.identifier)[0]
  const type = device.type && textOf(device.type)
  const model = device.modelNumber ?? device.deviceName?.[0]?.name
  return {
    ...(version !== undefined && { effective: version }),
    deviceId: device.id ?? number?.value ?? nameOf(...idOf('Device', device, settings, () => [device])),
    version: version ?? 0,
    ...(type && { type }),
    ...(device.manufacturer && { manufacturer: device.manufacturer }),
    ...(model && { model }),
    ...(device.status && { status: device.status }),
  }
}

/** A treatment that is reported to go on, to have been given, or not to have been. */
export function treatmentOf(
  resource: FhirMedicationAdministration | FhirProcedure,
  location: string,
  reading: Reading,
): readonly TreatmentFact[] {
  const { settings, sentAt, notes } = reading
  const medication = resource.resourceType === 'MedicationAdministration'
  const period = medication ? resource.effectivePeriod : resource.performedPeriod
  const point = medication ? resource.effectiveDateTime : resource.performedDateTime
  const codes = medication ? medicationCodes(resource, reading) : resource.code ? codesOf(resource.code, settings) : []
  const start = period?.start ?? point ?? period?.end
  if (codes.length === 0 || start === undefined || resource.status === 'unknown') {
    notes.push(`${location}: without a code, a time and a known status it is kept in the raw message only`)
    return []
  }
  if (resource.status === 'preparation') return []
  const from = instantOfFhir(start, settings.zone)
  const until = period?.end === undefined ? undefined : instantOfFhir(period.end, settings.zone)
  const retracted = resource.status === 'entered-in-error' || resource.status === 'not-done'
  const updated = resource.meta?.lastUpdated
  const order = retracted ? 2 : resource.status === 'in-progress' ? 0 : 1
  const dosage = medication ? resource.dosage : undefined
  return [
    {
      id: nameOf(...idOf(resource.resourceType, resource, settings, () => [resource.subject, codes[0], from])),
      version: updated === undefined ? (sentAt ?? (until ?? from) + order) : instantOfFhir(updated, settings.zone),
      codes,
      doses: [dosage?.rateQuantity, dosage?.dose].flatMap((dose) => {
        const unit = dose?.code ?? dose?.unit
        return dose?.value !== undefined && unit !== undefined ? [{ value: dose.value, unit }] : []
      }),
      usualDoseWhenMissing: !medication,
      from,
      ...(until !== undefined && { until }),
      retracted,
      location,
    },
  ]
}

function medicationCodes(resource: FhirMedicationAdministration, { settings, things }: Reading): readonly Coding[] {
  if (resource.medicationCodeableConcept) return codesOf(resource.medicationCodeableConcept, settings)
  const to = resource.medicationReference?.reference
  const medication = (
    to?.startsWith('#') ? resource.contained?.find(({ id }) => id === to.slice(1)) : to && things(to)
  ) as { code?: FhirProcedure['code'] } | undefined
  return medication?.code?.coding ? codesOf(medication.code, settings) : []
}

/** The codings of a concept; one of text only gets a code within the sender's own system. */
export function codesOf(
  { coding, text }: NonNullable<FhirProcedure['code']>,
  { system }: FhirSettings,
): readonly Coding[] {
  const local = `urn:counterpart:fhir:${encodeURIComponent(system)}:code`
  const codes = (coding ?? []).flatMap(({ system: codeSystem, code, display }) =>
    code === undefined
      ? []
      : [{ system: codeSystem ?? local, code, ...((display ?? text) && { display: display ?? text }) }],
  )
  if (codes.length > 0) return codes
  return [{ system: local, code: text ?? coding?.[0]?.display ?? 'unknown', ...(text && { display: text }) }]
}

function textOf({ coding, text }: NonNullable<FhirProcedure['code']>): string {
  return text ?? coding?.find(({ display }) => display !== undefined)?.display ?? coding?.[0]?.code ?? 'unknown'
}

/** The identity of a resource at its source: its id there; else its business identifier; else what it is about. */
function idOf(
  type: string,
  resource: { readonly id?: string; readonly identifier?: FhirPatient['identifier'] },
  { system }: FhirSettings,
  content: () => readonly unknown[],
): readonly string[] {
  if (resource.id !== undefined) return ['fhir', system, type, resource.id]
  const [number] = identifiersOf(resource.identifier)
  if (number) return ['fhir', type, number.system, number.value]
  return ['fhir', system, type, JSON.stringify(content())]
}
