import { type Channel, clinicChannels, clinicCodeSystem, hour } from '@counterpart/kernel'

const labels: Readonly<Record<keyof typeof clinicChannels, string>> = {
  layout: 'People, pods and rules',
  work: 'Work at the record, hour by hour',
  sheet: 'Who is booked',
  rota: 'Rota',
  absence: 'Absences',
  cohort: 'What is told of groups',
  doubt: 'What could not be taken in',
}

/** What is observed of the clinic; none of it is a number, so the limits are never asked for. */
export const channels: readonly Channel[] = (Object.keys(clinicChannels) as (keyof typeof clinicChannels)[]).map(
  (key) => ({
    name: clinicChannels[key],
    label: labels[key],
    codes: [{ system: clinicCodeSystem, code: clinicChannels[key], display: labels[key] }],
    unit: '',
    plausible: [0, 1],
    error: { standardDeviation: 0, source: 'Facts, not measurements' },
    staleAfter: key === 'work' ? 24 * hour : 14 * 24 * hour,
  }),
)
