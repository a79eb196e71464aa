import type { Json, JsonObject, Observation, SubjectId } from '@counterpart/kernel'
import type { Thread, ThreadEvent } from '@counterpart/thread'
import type { EncounterFact, Identifier, Person } from '../facts.ts'

/** A FHIR resource on its way out. */
export type OutgoingResource = JsonObject & { readonly resourceType: string }

/** The Patient as the thread knows it: of all statements the newest one, with the identifiers of all of them. */
export async function patientFrom(thread: Thread, subject: SubjectId): Promise<OutgoingResource | undefined> {
  const identifiers = new Map<string, Identifier>()
  let person: Person = {}
  let version = Number.NEGATIVE_INFINITY
  for await (const { payload } of thread.read(subject, { types: ['subject.identified'] })) {
    if (payload === null) continue
    const said = payload as unknown as Person & { identifiers: readonly Identifier[]; version: number }
    for (const identifier of said.identifiers) identifiers.set(`${identifier.system}|${identifier.value}`, identifier)
    if (said.version < version) continue
    version = said.version
    person = said
  }
  if (identifiers.size === 0) return undefined
  const { name, birthDate, sex, deceased } = person
  return {
    resourceType: 'Patient',
    id: idOf(subject),
    ...(version > 0 && { meta: { lastUpdated: new Date(version).toISOString() } }),
    identifier: [...identifiers.values()].map(({ system, value, type }) => ({
      system,
      value,
      ...(type && { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: type }] } }),
    })),
    ...(name && { name: [name as Json] }),
    ...(sex && { gender: sex }),
    ...(birthDate && { birthDate }),
    ...(deceased !== undefined && { deceasedBoolean: deceased }),
  }
}

/** The encounters of a subject, each in its newest version. */
export async function encountersFrom(thread: Thread, subject: SubjectId): Promise<readonly OutgoingResource[]> {
  const latest = await newest<EncounterFact>(
    thread.read(subject, { types: ['encounter.changed'] }),
    (payload) => payload as unknown as EncounterFact,
    ({ encounterId }) => encounterId,
  )
  return latest.map((encounter) => {
    const { encounterId, status, class: kind, location, admitted, discharged } = encounter
    const place =
      location && [location.facility, location.pointOfCare, location.room, location.bed].filter(Boolean).join(', ')
    return {
      resourceType: 'Encounter',
      id: encounterId,
      meta: { lastUpdated: new Date(encounter.version).toISOString() },
      status,
      class: kind
        ? { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: kind }
        : { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' },
      subject: { reference: `Patient/${idOf(subject)}` },
      ...((admitted !== undefined || discharged !== undefined) && {
        period: {
          ...(admitted !== undefined && { start: new Date(admitted).toISOString() }),
          ...(discharged !== undefined && { end: new Date(discharged).toISOString() }),
        },
      }),
      ...(place && { location: [{ location: { display: place } }] }),
    }
  })
}

/** The observations of a subject in their newest versions, retracted ones left out, newest effective time first. */
export async function observationsFrom(thread: Thread, subject: SubjectId): Promise<readonly Observation[]> {
  const latest = await newest<Observation>(
    thread.read(subject, { types: ['observation.recorded', 'observation.corrected', 'observation.retracted'] }),
    (payload) => payload.observation as unknown as Observation,
    ({ id }) => id,
  )
  return latest.filter(({ status }) => status !== 'retracted').sort((a, b) => b.effective - a.effective)
}

/** An observation as FHIR has it. */
export function observationResource(observation: Observation): OutgoingResource {
  const { id, subject, status, code, value, unit, text, effective, version, source, quality } = observation
  return {
    resourceType: 'Observation',
    id,
    meta: { lastUpdated: new Date(version).toISOString() },
    status,
    code: { coding: [{ ...code }] },
    subject: { reference: `Patient/${idOf(subject)}` },
    effectiveDateTime: new Date(effective).toISOString(),
    issued: new Date(version).toISOString(),
    ...(value !== null && {
      valueQuantity: { value, ...(unit && { unit, system: 'http://unitsofmeasure.org', code: unit }) },
    }),
    ...(value === null && text !== undefined && { valueString: text }),
    ...(source.device && { device: { display: source.device } }),
    note: [
      {
        text: `Quality ${quality.score}${quality.flags.length > 0 ? ` (${quality.flags.join(', ')})` : ''}; from ${source.system} by ${source.protocol}`,
      },
    ],
  }
}

/** A searchset with at most `count` of the resources. */
export function searchset(resources: readonly OutgoingResource[], count: number, self: string): OutgoingResource {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: resources.length,
    link: [{ relation: 'self', url: self }],
    ...(resources.length > 0 &&
      count > 0 && {
        entry: resources.slice(0, count).map((resource) => ({ resource, search: { mode: 'match' } })),
      }),
  }
}

async function newest<T extends { readonly version: number }>(
  events: AsyncIterable<ThreadEvent>,
  read: (payload: JsonObject) => T,
  identity: (fact: T) => string,
): Promise<readonly T[]> {
  const latest = new Map<string, T>()
  for await (const { payload } of events) {
    if (payload === null) continue
    const fact = read(payload)
    const standing = latest.get(identity(fact))
    if (!standing || fact.version >= standing.version) latest.set(identity(fact), fact)
  }
  return [...latest.values()]
}

function idOf(subject: SubjectId): string {
  return subject.slice(subject.indexOf('/') + 1)
}
