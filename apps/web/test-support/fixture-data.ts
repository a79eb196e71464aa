/** Plausible, generated content for the fixture server; nobody real, nothing measured. */
import type {
  CurvesPicture,
  ForecastBands,
  RankedOption,
  Reading,
  RecommendationThread,
  Score,
  SubjectSummary,
  SummaryFigures,
  Trace,
  TraceNode,
  TwinKind,
  TwinState,
} from '@counterpart/server/contract'

/** Repeatable uniform numbers (a linear congruential sequence is enough for pictures). */
function uniform(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296
  }
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random())
}

export function summary(centre: number, deviation: number): SummaryFigures {
  return {
    mean: centre,
    p05: centre - 1.645 * deviation,
    p25: centre - 0.674 * deviation,
    p50: centre,
    p75: centre + 0.674 * deviation,
    p95: centre + 1.645 * deviation,
  }
}

export const minute = 60_000
export const hour = 3_600_000

interface Quantity {
  name: string
  label: string
  unit: string
  digits: number
  headline: boolean
  channel: string | null
  reference: [number, number] | null
  base: number
  spread: number
  sd: number
  code: [string, string]
  protocol: string
  every: number
}

const q = (
  name: string,
  label: string,
  unit: string,
  digits: number,
  headline: boolean,
  measured: boolean,
  reference: [number, number] | null,
  base: number,
  spread: number,
  sd: number,
  code: [string, string],
  protocol: string,
  every: number,
): Quantity => ({
  name,
  label,
  unit,
  digits,
  headline,
  channel: measured ? name : null,
  reference,
  base,
  spread,
  sd,
  code,
  protocol,
  every,
})

export const quantities: readonly Quantity[] = [
  q('heart-rate', 'Heart rate', '/min', 0, true, true, [60, 100], 88, 12, 1.6, ['8867-4', 'Heart rate'], 'mqtt', 2_000),
  q(
    'systolic-pressure',
    'Systolic pressure',
    'mm[Hg]',
    0,
    true,
    true,
    [100, 140],
    104,
    12,
    4,
    ['8480-6', 'Systolic blood pressure'],
    'hl7v2',
    5 * minute,
  ),
  q(
    'mean-arterial-pressure',
    'Mean arterial pressure',
    'mm[Hg]',
    0,
    true,
    true,
    [70, 105],
    72,
    8,
    3,
    ['8478-0', 'Mean blood pressure'],
    'hl7v2',
    5 * minute,
  ),
  q('cardiac-output', 'Cardiac output', 'L/min', 1, true, false, [4, 8], 4.1, 0.6, 0.35, ['', ''], '', 0),
  q(
    'ejection-fraction',
    'Ejection fraction',
    '%',
    0,
    true,
    true,
    [52, 72],
    38,
    6,
    2.4,
    ['10230-1', 'Left ventricular Ejection fraction'],
    'fhir',
    30 * hour,
  ),
  q(
    'diastolic-pressure',
    'Diastolic pressure',
    'mm[Hg]',
    0,
    false,
    true,
    [60, 90],
    58,
    7,
    3,
    ['8462-4', 'Diastolic blood pressure'],
    'hl7v2',
    5 * minute,
  ),
  q('stroke-volume', 'Stroke volume', 'mL', 0, false, false, [60, 100], 47, 7, 5, ['', ''], '', 0),
  q(
    'end-diastolic-volume',
    'LV end-diastolic volume',
    'mL',
    0,
    false,
    true,
    [62, 150],
    124,
    12,
    6,
    ['8821-1', 'Left ventricular EDV'],
    'fhir',
    30 * hour,
  ),
  q('filling-pressure', 'LV filling pressure', 'mm[Hg]', 0, false, false, [4, 12], 17, 3, 2.1, ['', ''], '', 0),
]

