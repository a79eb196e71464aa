import { type Channel, hour, type Instant, loincSystem, minute, type Observation, second } from '@counterpart/kernel'
import type { EmulatedName } from './emulator.ts'

const loinc = (code: string, display: string) => ({ system: loincSystem, code, display })

const cuff =
  'ISO 81060-2: at the limits of criterion 1 (all readings: standard deviation 8 mmHg) and criterion 2 (mean of three per patient: 6.95 mmHg) the readings of one patient scatter by 4.9 mmHg about an error of their own. Devices in use do better than the limits: 4 mmHg is taken (assumption). The error of their own is in the variables pressure-bias and pulse-pressure-bias'
const cuffMean =
  'As for systolic and diastolic pressure: a third of the one and two thirds of the other, each with 4 mmHg, give 3 mmHg'
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
    codes: [loinc('8480-6', 'Systolic blood pressure')],
    unit: 'mm[Hg]',
    plausible: [30, 300],
    error: { standardDeviation: 4, source: cuff },
    staleAfter: hour,
    digits: 0,
  },
  {
    name: 'diastolic-blood-pressure',
    label: 'Diastolic blood pressure',
    codes: [loinc('8462-4', 'Diastolic blood pressure')],
    unit: 'mm[Hg]',
    plausible: [15, 200],
    error: { standardDeviation: 4, source: cuff },
    staleAfter: hour,
    digits: 0,
  },
  {
    name: 'mean-blood-pressure',
    label: 'Mean arterial pressure',
    codes: [loinc('8478-0', 'Mean blood pressure')],
    unit: 'mm[Hg]',
    plausible: [20, 250],
    error: { standardDeviation: 3, source: cuffMean },
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

/**
 * Variance of an observation's error about a true value.
 *
 * The channel's standard deviation is multiplied by 5/3 for heart rates from a wearable (MQTT; optical sensors agree
 * with a chest strap to within about ±15 /min, Sartor et al., BMC Sports Sci Med Rehabil 2018;10:10) and by 2/3 for
 * those from anything else, by 1.5 for each of the flags `noisy-signal`, `sudden-jump`, `flat-line`, `sender-flagged`, `preliminary`, and divided by the quality score
 * (not below 0.1). A score of 0 keeps the observation out altogether.
 */
export function errorVariance(observation: Observation, channel: Channel, value: number): number {
  const { standardDeviation, relativeStandardDeviation = 0 } = channel.error
  let factor = 1 / Math.max(0.1, Math.min(1, observation.quality.score))
  if (channel.name === 'heart-rate') factor *= observation.source.protocol === 'mqtt' ? 5 / 3 : 2 / 3
  for (const flag of observation.quality.flags) if (doubtful.has(flag)) factor *= 1.5
  return (standardDeviation ** 2 + (relativeStandardDeviation * value) ** 2) * factor ** 2
}

/**
 * What one pressure reading has in common with the one before: reflexes, breathing, posture and pain, which take the
 * pressure away from the settled cycle that is predicted, for some minutes (an error of representation; Janjić et al.,
 * Q J R Meteorol Soc 2018;144:1257). Time over which it fades; an assumption.
 */
const representationFades = 15 * minute

/**
 * By how much the variance of a reading counts more because it repeats the last one of its channel: for errors whose
 * correlation fades exponentially, n readings tell as much as n (1 − ρ)/(1 + ρ) independent ones (Bayley & Hammersley,
 * Suppl J R Stat Soc 1946;8:184). So an arterial line read each minute is not 60 independent cuffs an hour.
 */
export function repetition({ channel, effective }: Observation, latest: Instant | undefined): number {
  if (latest === undefined || pulseShare[channel] === undefined) return 1
  const correlation = Math.exp(-Math.max(second, Math.abs(effective - latest)) / representationFades)
  return (1 + correlation) / (1 - correlation)
}

const doubtful: ReadonlySet<string> = new Set([
  'noisy-signal',
  'sudden-jump',
  'flat-line',
  'sender-flagged',
  'preliminary',
])
