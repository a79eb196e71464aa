import type { Effect } from '../flow/effects.ts'

/** What could happen to a department, with when it begins and when it is over, in minutes from now. */
export interface Shock {
  readonly name: string
  readonly label: string
  readonly assumption: string
  readonly begins: number
  readonly ends: number
  readonly effects: readonly Effect[]
}

/** Sizes are assumptions to plan with, not forecasts. */
export const shocks: readonly Shock[] = [
  {
    name: 'mass-casualty',
    label: 'Mass casualty',
    assumption:
      'Fifteen casualties within an hour, beginning in half an hour: 3 of acuity 1, 7 of acuity 2, 5 of acuity 3',
    begins: 30,
    ends: 90,
    effects: [{ kind: 'casualties', perHour: [3, 7, 5, 0, 0], from: 30, until: 90 }],
  },
  {
    name: 'outbreak',
    label: 'Outbreak',
    assumption: 'Forty per cent more arrivals for six hours, and a fifth of the majors spaces kept for isolation',
    begins: 0,
    ends: 360,
    effects: [
      { kind: 'arrivals', factor: 1.4, from: 0, until: 360 },
      { kind: 'closed', group: 'majors', share: 0.2, from: 0, until: 360 },
    ],
  },
  {
    name: 'scanner-failure',
    label: 'Scanner failure',
    assumption: 'No imaging for three hours',
    begins: 0,
    ends: 180,
    effects: [{ kind: 'scanners-down', from: 0, until: 180 }],
  },
  {
    name: 'it-outage',
    label: 'IT outage',
    assumption:
      'For an hour work goes on on paper: a quarter of the time of clinicians and triage nurses goes into it, and the twin hears nothing',
    begins: 0,
    ends: 60,
    effects: [
      { kind: 'absence', role: 'clinician', share: 0.25, from: 0, until: 60 },
      { kind: 'absence', role: 'triage-nurse', share: 0.25, from: 0, until: 60 },
    ],
  },
  {
    name: 'staff-sickness',
    label: 'Staff sickness',
    assumption: 'A quarter of clinicians and nurses is missing for eight hours',
    begins: 0,
    ends: 480,
    effects: [
      { kind: 'absence', role: 'clinician', share: 0.25, from: 0, until: 480 },
      { kind: 'absence', role: 'nurse', share: 0.25, from: 0, until: 480 },
    ],
  },
]