const variables = [
  {
    name: 'contractility',
    label: 'Left-ventricular contractility',
    unit: 'mm[Hg]/mL',
    meaning: 'Active elastance E_A of the left ventricle (Regazzoni 2022)',
    belief: summary(1.42, 0.14),
    prior: summary(2.3, 0.7),
  },
  {
    name: 'passive-stiffness',
    label: 'Left-ventricular passive stiffness',
    unit: 'mm[Hg]/mL',
    meaning: 'Passive elastance E_B',
    belief: summary(0.112, 0.018),
    prior: summary(0.09, 0.03),
  },
  {
    name: 'systemic-resistance',
    label: 'Systemic arterial resistance',
    unit: 'mm[Hg].s/mL',
    meaning: 'R_AR of the systemic circulation',
    belief: summary(1.02, 0.06),
    prior: summary(0.95, 0.25),
  },
  {
    name: 'blood-volume',
    label: 'Stressed blood volume',
    unit: 'mL',
    meaning: 'Volume above the unstressed volume of the vessels',
    belief: summary(1180, 190),
    prior: summary(1200, 200),
  },
]

export const kinds: TwinKind[] = [
  {
    kind: 'cardiovascular',
    version: '0.1.0',
    label: 'Cardiovascular',
    subjectKind: 'patient',
    intendedUse: {
      user: 'Cardiologists and intensive-care physicians',
      decision: 'Whether and how to change vasoactive drugs or fluid in an adult with a low-output state',
      validFor: 'Adults in sinus rhythm with a bedside monitor and an echocardiogram of the last seven days',
      notFor: 'Children, arrhythmia, mechanical support, or any use in real care: it has not been validated',
      riskClass: 'moderate',
    },
    channels: quantities
      .filter((each) => each.channel)
      .map((each) => ({
        name: each.name,
        label: each.label,
        unit: each.unit,
        codes: [{ system: 'http://loinc.org', code: each.code[0], display: each.code[1] }],
        plausible: [0, each.base * 4] as [number, number],
        staleAfter: each.protocol === 'mqtt' ? 30_000 : each.protocol === 'fhir' ? 7 * 24 * hour : 20 * minute,
        digits: each.digits,
        errorSource: 'Assumed standard deviation of a calibrated bedside device',
      })),
    variables: variables.map(({ belief: _, prior: __, ...rest }) => rest),
    quantities: quantities.map((each) => ({
      name: each.name,
      label: each.label,
      unit: each.unit,
      plausible: [0, each.base * 4] as [number, number],
      reference: each.reference,
      channel: each.channel,
      digits: each.digits,
      headline: each.headline,
    })),
    interventions: [
      intervention(
        'inotrope',
        'Dobutamine',
        'ug/kg/min',
        0,
        20,
        0.5,
        5,
        'moderate',
        'One pump, hourly checks; about 12 EUR a day',
        'Stop the infusion; half-life about 2 min',
      ),
      intervention(
        'vasodilator',
        'Nitroprusside',
        'ug/kg/min',
        0,
        5,
        0.1,
        1,
        'moderate',
        'Arterial line needed; about 30 EUR a day',
        'Stop the infusion; effect gone within 10 min',
      ),
      intervention(
        'beta-blocker',
        'Esmolol',
        'ug/kg/min',
        0,
        200,
        10,
        50,
        'high',
        'One pump, continuous monitoring',
        'Stop the infusion; half-life about 9 min',
      ),
      intervention(
        'fluid',
        'Crystalloid fluid',
        'mL',
        0,
        1000,
        50,
        250,
        'low',
        'One bag, 20 min of a nurse',
        'Cannot be taken back; diuretic if overloaded',
      ),
    ],
    objectives: [
      {
        name: 'output',
        statement: 'Cardiac output of at least 5 L/min without mean pressure below 65 mmHg',
        unit: 'L/min',
      },
    ],
    modelCard: `# Model card\n\nA **closed-loop circulation** of four chambers and four vascular beds, after Regazzoni et al. 2022, [10.1016/j.jcp.2022.111083](https://doi.org/10.1016/j.jcp.2022.111083).\n\n## What it infers\n\n- contractility, passive stiffness and systemic resistance\n- by an *ensemble Kalman filter* of 200 members\n\n## Equations\n\n\`\`\`\nC dp/dt = Q_in - Q_out\nL dQ/dt = p_in - p_out - R Q\n\`\`\`\n\n| what | assumed | source |\n| --- | --- | --- |\n| heart rate noise | 2 /min | device leaflet |\n| pressure noise | 5 mmHg | ISO 81060-2 |\n\n## Known failures\n\n1. Atrial fibrillation: the ensemble assumes a regular beat.\n2. Severe valve disease: valves are ideal diodes.\n`,
    forecastSteps: [5, 10, 15, 30, 60, 120].map((each) => each * minute),
    pictures: [{ name: 'loops', label: 'Pressure–volume loops', kind: 'curves', live: false }],
  },
  {
    kind: 'body-weight',
    version: '1.0.0',
    label: 'Body weight',
    subjectKind: 'patient',
    intendedUse: {
      user: 'Ward staff',
      decision: 'Whether weight is moving',
      validFor: 'Adults weighed daily',
      notFor: 'Dosing',
      riskClass: 'low',
    },
    channels: [
      {
        name: 'body-weight',
        label: 'Body weight',
        unit: 'kg',
        codes: [{ system: 'http://loinc.org', code: '29463-7', display: 'Body weight' }],
        plausible: [20, 300],
        staleAfter: 48 * hour,
        digits: 1,
        errorSource: 'Ward scale, ±0.2 kg',
      },
    ],
    variables: [{ name: 'drift', label: 'Drift of weight', unit: 'kg/d' }],
    quantities: [
      {
        name: 'body-weight',
        label: 'Body weight',
        unit: 'kg',
        plausible: [20, 300],
        reference: null,
        channel: 'body-weight',
        digits: 1,
        headline: true,
      },
    ],
    interventions: [
      intervention('diuretic', 'Furosemide', 'mg/d', 0, 160, 20, 40, 'low', 'Tablets', 'Stop the tablets'),
    ],
    objectives: [{ name: 'weight', statement: 'Dry weight', unit: 'kg' }],
    modelCard: 'A local linear trend.',
    forecastSteps: [24, 48, 72].map((each) => each * hour),
    pictures: [],
  },
]

