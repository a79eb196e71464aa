/** A department of the fixture server: made-up people who move through it as time goes on. Nobody real. */
import type {
  DayPicture,
  FloorPicture,
  ForecastBands,
  PathwayPicture,
  PersonMark,
  PictureData,
  PressurePicture,
  RecommendationThread,
  Score,
  StressPicture,
  SubjectSummary,
  TwinKind,
  TwinState,
} from '@counterpart/server/contract'
import { hour, minute, summary } from './fixture-data.ts'

const exact = (value: number) => summary(value, 0)

interface Count {
  readonly name: string
  readonly label: string
  readonly unit: string
  readonly digits: number
  readonly now: number
  readonly later: number
  readonly sd: number
  readonly reference: [number, number] | null
}

const counts: readonly Count[] = [
  { name: 'present', label: 'In the department', unit: '1', digits: 0, now: 41, later: 47, sd: 0, reference: null },
  {
    name: 'waiting',
    label: 'Waiting for a clinician',
    unit: '1',
    digits: 0,
    now: 14,
    later: 19,
    sd: 0,
    reference: null,
  },
  { name: 'boarding', label: 'Boarding', unit: '1', digits: 0, now: 4, later: 6, sd: 0, reference: null },
  { name: 'occupancy', label: 'Occupancy', unit: '%', digits: 0, now: 92, later: 99, sd: 0, reference: [0, 85] },
  {
    name: 'wait-to-clinician',
    label: 'Wait to clinician',
    unit: 'min',
    digits: 0,
    now: 96,
    later: 124,
    sd: 14,
    reference: [0, 60],
  },
  { name: 'breaches', label: 'Here longer than 4 h', unit: '1', digits: 0, now: 5, later: 9, sd: 0, reference: null },
  {
    name: 'left-unseen',
    label: 'Left unseen, past hour',
    unit: '1',
    digits: 0,
    now: 1,
    later: 2,
    sd: 0,
    reference: null,
  },
]

const steps = [15, 30, 60, 120, 180, 240, 360, 480].map((each) => each * minute)

function change(
  name: string,
  label: string,
  unit: string,
  dose: [low: number, high: number, step: number, usual: number],
  riskClass: 'low' | 'moderate' | 'high',
  cost: string,
): TwinKind['interventions'][number] {
  const [low, high, step, usual] = dose
  return {
    name,
    label,
    unit,
    dose: { low, high, step, usual },
    reversibility: 'Taken back by telling those concerned',
    mayApprove: ['manager'],
    riskClass,
    cost,
    undo: 'Send them back when the queue is gone',
    evidence: 'Simulated from this department’s own rates; no trial.',
  }
}

const shared = {
  version: '0.1.0',
  subjectKind: 'department',
  intendedUse: {
    user: 'Shift leads and managers',
    decision: 'Whom to move, call in or divert in the next hours',
    validFor: 'Departments that send their admissions, transfers and discharges',
    notFor: 'Decisions about single patients; not validated',
    riskClass: 'moderate',
  },
  channels: [
    {
      name: 'visit',
      label: 'Visit',
      unit: '1',
      codes: [{ system: 'urn:counterpart:department', code: 'visit' }],
      plausible: [0, 1],
      staleAfter: 30 * minute,
      digits: 0,
      errorSource: 'Counted',
    },
  ],
  variables: [{ name: 'arrival-rate', label: 'Arrivals', unit: '/h', meaning: 'People who come in an hour' }],
  objectives: [{ name: 'breaches', statement: 'Fewer people longer than 4 h in the department', unit: 'people' }],
  modelCard: '# Model card\n\nA **pathway simulation** from the state of the department as it is.\n',
  forecastSteps: steps,
} satisfies Partial<TwinKind>

