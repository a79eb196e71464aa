import type { Variable } from '@counterpart/kernel'
import { delayNames, delayPriors } from './learned.ts'

/** Members of the ensemble. */
export const ensembleSize = 100

export const variables: readonly Variable[] = [
  { name: 'scan-pace', label: 'Minutes in the room against plan', unit: '1' },
  { name: 'no-show', label: 'Booked patients who do not come', unit: '%' },
  { name: 'punctuality', label: 'Arrival after the appointment', unit: 'min', meaning: 'negative: early' },
  ...delayNames.map((name) => ({ name, label: `${delayPriors[name].label} (median)`, unit: 'min' })),
  { name: 'reading-time', label: 'Radiologist time per report of a CT', unit: 'min' },
  { name: 'failure-interval', label: 'Hours in session between breakdowns of a machine', unit: 'h', auxiliary: true },
  { name: 'emergency-demand', label: 'Emergencies today against the usual', unit: '1' },
  { name: 'inpatient-demand', label: 'Inpatient orders today against the usual', unit: '1' },
  { name: 'walk-in-demand', label: 'Walk-ins today against the usual', unit: '1', auxiliary: true },
]