function intervention(
  name: string,
  label: string,
  unit: string,
  low: number,
  high: number,
  step: number,
  usual: number,
  riskClass: 'low' | 'moderate' | 'high',
  cost: string,
  undo: string,
): TwinKind['interventions'][number] {
  return {
    name,
    label,
    unit,
    dose: { low, high, step, usual },
    reversibility: undo,
    mayApprove: ['clinician'],
    riskClass,
    cost,
    undo,
    evidence: 'Direction and size of effect after textbook pharmacology; assumed, not fitted to this patient.',
  }
}

const people: readonly [string, string, string, string][] = [
  ['Adler, Ruth', '1951-05-03', 'female', 'CCU, bed 1'],
  ['Bauer, Tom', '1964-11-20', 'male', 'CCU, bed 2'],
  ['Castro, Inés', '1948-02-14', 'female', 'CCU, bed 3'],
  ['Dorsey, Malik', '1970-08-30', 'male', 'CCU, bed 4'],
  ['Eide, Kari', '1959-01-09', 'female', 'Ward 4, bed 2'],
  ['Fontaine, Luc', '1945-12-01', 'male', 'Ward 4, bed 3'],
  ['Gupta, Asha', '1982-06-18', 'female', 'Ward 4, bed 5'],
  ['Hoang, Minh', '1977-03-27', 'male', 'Ward 4, bed 6'],
  ['Ibrahim, Salma', '1990-10-05', 'female', 'Ward 5, bed 1'],
  ['Jansen, Piet', '1939-07-22', 'male', 'Ward 5, bed 2'],
  ['Kowalska, Ewa', '1956-09-13', 'female', 'Ward 5, bed 4'],
  ['Lindqvist, Nils', '1968-04-02', 'male', 'Ward 5, bed 7'],
]

/** The present value of a quantity of the patient number `index`, slowly moving. */
export function level(index: number, quantity: Quantity, at: number): number {
  const random = uniform(index * 7919 + quantity.name.length * 101)
  const own = quantity.base + (random() - 0.5) * quantity.spread
  return (
    own +
    Math.sin(at / (11 * minute) + random() * 6) * quantity.spread * 0.16 +
    Math.sin(at / (47 * minute) + random() * 6) * quantity.spread * 0.2
  )
}

export function measurement(index: number, quantity: Quantity, at: number): number {
  const random = uniform(Math.floor(at / 500) + index * 131 + quantity.name.length)
  return Number((level(index, quantity, at) + normal(random) * quantity.sd * 0.7).toFixed(quantity.digits))
}

