import type { Instant, JsonObject, SubjectId } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { transaction } from '../messages/fhir.ts'
import { isoTime } from '../time.ts'
import type { ClinicAction } from './actions.ts'
import { AuditLog, type AuditLogOptions, auditLogHeader } from './audit-log.ts'
import type { ClinicAppointment, ClinicEvent } from './events.ts'
import { appointmentResource, clinicTask, surveyResources, wearableResources } from './fhir.ts'
import { absencesCsv, rotaCsv } from './files.ts'
import { writeClinicAppointment } from './siu.ts'
import type { ClinicTruth } from './truth.ts'

/** What the clinic's systems send, by the door it goes to. */
export type ClinicMessage =
  | { readonly door: 'work-events'; readonly csv: string }
  | { readonly door: 'rota' | 'absences'; readonly csv: string; readonly said: Instant }
  | { readonly door: 'hl7v2'; readonly controlId: string; readonly text: string }
  | { readonly door: 'fhir'; readonly bundle: JsonObject }

export interface ClinicRecordsOptions extends AuditLogOptions {
  /** How the platform calls it, e.g. `clinic/north-family`. */
  readonly clinic: SubjectId
  readonly timeZone: string
  readonly truth: ClinicTruth
  /** Who lets their surveys and wearable days be sent. Default: nobody. */
  readonly own?: (provider: string) => boolean
}

/** Appointments of one Bundle at most. */
const mostInBundle = 250

/** Writes what happens in the clinic as its systems would: log, rota, leave, appointments, reports of what was asked for. */
export class ClinicRecords {
  readonly #options: ClinicRecordsOptions
  readonly #log: AuditLog
  readonly #civil
  readonly #begun = new Map<string, Instant>()

  constructor(options: ClinicRecordsOptions) {
    this.#options = options
    this.#log = new AuditLog(options.truth, options)
    this.#civil = civilTime(options.timeZone)
  }

  /**
   * What goes out about these events, up to `to`. `together`: the past told in one go, so each appointment only as it stood at the end,
   * by FHIR; otherwise each as it happened, by HL7 v2.
   */
  write(events: readonly ClinicEvent[], to: Instant, together: boolean): ClinicMessage[] {
    const messages: ClinicMessage[] = []
    const rotas = events.flatMap((event) => (event.kind === 'rota' ? [event.rota] : []))
    const absences = events.flatMap((event) => (event.kind === 'absence' ? [event.absence] : []))
    const said = events.find(({ kind }) => kind === 'rota' || kind === 'absence')?.at ?? to
    const { timeZone } = this.#options
    if (rotas.length > 0) messages.push({ door: 'rota', said, csv: rotaCsv(rotas, timeZone) })
    if (absences.length > 0) messages.push({ door: 'absences', said, csv: absencesCsv(absences, timeZone) })
    const zone = this.#civil.offsetAt(to) / 60_000
    const latest = new Map<string, ClinicAppointment>()
    for (const event of events) {
      if (event.kind === 'appointment') {
        if (together) latest.set(event.appointment.id, event.appointment)
        else messages.push(this.#siu(event.at, event.appointment))
      } else if (event.kind === 'action') messages.push(this.#report(event, zone))
      else if (event.kind === 'survey' || event.kind === 'wearable') messages.push(...this.#own(event, zone))
    }
    const resources = [...latest.values()].map((appointment) => appointmentResource(appointment, to, zone))
    for (let i = 0; i < resources.length; i += mostInBundle)
      messages.push({ door: 'fhir', bundle: transaction(resources.slice(i, i + mostInBundle), to, zone) })
    const csv = this.#log.write(events, to)
    if (csv !== '') messages.push({ door: 'work-events', csv: auditLogHeader + csv })
    return messages
  }

  #siu(at: Instant, appointment: ClinicAppointment): ClinicMessage {
    const zoneOffsetMinutes = this.#civil.offsetAt(at) / 60_000
    // Its number and step name it for good: what is told again after a restart is the same message.
    const controlId = `FM${hash(`${appointment.id}/${appointment.state}/${appointment.starts}`)}`
    return {
      door: 'hl7v2',
      controlId,
      text: writeClinicAppointment({ controlId, sent: at, zoneOffsetMinutes }, appointment),
    }
  }

  #report(event: Extract<ClinicEvent, { kind: 'action' }>, zone: number): ClinicMessage {
    const { action, status, at, reason } = event
    if (status === 'in-progress') this.#begun.set(action.id, at)
    const begun = this.#begun.get(action.id)
    const ended = status === 'in-progress' || begun === undefined ? {} : { ended: at }
    const report = { status, at, ...(begun === undefined ? {} : { begun }), ...ended, ...(reason ? { reason } : {}) }
    return {
      door: 'fhir',
      bundle: transaction([clinicTask(this.#options.clinic, action as ClinicAction, report, zone)], at, zone),
    }
  }

  #own(event: Extract<ClinicEvent, { kind: 'survey' | 'wearable' }>, zone: number): ClinicMessage[] {
    const { provider } = event.kind === 'survey' ? event.survey : event.wearable
    if (!this.#options.own?.(provider)) return []
    const person: SubjectId = `provider/${this.#options.clinic.replace(/^clinic\//, '')}.${provider}`
    const resources =
      event.kind === 'survey'
        ? surveyResources(event.survey, event.at, person, zone)
        : wearableResources(event.wearable, event.at, person, zone)
    return resources.map((resource) => ({ door: 'fhir' as const, bundle: transaction([resource], event.at, zone) }))
  }
}

/** 64 bits of FNV-1a over two seeds, as text: names a message. */
function hash(text: string): string {
  let [a, b] = [0x811c9dc5, 0x01000193]
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193)
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b)
  }
  return ((a >>> 0).toString(36) + (b >>> 0).toString(36)).toUpperCase()
}

/** `said` as a query. */
export function saidQuery(said: Instant): string {
  return `?said=${encodeURIComponent(isoTime(said))}`
}