export const departmentKinds: readonly TwinKind[] = [
  {
    ...shared,
    kind: 'emergency-department',
    label: 'Emergency department',
    quantities: counts.map(({ name, label, unit, digits, reference }) => ({
      name,
      label,
      unit,
      digits,
      reference,
      plausible: [0, 500],
      channel: null,
      headline: true,
    })),
    interventions: [
      change('call-in-clinician', 'Call in a clinician', '{persons}', [1, 3, 1, 1], 'low', 'One shift from the bank'),
      change('open-overflow', 'Open the overflow area', '{spaces}', [2, 8, 1, 4], 'moderate', 'One nurse for it'),
      change('divert-ambulances', 'Divert ambulances', '1', [1, 1, 1, 1], 'high', 'Longer rides for others'),
    ],
    pictures: [
      { name: 'floor', label: 'Floor', kind: 'floor', live: true },
      { name: 'pressure', label: 'What will hold people up', kind: 'pressure', live: false },
      { name: 'pathway', label: 'Pathway', kind: 'pathway', live: true },
      { name: 'stress', label: 'Stress test', kind: 'stress', live: false },
    ],
  },
  {
    ...shared,
    kind: 'radiology',
    label: 'Radiology',
    quantities: counts.slice(0, 2).map(({ name, label, unit, digits }) => ({
      name,
      label,
      unit,
      digits,
      reference: null,
      plausible: [0, 500],
      channel: null,
      headline: true,
    })),
    interventions: [],
    pictures: [{ name: 'day', label: 'Day-sheet', kind: 'day', live: true }],
  },
]

export const departments = ['department/north-ed', 'department/north-imaging'] as const
type DepartmentId = (typeof departments)[number]

function departmentTwin(subject: string): string {
  return `${subject === 'department/north-ed' ? 'emergency-department' : 'radiology'}:${subject}`
}

export function departmentSummary(subject: DepartmentId, now: number, open: number): SubjectSummary {
  const state = departmentState(subject, now)
  return {
    id: subject,
    kind: 'department',
    name: subject === 'department/north-ed' ? 'North emergency department' : 'North imaging',
    identifier: null,
    birthDate: null,
    sex: null,
    location: null,
    encounterStatus: null,
    twins: [
      {
        id: state.id,
        kind: state.kind,
        asOf: state.asOf,
        headlines: state.quantities.map(({ name, estimate, ...rest }) => ({
          quantity: name,
          label: rest.label,
          unit: rest.unit,
          digits: rest.digits,
          reference: rest.reference,
          summary: estimate,
        })),
        openRecommendations: open,
      },
    ],
    lastObservation: now - 20_000,
  }
}

export function departmentState(subject: string, now: number): TwinState {
  const ed = subject === 'department/north-ed'
  return {
    id: departmentTwin(subject),
    kind: ed ? 'emergency-department' : 'radiology',
    version: '0.1.0',
    subject,
    asOf: now - 20_000,
    beliefHash: 'd1d2d3d4',
    beliefEvent: `${departmentTwin(subject)}@77`,
    variables: [
      {
        name: 'arrival-rate',
        label: 'Arrivals',
        unit: '/h',
        meaning: 'People who come in an hour',
        belief: summary(9.2, 0.6),
        prior: summary(8, 3),
      },
    ],
    quantities: counts.slice(0, ed ? counts.length : 2).map((each) => ({
      name: each.name,
      label: each.label,
      unit: each.unit,
      digits: each.digits,
      headline: true,
      channel: null,
      reference: each.reference,
      estimate: summary(each.now, each.sd),
    })),
    treatments: [],
  }
}

