import type { ExamKind } from './exam.ts'

/** Count, sum and sum of squares: all that a normal law needs of its past. */
export type Tally = { readonly n: number; readonly sum: number; readonly squares: number }

export const noTally: Tally = { n: 0, sum: 0, squares: 0 }

export const tallied = ({ n, sum, squares }: Tally, value: number): Tally => ({
  n: n + 1,
  sum: sum + value,
  squares: squares + value * value,
})

/** Kinds of patient that come without an appointment. */
export const unbookedKinds = ['emergency', 'inpatient', 'walk-in'] as const satisfies readonly ExamKind[]
export type UnbookedKind = (typeof unbookedKinds)[number]

/** Hours of a weekday, then of a day of the weekend. */
export const demandCells = 48

/** What the department's own exams have taught: sufficient statistics only, as plain data. */
export type Learned = {
  /** By protocol: ln(minutes in the room / planned minutes), the kind's own factor taken out. */
  readonly scans: Readonly<Record<string, Tally>>
  readonly appointments: { readonly kept: number; readonly missed: number }
  /** Minutes from appointment to arrival. */
  readonly punctuality: Tally
  /** Logarithms of minutes. */
  readonly delays: Readonly<Record<DelayName, Tally>>
  /** Reports, in reports of a CT, and the radiologist-minutes during which there was something to report. */
  readonly reading: { readonly reports: number; readonly minutes: number }
  readonly demand: Readonly<Record<UnbookedKind, readonly number[]>>
  /** Hours watched, by cell. */
  readonly watched: readonly number[]
  /** Exams asked for without an appointment, by `<kind>|<protocol>`. */
  readonly mix: Readonly<Record<string, number>>
  /** Breakdowns, and machine-hours in session. */
  readonly breakdowns: { readonly count: number; readonly hours: number }
  /** This local day so far: came, and were expected. */
  readonly today: {
    readonly day: number
    readonly came: Readonly<Record<UnbookedKind, number>>
    readonly expected: Readonly<Record<UnbookedKind, number>>
  }
}

/** Durations beside the machine, each with the prior its draws begin from. */
export const delayPriors = {
  prepare: {
    median: 8,
    spread: 0.5,
    label: 'Changing and safety questions',
    source: 'assumption',
  },
  cannulate: {
    median: 14,
    spread: 0.5,
    label: 'The same with a cannula for contrast',
    source:
      'assumption; where placing a cannula delayed an MRI exam, it did so by 23 min: Beker et al., Am J Roentgenol, October 2017',
  },
  'fetch-inpatient': { median: 35, spread: 0.6, label: 'Fetching an inpatient', source: 'assumption' },
  'fetch-emergency': { median: 15, spread: 0.6, label: 'Bringing an emergency', source: 'assumption' },
  repair: { median: 90, spread: 0.8, label: 'Repair of a machine', source: 'assumption' },
} as const
export type DelayName = keyof typeof delayPriors
export const delayNames = Object.keys(delayPriors) as readonly DelayName[]

/** How much longer the same protocol takes for these patients (J Magn Reson Imaging 2019;49:e265: +4.2 and +1.9 min). */
export const kindFactor: Readonly<Record<ExamKind, number>> = {
  booked: 1,
  'walk-in': 1,
  inpatient: 1.11,
  emergency: 1.05,
}

/** Reading time relative to a CT: an assumption. */
export const readingWeight = (modality: string): number => (modality === 'MR' ? 1.4 : 1)

const zeros = (): readonly number[] => new Array<number>(demandCells).fill(0)
const none = { emergency: 0, inpatient: 0, 'walk-in': 0 } as const

export const nothingLearned: Learned = {
  scans: {},
  appointments: { kept: 0, missed: 0 },
  punctuality: noTally,
  delays: {
    prepare: noTally,
    cannulate: noTally,
    'fetch-inpatient': noTally,
    'fetch-emergency': noTally,
    repair: noTally,
  },
  reading: { reports: 0, minutes: 0 },
  demand: { emergency: zeros(), inpatient: zeros(), 'walk-in': zeros() },
  watched: zeros(),
  mix: {},
  breakdowns: { count: 0, hours: 0 },
  today: { day: 0, came: none, expected: none },
}

export const freshDay = (day: number): Learned['today'] => ({ day, came: none, expected: none })