export function subjectAt(index: number, now: number, open: number): SubjectSummary {
  const [name, birthDate, sex, location] = people[index]!
  const id = `patient/p${index + 1}`
  const stopped = index === 9
  const asOf = stopped ? now - 42 * minute : now - 1200
  const twins: SubjectSummary['twins'] = [
    {
      id: `cardiovascular:${id}`,
      kind: 'cardiovascular',
      asOf,
      openRecommendations: open,
      headlines: quantities
        .filter((each) => each.headline)
        .map((each) => ({
          quantity: each.name,
          label: each.label,
          unit: each.unit,
          digits: each.digits,
          summary: summary(level(index, each, asOf), each.sd),
          reference: each.reference,
        })),
    },
  ]
  if (index === 0)
    twins.push({
      id: `body-weight:${id}`,
      kind: 'body-weight',
      asOf: now - 3 * hour,
      openRecommendations: 0,
      headlines: [
        {
          quantity: 'body-weight',
          label: 'Body weight',
          unit: 'kg',
          digits: 1,
          summary: summary(71.4, 0.15),
          reference: null,
        },
      ],
    })
  return {
    id,
    kind: 'patient',
    name,
    identifier: `MRN ${(4_400_000 + index * 7_331).toString()}`,
    birthDate,
    sex,
    location,
    encounterStatus: 'in progress',
    twins,
    lastObservation: asOf,
  }
}

export function readings(index: number, now: number): Reading[] {
  return quantities.filter((each) => each.channel).map((each) => readingOf(index, each, lastTime(index, each, now)))
}

export function lastTime(index: number, each: Quantity, now: number): number {
  if (index === 9) return now - 42 * minute
  if (each.name === 'diastolic-pressure') return now - 31 * minute
  return Math.floor(now / each.every) * each.every
}

export function readingOf(index: number, each: Quantity, at: number): Reading {
  const poor = each.name === 'diastolic-pressure'
  return {
    channel: each.name,
    label: each.label,
    value: measurement(index, each, at),
    text: null,
    unit: each.unit,
    digits: each.digits,
    effective: at,
    recorded: at + 400,
    staleAfter: each.protocol === 'mqtt' ? 30_000 : each.protocol === 'fhir' ? 7 * 24 * hour : 20 * minute,
    quality: poor
      ? { score: 0.4, flags: ['flat-line', 'sudden-jump'] }
      : { score: 0.97, flags: each.protocol === 'fhir' ? ['unit-converted'] : [] },
    protocol: each.protocol,
    device: each.protocol === 'mqtt' ? 'patch-17' : each.protocol === 'hl7v2' ? 'monitor-3' : null,
    event: `patient/p${index + 1}@${Math.floor(at / 1000) % 1_000_000}`,
  }
}

export function twinState(index: number, now: number, treatments: TwinState['treatments']): TwinState {
  return {
    id: `cardiovascular:patient/p${index + 1}`,
    kind: 'cardiovascular',
    version: '0.1.0',
    subject: `patient/p${index + 1}`,
    asOf: index === 9 ? now - 42 * minute : now - 1200,
    beliefHash: '9f2c4e0d8a71b35566c1d0e2f4a7b8c99f2c4e0d8a71b35566c1d0e2f4a7b8c9',
    beliefEvent: `cardiovascular:patient/p${index + 1}@812`,
    variables,
    quantities: quantities.map((each) => ({
      name: each.name,
      label: each.label,
      unit: each.unit,
      digits: each.digits,
      headline: each.headline,
      channel: each.channel,
      reference: each.reference,
      estimate: summary(level(index, each, now), each.sd),
    })),
    treatments,
  }
}

export function weightState(now: number): TwinState {
  return {
    id: 'body-weight:patient/p1',
    kind: 'body-weight',
    version: '1.0.0',
    subject: 'patient/p1',
    asOf: now - 3 * hour,
    beliefHash: 'a1b2c3d4',
    beliefEvent: 'body-weight:patient/p1@7',
    variables: [
      { name: 'drift', label: 'Drift of weight', unit: 'kg/d', belief: summary(-0.12, 0.05), prior: summary(0, 0.4) },
    ],
    quantities: [
      {
        name: 'body-weight',
        label: 'Body weight',
        unit: 'kg',
        digits: 1,
        headline: true,
        channel: 'body-weight',
        reference: null,
        estimate: summary(71.4, 0.15),
      },
    ],
    treatments: [],
  }
}

