import type { Instant } from '@counterpart/kernel'
import { doubtStatement } from '../clinic/clinic-statement.ts'
import type { Clinics } from '../clinic/clinics.ts'
import { statementOfAppointment, statementOfSlot } from '../clinic/from-appointment.ts'
import { departmentIn, departmentPart, isForDepartments } from '../department/fhir-parts.ts'
import { visitsOfEncounter } from '../department/from-encounter.ts'
import { examsOfProcedure } from '../department/from-imaging.ts'
import { clinicMeant, treatmentOfTask } from '../department/from-workflow.ts'
import type { Departments } from '../department/locations.ts'
import { IntakeError } from '../errors.ts'
import type { DecodedMessage, Identifier, SubjectFacts, WhoseFacts } from '../facts.ts'
import { sha256 } from '../hash.ts'
import type { Zone } from '../time-zone.ts'
import { firstIssue } from './issues.ts'
import {
  deviceOf,
  encounterOf,
  identifiersOf,
  instantOfFhir,
  measuredOf,
  personOf,
  type Reading,
  treatmentOf,
} from './read.ts'
import type { FhirBundle, TakenResource, TakenType } from './schema.ts'
import { bundle as bundleSchema, schemas } from './schema.ts'

/** How this installation reads what FHIR leaves open. */
export interface FhirSettings {
  /** Where days without a time of day begin. */
  readonly zone: Zone
  /** The sending system, which scopes its resource ids. */
  readonly system: string
  /** What belongs to which department, where any is followed. */
  readonly departments?: Departments
  /** Clinics that are followed. */
  readonly clinics?: Clinics
  /** The secret behind the names of appointments. */
  readonly pseudonymKey?: Uint8Array | undefined
}

/** A resource with its place. */
export interface Placed {
  readonly resource: { readonly resourceType: string; readonly id?: string }
  readonly fullUrl?: string
  readonly location: string
}

/** The system under which a sender's resource ids are kept among a person's identifiers. */
export function resourceIdSystem(system: string): string {
  return `urn:counterpart:fhir:${encodeURIComponent(system)}:Patient`
}

/**
 * Reads one resource, or a Bundle as one message (`transaction`, `collection`; see {@link entriesOf} for `batch`).
 * Resources of other types inside a Bundle are passed over with a note. Throws {@link IntakeError}.
 */
export function decodeFhir(resource: unknown, text: string, settings: FhirSettings): DecodedMessage {
  const type = typeOf(resource)
  if (type !== 'Bundle') {
    if (!isTaken(type, settings)) throw notTaken(type, settings)
    return decodeResources([{ resource: resource as Placed['resource'], location: type }], text, settings)
  }
  const bundle = readBundle(resource)
  const placed = placedIn(bundle)
  const taken = placed.filter(({ resource: { resourceType } }) => isTaken(resourceType, settings))
  if (taken.length === 0)
    throw new IntakeError('not-supported', 'nothing in this Bundle is of a type that is taken', {
      location: 'Bundle.entry',
      expected: takenTypes(settings).join(', '),
      mend: 'send those resources',
    })
  return decodeResources(placed, text, settings, bundle)
}

/** The entries of a batch Bundle, each a message of its own (https://hl7.org/fhir/R4/http.html#transaction). */
export function entriesOf(bundle: FhirBundle): readonly Placed[] {
  return placedIn(bundle)
}

/** Checks the frame of a Bundle. Throws {@link IntakeError} `invalid`, `not-supported`. */
export function readBundle(resource: unknown): FhirBundle {
  const parsed = bundleSchema.safeParse(resource)
  if (!parsed.success) throw invalid('Bundle', firstIssue(parsed.error, 'Bundle'))
  if (!['transaction', 'batch', 'collection'].includes(parsed.data.type))
    throw new IntakeError('not-supported', `a Bundle of type "${parsed.data.type}" is not taken`, {
      location: 'Bundle.type',
      expected: 'transaction, batch or collection',
      mend: 'send its resources in one of these',
    })
  return parsed.data
}

/** `resourceType`, or a refusal. */
export function typeOf(resource: unknown): string {
  const type = (resource as { resourceType?: unknown } | null)?.resourceType
  if (typeof resource !== 'object' || resource === null || Array.isArray(resource) || typeof type !== 'string')
    throw new IntakeError('malformed', 'this is not a FHIR resource', {
      location: 'resourceType',
      expected: 'a JSON object with "resourceType"',
      mend: 'send one resource or one Bundle',
    })
  return type
}