export function departmentBands(
  now: number,
  less: number,
  name: string,
): { scenario: ForecastBands; difference: ForecastBands['quantities'] } {
  const times = steps.map((step) => now + step)
  const bandOf = (each: Count, centre: (lead: number) => number, sd: (lead: number) => number) => {
    const figures = steps.map((step) => summary(centre(step / (8 * hour)), sd(step / (8 * hour))))
    const part = (key: 'p05' | 'p25' | 'p50' | 'p75' | 'p95') => figures.map((one) => one[key])
    return { unit: each.unit, p05: part('p05'), p25: part('p25'), p50: part('p50'), p75: part('p75'), p95: part('p95') }
  }
  const rise = (each: Count, lead: number) =>
    (each.later - each.now) * Math.sin(Math.PI * Math.min(1, lead * 1.6) * 0.62)
  const gain = (each: Count, lead: number) => -less * 0.08 * each.later * (1 - Math.exp(-6 * lead))
  const scale = (each: Count) => Math.max(1, each.later * 0.12)
  return {
    scenario: {
      madeAt: now,
      times,
      scenario: { id: less ? 'asked' : 'carry-on', name },
      quantities: Object.fromEntries(
        counts.map((each) => [
          each.name,
          bandOf(
            each,
            (lead) => Math.max(0, each.now + rise(each, lead) + gain(each, lead)),
            (lead) => scale(each) * Math.sqrt(lead),
          ),
        ]),
      ),
    },
    difference: Object.fromEntries(
      counts.map((each) => [
        each.name,
        bandOf(
          each,
          (lead) => gain(each, lead),
          (lead) => 0.3 * Math.abs(gain(each, lead)) + 0.05,
        ),
      ]),
    ),
  }
}

const acuities = [3, 2, 3, 4, 3, 5, 2, 3, 4, 3, 1, 3, 4, 2, 3, 5, 4, 3] as const

function person(
  index: number,
  state: PersonMark['state'],
  now: number,
  minutesHere: number,
  minutesSo: number,
): PersonMark {
  const arrived = now - minutesHere * minute
  return {
    id: `visit-${index}`,
    patient: `patient/v${index}`,
    label: `${'ABCDEFGHKLMNPRST'[index % 16]}${((index * 7) % 90) + 10}`,
    acuity: state === 'arriving' ? null : acuities[index % acuities.length]!,
    arrived,
    since: now - minutesSo * minute,
    state,
    breachAt: arrived + 4 * hour,
    ...(index === 3 || index === 7
      ? {
          attention: {
            sentence: index === 3 ? 'Look at again within 15 min' : 'Risk has risen since triage',
            reasons:
              index === 3
                ? ['Waited 118 min at acuity 4', 'Came by ambulance', 'Age above 75']
                : ['Waited 74 min', 'Chest pain'],
            risk: summary(index === 3 ? 0.21 : 0.14, 0.03),
          },
        }
      : {}),
    ...(index === 20 ? { doubt: 'Two messages place this visit in M3 and in M8; the later one (M3) is taken.' } : {}),
  }
}