const effectOf: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  inotrope: {
    'heart-rate': 1.1,
    'systolic-pressure': 1.6,
    'mean-arterial-pressure': 0.9,
    'cardiac-output': 0.16,
    'ejection-fraction': 1.3,
    'stroke-volume': 1.2,
    'filling-pressure': -0.35,
  },
  vasodilator: {
    'heart-rate': 2.4,
    'systolic-pressure': -9,
    'mean-arterial-pressure': -7,
    'cardiac-output': 0.5,
    'ejection-fraction': 3.2,
    'stroke-volume': 4,
    'filling-pressure': -2.2,
    'diastolic-pressure': -6,
  },
  'beta-blocker': {
    'heart-rate': -0.16,
    'systolic-pressure': -0.09,
    'mean-arterial-pressure': -0.06,
    'cardiac-output': -0.009,
    'ejection-fraction': -0.03,
  },
  fluid: {
    'systolic-pressure': 0.013,
    'mean-arterial-pressure': 0.009,
    'cardiac-output': 0.0012,
    'stroke-volume': 0.013,
    'end-diastolic-volume': 0.03,
    'filling-pressure': 0.012,
  },
  diuretic: { 'body-weight': -0.02 },
}

type Bands = ForecastBands['quantities'][string]

export function bands(
  index: number,
  kind: TwinKind,
  now: number,
  plan: readonly { intervention: string; dose: number }[],
  name: string,
): { scenario: ForecastBands; difference: Record<string, Bands> } {
  const times = kind.forecastSteps.map((each) => now + each)
  const made: Record<string, Bands> = {}
  const difference: Record<string, Bands> = {}
  for (const each of kind.quantities) {
    const known = quantities.find((one) => one.name === each.name)
    const centre = known ? level(index, known, now) : 71.4
    const sd = known?.sd ?? 0.15
    const blank = (): Bands => ({ unit: each.unit, p05: [], p25: [], p50: [], p75: [], p95: [] })
    const all = blank()
    const diff = blank()
    times.forEach((_, step) => {
      const lead = kind.forecastSteps[step]! / kind.forecastSteps[kind.forecastSteps.length - 1]!
      const shift =
        plan.reduce((sum, one) => sum + (effectOf[one.intervention]?.[each.name] ?? 0) * one.dose, 0) *
        (1 - Math.exp(-4 * lead))
      const s = summary(centre + shift, sd * (1 + 1.6 * Math.sqrt(lead)))
      const d = summary(shift, Math.max(sd * 0.08, Math.abs(shift) * 0.28))
      for (const key of ['p05', 'p25', 'p50', 'p75', 'p95'] as const) {
        all[key].push(s[key])
        diff[key].push(d[key])
      }
    })
    made[each.name] = all
    difference[each.name] = diff
  }
  return {
    scenario: { madeAt: now, times, scenario: { id: plan.length ? 'asked' : 'carry-on', name }, quantities: made },
    difference,
  }
}

/** Pressure–volume loops from end-diastolic and end-systolic volumes and pressures. */
export function loops(title: string, shift: number): CurvesPicture {
  const random = uniform(77)
  const loop = (label: string, edv: number, esv: number, esp: number): CurvesPicture['central'] => {
    const x: number[] = []
    const y: number[] = []
    const filling = (v: number) => 3 + 14 * ((v - esv) / (edv - esv)) ** 2.2
    for (let i = 0; i <= 30; i += 1) {
      const v = esv + ((edv - esv) * i) / 30
      x.push(v)
      y.push(filling(v))
    }
    for (let i = 1; i <= 14; i += 1) {
      x.push(edv - 0.4 * Math.sin((i / 14) * Math.PI))
      y.push(17 + ((esp * 0.82 - 17) * i) / 14)
    }
    for (let i = 1; i <= 30; i += 1) {
      const f = i / 30
      x.push(edv - (edv - esv) * f)
      y.push(esp * (0.82 + 0.26 * Math.sin(Math.PI * (0.12 + 0.72 * f)) - 0.1 * f))
    }
    const end = y[y.length - 1]!
    for (let i = 1; i <= 14; i += 1) {
      x.push(esv + 0.3 * Math.sin((i / 14) * Math.PI))
      y.push(end + ((3 - end) * i) / 14)
    }
    return { label, x, y }
  }
  const edv = 124 - shift * 3
  const esv = 77 - shift * 9
  const esp = 104 - shift * 6
  return {
    kind: 'curves',
    title,
    description: `The left ventricle fills to ${Math.round(edv)} mL and empties to ${Math.round(esv)} mL at a peak pressure of about ${Math.round(esp)} mmHg.`,
    x: { label: 'Volume', unit: 'mL' },
    y: { label: 'Pressure', unit: 'mm[Hg]' },
    members: Array.from({ length: 32 }, (_, index) =>
      loop(`member ${index + 1}`, edv + normal(random) * 5, esv + normal(random) * 5, esp + normal(random) * 4),
    ),
    central: loop('mean', edv, esv, esp),
  }
}

