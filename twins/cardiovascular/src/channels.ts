import { type Channel, hour, type Instant, loincSystem, minute, type Observation } from '@counterpart/kernel'
import type { EmulatedName } from './emulator.ts'

/** LOINC's codes for pressures that say how they were read: systolic, diastolic, mean. */
const invasive: ReadonlySet<string> = new Set(['76215-3', '76213-8', '76214-6'])
const noninvasive: ReadonlySet<string> = new Set(['76534-7', '76535-4', '76536-2'])

const loinc = (code: string, display: string) => ({ system: loincSystem, code, display })

const pressure =
  'A reading of unknown origin: assumption. A cuff counts as 4 mmHg: at the limits of ISO 81060-2, criterion 1 (all readings: standard deviation 8 mmHg) and criterion 2 (mean of three per patient: 6.95 mmHg), the readings of one patient scatter by 4.9 mmHg about an error of their own, and devices in use do better than the limits (assumption). An arterial line counts as 2 mmHg (assumption). The errors of their own are in the variables pressure-bias, pulse-pressure-bias and line-bias'
const meanPressure =
  'As for systolic and diastolic pressure: a third of the one and two thirds of the other, independent, have three quarters of their error'
const echoVolume =
  'Day-to-day limits for one patient by two-dimensional echo: end-diastolic volume ±15 %, end-systolic ±25 % (Gordon et al., J Am Coll Cardiol 1983;2:506), taken as two standard deviations'

/** What this twin may observe. The last three are carried and shown; the circulation says nothing about them. */
export const channels: readonly Channel[] = [
  {
    name: 'heart-rate',
    label: 'Heart rate',
    codes: [loinc('8867-4', 'Heart rate')],
    unit: '/min',
    plausible: [20, 300],
    error: {
      standardDeviation: 3,
      source:
        'A reading of unknown origin, beat-to-beat variation included: assumption. A monitor counts as 2 /min, an optical wearable as 5 /min',
    },
    staleAfter: 15 * minute,
    digits: 0,
  },
  {
    name: 'systolic-blood-pressure',
    label: 'Systolic blood pressure',
    codes: [
      loinc('8480-6', 'Systolic blood pressure'),
      loinc('76215-3', 'Invasive Systolic blood pressure'),
      loinc('76534-7', 'Systolic blood pressure by Noninvasive'),
    ],
    unit: 'mm[Hg]',
    plausible: [30, 300],
    error: { standardDeviation: 3, source: pressure },
    staleAfter: hour,
    digits: 0,
  },
  {
    name: 'diastolic-blood-pressure',
    label: 'Diastolic blood pressure',
    codes: [
      loinc('8462-4', 'Diastolic blood pressure'),
      loinc('76213-8', 'Invasive Diastolic blood pressure'),
      loinc('76535-4', 'Diastolic blood pressure by Noninvasive'),
    ],
    unit: 'mm[Hg]',
    plausible: [15, 200],
    error: { standardDeviation: 3, source: pressure },
    staleAfter: hour,
    digits: 0,
  },
  {
    name: 'mean-blood-pressure',
    label: 'Mean arterial pressure',
    codes: [
      loinc('8478-0', 'Mean blood pressure'),
      loinc('76214-6', 'Invasive Mean blood pressure'),
      loinc('76536-2', 'Mean blood pressure by Noninvasive'),
    ],
    unit: 'mm[Hg]',
    plausible: [20, 250],
    error: { standardDeviation: 2.25, source: meanPressure },
    staleAfter: hour,
    digits: 0,
  },
  {
    name: 'left-ventricular-end-diastolic-volume',
    label: 'LV end-diastolic volume',
    codes: [
      loinc('18026-5', 'Left ventricular End diastolic volume'),
      loinc('75988-6', 'Left ventricular End diastolic volume'),
    ],
    unit: 'mL',
    plausible: [20, 600],
    error: { standardDeviation: 2, relativeStandardDeviation: 0.075, source: echoVolume },
    staleAfter: 30 * 24 * hour,
    digits: 0,
  },
  {
    name: 'left-ventricular-end-systolic-volume',
    label: 'LV end-systolic volume',
    codes: [
      loinc('18148-7', 'Left ventricular End systolic volume'),
      loinc('75989-4', 'Left ventricular End systolic volume'),
    ],
    unit: 'mL',
    plausible: [5, 550],
    error: { standardDeviation: 2, relativeStandardDeviation: 0.125, source: echoVolume },
    staleAfter: 30 * 24 * hour,
    digits: 0,
  },
  {
    name: 'left-ventricular-ejection-fraction',
    label: 'LV ejection fraction',
    codes: [
      loinc('10230-1', 'Left ventricular Ejection fraction'),
      loinc('18043-0', 'Left ventricular Ejection fraction by US'),
    ],
    unit: '%',
    plausible: [3, 90],
    error: {
      standardDeviation: 5,
      source:
        'Day-to-day limits ±10 % by two-dimensional echo (Gordon et al., J Am Coll Cardiol 1983;2:506), taken as two standard deviations in points',
    },
    staleAfter: 30 * 24 * hour,
    digits: 0,
  },
  {
    name: 'cardiac-output',
    label: 'Cardiac output',
    codes: [
      loinc('8741-1', 'Left ventricular Cardiac output'),
      { system: 'http://snomed.info/sct', code: '82799009', display: 'Cardiac output' },
    ],
    unit: 'L/min',
    plausible: [0.5, 25],
    error: {
      standardDeviation: 0.2,
      relativeStandardDeviation: 0.15,
      source:
        'Limits of agreement of ±30 % are held acceptable (Critchley & Critchley, J Clin Monit Comput 1999;15:85)',
    },
    staleAfter: 4 * hour,
    digits: 1,
  },
  {
    name: 'oxygen-saturation',
    label: 'Oxygen saturation',
    codes: [
      loinc('59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry'),
      loinc('2708-6', 'Oxygen saturation in Arterial blood'),
    ],
    unit: '%',
    plausible: [40, 100],
    error: {
      standardDeviation: 2,
      source: 'Usual accuracy of pulse oximeters between 70 and 100 %; shown, not assimilated',
    },
    staleAfter: 15 * minute,
    digits: 0,
  },
  {
    name: 'body-temperature',
    label: 'Body temperature',
    codes: [loinc('8310-5', 'Body temperature')],
    unit: 'Cel',
    plausible: [25, 45],
    error: { standardDeviation: 0.2, source: 'Assumption; shown, not assimilated' },
    staleAfter: 8 * hour,
    digits: 1,
  },
  {
    name: 'respiratory-rate',
    label: 'Respiratory rate',
    codes: [loinc('9279-1', 'Respiratory rate')],
    unit: '/min',
    plausible: [2, 80],
    error: { standardDeviation: 2, source: 'Assumption; shown, not assimilated' },
    staleAfter: hour,
    digits: 0,
  },
]

