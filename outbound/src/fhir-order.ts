import type { Decision, Instant, Intervention, PlannedIntervention, SubjectKind } from '@counterpart/kernel'
import type {
  CodeableConcept,
  Identifier,
  MedicationRequest,
  Period,
  Quantity,
  Reference,
  ServiceRequest,
  Task,
} from '@medplum/fhirtypes'

/** An order as it goes out: FHIR R4, its `id` is the action's. */
export type FhirOrder = (ServiceRequest | MedicationRequest | Task) & { readonly id: string }

/** Name spaces of this house's own identifiers in what it sends. */
export const outboundSystems = {
  action: 'urn:counterpart:action',
  recommendation: 'urn:counterpart:recommendation',
  decision: 'urn:counterpart:decision',
  subject: 'urn:counterpart:subject',
  user: 'urn:counterpart:user',
} as const

const ucum = 'http://unitsofmeasure.org'

export interface OrderBasis {
  readonly actionId: string
  readonly decision: Decision
  readonly planned: PlannedIntervention
  readonly intervention: Intervention
  /** How the receiving system knows the subject; the house's own pseudonym when it has told none. */
  readonly subject: Identifier
  /** Why: the finding of the recommendation. */
  readonly finding: string
}

/**
 * Writes an approved intervention as the resource that its definition asks for: `ServiceRequest`,
 * `MedicationRequest` or `Task` (FHIR R4 Workflow). The same input gives the same bytes, so sending it again changes nothing.
 */
export function fhirOrder(basis: OrderBasis): FhirOrder {
  const { actionId, decision, planned, intervention } = basis
  const code: CodeableConcept = { coding: [{ ...intervention.order.code }], text: intervention.label }
  const amount: Quantity = { value: planned.dose, unit: intervention.unit, system: ucum, code: intervention.unit }
  const period: Period = { start: iso(planned.from), ...(planned.until !== undefined && { end: iso(planned.until) }) }
  const subject = logical(basis.subject, subjectType(decision))
  const requester = {
    ...logical({ system: outboundSystems.user, value: decision.by.userId }),
    display: decision.by.name,
  }
  const identifier: Identifier[] = [{ system: outboundSystems.action, value: actionId }]
  const background: Reference[] = [
    {
      ...logical({ system: outboundSystems.recommendation, value: decision.recommendation }),
      display: basis.finding || undefined,
    },
    logical({ system: outboundSystems.decision, value: decision.id }),
  ]
  const authoredOn = iso(decision.at)
  const note = decision.reason.text === undefined ? {} : { note: [{ time: authoredOn, text: decision.reason.text }] }
  const reasonCode: CodeableConcept[] = basis.finding ? [{ text: basis.finding }] : []
  switch (intervention.order.resource) {
    case 'ServiceRequest':
      return {
        resourceType: 'ServiceRequest',
        id: actionId,
        identifier,
        status: 'active',
        intent: 'order',
        code,
        quantityQuantity: amount,
        subject: subject as ServiceRequest['subject'],
        occurrencePeriod: period,
        authoredOn,
        requester: requester as ServiceRequest['requester'],
        ...(reasonCode.length > 0 && { reasonCode }),
        supportingInfo: background,
        ...note,
      }
    case 'MedicationRequest':
      return {
        resourceType: 'MedicationRequest',
        id: actionId,
        identifier,
        status: 'active',
        intent: 'order',
        medicationCodeableConcept: code,
        subject: subject as MedicationRequest['subject'],
        supportingInformation: background,
        authoredOn,
        requester: requester as MedicationRequest['requester'],
        ...(reasonCode.length > 0 && { reasonCode }),
        ...note,
        dosageInstruction: [
          {
            text: `${planned.dose} ${intervention.unit}`,
            timing: { repeat: { boundsPeriod: period } },
            doseAndRate: [isRate(intervention.unit) ? { rateQuantity: amount } : { doseQuantity: amount }],
          },
        ],
      }
    case 'Task':
      return {
        resourceType: 'Task',
        id: actionId,
        identifier,
        basedOn: background,
        // A task waits for someone to take it up: `requested` is its active state before that (FHIR R4 Task state machine).
        status: 'requested',
        intent: 'order',
        code,
        for: subject,
        authoredOn,
        requester: requester as Task['requester'],
        ...(reasonCode[0] && { reasonCode: reasonCode[0] }),
        ...note,
        restriction: { period },
        input: [
          { type: { text: 'dose' }, valueQuantity: amount },
          ...(planned.on ?? []).map((part) => ({ type: { text: 'on' }, valueString: part })),
        ],
      }
  }
}

/** An amount per time, e.g. `ug/kg/min`, as FHIR tells rate from dose. */
function isRate(unit: string): boolean {
  return /\/(s|min|h|d)$/.test(unit)
}

/** A reference by identifier (FHIR R4 §2.3.0.2): we do not know the receiving system's own ids. */
function logical(identifier: Identifier, type?: string): Reference {
  return { ...(type && { type: type as Reference['type'] }), identifier }
}

function subjectType({ subject }: Decision): string {
  return {
    patient: 'Patient',
    department: 'Location',
    clinic: 'Location',
    population: 'Group',
    provider: 'Practitioner',
  }[subject.split('/')[0] as SubjectKind]
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}