export function ecg(
  from: number,
  to: number,
  rate: number,
): { start: number; samplesPerSecond: number; values: number[] }[] {
  const pieces: { start: number; samplesPerSecond: number; values: number[] }[] = []
  const beat = 60_000 / rate
  for (let start = Math.ceil(from / 1000) * 1000; start + 1000 <= to; start += 1000) {
    const values: number[] = []
    for (let i = 0; i < 250; i += 1) {
      const t = start + i * 4
      const phase = (t % beat) / 1000
      const wave = (at: number, width: number, height: number) => height * Math.exp(-(((phase - at) / width) ** 2))
      const random = uniform(t)
      values.push(
        Number(
          (
            wave(0.12, 0.025, 0.14) +
            wave(0.218, 0.009, -0.12) +
            wave(0.24, 0.011, 1.05) +
            wave(0.264, 0.01, -0.26) +
            wave(0.46, 0.045, 0.28) +
            0.06 * Math.sin(t / 2400) +
            (random() - 0.5) * 0.025
          ).toFixed(3),
        ),
      )
    }
    pieces.push({ start, samplesPerSecond: 250, values })
  }
  return pieces
}

const cardiovascular = kinds[0]!

function option(
  rank: number,
  id: string,
  name: string,
  plan: readonly { intervention: string; dose: number }[],
  madeAt: number,
  better: number,
  harm: number,
  reason: string,
): RankedOption {
  const first = cardiovascular.interventions.find((each) => each.name === plan[0]?.intervention)
  const at = madeAt + hour
  const shift = (quantity: string) =>
    plan.reduce((sum, one) => sum + (effectOf[one.intervention]?.[quantity] ?? 0) * one.dose, 0)
  return {
    rank,
    scenario: { id, name, interventions: plan.map((each) => ({ ...each, from: madeAt })) },
    effects:
      plan.length === 0
        ? []
        : ['cardiac-output', 'mean-arterial-pressure', 'heart-rate'].map((quantity) => {
            const known = quantities.find((each) => each.name === quantity)!
            return {
              quantity,
              label: known.label,
              unit: known.unit,
              digits: known.digits,
              at,
              withIt: summary(known.base + shift(quantity), known.sd * 1.5),
              carryingOn: summary(known.base, known.sd * 1.4),
              difference: summary(shift(quantity), Math.max(known.sd * 0.15, Math.abs(shift(quantity)) * 0.3)),
            }
          }),
    gain: plan.length === 0 ? summary(0, 0) : summary(shift('cardiac-output'), 0.24),
    probabilityBetter: better,
    probabilityOfHarm: harm,
    reason,
    riskClass: first?.riskClass ?? 'low',
    cost: first?.cost ?? 'None',
    mayApprove: ['clinician'],
    undo: first?.undo ?? 'Nothing to undo',
    youMayApprove: true,
  }
}

