import { type Channel, departmentChannels, departmentCodeSystem, hour } from '@counterpart/kernel'

const labels: Readonly<Record<keyof typeof departmentChannels, string>> = {
  visit: 'What happens to visits',
  layout: 'Areas and spaces',
  roster: 'Who is on duty',
  doubt: 'What could not be taken in',
}

/** What is observed of the department; none of it is a number, so the limits are never asked for. */
export const channels: readonly Channel[] = (
  Object.keys(departmentChannels) as (keyof typeof departmentChannels)[]
).map((key) => ({
  name: departmentChannels[key],
  label: labels[key],
  codes: [{ system: departmentCodeSystem, code: departmentChannels[key], display: labels[key] }],
  unit: '',
  plausible: [0, 1],
  error: { standardDeviation: 0, source: 'Facts, not measurements' },
  staleAfter: key === 'visit' ? hour : 7 * 24 * hour,
}))