function placedIn(bundle: FhirBundle): readonly Placed[] {
  return (bundle.entry ?? []).flatMap((entry, i): readonly Placed[] => {
    const location = `Bundle.entry[${i}]`
    const method = entry.request?.method
    if (method !== undefined && method !== 'POST' && method !== 'PUT')
      throw new IntakeError('not-supported', `${method} inside a Bundle is not taken`, {
        location: `${location}.request.method`,
        expected: 'POST or PUT',
        mend: 'say that a fact no longer holds by its status, e.g. entered-in-error',
      })
    if (!entry.resource)
      throw new IntakeError('invalid', 'the entry has no resource', {
        location,
        expected: 'a resource',
        mend: 'leave the entry out',
      })
    const { resource, fullUrl } = entry
    return [{ resource, location: `${location}.resource`, ...(fullUrl && { fullUrl }) }]
  })
}

function decodeResources(
  placed: readonly Placed[],
  text: string,
  settings: FhirSettings,
  bundle?: FhirBundle,
): DecodedMessage {
  const notes: string[] = []
  const sentAt = bundle?.timestamp === undefined ? undefined : instantOfFhir(bundle.timestamp, settings.zone)
  const people = new Map<string, Placed>()
  const things = new Map<string, Placed>()
  for (const item of placed) {
    const { resourceType, id } = item.resource
    const index = resourceType === 'Patient' ? people : things
    if (item.fullUrl) index.set(item.fullUrl, item)
    if (id) index.set(`${resourceType}/${id}`, item)
  }
  const read = { settings, sentAt, notes, things: (reference: string) => things.get(reference)?.resource }
  const groups = new Map<string, Group>()
  const groupOf = (whose: WhoseFacts): Group => {
    const key =
      whose.kind === 'named'
        ? whose.id
        : whose.kind === 'department' || whose.kind === 'clinic'
          ? `${whose.kind}/${whose.id}`
          : JSON.stringify(whose.kind === 'referred' ? whose.identifier : whose.identifiers)
    let group = groups.get(key)
    if (!group) {
      group = {
        whose,
        parts: [],
        encounters: [],
        devices: [],
        measured: [],
        treatments: [],
        visits: [],
        statements: [],
        appointments: [],
      }
      groups.set(key, group)
    }
    return group
  }
  const passedOver = new Map<string, number>()
  for (const item of placed) {
    const { location } = item
    const type = item.resource.resourceType
    if (!isTaken(type, settings)) {
      passedOver.set(type, (passedOver.get(type) ?? 0) + 1)
      const whose = whoseOf(ownerOf(item.resource), people, settings, location)
      if (whose) groupOf(whose).parts.push(item)
      continue
    }
    const resource = validated(item)
    if (resource.resourceType === 'Patient') {
      const group = groupOf(introducedBy(item, settings))
      group.parts.push(item)
      group.person = personOf(resource)
      group.personVersion = versionOf(resource, sentAt, settings)
      continue
    }
    const booked = bookingOf(resource, location, read)
    if (booked) {
      const { statement, doubts } = booked.facts
      const group = groupOf({ kind: 'clinic', id: booked.clinic, location })
      group.appointments.push(statement)
      for (const doubt of doubts) group.statements.push(doubtStatement(booked.clinic, doubt, statement.said))
      continue
    }
    const clinic = resource.resourceType === 'Task' ? clinicMeant(resource.for, read) : undefined
    if (resource.resourceType === 'Task' && clinic !== undefined) {
      const group = groupOf({ kind: 'clinic', id: clinic, location })
      group.parts.push(item)
      group.treatments.push(...treatmentOfTask(resource, location, read))
      continue
    }
    const owner = ownerElement(resource)
    const department = departmentIn(resource, read)
    const whose: WhoseFacts | undefined =
      department === undefined
        ? whoseOf(owner.reference, people, settings, location)
        : { kind: 'department', id: department, location }
    if (!whose) {
      if (bundle && (type === 'Device' || isForDepartments(type) || isForClinics(type))) {
        notes.push(`${location}: a ${type} for nobody who is followed here; kept in the raw message only`)
        continue
      }
      throw new IntakeError('identity-missing', `this ${type} does not say whom it is about`, {
        location: `${location}.${owner.name}`,
        expected: isForDepartments(type) ? 'a reference to a Patient or a department' : 'a reference to a Patient',
        mend: 'refer to a Patient that has been sent before or is in the same Bundle; other subjects are not taken',
      })
    }
    const group = groupOf(whose)
    group.parts.push(item)
    switch (resource.resourceType) {
      case 'Observation':
        group.measured.push(...measuredOf(resource, location, read))
        break
      case 'Encounter': {
        const encounters = encounterOf(resource, location, read)
        group.encounters.push(...encounters)
        if (settings.departments)
          for (const encounter of encounters)
            group.visits.push(...visitsOfEncounter(resource, encounter, location, read, settings.departments))
        break
      }
      case 'Device':
        group.devices.push(deviceOf(resource, location, read))
        break
      case 'Procedure': {
        const exams = examsOfProcedure(resource, location, read)
        group.visits.push(...exams)
        if (exams.length === 0) group.treatments.push(...treatmentOf(resource, location, read))
        break
      }
      case 'MedicationAdministration':
        group.treatments.push(...treatmentOf(resource, location, read))
        break
      case 'Schedule':
      case 'Slot':
        break
      default: {
        const { visits, treatments, statements } = departmentPart(resource, location, read)
        group.visits.push(...visits)
        group.treatments.push(...treatments)
        group.statements.push(...statements)
      }
    }
  }
  for (const [type, count] of passedOver) notes.push(`${count} × ${type}: not taken in; kept in the raw message only`)
  const alone = groups.size === 1
  const subjects = [...groups.values()].map(
    ({ parts, ...facts }): SubjectFacts => ({
      ...facts,
      // Appointments are kept as what they say of a clinic: for whom they are is none of its concern.
      text: facts.whose.kind === 'clinic' ? ofClinic(facts.appointments, parts) : alone ? text : excerpt(parts, bundle),
    }),
  )
  return {
    protocol: 'fhir',
    system: settings.system,
    controlId: sha256(text).slice(0, 32),
    contentType: 'application/fhir+json',
    text,
    ...(sentAt !== undefined && { sentAt }),
    subjects,
    notes,
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K] }
type Group = Mutable<Required<Omit<SubjectFacts, 'text' | 'person' | 'personVersion' | 'encounterId' | 'changes'>>> &
  Mutable<Pick<SubjectFacts, 'person' | 'personVersion'>> & { readonly parts: Placed[] }