/** The floor at a time; `moves` people have walked from the queue into a bay since it began. */
function floorAt(now: number, moves: number): FloorPicture {
  const waiting = Array.from({ length: 14 }, (_, index) =>
    person(index, index === 13 ? 'arriving' : 'waiting', now, 12 + index * 16, 8 + index * 12),
  )
  const walked = waiting
    .slice(0, Math.min(moves, 3))
    .map((each) => ({ ...each, state: 'in-care' as const, since: now }))
  const inBays = (from: number, taken: number, all: number, prefix: string, offset = 0) =>
    Array.from({ length: all }, (_, index) => ({
      code: `${prefix}${index + 1}`,
      person:
        index < taken
          ? person(
              from + index,
              (['in-care', 'tests', 'in-care', 'decided', 'boarding', 'tests'] as const)[(index + offset) % 6]!,
              now,
              30 + (((from + index) * 37) % 260),
              5 + (((from + index) * 17) % 80),
            )
          : prefix === 'M'
            ? (walked[index - taken] ?? null)
            : null,
    }))
  const majors = inBays(20, 11, 14, 'M')
  return {
    kind: 'floor',
    title: 'Floor',
    description: `${41} people in the department, ${waiting.length - walked.length} waiting, 11 of 14 majors bays in use.`,
    asOf: now,
    areas: [
      { code: 'WAIT', label: 'Waiting room', role: 'waiting', spaces: [], people: waiting.slice(walked.length) },
      { code: 'TRI', label: 'Triage', role: 'triage', spaces: inBays(36, 1, 2, 'T'), people: [] },
      {
        code: 'RES',
        label: 'Resuscitation',
        role: 'resuscitation',
        spaces: inBays(40, 2, 4, 'R').map((each) => ({
          ...each,
          person: each.person && { ...each.person, acuity: 1 as const },
        })),
        people: [],
      },
      {
        code: 'MAJ',
        label: 'Majors',
        role: 'majors',
        spaces: majors.map((each) =>
          each.code === 'M14' ? { ...each, person: null, closed: 'suction broken' } : each,
        ),
        people: [],
      },
      {
        code: 'MIN',
        label: 'Minors',
        role: 'minors',
        spaces: inBays(50, 6, 6, 'N', 1),
        people: [person(60, 'in-care', now, 80, 12)],
      },
      { code: 'OBS', label: 'Observation', role: 'observation', spaces: inBays(70, 4, 6, 'O', 3), people: [] },
      { code: 'IMG', label: 'Imaging', role: 'imaging', spaces: inBays(80, 1, 2, 'X', 1), people: [] },
      {
        code: 'OVF',
        label: 'Overflow',
        role: 'overflow',
        spaces: Array.from({ length: 4 }, (_, index) => ({
          code: `V${index + 1}`,
          person: null,
          closed: 'not staffed',
        })),
        people: [],
      },
    ],
    staff: [
      { role: 'clinician', label: 'Clinicians', onDuty: 5, busy: 5 },
      { role: 'senior-clinician', label: 'Senior clinicians', onDuty: 2, busy: 1 },
      { role: 'nurse', label: 'Nurses', onDuty: 9, busy: 7 },
      { role: 'triage-nurse', label: 'Triage nurses', onDuty: 1, busy: 1 },
      { role: 'porter', label: 'Porters', onDuty: 2, busy: null },
    ],
  }
}

function pressure(now: number): PressurePicture {
  const times = Array.from({ length: 24 }, (_, index) => now + index * 20 * minute)
  const wave = (peak: number, at: number, wide: number) =>
    times.map((_, index) => peak * Math.exp(-(((index - at) / wide) ** 2)))
  const row = (name: string, label: string, base: number, peak: number, at: number, holds: number) => {
    const use = wave(peak, at, 6).map((each) => Math.min(1, base + each))
    const queue = wave(holds * 14, at + 1, 6)
    return {
      name,
      label,
      use: { p05: use.map((each) => each * 0.84), p50: use, p95: use.map((each) => Math.min(1, each * 1.1)) },
      waiting: { p05: queue.map((each) => each * 0.4), p50: queue, p95: queue.map((each) => each * 1.9) },
      holdsUp: wave(holds, at, 4).map((each) => (each < 0.02 ? 0 : each)),
    }
  }
  return {
    kind: 'pressure',
    title: 'What will hold people up',
    description: 'Majors bays are likely to hold people up from 2 h to 5 h from now; clinicians before that.',
    times,
    rows: [
      row('clinician', 'Clinicians', 0.7, 0.28, 3, 0.62),
      row('majors', 'Majors bays', 0.66, 0.34, 10, 0.81),
      row('nurse', 'Nurses', 0.62, 0.12, 8, 0.08),
      row('imaging', 'Imaging', 0.4, 0.3, 12, 0.12),
      row('inpatient-bed', 'Beds upstairs', 0.8, 0.2, 14, 0.3),
    ],
    findings: [
      {
        resource: 'majors',
        from: now + 2 * hour,
        until: now + 5 * hour,
        probability: 0.81,
        sentence: 'Majors bays will hold people up.',
        cause: 'Four people board there and beds upstairs come free only in the evening.',
      },
      {
        resource: 'clinician',
        from: now,
        until: now + 2 * hour,
        probability: 0.62,
        sentence: 'Clinicians hold people up until the late shift comes.',
        cause: 'All five are busy and 14 people wait.',
      },
    ],
  }
}

