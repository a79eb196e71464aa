import type { Instant, JsonObject, SubjectId } from '@counterpart/kernel'
import { authority, ucumSystem } from '../codes.ts'
import type { ActionStatus } from '../emergency/actions.ts'
import { isoTime } from '../time.ts'
import { type ClinicAction, clinicActionSystem, clinicActions } from './actions.ts'
import type { AuditEntry } from './audit-log.ts'
import type { ClinicAppointment, SurveyAnswers, WearableDay } from './events.ts'

const subjectSystem = 'urn:counterpart:subject'
const visitSystem = 'urn:counterpart:sandbox:visit-kind'
const workActionSystem = 'urn:counterpart:work-action'
const surveySystem = 'urn:counterpart:survey'

const statuses: Readonly<Record<ClinicAppointment['state'], string>> = {
  booked: 'booked',
  arrived: 'arrived',
  fulfilled: 'fulfilled',
  'no-show': 'noshow',
  cancelled: 'cancelled',
}

/** An appointment as the booking system now has it. */
export function appointmentResource(appointment: ClinicAppointment, said: Instant, zone: number): JsonObject {
  const { id, provider, patient, starts, minutes, visit, state } = appointment
  return {
    resourceType: 'Appointment',
    id: `apt-${id}`,
    meta: { lastUpdated: isoTime(said, zone) },
    identifier: [{ system: `${authority.system}.4`, value: id }],
    status: statuses[state],
    appointmentType: { coding: [{ system: visitSystem, code: visit }] },
    start: isoTime(starts, zone),
    end: isoTime(starts + minutes * 60_000, zone),
    minutesDuration: minutes,
    participant: [
      { actor: practitioner(provider), status: 'accepted' },
      {
        actor: { type: 'Patient', identifier: { system: authority.system, value: recordNumber(patient) } },
        status: 'accepted',
      },
    ],
  }
}

/** One line of the audit log as a resource. */
export function auditEventResource(entry: AuditEntry, zone: number): JsonObject {
  const { at, user, action, patient, object, detail } = entry
  const reads = /view|open|read/.test(action)
  return {
    resourceType: 'AuditEvent',
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
    subtype: [{ system: workActionSystem, code: action }],
    action: reads ? 'R' : 'U',
    recorded: isoTime(at, zone),
    outcome: '0',
    agent: [{ altId: user, requestor: true, who: { identifier: { value: user } } }],
    source: { observer: { display: 'Sandbox clinic record' } },
    entity: [
      ...(patient === '' ? [] : [{ what: { reference: `Patient/${patient}` } }]),
      ...(object === ''
        ? []
        : [
            {
              what: { reference: `Basic/${object.replaceAll(/[^A-Za-z0-9.-]/g, '-')}` },
              ...(detail === '' ? {} : { detail: [{ type: 'detail', valueString: detail }] }),
            },
          ]),
    ],
  }
}

/**
 * What somebody answered, one resource for each instrument: Mini-Z, PFI (each item as its scale's mean, rounded), raw NASA-TLX (the four
 * subscales that Harry 2021 adds up; the two others in the middle).
 */