/** The element that says whom a resource is about. */
function ownerElement(resource: Exclude<TakenResource, { resourceType: 'Patient' }>): {
  readonly name: string
  readonly reference?: FhirReference | undefined
} {
  switch (resource.resourceType) {
    case 'Device':
      return { name: 'patient', reference: resource.patient }
    case 'Task':
      return { name: 'for', reference: resource.for }
    case 'Appointment': {
      const actors = resource.participant.map(({ actor }) => actor)
      const isPatient = (actor: (typeof actors)[number]) =>
        actor?.type === 'Patient' || /(^|\/)Patient\//.test(actor?.reference ?? '')
      return { name: 'participant', reference: actors.find(isPatient) }
    }
    case 'Location':
      return { name: 'id' }
    case 'Schedule':
      return { name: 'actor' }
    case 'Slot':
      return { name: 'schedule' }
    default:
      return { name: 'subject', reference: resource.subject }
  }
}

/** What a clinic keeps of a message: what it says of appointments, and what is about the clinic alone. */
function ofClinic(appointments: Group['appointments'], parts: readonly Placed[]): string {
  return JSON.stringify([...appointments, ...parts.map(({ resource }) => resource)])
}

/** What is said of a clinic's appointments. A Schedule says only whose slots are. */
function bookingOf(resource: TakenResource, location: string, read: Reading) {
  if (resource.resourceType === 'Appointment') return statementOfAppointment(resource, location, read)
  return resource.resourceType === 'Slot' ? statementOfSlot(resource, location, read) : undefined
}

/** Types that are read for clinics. */
function isForClinics(type: string): boolean {
  return type === 'Appointment' || type === 'Schedule' || type === 'Slot' || type === 'Task'
}

/** What is read for departments or clinics only is of no concern to a house without any. */
function isTaken(type: string, { departments, clinics }: Pick<FhirSettings, 'departments' | 'clinics'>): boolean {
  if (!Object.hasOwn(schemas, type)) return false
  if (isForClinics(type) && (clinics?.all.length ?? 0) > 0) return true
  return type !== 'Schedule' && type !== 'Slot' && (!isForDepartments(type) || (departments?.all.length ?? 0) > 0)
}

/** The types of resource that are taken. */
export function takenTypes(settings: Pick<FhirSettings, 'departments' | 'clinics'>): readonly string[] {
  return Object.keys(schemas).filter((type) => isTaken(type, settings))
}

function validated({ resource, location }: Placed): TakenResource {
  const parsed = schemas[resource.resourceType as TakenType].safeParse(resource)
  if (!parsed.success) throw invalid(resource.resourceType, firstIssue(parsed.error, location))
  return parsed.data
}

