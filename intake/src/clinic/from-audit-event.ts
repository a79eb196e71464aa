import type { MessageKind } from '@counterpart/kernel'
import { z } from 'zod'
import { IntakeError } from '../errors.ts'
import { instant, uri } from '../fhir/data-types.ts'
import { firstIssue } from '../fhir/issues.ts'
import type { ClinicSettings } from './settings.ts'

/** Code system of the words of the audit log (engines/worklog). */
const workActionSystem = 'urn:counterpart:work-action'

const text = z.string().min(1).max(500)
const coding = z.looseObject({ system: uri.optional(), code: text.optional() })
const concept = z.looseObject({ coding: z.array(coding).optional() })
const reference = z.looseObject({
  reference: text.optional(),
  identifier: z.looseObject({ value: text.optional() }).optional(),
})
const date = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/, 'must be a time with its offset')

// What is read of each; an audit log has many more elements, which are nobody's concern here.
const auditEvent = z.looseObject({
  resourceType: z.literal('AuditEvent'),
  type: coding,
  subtype: z.array(coding).optional(),
  action: z.enum(['C', 'R', 'U', 'D', 'E']).optional(),
  recorded: instant,
  outcome: z.string().optional(),
  agent: z
    .array(
      z.looseObject({
        requestor: z.boolean().optional(),
        altId: text.optional(),
        who: reference.optional(),
      }),
    )
    .min(1),
  entity: z
    .array(
      z.looseObject({
        what: reference.optional(),
        type: coding.optional(),
        role: coding.optional(),
        detail: z.array(z.looseObject({ type: z.string(), valueString: z.string().optional() })).optional(),
      }),
    )
    .optional(),
})
const communication = z.looseObject({
  resourceType: z.literal('Communication'),
  id: text.optional(),
  status: z.string(),
  category: z.array(concept).optional(),
  subject: reference.optional(),
  sent: date.optional(),
  received: date.optional(),
  recipient: z.array(reference).optional(),
})
const task = z.looseObject({
  resourceType: z.literal('Task'),
  id: text.optional(),
  status: z.string(),
  code: concept.optional(),
  for: reference.optional(),
  owner: reference.optional(),
  authoredOn: date.optional(),
  lastModified: date.optional(),
  executionPeriod: z.looseObject({ end: date.optional() }).optional(),
})
const schemas = { AuditEvent: auditEvent, Communication: communication, Task: task } as const

/** One line of the log, by column. */
export interface WorkLine {
  readonly time: string
  /** A login, or a number by which a practitioner is known. */
  readonly users: readonly string[]
  readonly action: string
  readonly patient: string
  readonly object: string
  readonly detail: string
}

/** What happens to resources of a kind when they are read, and when they are written. */
const byEntity: Readonly<Record<string, readonly [read: string, written: string]>> = {
  Patient: ['chart.view', 'other.patient'],
  Encounter: ['chart.view', 'other.encounter'],
  Condition: ['chart.view', 'note.edit'],
  AllergyIntolerance: ['chart.view', 'note.edit'],
  Immunization: ['chart.view', 'note.edit'],
  CarePlan: ['chart.view', 'note.edit'],
  DocumentReference: ['chart.view', 'note.edit'],
  Composition: ['chart.view', 'note.edit'],
  ClinicalImpression: ['chart.view', 'note.edit'],
  Observation: ['result.view', 'note.edit'],
  DiagnosticReport: ['result.view', 'note.edit'],
  ImagingStudy: ['result.view', 'other.imaging'],
  ServiceRequest: ['chart.view', 'order.enter'],
  MedicationRequest: ['chart.view', 'rx.enter'],
  Communication: ['inbox.read', 'inbox.reply'],
  Task: ['inbox.read', 'inbox.done'],
  Appointment: ['schedule.view', 'other.schedule'],
  Schedule: ['schedule.view', 'other.schedule'],
  Slot: ['schedule.view', 'other.schedule'],
}

/** DICOM codes (CID 401) that say more than the kind of resource. */
const bySubtype: Readonly<Record<string, string>> = { '110122': 'login', '110123': 'logout' }

/**
 * What a FHIR R4 resource says of somebody's work: an AuditEvent, or a Communication or Task of somebody's inbox (received, and dealt
 * with). See docs/connect-a-clinic.md. Throws {@link IntakeError} `not-supported`, `invalid`.
 */