export function surveyResources(survey: SurveyAnswers, at: Instant, author: SubjectId, zone: number): JsonObject[] {
  const items = (name: string, count: number, mean: number): [string, number][] => {
    // Whole numbers whose mean is the scale's, as near as they can be.
    const total = Math.round(mean * count)
    return Array.from({ length: count }, (_, i) => [
      `${name}-${i + 1}`,
      Math.floor(total / count) + (i < total % count ? 1 : 0),
    ])
  }
  const quarter = Math.round(survey.taskLoad / 20) * 5
  const instruments: Readonly<Record<string, [string, number][]>> = {
    'mini-z': [['burnout', survey.miniZ]],
    pfi: [
      ...items('fulfilment', 6, survey.fulfilment),
      ...items('exhaustion', 4, survey.exhaustion),
      ...items('disengagement', 6, survey.disengagement),
    ],
    'nasa-tlx': [
      ['mental', quarter],
      ['physical', quarter],
      ['temporal', quarter],
      ['performance', 50],
      ['effort', quarter],
      ['frustration', 50],
    ],
  }
  return Object.entries(instruments).map(([instrument, answers]) => ({
    resourceType: 'QuestionnaireResponse',
    id: `${instrument}-${survey.provider}-${Math.floor(at / 1000)}`,
    meta: { lastUpdated: isoTime(at, zone) },
    questionnaire: `${surveySystem}/${instrument}`,
    status: 'completed',
    authored: isoTime(at, zone),
    source: { type: 'Practitioner', identifier: { system: subjectSystem, value: author } },
    item: answers.map(([linkId, value]) => ({
      linkId,
      answer: [{ valueInteger: value }],
    })),
  }))
}

/** A day of a wearable. */
export function wearableResources(wearable: WearableDay, at: Instant, person: SubjectId, zone: number): JsonObject[] {
  const { provider, day, sleep, heartRateVariability, steps } = wearable
  const of = (code: string, display: string, value: number, unit: string): JsonObject => ({
    resourceType: 'Observation',
    id: `wear-${code}-${provider}-${day}`,
    meta: { lastUpdated: isoTime(at, zone) },
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code, display }] },
    subject: { type: 'Practitioner', identifier: { system: subjectSystem, value: person } },
    effectiveDateTime: day,
    valueQuantity: { value, unit, system: ucumSystem, code: unit },
  })
  return [
    of('93832-4', 'Sleep duration', sleep, 'h'),
    of('80404-7', 'R-R interval.standard deviation (Heart rate variability)', heartRateVariability, 'ms'),
    of('55423-8', 'Number of steps in unspecified time Pedometer', steps, '{steps}'),
  ]
}

/** Wearable days as an app exports them. */
export function wearableCsv(days: readonly WearableDay[]): string {
  const lines = days.map(
    ({ day, sleep, heartRateVariability, steps }) =>
      `${day},${Math.round(sleep * 60)},${heartRateVariability},${steps}`,
  )
  return `${['day,sleep,heartRateVariability,steps', ...lines].join('\n')}\n`
}

/** What the clinic says of something it was asked to do. */
export function clinicTask(
  clinic: SubjectId,
  action: ClinicAction,
  report: {
    readonly status: ActionStatus
    readonly at: Instant
    readonly begun?: Instant
    readonly ended?: Instant
    readonly reason?: string
  },
  zone: number,
): JsonObject {
  const { display, unit } = clinicActions[action.name]
  const { begun, ended } = report
  return {
    resourceType: 'Task',
    id: action.id,
    identifier: [{ system: 'urn:counterpart:action', value: action.id }],
    meta: { lastUpdated: isoTime(report.at, zone) },
    status: report.status,
    ...(report.reason === undefined ? {} : { statusReason: { text: report.reason } }),
    intent: 'order',
    code: { coding: [{ system: clinicActionSystem, code: action.name, display }] },
    for: { type: 'Location', identifier: { system: subjectSystem, value: clinic } },
    ...(begun === undefined
      ? {}
      : {
          executionPeriod: {
            start: isoTime(begun, zone),
            ...(ended === undefined ? {} : { end: isoTime(ended, zone) }),
          },
        }),
    lastModified: isoTime(report.at, zone),
    input: [
      { type: { text: 'dose' }, valueQuantity: { value: action.dose, unit, system: ucumSystem, code: unit } },
      ...(action.on ?? []).map((part) => ({ type: { text: 'on' }, valueString: part })),
    ],
  }
}

/** The number by which the clinic's systems know a patient. */
export function recordNumber(patient: number): string {
  return `SBX-FM-${String(patient).padStart(6, '0')}`
}

function practitioner(provider: string): JsonObject {
  return { reference: `Practitioner/${provider}`, identifier: { value: provider } }
}