export function recommendation(index: number, id: string, madeAt: number): RecommendationThread {
  return {
    id,
    twin: `cardiovascular:patient/p${index + 1}`,
    subject: `patient/p${index + 1}`,
    madeAt,
    expires: madeAt + 30 * minute,
    state: 'open',
    finding: 'Cardiac output has been below 4.5 L/min for 20 min while filling pressure stays high',
    objective: {
      name: 'output',
      statement: 'Cardiac output of at least 5 L/min without mean pressure below 65 mmHg',
      unit: 'L/min',
    },
    options: [
      option(
        1,
        'inotrope-5',
        'Start dobutamine',
        [{ intervention: 'inotrope', dose: 5 }],
        madeAt,
        0.96,
        0.03,
        'Contractility is the lowest of the three inferred limits',
      ),
      option(
        2,
        'both',
        'Dobutamine with nitroprusside',
        [
          { intervention: 'inotrope', dose: 4 },
          { intervention: 'vasodilator', dose: 0.5 },
        ],
        madeAt,
        0.94,
        0.14,
        'Lower afterload helps, at some risk to mean pressure',
      ),
      option(
        3,
        'fluid-250',
        'Give 250 mL of crystalloid',
        [{ intervention: 'fluid', dose: 250 }],
        madeAt,
        0.71,
        0.08,
        'Little preload reserve is left',
      ),
      option(4, 'carry-on', 'Carry on as now', [], madeAt, 0, 0.11, 'The reference that all others are ranked against'),
    ],
    decisions: [],
    actions: [],
    outcomes: [],
    event: `cardiovascular:patient/p${index + 1}@640`,
  }
}

export function scores(): Score[] {
  const out: Score[] = []
  for (const each of quantities.filter((one) => one.channel && one.protocol !== 'fhir')) {
    const make = (lead: number | null, count: number, skill: number): Score => ({
      quantity: each.name,
      label: each.label,
      unit: each.unit,
      lead,
      count,
      meanCrps: each.sd * 0.6,
      persistenceCrps: (each.sd * 0.6) / (1 - skill),
      skill,
      coverage: [0.5, 0.8, 0.9, 0.95].map((nominal, i) => {
        const observed = nominal + [0.02, -0.01, -0.015, -0.035][i]! * (each.name === 'heart-rate' ? 1 : 0.5)
        const half = 1.96 * Math.sqrt((observed * (1 - observed)) / count)
        return { level: nominal, observed, low: observed - half, high: Math.min(1, observed + half) }
      }),
      pit: [31, 24, 22, 26, 25, 23, 27, 22, 25, 33],
    })
    out.push(make(null, 1240, 0.21))
    ;[5, 10, 15, 30, 60, 120].forEach((lead, i) => {
      out.push(make(lead * minute, 206, [-0.02, 0.08, 0.15, 0.24, 0.31, 0.34][i]!))
    })
  }
  return out
}

const hl7 = [
  'MSH|^~\\&|MONITOR-3|CCU|COUNTERPART|HOSP|20261122140211||ORU^R01^ORU_R01|MSG00042|P|2.5.1',
  'PID|1||4400000^^^HOSP^MR||ADLER^RUTH||19510503|F',
  'OBR|1|||VITALS^Vital signs|||20261122140210',
  'OBX|1|NM|8480-6^Systolic blood pressure^LN||104|mm[Hg]|||||F|||20261122140210',
  'OBX|2|NM|8478-0^Mean blood pressure^LN||72|mm[Hg]|||||F|||20261122140210',
].join('\r')