/** How an assimilated channel is predicted; the channels that are not here are only carried. */
export const predictedBy: Readonly<
  Record<string, EmulatedName | 'heart-rate' | 'end-systolic-volume' | 'cardiac-output'>
> = {
  'heart-rate': 'heart-rate',
  'systolic-blood-pressure': 'systolic',
  'diastolic-blood-pressure': 'diastolic',
  'mean-blood-pressure': 'mean',
  'left-ventricular-end-diastolic-volume': 'end-diastolic-volume',
  'left-ventricular-end-systolic-volume': 'end-systolic-volume',
  'left-ventricular-ejection-fraction': 'ejection-fraction',
  'cardiac-output': 'cardiac-output',
}

/** Channels whose readings share the systematic error of the patient's cuff, with their share of the pulse pressure's. */
export const pulseShare: Readonly<Record<string, number>> = {
  'systolic-blood-pressure': 0.5,
  'diastolic-blood-pressure': -0.5,
  'mean-blood-pressure': 0,
}

/** What read a value, with the multiple of the channel's error (that of a reading of unknown origin) that it errs by. */
const errorOf = { monitor: 2 / 3, wearable: 5 / 3, cuff: 4 / 3, 'arterial-line': 2 / 3, other: 1 } as const
export type Device = keyof typeof errorOf

/** A device that gives another pressure within this time is no cuff: the arm does not bear inflation without pause. */
export const cuffRests = 2 * minute

/**
 * What read a value. An arterial line says so by its code, or is known by reading on and on; every other reader of
 * pressures is taken for a cuff. A heart rate over MQTT comes from a wearable (optical sensors agree with a chest strap to
 * within about ±15 /min, Sartor et al., BMC Sports Sci Med Rehabil 2018;10:10), every other from a monitor.
 *
 * @param last when the same device gave its last pressure of the kind
 */
export function deviceOf({ channel, code, effective, source }: Observation, last: Instant | undefined): Device {
  if (channel === 'heart-rate') return source.protocol === 'mqtt' ? 'wearable' : 'monitor'
  if (pulseShare[channel] === undefined) return 'other'
  if (invasive.has(code.code)) return 'arterial-line'
  const goesOn = last !== undefined && effective > last && effective - last < cuffRests
  return goesOn && !noninvasive.has(code.code) ? 'arterial-line' : 'cuff'
}

/**
 * Variance of an observation's error about a true value: the channel's, by what read it, with a standard deviation 1.5
 * times as large for each of the flags `noisy-signal`, `sudden-jump`, `flat-line`, `sender-flagged`, `preliminary`, and
 * divided by the quality score (not below 0.1). A score of 0 keeps the observation out altogether.
 */
export function errorVariance(observation: Observation, channel: Channel, device: Device, value: number): number {
  const { standardDeviation, relativeStandardDeviation = 0 } = channel.error
  let factor = errorOf[device] / Math.max(0.1, Math.min(1, observation.quality.score))
  for (const flag of observation.quality.flags) if (doubtful.has(flag)) factor *= 1.5
  return (standardDeviation ** 2 + (relativeStandardDeviation * value) ** 2) * factor ** 2
}

const doubtful: ReadonlySet<string> = new Set([
  'noisy-signal',
  'sudden-jump',
  'flat-line',
  'sender-flagged',
  'preliminary',
])
