/** A clinic of the fixture server: what its twin holds, expects and advises. Made up. */
import type { ForecastBands, Score, SubjectSummary, TwinKind, TwinState } from '@counterpart/server/contract'
import { clinicCalled, mondayOf } from './fixture-clinic-pictures.ts'
import { hour, minute, summary } from './fixture-data.ts'

const day = 24 * hour
const week = 7 * day
export const clinicSubject = 'clinic/north-family'
export const clinicTwin = `provider-workload:${clinicSubject}`

const counts = [
  { name: 'work-hours', label: 'Work per full-time week', unit: 'h', digits: 1, now: 47.6, later: 48.4, sd: 0.5 },
  { name: 'outside-hours', label: 'of it outside scheduled time', unit: 'h', digits: 1, now: 8.1, later: 8.6, sd: 0.3 },
  { name: 'ehr-time-8', label: 'Record, for 8 h scheduled', unit: 'h', digits: 2, now: 5.41, later: 5.5, sd: 0.06 },
  { name: 'inbox-waiting', label: 'Messages waiting', unit: '{message}', digits: 0, now: 412, later: 455, sd: 14 },
  { name: 'overloaded', label: 'Overloaded', unit: '{person}', digits: 0, now: 9, later: 11, sd: 1 },
  { name: 'visits', label: 'Visits in the week', unit: '{visit}', digits: 0, now: 2870, later: 2840, sd: 40 },
] as const
type Count = (typeof counts)[number]

const steps = [1, 2, 3, 4, 5].map((each) => each * week)

function change(
  name: string,
  label: string,
  unit: string,
  dose: [low: number, high: number, step: number, usual: number],
  riskClass: 'low' | 'moderate' | 'high',
  cost: string,
  evidence: string,
): TwinKind['interventions'][number] {
  const [low, high, step, usual] = dose
  return {
    name,
    label,
    unit,
    dose: { low, high, step, usual },
    reversibility: 'From the next schedule on',
    mayApprove: ['manager'],
    riskClass,
    cost,
    undo: 'Tell those concerned; it ends with the next schedule',
    evidence,
  }
}

export const clinicKind: TwinKind = {
  kind: 'provider-workload',
  version: '0.1.0',
  label: 'Provider workload',
  subjectKind: 'clinic',
  intendedUse: {
    user: 'Managers of a clinic; every clinician for their own work',
    decision: 'What of the work to change in the next weeks',
    validFor: 'Clinics that send their audit log, appointments and rota',
    notFor: 'Judging a person. No figure of burnout is about one person',
    riskClass: 'moderate',
  },
  channels: [
    {
      name: 'work-hour',
      label: 'Work at the screen',
      unit: '1',
      codes: [{ system: 'urn:counterpart:clinic', code: 'work-hour' }],
      plausible: [0, 1],
      staleAfter: 6 * hour,
      digits: 0,
      errorSource: 'Counted from the audit log',
    },
  ],
  variables: [{ name: 'message-minutes', label: 'Minutes for a message', unit: 'min' }],
  quantities: counts.map(({ name, label, unit, digits }) => ({
    name,
    label,
    unit,
    digits,
    reference: name === 'work-hours' ? [30, 55] : null,
    plausible: [0, 5000],
    channel: null,
    headline: true,
  })),
  interventions: [
    change(
      'protected-inbox-time',
      'Keep time for messages',
      'min/d',
      [15, 60, 5, 40],
      'low',
      'Some visits',
      'Disagree: one trial of two found nothing.',
    ),
    change(
      'team-inbox',
      'Let a team deal with messages first',
      '%',
      [10, 60, 10, 30],
      'moderate',
      'Hours of nurses',
      'Six clinics: 12 messages fewer a day.',
    ),
    change('scribe', 'Ambient scribe', '1', [1, 1, 1, 1], 'moderate', 'A licence each', 'Disagree on time.'),
  ],
  objectives: [{ name: 'overload', statement: 'Fewer overloaded weeks', unit: 'person-weeks' }],
  modelCard: '# Model card\n\nA **queueing simulation** of each person’s week.\n',
  forecastSteps: steps,
  pictures: [
    { name: 'week', label: 'This week', kind: 'load', live: true },
    { name: 'weeks-ahead', label: 'The weeks ahead', kind: 'load', live: false },
    { name: 'measures', label: 'Published measures', kind: 'groups', live: false },
    { name: 'risk', label: 'Risk of burnout', kind: 'groups', live: false },
    { name: 'fairness', label: 'Fairness', kind: 'groups', live: false },
    { name: 'my-weeks', label: 'My weeks', kind: 'load', live: false, audience: 'member' },
    { name: 'my-measures', label: 'My measures', kind: 'groups', live: false, audience: 'member' },
  ],
}