function stress(): StressPicture {
  const row = (name: string, label: string, assumption: string, size: number, back: number | null) => ({
    name,
    label,
    assumption,
    under: {
      wait: summary(96 + 60 * size, 18 + 12 * size),
      breaches: summary(6 + 9 * size, 2 + 2 * size),
      left: summary(1 + 3 * size, 0.6 + size),
    },
    difference: {
      wait: summary(60 * size, 14 * size),
      breaches: summary(9 * size, 2.2 * size),
      left: summary(3 * size, 1.1 * size),
    },
    worst: { wait: 120 + 90 * size, breaches: 8 + 14 * size, left: 2 + 5 * size },
    limits: [
      {
        name: 'urgent-wait',
        label: 'An urgent patient waits over an hour',
        under: { estimate: Math.min(0.95, 0.3 * size), low: 0.2 * size, high: Math.min(0.99, 0.4 * size) },
        without: { estimate: 0.06, low: 0.03, high: 0.11 },
      },
    ],
    recovery: { median: back, p95: back === null ? null : back * 1.9, withinHorizon: back === null ? 0.31 : 0.94 },
    remedy:
      size < 1
        ? null
        : { label: 'Open 4 overflow spaces', interventions: [], spared: summary(20 * size, 4), better: 0.91 },
  })
  return {
    kind: 'stress',
    title: 'Stress test',
    description:
      'A mass casualty is the hardest of five shocks: it adds about 19 people over 4 h and outlasts the horizon.',
    measures: [
      { name: 'wait', label: 'Wait to clinician', unit: 'min', digits: 0 },
      { name: 'breaches', label: 'Here longer than 4 h', unit: '1', digits: 0 },
      { name: 'left', label: 'Left unseen', unit: '1', digits: 0 },
    ],
    rows: [
      row('mass-casualty', 'Mass casualty', '24 people within an hour, half of acuity 1 or 2', 2.1, null),
      row('outbreak', 'Outbreak', '40 % more arrivals, a third need a room of their own', 1.2, 410),
      row('scanner', 'Scanner failure', 'No CT for 4 h', 0.5, 140),
      row('blind', 'IT outage', 'The twin sees nothing for an hour; the department works on paper', 0.3, 75),
      row('sickness', 'Staff sickness', 'Two nurses and one clinician missing', 0.8, 220),
    ],
  }
}

const pathway: PathwayPicture = {
  kind: 'pathway',
  title: 'Pathway',
  description:
    'From arrival over triage to a bay, tests and a decision, then home or a bed upstairs. 14 wait to be seen.',
  nodes: [
    { id: 'arrive', label: 'Arrival', kind: 'start', needs: [], present: 1 },
    {
      id: 'triage',
      label: 'Triage',
      kind: 'activity',
      needs: ['triage nurse'],
      duration: '6 min',
      present: 1,
      waiting: 1,
    },
    {
      id: 'minors',
      label: 'Minors',
      kind: 'activity',
      needs: ['clinician', 'minors bay'],
      duration: '22 min',
      present: 7,
      waiting: 4,
    },
    {
      id: 'majors',
      label: 'First look in majors',
      kind: 'activity',
      needs: ['clinician', 'majors bay'],
      duration: '31 min',
      present: 6,
      waiting: 9,
    },
    {
      id: 'resus',
      label: 'Resuscitation',
      kind: 'activity',
      needs: ['2 clinicians', '2 nurses'],
      duration: '48 min',
      present: 2,
    },
    {
      id: 'tests',
      label: 'Tests',
      kind: 'activity',
      needs: ['laboratory or imaging'],
      duration: '54 min',
      present: 4,
      waiting: 1,
    },
    {
      id: 'decide',
      label: 'Review and decision',
      kind: 'activity',
      needs: ['clinician'],
      duration: '12 min',
      present: 3,
    },
    { id: 'board', label: 'Wait for a bed upstairs', kind: 'wait', needs: ['inpatient bed'], present: 4, waiting: 4 },
    { id: 'home', label: 'Home', kind: 'end', needs: [] },
    { id: 'ward', label: 'Ward', kind: 'end', needs: [] },
    { id: 'left', label: 'Left unseen', kind: 'end', needs: [] },
  ],
  edges: [
    { from: 'arrive', to: 'triage', share: 0.93 },
    { from: 'arrive', to: 'resus', share: 0.07 },
    { from: 'triage', to: 'minors', share: 0.38 },
    { from: 'triage', to: 'majors', share: 0.58 },
    { from: 'triage', to: 'left', share: 0.04 },
    { from: 'minors', to: 'home', share: 0.9 },
    { from: 'minors', to: 'tests', share: 0.1 },
    { from: 'majors', to: 'tests', share: 0.7 },
    { from: 'majors', to: 'decide', share: 0.3 },
    { from: 'resus', to: 'decide', share: 1 },
    { from: 'tests', to: 'decide', share: 1 },
    { from: 'decide', to: 'tests', share: 0.12, label: 'more tests' },
    { from: 'decide', to: 'home', share: 0.58 },
    { from: 'decide', to: 'board', share: 0.3 },
    { from: 'board', to: 'ward', share: 1 },
  ],
}

