import type { RefusalCode, RefusalDetail } from '../errors.ts'
import type { RefusedReceipt } from '../receipt.ts'

/** A refusal as HTTP and FHIR say it: status, and `OperationOutcome.issue.code` (https://hl7.org/fhir/R4/valueset-issue-type.html). */
const answers: Readonly<Record<RefusalCode, readonly [status: number, issue: string]>> = {
  malformed: [400, 'structure'],
  'too-large': [413, 'too-long'],
  'not-supported': [422, 'not-supported'],
  invalid: [422, 'invalid'],
  'identity-missing': [422, 'required'],
  'identity-conflict': [409, 'conflict'],
  'unknown-subject': [422, 'not-found'],
  'subject-erased': [410, 'deleted'],
  'unit-invalid': [422, 'code-invalid'],
  'unit-dimension': [422, 'value'],
  'unit-ambiguous': [422, 'required'],
  implausible: [422, 'business-rule'],
  'in-the-future': [422, 'business-rule'],
  'no-consent': [409, 'suppressed'],
  'control-id-conflict': [409, 'duplicate'],
  'not-found': [404, 'not-found'],
  'not-open': [409, 'conflict'],
  'store-failed': [503, 'transient'],
}

export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome'
  readonly issue: readonly {
    readonly severity: 'error' | 'warning' | 'information'
    readonly code: string
    readonly details?: { readonly text: string }
    readonly diagnostics?: string
    readonly expression?: readonly string[]
  }[]
}

/** The HTTP status that goes with a refusal. */
export function statusOf(code: RefusalCode): number {
  return answers[code][0]
}

/** A refusal as FHIR has it. */
export function operationOutcome(
  refusal: Omit<RefusedReceipt, 'outcome'> | ({ code: RefusalCode; message: string } & RefusalDetail),
): OperationOutcome {
  const { code, message, location, expected, mend } = refusal
  const quarantined = 'quarantineId' in refusal && refusal.quarantineId
  const diagnostics = [
    message,
    expected && `expected: ${expected}`,
    mend && `to mend it: ${mend}`,
    quarantined && `kept in the quarantine as ${quarantined}`,
  ]
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: answers[code][1],
        details: { text: code },
        diagnostics: diagnostics.filter(Boolean).join('; '),
        ...(location && { expression: [location] }),
      },
    ],
  }
}

/** What was not carried over of a message that was taken in. */
export function informationOutcome(notes: readonly string[]): OperationOutcome {
  const all = notes.length === 0 ? ['taken in'] : notes
  return {
    resourceType: 'OperationOutcome',
    issue: all.map((diagnostics) => ({ severity: 'information', code: 'informational', diagnostics })),
  }
}