/** When the source issued this resource; `undefined` when it does not say. */
function versionOf(
  resource: { readonly meta?: { readonly lastUpdated?: string } },
  sentAt: Instant | undefined,
  { zone }: FhirSettings,
): Instant | undefined {
  return resource.meta?.lastUpdated === undefined ? sentAt : instantOfFhir(resource.meta.lastUpdated, zone)
}

function introducedBy(
  { resource, location, fullUrl }: Placed,
  settings: FhirSettings,
): Extract<WhoseFacts, { kind: 'introduced' }> {
  const { identifier, id } = resource as { identifier?: Parameters<typeof identifiersOf>[0]; id?: string }
  const own = identifiersOf(Array.isArray(identifier) ? identifier : undefined)
  // A new Patient without any number of its own is at least the one of this Bundle's entry.
  const uuid = fullUrl?.startsWith('urn:uuid:') ? fullUrl.slice('urn:uuid:'.length) : undefined
  const resourceId = id ?? uuid
  const alias: readonly Identifier[] =
    resourceId === undefined ? [] : [{ system: resourceIdSystem(settings.system), value: resourceId, type: 'RI' }]
  return { kind: 'introduced', identifiers: [...own, ...alias], location: `${location}.identifier` }
}

interface FhirReference {
  readonly reference?: string
  readonly identifier?: { readonly system?: string; readonly value?: string }
}

function ownerOf(resource: object): FhirReference | undefined {
  const { subject, patient } = resource as { subject?: FhirReference; patient?: FhirReference }
  const owner = subject ?? patient
  return typeof owner === 'object' && owner !== null && !Array.isArray(owner) ? owner : undefined
}

/** Whom a reference means; `undefined` when it is none, or means no person. */
function whoseOf(
  reference: FhirReference | undefined,
  people: ReadonlyMap<string, Placed>,
  settings: FhirSettings,
  within: string,
): WhoseFacts | undefined {
  const location = `${within}.subject`
  const to = typeof reference?.reference === 'string' ? reference.reference : undefined
  const inBundle = to === undefined ? undefined : (people.get(to) ?? people.get(relative(to) ?? ''))
  if (inBundle) return introducedBy(inBundle, settings)
  const search = /^Patient\?identifier=([^|&]+)\|([^|&]+)$/.exec(to ?? '')
  if (search)
    return { kind: 'referred', identifier: { system: decoded(search[1]!), value: decoded(search[2]!) }, location }
  const id = to === undefined ? undefined : /^Patient\/(.+)$/.exec(relative(to) ?? '')?.[1]
  if (id !== undefined)
    return {
      kind: 'referred',
      identifier: { system: resourceIdSystem(settings.system), value: id },
      orId: `patient/${id}`,
      location,
    }
  if (to?.startsWith('urn:'))
    return {
      kind: 'referred',
      identifier: { system: resourceIdSystem(settings.system), value: to.replace(/^urn:uuid:/, '') },
      location,
    }
  const { system, value } = reference?.identifier ?? {}
  return system !== undefined && value !== undefined
    ? { kind: 'referred', identifier: { system, value }, location }
    : undefined
}

/** `Type/id` of a relative or absolute reference, without its version. */
function relative(reference: string): string | undefined {
  return /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(reference)?.[1]
}

function decoded(component: string): string {
  try {
    return decodeURIComponent(component)
  } catch {
    return component
  }
}

/** The part of a Bundle that is about one person, so that no one's data stand under another's key. */
function excerpt(parts: readonly Placed[], bundle: FhirBundle | undefined): string {
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    ...(bundle?.timestamp !== undefined && { timestamp: bundle.timestamp }),
    entry: parts.map(({ resource, fullUrl }) => ({ ...(fullUrl && { fullUrl }), resource })),
  })
}

function notTaken(type: string, settings: FhirSettings): IntakeError {
  return new IntakeError('not-supported', `${type.slice(0, 64)} resources are not taken`, {
    location: 'resourceType',
    expected: `${takenTypes(settings).join(', ')} or Bundle`,
    mend: 'do not send them here',
  })
}

function invalid(type: string, issue: { location: string; message: string; more: number }): IntakeError {
  const more = issue.more > 0 ? ` (and ${issue.more} more)` : ''
  return new IntakeError('invalid', `${issue.message}${more}`, {
    location: issue.location,
    expected: `a ${type} as FHIR R4 has it`,
    mend: 'validate the resource against https://hl7.org/fhir/R4 before sending',
  })
}
