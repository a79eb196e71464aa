import type { ClinicDoubt, Instant, JsonObject } from '@counterpart/kernel'
import { clinicChannels, clinicCodeSystem } from '@counterpart/kernel'
import type { DepartmentStatement } from '../department/statement.ts'
import type { DecodedMessage, SubjectFacts } from '../facts.ts'
import { nameOf, sha256 } from '../hash.ts'
import { type ClinicSettings, clinicLayoutOf } from './settings.ts'

/** Something that is said of a clinic, as it stands on its stream. */
export type ClinicStatement = DepartmentStatement

/** A statement of one of {@link clinicChannels}; of one `id` the highest version holds. */
export function clinicStatement(
  channel: (typeof clinicChannels)[keyof typeof clinicChannels],
  id: string,
  detail: object,
  told: { readonly text: string; readonly effective: Instant; readonly version: Instant },
): ClinicStatement {
  return { channel, id, codeSystem: clinicCodeSystem, detail: detail as JsonObject, ...told }
}

/** What could not be taken in as it was said. The same doubt is one fact, as of when it came up last. */
export function doubtStatement(clinic: string, doubt: ClinicDoubt, effective: Instant): ClinicStatement {
  const id = nameOf(clinicChannels.doubt, clinic, doubt.provider ?? '', doubt.problem)
  const text = `${doubt.problem}; assumed: ${doubt.assumed}`
  return clinicStatement(clinicChannels.doubt, id, doubt, { text, effective, version: effective })
}

/** A message that says things of a clinic, and of nobody else. */
export function aboutClinic(
  id: string,
  message: Pick<DecodedMessage, 'system' | 'controlId' | 'text' | 'contentType' | 'notes'>,
  statements: readonly ClinicStatement[],
): DecodedMessage {
  return { protocol: 'api', ...message, subjects: [factsOfClinic(id, message.text, statements)] }
}

/** Facts about a clinic within a message. */
export function factsOfClinic(
  id: string,
  text: string,
  statements: readonly ClinicStatement[],
): SubjectFacts & { readonly statements: readonly ClinicStatement[] } {
  return {
    whose: { kind: 'clinic', id, location: 'clinic' },
    text,
    encounters: [],
    devices: [],
    measured: [],
    treatments: [],
    statements,
  }
}

/** The layout of a clinic as a message of its own: the same one however often it is read from the file. */
export function clinicLayoutMessage(clinic: ClinicSettings, now: Instant): DecodedMessage {
  const layout = clinicLayoutOf(clinic)
  const { id, since } = clinic
  const text = JSON.stringify({ id, since, layout })
  const effective = since === undefined ? now : Date.parse(since)
  const told = {
    text: `${layout.name}: ${layout.pods.length} pods, ${layout.providers.length} providers`,
    effective,
    version: effective,
  }
  const statement = clinicStatement(clinicChannels.layout, nameOf('clinic-layout', id, effective, text), layout, told)
  const controlId = sha256(text).slice(0, 32)
  return aboutClinic(id, { system: 'clinics', controlId, text, contentType: 'application/json', notes: [] }, [
    statement,
  ])
}
