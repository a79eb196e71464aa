import type { IntakeError } from '../errors.ts'
import { checkDepth } from './json.ts'

/** A FHIR resource as text and, when it came so, as a value. */
export function fhirInput(resource: unknown): { text: string; parsed?: unknown; problem?: IntakeError } {
  if (typeof resource === 'string') return { text: resource.toWellFormed() }
  try {
    checkDepth(resource)
  } catch (error) {
    return { text: '', parsed: resource, problem: error as IntakeError }
  }
  return { text: JSON.stringify(resource) ?? String(resource), parsed: resource }
}
