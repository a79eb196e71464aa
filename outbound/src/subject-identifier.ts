import type { SubjectId } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import type { Identifier } from '@medplum/fhirtypes'
import { outboundSystems } from './fhir-order.ts'

interface SubjectIdentified {
  readonly identifiers: readonly { readonly system?: string; readonly value: string; readonly type?: string }[]
  readonly version: number
}

/**
 * How the outside knows a subject: the record number (`MR`, HL7 table 0203) of the newest `subject.identified` in the
 * subject's stream, or its first identifier; the house's own pseudonym where the outside has told none.
 */
export async function subjectIdentifier(thread: Thread, subject: SubjectId): Promise<Identifier> {
  let newest: SubjectIdentified | undefined
  for await (const { payload } of thread.read(subject, { types: ['subject.identified'] })) {
    const told = payload as unknown as SubjectIdentified | null
    if (told !== null && told.identifiers.length > 0 && told.version >= (newest?.version ?? -Infinity)) newest = told
  }
  const chosen = newest?.identifiers.find(({ type }) => type === 'MR') ?? newest?.identifiers[0]
  return chosen === undefined
    ? { system: outboundSystems.subject, value: subject }
    : { ...(chosen.system && { system: chosen.system }), value: chosen.value }
}
