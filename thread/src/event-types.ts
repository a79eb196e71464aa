import type { JsonObject } from '@counterpart/kernel'
import { ThreadError } from './errors.ts'
import type { Upcaster } from './port.ts'

/** How payloads of one type are written today, and how older ones are brought up to it. */
export interface EventType {
  /** 1, 2, 3 … */
  readonly version: number
  /** `upcasters[n]` turns a payload of version n into one of version n + 1; one for every version before `version`. */
  readonly upcasters?: Readonly<Record<number, Upcaster>>
}

/** Event types by name. A type that is not listed is allowed; its version is 1. */
export type EventTypes = Readonly<Record<string, EventType>>

/**
 * Checks a registry once: every version before the present one needs an upcaster. Throws {@link ThreadError}
 * `event-invalid`.
 *
 * @example defineEventTypes({ 'device.described': { version: 2, upcasters: { 1: (old) => ({ ...old, status: 'active' }) } } })
 */
export function defineEventTypes(types: EventTypes): EventTypes {
  for (const [name, { version, upcasters }] of Object.entries(types)) {
    if (!Number.isInteger(version) || version < 1)
      throw new ThreadError('event-invalid', `event type "${name}": version ${version} must be 1, 2, 3 …`)
    for (let from = 1; from < version; from++)
      if (upcasters?.[from] === undefined)
        throw new ThreadError('event-invalid', `event type "${name}": no upcaster from version ${from} to ${from + 1}`)
  }
  return Object.freeze(types)
}

const first: EventType = { version: 1 }

/** The events that the house's rooms write. Their payloads are described in `docs/architecture.md`. */
export const houseEventTypes: EventTypes = defineEventTypes({
  'message.received': first,
  'subject.identified': first,
  'subject.merged': first,
  'subject.erased': first,
  'encounter.changed': first,
  'encounter.moved': first,
  'device.described': first,
  'observation.recorded': first,
  'observation.corrected': first,
  'observation.retracted': first,
  'treatment.reported': first,
  'waveform.recorded': first,
  'twin.begun': first,
  'belief.updated': first,
  'forecast.issued': first,
  'forecast.scored': first,
  'recommendation.made': first,
  'decision.taken': first,
  'action.queued': first,
  'action.sent': first,
  'action.acknowledged': first,
  'action.failed': first,
  'action.undone': first,
  'outcome.observed': first,
  'quarantine.added': first,
  'quarantine.resubmitted': first,
  'quarantine.discarded': first,
  'audit.recorded': first,
})

/** The version in which a payload of this type is written. */
export function schemaVersionOf(types: EventTypes, type: string): number {
  return types[type]?.version ?? 1
}

/** Brings a payload of an older version up to the present one. Throws `schema-newer` for one of a later version. */
export function upcast(types: EventTypes, type: string, schemaVersion: number, payload: JsonObject): JsonObject {
  const present = schemaVersionOf(types, type)
  if (schemaVersion > present)
    throw new ThreadError(
      'schema-newer',
      `an event "${type}" has schema version ${schemaVersion}, but this program knows versions up to ${present}: use a newer program`,
    )
  let upcasted = payload
  for (let version = schemaVersion; version < present; version++) upcasted = types[type]!.upcasters![version]!(upcasted)
  return upcasted
}