function day(now: number): DayPicture {
  const from = Math.floor(now / hour) * hour - 4 * hour
  const kinds = ['booked', 'booked', 'inpatient', 'booked', 'walk-in', 'booked', 'emergency', 'free', 'booked'] as const
  const rows = ['MRI 1', 'MRI 2', 'CT 1', 'CT 2', 'X-ray'].map((label, machine) => {
    const long = machine < 2 ? 40 : 25
    const slots: DayPicture['rows'][number]['slots'] = Array.from(
      { length: Math.floor((10 * 60) / long) },
      (_, index) => ({
        from: from + index * long * minute,
        until: from + (index + 1) * long * minute,
        kind: kinds[(index * (machine + 2)) % kinds.length]!,
        label: ['Head', 'Knee', 'Spine', 'Chest', 'Abdomen'][(index + machine) % 5]!,
        overrun: ((index * 37 + machine * 11) % 60) / 100,
      }),
    )
    if (machine === 1)
      slots.splice(3, 2, { from: from + 120 * minute, until: from + 200 * minute, kind: 'breakdown', label: 'Helium' })
    if (machine === 2)
      slots.push({ from: from + 130 * minute, until: from + 165 * minute, kind: 'emergency', label: 'Trauma' })
    slots.push({ from: from + 10 * hour, until: from + 10 * hour + 50 * minute, kind: 'overtime', label: 'Overtime' })
    return { name: label, label, slots }
  })
  return {
    kind: 'day',
    title: 'Day-sheet',
    description: 'Five machines; MRI 2 was down for 80 min, and every machine is likely to need overtime.',
    from,
    until: from + 11 * hour,
    rows,
    notes: ['MRI 2 came back at noon; two bookings were moved to tomorrow.'],
  }
}

export function departmentPicture(name: string, now: number, moves: number): PictureData | undefined {
  if (name === 'floor') return floorAt(now, moves)
  if (name === 'pressure') return pressure(now)
  if (name === 'stress') return stress()
  if (name === 'pathway') return pathway
  if (name === 'day') return day(now)
  return undefined
}

