import {
  departmentChannels,
  departmentCodeSystem,
  type Instant,
  type JsonObject,
  type Observation,
  type SubjectId,
  type Treatment,
} from '@counterpart/kernel'
import type { HospitalEvent, VisitHappening } from './events.ts'

/**
 * The hospital's events as a platform would know them when every message arrives at once and right: the department's observations.
 * Give all events of an instant at once. Vital signs are left out unless asked for; actions are treatments
 * ({@link treatmentsOf}).
 */
export function observationsOf(
  events: readonly HospitalEvent[],
  department: SubjectId,
  { vitalSigns = false }: { readonly vitalSigns?: boolean } = {},
): Observation[] {
  // Of what happens to a visit in one instant, the later has the higher version.
  const last = new Map<string, { readonly at: Instant; readonly count: number }>()
  const versionOf = ({ visit, at }: { readonly visit: string; readonly at: Instant }) => {
    const before = last.get(visit)
    const count = before?.at === at ? before.count + 1 : 0
    last.set(visit, { at, count })
    return at + count
  }
  return events.flatMap((event) => {
    if (event.kind === 'vital-signs') {
      if (!vitalSigns) return []
      const { visit, at, person } = event
      const { diastolic: _, ...signs } = event.signs
      const detail = { visit, patient: `patient/${person.toString(36)}`, what: 'observed', signs }
      const text = `${visit}: observed`
      return [observation(department, 'visit', `${visit}/observed/${at}`, at, text, detail, versionOf(event))]
    }
    if (event.kind === 'visit') {
      const detail = { visit: event.visit, patient: `patient/${event.person.toString(36)}`, ...event.happening }
      return [
        observation(
          department,
          'visit',
          `${event.visit}/${nameOf(event.happening, event.at)}`,
          event.at,
          `${event.visit}: ${event.happening.what}`,
          detail,
          versionOf(event),
        ),
      ]
    }
    if (event.kind === 'layout')
      return [observation(department, 'layout', 'layout', event.at, event.layout.name, { ...event.layout })]
    if (event.kind === 'roster') {
      const { from, until } = event.roster
      const text = `roster from ${new Date(from).toISOString()} to ${new Date(until).toISOString()}`
      return [observation(department, 'roster', `roster/${event.at}/${from}`, event.at, text, { ...event.roster })]
    }
    return []
  })
}

/** The treatments that the hospital reports by these events: under way, over, or never come about. */
export function treatmentsOf(
  events: readonly HospitalEvent[],
  begun: ReadonlyMap<string, Instant> = new Map(),
): Treatment[] {
  const starts = new Map(begun)
  return events.flatMap((event): Treatment[] => {
    if (event.kind !== 'action') return []
    const { action, status, at } = event
    if (status === 'in-progress') starts.set(action.id, at)
    const from = starts.get(action.id)
    if (from === undefined) return []
    const treatment = { id: action.id, version: at, intervention: action.name, dose: action.dose, from }
    if (status === 'in-progress')
      return [action.until === undefined ? treatment : { ...treatment, until: action.until }]
    if (status === 'completed') return [{ ...treatment, until: at }]
    return [{ ...treatment, retracted: true }]
  })
}

/** Names a fact of a visit: what can happen once by its name, what can happen again by its time too. */
function nameOf(happening: VisitHappening, at: Instant): string {
  if (happening.what === 'test-ordered' || happening.what === 'test-done') return `${happening.what}/${happening.order}`
  if (happening.what === 'placed') return `placed/${at}/${happening.at.area}/${happening.at.bed ?? ''}`
  if (happening.what === 'triaged') return `triaged/${at}`
  return happening.what
}

function observation(
  subject: SubjectId,
  channel: keyof typeof departmentChannels,
  id: string,
  at: Instant,
  text: string,
  detail: object,
  version = at,
): Observation {
  const name = departmentChannels[channel]
  return {
    id: `${subject}/${id}`,
    version,
    status: 'final',
    subject,
    channel: name,
    code: { system: departmentCodeSystem, code: name },
    value: null,
    unit: '',
    text,
    detail: detail as JsonObject,
    effective: at,
    source: { protocol: 'api', system: 'sandbox' },
    quality: { score: 1, flags: [] },
  }
}