export function traceOf(event: string, now: number): Trace {
  const node = (
    id: string,
    type: string,
    effective: number,
    payload: Record<string, unknown>,
    from: string[],
    made = false,
  ): TraceNode => ({
    event: id,
    type,
    stream: id.split('@')[0]!,
    effective,
    recorded: effective + 2_300,
    hash: '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b',
    madeBy: made
      ? { definition: 'cardiovascular', version: '0.1.0', seed: 'cardiovascular:patient/p1/assimilate/812' }
      : null,
    payload,
    from,
    fromCount: from.length,
  })
  const observation = (channel: string, display: string, value: number, unit: string) => ({
    observation: {
      channel,
      value,
      unit,
      code: { system: 'http://loinc.org', code: '8867-4', display },
      status: 'final',
    },
  })
  const hr = node(
    'patient/p1@811',
    'observation.recorded',
    now - 4_000,
    observation('heart-rate', 'Heart rate', 88, '/min'),
    ['patient/p1@810'],
  )
  const bp = node(
    'patient/p1@805',
    'observation.recorded',
    now - 240_000,
    observation('systolic-pressure', 'Systolic blood pressure', 104, 'mm[Hg]'),
    ['patient/p1@804'],
  )
  const messages = [
    node(
      'patient/p1@810',
      'message.received',
      now - 4_000,
      {
        protocol: 'mqtt',
        system: 'ward/patch-17/heart-rate',
        controlId: '8811',
        contentType: 'application/json',
        text: '{"device":"patch-17","sequence":8811,"effective":"2026-11-22T14:02:07Z","code":"8867-4","value":88,"unit":"/min"}',
      },
      [],
    ),
    node(
      'patient/p1@804',
      'message.received',
      now - 240_000,
      {
        protocol: 'hl7v2',
        system: 'MONITOR-3',
        controlId: 'MSG00042',
        contentType: 'x-application/hl7-v2+er7',
        text: hl7,
      },
      [],
    ),
  ]
  if (!event.includes(':')) {
    const root = node(event, 'observation.recorded', now - 4_000, hr.payload!, ['patient/p1@810'])
    return { root: event, nodes: [root, messages[0]!], truncated: false }
  }
  const root = node(
    event,
    event.includes('@640') ? 'recommendation.made' : 'belief.updated',
    now - 3_000,
    { asOf: now - 3_000, members: 200 },
    ['patient/p1@811', 'patient/p1@805'],
    true,
  )
  return { root: event, nodes: [root, hr, bp, ...messages], truncated: false }
}

export const quarantined: readonly {
  code: string
  protocol: string
  peer: string
  message: string
  location: string
  expected: string
  mend: string
  body: string
}[] = [
  {
    code: 'unit-unknown',
    protocol: 'hl7v2',
    peer: '10.0.4.17:50211',
    message: 'The unit "mmHgg" of systolic blood pressure is no UCUM unit',
    location: 'OBX[1]-6',
    expected: 'mm[Hg]',
    mend: 'Write mm[Hg] in OBX-6, or correct the unit table of MONITOR-3.',
    body: hl7.replace('104|mm[Hg]', '104|mmHgg'),
  },
  {
    code: 'value-implausible',
    protocol: 'fhir',
    peer: 'https://echo.example/fhir',
    message: 'An ejection fraction of 412 % is impossible',
    location: '/valueQuantity/value',
    expected: '5–90 %',
    mend: 'Correct the value; probably 41.2.',
    body: JSON.stringify(
      {
        resourceType: 'Observation',
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '10230-1' }] },
        subject: { reference: 'Patient/4400000' },
        effectiveDateTime: '2026-11-22T09:30:00Z',
        valueQuantity: { value: 412, unit: '%', code: '%' },
      },
      null,
      2,
    ),
  },
  {
    code: 'json-truncated',
    protocol: 'mqtt',
    peer: 'ward/patch-22/heart-rate',
    message: 'The reading ends before its last brace',
    location: 'offset 58',
    expected: 'a complete JSON object',
    mend: 'Add what is missing, or discard; the patch sends again every 2 s.',
    body: '{"device":"patch-22","sequence":221,"code":"8867-4","value":',
  },
  {
    code: 'time-in-future',
    protocol: 'mqtt',
    peer: 'ward/patch-31/heart-rate',
    message: 'The reading says it is from 3 h ahead',
    location: '/effective',
    expected: 'at most 2 min ahead of the receiver',
    mend: 'Set the clock of patch-31.',
    body: '{"device":"patch-31","sequence":90,"effective":"2026-11-22T17:02:07Z","code":"8867-4","value":91,"unit":"/min"}',
  },
]

export const reasons = [
  ['agrees-with-assessment', 'It agrees with my assessment'],
  ['benefit-outweighs-risk', 'The expected benefit outweighs the risk'],
  ['patient-preference', 'The patient prefers otherwise'],
  ['contraindicated', 'Contraindicated for this patient'],
  ['data-not-trusted', 'I do not trust the data behind it'],
  ['prediction-not-trusted', 'I do not trust the prediction'],
  ['already-done', 'Already done or planned'],
  ['dose-adjusted', 'Right idea, different dose or time'],
  ['condition-changed', 'The situation has changed'],
  ['adverse-effect', 'An adverse effect was seen or is feared'],
  ['entered-in-error', 'Entered in error'],
  ['other', 'Another reason (say which)'],
].map(([code, label]) => ({ code: code!, label: label! }))
