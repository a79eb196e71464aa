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
  /** Relative growth of messages from patients in a year. */
  readonly growth: number
  /** Share of a note that is written in the room, and of people's gaps, lunches and evenings that go to work (1 = usual). */
  readonly habits: {
    readonly inRoom: number
    readonly gaps: number
    readonly lunch: number
    readonly evening: number
    readonly free: number
  }
}

const perMessage = { patient: 2.1, refill: 0.45, call: 0.6, result: 0.7, staff: 0.6, system: 0.22 }
const habits = { inRoom: 0.42, gaps: 1, lunch: 1, evening: 1, free: 1 }

const wisconsin2019: Calibration = {
  name: 'wisconsin-2019',
  sessionsPerFte: 8.3,
  shares: [0.4, 0.5, 0.5, 0.6, 0.6, 0.7, 0.8, 0.9, 1],
  panelPerFte: 1750,
  slotMinutes: 20,
  visitsPerPatient: 2.1,
  roomMinutes: 16,
  perVisit: { chart: 2.6, note: 7.4, order: 2, other: 5 },
  received: { patient: 9.7, refill: 11.8, call: 26.7, staff: 8, system: 14 },
  perVisitResults: 0.64,
  perMessage,
  growth: 0.04,
  habits,
}

/** Named settings; which study each is for is said in docs/results/validate-workload-clinic.md. */
export const calibrations = {
  'wisconsin-2019': wisconsin2019,
  'wisconsin-2023': {
    ...wisconsin2019,
    name: 'wisconsin-2023',
    perVisit: { chart: 2.8, note: 7.6, order: 3.4, other: 3.8 },
    received: { patient: 15.1, refill: 14.1, call: 23.9, staff: 8, system: 14 },
  },
} as const satisfies Record<string, Calibration>

export type CalibrationName = keyof typeof calibrations