export function departmentRecommendation(now: number): RecommendationThread {
  const twin = departmentTwin('department/north-ed')
  const option = (
    rank: number,
    id: string,
    name: string,
    plan: { intervention: string; dose: number }[],
    gain: number,
    cost: string,
  ): RecommendationThread['options'][number] => ({
    rank,
    scenario: { id, name, interventions: plan.map((each) => ({ ...each, from: now })) },
    effects:
      plan.length === 0
        ? []
        : [
            {
              quantity: 'breaches',
              label: 'Here longer than 4 h',
              unit: '1',
              digits: 1,
              at: now + 4 * hour - 3 * minute,
              withIt: summary(9 - gain, 2),
              carryingOn: summary(9, 2),
              difference: summary(-gain, 0.8),
            },
            {
              quantity: 'wait-to-clinician',
              label: 'Wait to clinician',
              unit: 'min',
              digits: 0,
              at: now + 2 * hour - 3 * minute,
              withIt: summary(124 - 9 * gain, 15),
              carryingOn: summary(124, 15),
              difference: summary(-9 * gain, 8),
            },
          ],
    gain: plan.length === 0 ? exact(0) : summary(gain, 0.8),
    probabilityBetter: plan.length === 0 ? 0 : 0.88 + 0.02 * gain,
    probabilityOfHarm: 0.02,
    reason: plan.length === 0 ? 'The reference' : 'Bays are what holds people up from 2 h on',
    riskClass: plan.length === 0 ? 'low' : 'moderate',
    cost,
    mayApprove: ['manager'],
    undo: 'Close it again when it is empty',
    youMayApprove: true,
  })
  return {
    id: 'rec-ed',
    twin,
    subject: 'department/north-ed',
    madeAt: now - 3 * minute,
    expires: now + 27 * minute,
    state: 'open',
    finding: 'Majors bays will hold people up from 2 h on, because four people board there',
    objective: { name: 'breaches', statement: 'Fewer people longer than 4 h in the department', unit: 'people' },
    options: [
      option(
        1,
        'overflow-4',
        'Open 4 overflow spaces',
        [{ intervention: 'open-overflow', dose: 4 }],
        3.4,
        'One nurse for the overflow area',
      ),
      option(
        2,
        'clinician-1',
        'Call in 1 clinician',
        [{ intervention: 'call-in-clinician', dose: 1 }],
        2.1,
        'One shift from the bank',
      ),
      option(3, 'carry-on', 'Carry on as now', [], 0, 'None'),
    ],
    decisions: [],
    actions: [],
    outcomes: [],
    event: `${twin}@78`,
  }
}

/** How the department's counts have moved so far today. */
export function departmentHistory(from: number, now: number) {
  const step = Math.max(5 * minute, (now - from) / 200)
  const points = []
  for (let at = from; at <= now; at += step)
    points.push({
      asOf: Math.round(at),
      recorded: Math.round(at),
      event: 'emergency-department:department/north-ed@1',
      quantities: Object.fromEntries(
        counts.map((each) => {
          const before = each.now * (1 - 0.35 * Math.min(1, (now - at) / (8 * hour))) + Math.sin(at / (20 * minute))
          return [each.name, each.sd === 0 ? exact(Math.max(0, Math.round(before))) : summary(before, each.sd)]
        }),
      ),
      variables: {},
    })
  return points
}

/** Forecasts of what is counted, scored against it. */
export function departmentScores(): Score[] {
  return counts
    .filter((each) => each.sd === 0)
    .map(({ name, label, unit }) => ({
      quantity: name,
      label,
      unit,
      lead: null,
      count: 40,
      meanCrps: 1.1,
      persistenceCrps: 1.7,
      skill: 0.35,
      coverage: [{ level: 0.9, observed: 0.88, low: 0.76, high: 0.95 }],
      pit: [4, 4, 3, 5, 4, 4, 4, 4, 4, 4],
    }))
}

export function departmentForecasts(quantity: string, now: number) {
  const known = counts.find((each) => each.name === quantity)
  const scored = []
  for (let step = 1; known && step <= 24; step += 1) {
    const at = now - step * 20 * minute
    const observed = Math.max(0, known.now - (step % 5))
    scored.push({
      madeAt: at - 2 * hour,
      at,
      lead: 2 * hour,
      predicted: summary(known.now - 1, known.later * 0.08),
      observed,
      crps: 0.9,
      persistenceCrps: 1.5,
      event: 'emergency-department:department/north-ed@5',
    })
  }
  return { quantity, unit: known?.unit ?? '1', scored }
}