export function clinicState(now: number): TwinState {
  return {
    id: clinicTwin,
    kind: 'provider-workload',
    version: '0.1.0',
    subject: clinicSubject,
    asOf: now - 12 * minute,
    beliefHash: 'c1c2c3c4',
    beliefEvent: `${clinicTwin}@31`,
    variables: [
      {
        name: 'message-minutes',
        label: 'Minutes for a message',
        unit: 'min',
        belief: summary(1.31, 0.05),
        prior: summary(1.5, 0.5),
      },
    ],
    quantities: counts.map((each) => ({
      name: each.name,
      label: each.label,
      unit: each.unit,
      digits: each.digits,
      headline: true,
      channel: null,
      reference: each.name === 'work-hours' ? [30, 55] : null,
      estimate: summary(each.now, each.name === 'visits' ? 0 : each.sd),
    })),
    treatments: [],
  }
}

export function clinicSummary(now: number, open: number): SubjectSummary {
  return {
    id: clinicSubject,
    kind: 'clinic',
    name: clinicCalled,
    identifier: null,
    birthDate: null,
    sex: null,
    location: null,
    encounterStatus: null,
    twins: [
      {
        id: clinicTwin,
        kind: 'provider-workload',
        asOf: now - 12 * minute,
        headlines: clinicState(now).quantities.map(({ name, estimate, label, unit, digits, reference }) => ({
          quantity: name,
          label,
          unit,
          digits,
          reference,
          summary: estimate,
        })),
        openRecommendations: open,
      },
    ],
    lastObservation: now - 12 * minute,
  }
}

export function clinicBands(
  now: number,
  less: number,
  name: string,
): { scenario: ForecastBands; difference: ForecastBands['quantities'] } {
  const bandOf = (each: Count, centre: (lead: number) => number, sd: (lead: number) => number) => {
    const figures = steps.map((step) => summary(centre(step / (5 * week)), sd(step / (5 * week))))
    const part = (key: 'p05' | 'p25' | 'p50' | 'p75' | 'p95') => figures.map((one) => one[key])
    return { unit: each.unit, p05: part('p05'), p25: part('p25'), p50: part('p50'), p75: part('p75'), p95: part('p95') }
  }
  const gain = (each: Count, lead: number) =>
    each.name === 'visits' ? -less * 2 : -Math.min(0.4, less * 0.004) * each.later * (1 - Math.exp(-3 * lead))
  const all = (of: (each: Count) => ReturnType<typeof bandOf>) =>
    Object.fromEntries(counts.map((each) => [each.name, of(each)]))
  return {
    scenario: {
      madeAt: now,
      times: steps.map((step) => mondayOf(now) + step),
      scenario: { id: less ? 'asked' : 'carry-on', name },
      quantities: all((each) =>
        bandOf(
          each,
          (lead) => each.now + (each.later - each.now) * lead + gain(each, lead),
          (lead) => each.sd + each.later * 0.03 * Math.sqrt(lead),
        ),
      ),
    },
    difference: all((each) =>
      bandOf(
        each,
        (lead) => gain(each, lead),
        (lead) => 0.3 * Math.abs(gain(each, lead)) + 0.02,
      ),
    ),
  }
}

export function clinicHistory(from: number, now: number) {
  const points = []
  for (let at = Math.max(from, now - 12 * week); at <= now; at += week / 2)
    points.push({
      asOf: Math.round(at),
      recorded: Math.round(at),
      event: `${clinicTwin}@1`,
      quantities: Object.fromEntries(
        counts.map((each) => [each.name, summary(each.now + Math.sin(at / (2 * week)) * each.now * 0.03, each.sd)]),
      ),
      variables: {},
    })
  return points
}

export function clinicScores(): Score[] {
  return counts.map(({ name, label, unit }) => ({
    quantity: name,
    label,
    unit,
    lead: null,
    count: 52,
    meanCrps: 0.6,
    persistenceCrps: 0.9,
    skill: 0.33,
    coverage: [{ level: 0.9, observed: 0.9, low: 0.79, high: 0.96 }],
    pit: [5, 5, 5, 6, 5, 5, 5, 6, 5, 5],
  }))
}

export function clinicForecasts(quantity: string, now: number) {
  const known = counts.find((each) => each.name === quantity)
  const scored = []
  for (let step = 1; known && step <= 10; step += 1)
    scored.push({
      madeAt: now - (step + 1) * week,
      at: now - step * week,
      lead: week,
      predicted: summary(known.now * (1 + 0.01 * Math.sin(step)), known.later * 0.02),
      observed: known.now * (1 + 0.01 * Math.cos(step)),
      crps: 0.4,
      persistenceCrps: 0.6,
      event: `${clinicTwin}@5`,
    })
  return { quantity, unit: known?.unit ?? '1', scored }
}