export function linesOfResource(resource: unknown, clinic: ClinicSettings): readonly WorkLine[] {
  const type = (resource as { resourceType?: unknown } | null)?.resourceType
  if (typeof type !== 'string' || !Object.hasOwn(schemas, type))
    throw new IntakeError(
      'not-supported',
      `${typeof type === 'string' ? type.slice(0, 40) : 'this'} is not taken here`,
      {
        location: 'resourceType',
        expected: Object.keys(schemas).join(', '),
        mend: 'send the audit log, and messages of the inbox',
      },
    )
  const parsed = schemas[type as keyof typeof schemas].safeParse(resource)
  if (!parsed.success) {
    const issue = firstIssue(parsed.error, type)
    throw new IntakeError('invalid', issue.message, {
      location: issue.location,
      expected: 'FHIR R4',
      mend: 'correct it',
    })
  }
  const { data } = parsed
  if (data.resourceType === 'AuditEvent') return [lineOfAudit(data, clinic)]
  if (data.resourceType === 'Communication') return linesOfCommunication(data, clinic)
  return linesOfTask(data, clinic)
}

function lineOfAudit(event: z.infer<typeof auditEvent>, clinic: ClinicSettings): WorkLine {
  const { type, subtype = [], action: interaction, recorded, agent, entity = [] } = event
  const who = agent.find(({ requestor }) => requestor) ?? agent[0]!
  const what = entity.find(({ what }) => typeIn(what) !== undefined && typeIn(what) !== 'Patient') ?? entity[0]
  const patient = entity.find(({ what }) => typeIn(what) === 'Patient')
  const own = [...subtype, type].find(({ system }) => system === workActionSystem)?.code
  const vendor = [...subtype, type]
    .flatMap(({ code }) => code ?? [])
    .find((code) => Object.hasOwn(clinic.actions, code))
  const standard = [...subtype, type].flatMap(({ code }) => (code && bySubtype[code]) ?? [])[0]
  const kinds = byEntity[typeIn(what?.what) ?? what?.type?.code ?? '']
  const guess = kinds?.[interaction === undefined || interaction === 'R' || interaction === 'E' ? 0 : 1]
  const detail = what?.detail?.find(({ type: name }) => name === 'detail' || name === 'message-kind')?.valueString
  return {
    time: recorded,
    users: [who.altId, ...namesOf(who.who)].flatMap((name) => name ?? []),
    action: own ?? vendor ?? standard ?? guess ?? `other.${(subtype[0]?.code ?? type.code ?? 'event').slice(0, 60)}`,
    patient: idIn(patient?.what) ?? '',
    object: idIn(what?.what) ?? '',
    detail: detail ?? '',
  }
}

function linesOfCommunication(message: z.infer<typeof communication>, clinic: ClinicSettings): readonly WorkLine[] {
  if (message.status === 'entered-in-error' || message.status === 'not-done') return []
  const { category = [], recipient = [], sent, received, subject, id = '' } = message
  const common = { patient: idIn(subject) ?? '', object: id, detail: kindOf(category, clinic) }
  // Each for the inbox of one person.
  return recipient.flatMap((person) => inboxLines(namesOf(person), sent, received, common))
}

function linesOfTask(item: z.infer<typeof task>, clinic: ClinicSettings): readonly WorkLine[] {
  if (item.status === 'entered-in-error') return []
  const { code, owner, authoredOn, executionPeriod, lastModified, id = '' } = item
  const done = item.status === 'completed' ? (executionPeriod?.end ?? lastModified) : undefined
  const common = { patient: idIn(item.for) ?? '', object: id, detail: kindOf(code ? [code] : [], clinic) }
  return inboxLines(namesOf(owner), authoredOn, done, common)
}

function inboxLines(
  users: readonly string[],
  received: string | undefined,
  done: string | undefined,
  common: Pick<WorkLine, 'patient' | 'object' | 'detail'>,
): readonly WorkLine[] {
  return [
    ...(received === undefined ? [] : [{ time: received, users, action: 'message.received', ...common }]),
    ...(done === undefined ? [] : [{ time: done, users, action: 'inbox.done', ...common }]),
  ]
}

const kinds: readonly MessageKind[] = ['patient', 'refill', 'call', 'result', 'staff', 'system']

function kindOf(concepts: readonly z.infer<typeof concept>[], { messages }: ClinicSettings): string {
  const codes = concepts.flatMap(({ coding: all = [] }) => all.flatMap(({ code }) => code ?? []))
  const known = codes.find((code) => Object.hasOwn(messages, code))
  return known === undefined
    ? (codes.find((code) => kinds.includes(code as MessageKind)) ?? codes[0] ?? '')
    : messages[known]!
}

function namesOf(person: z.infer<typeof reference> | undefined): readonly string[] {
  const type = typeIn(person)
  const id = idIn(person)
  return [person?.identifier?.value, type && `${type}/${id}`, id].flatMap((name) => name ?? [])
}

function typeIn(to: z.infer<typeof reference> | undefined): string | undefined {
  return /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/.*)?$/.exec(to?.reference ?? '')?.[1]
}

function idIn(to: z.infer<typeof reference> | undefined): string | undefined {
  const id = /(?:^|\/)[A-Z][A-Za-z]+\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.*)?$/.exec(to?.reference ?? '')?.[1]
  return id ?? to?.identifier?.value
}
