import { type Decision, decisionReasons, type Instant } from '@counterpart/kernel'
import type { FhirOrder } from './fhir-order.ts'

/**
 * The same order, taken back: a `ServiceRequest` is `revoked`, a `Task` `cancelled`, a `MedicationRequest` `stopped` once
 * its time had come and `cancelled` before (FHIR R4 value sets request-status, task-status, medicationrequest-status).
 * It keeps the order's id, so that a PUT replaces the one that was sent.
 */
export function fhirStop(order: FhirOrder, reversal: Decision): FhirOrder {
  const { code, text } = reversal.reason
  const why = text === undefined ? decisionReasons[code] : `${decisionReasons[code]}: ${text}`
  const time = new Date(reversal.at).toISOString()
  const note = [...(order.note ?? []), { time, text: `Taken back by ${reversal.by.name}: ${why}` }]
  switch (order.resourceType) {
    case 'ServiceRequest':
      return { ...order, status: 'revoked', note }
    case 'Task':
      return { ...order, status: 'cancelled', statusReason: { text: why }, lastModified: time, note }
    case 'MedicationRequest':
      return {
        ...order,
        status: begun(order, reversal.at) ? 'stopped' : 'cancelled',
        statusReason: { text: why },
        note,
      }
  }
}

function begun(order: Extract<FhirOrder, { resourceType: 'MedicationRequest' }>, at: Instant): boolean {
  const start = order.dosageInstruction?.[0]?.timing?.repeat?.boundsPeriod?.start
  return start === undefined || Date.parse(start) <= at
}
