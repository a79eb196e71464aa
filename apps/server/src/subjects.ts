import type { Instant, Observation, SubjectId, Treatment } from '@counterpart/kernel'
import {
  clinicChannels,
  departmentChannels,
  imagingChannels,
  supersedes,
  treatmentSupersedes,
} from '@counterpart/kernel'
import type { ThreadEvent } from '@counterpart/thread'
import type { Projection } from './projection.ts'

/** What is known of a subject now, from its stream. */
export interface SubjectState {
  readonly id: SubjectId
  name: string | null
  birthDate: string | null
  sex: string | null
  identifiers: { system: string; value: string; type?: string }[]
  identifiedVersion: number
  encounter: {
    id: string
    version: number
    status: string
    class: string | null
    location: string | null
  } | null
  /** The newest observation of each channel, by effective time. */
  latest: Record<string, LatestObservation>
  treatments: Record<string, Treatment & { event: string }>
  devices: Record<string, { version: number; type: string | null; status: string | null }>
  lastObservation: Instant | null
}

export interface LatestObservation {
  observation: Observation
  recorded: Instant
  event: string
}

interface IdentifiedPayload {
  identifiers?: { system: string; value: string; type?: string }[]
  name?: { text?: string; family?: string; given?: string[] }
  birthDate?: string
  sex?: string
  version?: number
}

interface EncounterPayload {
  encounterId: string
  version?: number
  status: string
  class?: string
  location?: { facility?: string; pointOfCare?: string; room?: string; bed?: string }
}

/** Whether there is anything to tell of a subject: a stream may also hold nothing but its erasure. */
export function isKnown(state: SubjectState): boolean {
  return state.identifiers.length > 0 || state.lastObservation !== null || state.encounter !== null
}

export const subjectProjection: Projection<SubjectState> = {
  kind: 'subject-1',
  types: [
    'subject.identified',
    'encounter.changed',
    'device.described',
    'observation.recorded',
    'observation.corrected',
    'observation.retracted',
    'treatment.reported',
  ],
  initial: (stream) => ({
    id: stream as SubjectId,
    name: null,
    birthDate: null,
    sex: null,
    identifiers: [],
    identifiedVersion: Number.NEGATIVE_INFINITY,
    encounter: null,
    latest: {},
    treatments: {},
    devices: {},
    lastObservation: null,
  }),
  apply: (state, event) => {
    const payload = event.payload as unknown
    if (event.type === 'subject.identified') identify(state, payload as IdentifiedPayload, event)
    else if (event.type === 'encounter.changed') changeEncounter(state, payload as EncounterPayload, event)
    else if (event.type === 'device.described') {
      const device = payload as { deviceId: string; version?: number; type?: string; status?: string }
      state.devices[device.deviceId] = {
        version: device.version ?? event.effective,
        type: device.type ?? null,
        status: device.status ?? null,
      }
    } else if (event.type === 'treatment.reported') {
      const { treatment } = payload as { treatment: Treatment }
      const known = state.treatments[treatment.id]
      if (!known || treatmentSupersedes(treatment, known))
        state.treatments[treatment.id] = { ...treatment, event: event.id }
    } else observe(state, (payload as { observation: Observation }).observation, event)
    return state
  },
}

function identify(state: SubjectState, next: IdentifiedPayload, event: ThreadEvent): void {
  const known = new Set(state.identifiers.map((each) => `${each.system}|${each.value}`))
  for (const each of next.identifiers ?? [])
    if (!known.has(`${each.system}|${each.value}`)) state.identifiers.push(each)
  const version = next.version ?? event.effective
  if (version < state.identifiedVersion) return
  state.identifiedVersion = version
  const given = next.name?.given?.join(' ')
  const text = next.name?.text ?? [next.name?.family?.toUpperCase(), given].filter(Boolean).join(', ')
  if (text) state.name = text
  state.birthDate = next.birthDate ?? state.birthDate
  state.sex = next.sex ?? state.sex
}

function changeEncounter(state: SubjectState, next: EncounterPayload, event: ThreadEvent): void {
  const version = next.version ?? event.effective
  if (state.encounter && version < state.encounter.version) return
  const { facility, pointOfCare, room, bed } = next.location ?? {}
  const place = [pointOfCare ?? facility, room, bed].filter(Boolean).join(' · ')
  const sameVisit = state.encounter?.id === next.encounterId
  state.encounter = {
    id: next.encounterId,
    version,
    status: next.status,
    class: next.class ?? (sameVisit ? state.encounter!.class : null),
    location: place || (sameVisit ? state.encounter!.location : null),
  }
}

const layouts: readonly string[] = [departmentChannels.layout, imagingChannels.layout, clinicChannels.layout]

function isLayout({ channel }: Observation): boolean {
  return layouts.includes(channel)
}

function observe(state: SubjectState, next: Observation, event: ThreadEvent): void {
  const held = state.latest[next.channel]
  if (next.status === 'retracted') {
    // The one before it is not at hand; an absent value is honest, a withdrawn one is not.
    if (held?.observation.id === next.id) delete state.latest[next.channel]
    return
  }
  const newer =
    !held ||
    (held.observation.id === next.id
      ? supersedes(next, held.observation)
      : next.effective > held.observation.effective ||
        (next.effective === held.observation.effective && supersedes(next, held.observation)))
  // The name of a department or a clinic comes with its layout.
  if (newer && isLayout(next)) state.name = String(next.detail?.name)
  if (newer) state.latest[next.channel] = { observation: next, recorded: event.recorded, event: event.id }
  state.lastObservation = Math.max(state.lastObservation ?? 0, next.effective)
}
