import type { MessageKind } from '@counterpart/kernel'

/**
 * What a clinic of one place and time is like on average: the settings under which a published study is reproduced. All are
 * means over people and weeks; who and when differ is not here.
 */
export interface Calibration {
  readonly name: string
  /** Half-days of four hours with patients, of a full-time person in a week. */
  readonly sessionsPerFte: number
  /** Shares of full time that people have, drawn evenly. */
  readonly shares: readonly number[]
  /** Patients of a full-time person. */
  readonly panelPerFte: number
  /** Minutes of a usual slot; preventive visits have two. */
  readonly slotMinutes: number
  /** Visits asked for in a year by a patient. */
  readonly visitsPerPatient: number
  /** Minutes with the patient in a usual visit. */
  readonly roomMinutes: number
  /** Minutes at the screen for one visit. */
  readonly perVisit: { readonly chart: number; readonly note: number; readonly order: number; readonly other: number }
  /** Messages that come in for every eight hours with patients, with an average panel. Results follow from orders: `perVisitResults`. */
  readonly received: Readonly<Record<Exclude<MessageKind, 'result'>, number>>
  readonly perVisitResults: number
  /** Minutes in the inbox for one message. */
  readonly perMessage: Readonly<Record<MessageKind, number>>
  /** Relative growth, in a year, of messages from patients and of visits asked for. */
  readonly growth: number
  readonly visitGrowth: number
  /** Share of a note that is written in the room, and of people's gaps, lunches and evenings that go to work (1 = usual). */
  readonly habits: {
    readonly inRoom: number
    readonly gaps: number
    readonly lunch: number
    readonly evening: number
    readonly free: number
  }
}

const wisconsin2019: Calibration = {
  name: 'wisconsin-2019',
  sessionsPerFte: 8.3,
  shares: [0.4, 0.5, 0.5, 0.6, 0.6, 0.7, 0.7, 0.8, 0.9, 1],
  panelPerFte: 1750,
  slotMinutes: 20,
  visitsPerPatient: 2.1,
  roomMinutes: 16,
  perVisit: { chart: 2.1, note: 7.15, order: 1.78, other: 4.95 },
  received: { patient: 8.8, refill: 10.8, call: 23.9, staff: 8, system: 14 },
  perVisitResults: 0.56,
  perMessage: { patient: 2.3, refill: 0.45, call: 0.6, result: 0.7, staff: 0.6, system: 0.22 },
  growth: 0.04,
  visitGrowth: 0,
  habits: { inRoom: 0.13, gaps: 0.12, lunch: 0.16, evening: 0.36, free: 9 },
}

/** Named settings; which study each is for is said in docs/results/validate-workload-clinic.md. */
export const calibrations = {
  /** Arndt 2024, May 2019 to February 2020: academic, mostly part-time. */
  'wisconsin-2019': wisconsin2019,
  /** Arndt 2024, April 2022 to March 2023: more messages, more orders, less else. */
  'wisconsin-2023': {
    ...wisconsin2019,
    name: 'wisconsin-2023',
    perVisit: { chart: 2.02, note: 7.35, order: 2.87, other: 3.85 },
    received: { patient: 13.9, refill: 12.9, call: 21.3, staff: 8, system: 14 },
    perVisitResults: 0.535,
    perMessage: { ...wisconsin2019.perMessage, patient: 2.55 },
  },
  /** Arndt 2017: nearly all contracted time is booked, inboxes are heavy, more is done in clinic hours. */
  'wisconsin-2015': {
    ...wisconsin2019,
    name: 'wisconsin-2015',
    sessionsPerFte: 9.5,
    shares: [0.5, 0.6, 0.7, 0.8, 0.9, 1],
    panelPerFte: 2000,
    perVisit: { chart: 2.25, note: 5.75, order: 1.62, other: 4.6 },
    received: { patient: 10.8, refill: 12.6, call: 28, staff: 11, system: 18 },
    perMessage: { patient: 2.9, refill: 0.68, call: 0.96, result: 1.04, staff: 0.86, system: 0.32 },
    habits: { inRoom: 0.35, gaps: 0.5, lunch: 0.5, evening: 0.35, free: 3 },
  },
  /** Melnick 2021: ambulatory physicians of two systems, August 2019. */
  'ambulatory-2019': {
    ...wisconsin2019,
    name: 'ambulatory-2019',
    sessionsPerFte: 8.5,
    shares: [0.5, 0.6, 0.7, 0.8, 0.9, 1],
    perVisit: { chart: 1.9, note: 6.6, order: 1.5, other: 4.3 },
    received: { patient: 8.5, refill: 9.5, call: 20, staff: 7, system: 12 },
  },
  /** Akbar 2021: large medical group; many messages, seen quickly. */
  'northern-california': {
    ...wisconsin2019,
    name: 'northern-california',
    sessionsPerFte: 9,
    shares: [0.6, 0.7, 0.8, 0.9, 1],
    panelPerFte: 1950,
    received: { patient: 20, refill: 16, call: 14, staff: 26, system: 46 },
    perVisitResults: 2.3,
    perMessage: { patient: 1, refill: 0.46, call: 0.76, result: 0.7, staff: 0.52, system: 0.185 },
    habits: { inRoom: 0.3, gaps: 1, lunch: 1, evening: 0.52, free: 1.5 },
  },
  /** Tai-Seale 2019: almost half of all messages are made by the system. */
  'palo-alto': {
    ...wisconsin2019,
    name: 'palo-alto',
    shares: [0.5, 0.6, 0.7, 0.8, 0.9, 1],
    received: { patient: 11.2, refill: 6, call: 4.6, staff: 20.3, system: 41.2 },
    perVisitResults: 0.3,
  },
  /** Cleveland 2019 to 2021: messages double in two years, visits fall. */
  cleveland: {
    ...wisconsin2019,
    name: 'cleveland',
    shares: [0.8, 0.9, 1, 1],
    received: { patient: 7.1, refill: 10.8, call: 20, staff: 8, system: 14 },
    growth: 0.48,
    visitGrowth: -0.15,
  },
  /** Rittenberg 2022: academic, half-time, many messages from patients. */
  boston: {
    ...wisconsin2019,
    name: 'boston',
    shares: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
    received: { patient: 23, refill: 10, call: 8, staff: 4.7, system: 12 },
    perMessage: { patient: 1.7, refill: 0.45, call: 0.6, result: 0.7, staff: 0.6, system: 0.22 },
  },
} as const satisfies Record<string, Calibration>

export type CalibrationName = keyof typeof calibrations
