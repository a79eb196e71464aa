import type { Quantity } from '@counterpart/kernel'

const named = [
  { name: 'present', label: 'People in the department', unit: '1', plausible: [0, 1000], digits: 0, headline: true },
  { name: 'waiting', label: 'Waiting for a clinician', unit: '1', plausible: [0, 1000], digits: 0, headline: true },
  { name: 'boarding', label: 'Waiting for a bed upstairs', unit: '1', plausible: [0, 500], digits: 0, headline: true },
  { name: 'occupancy', label: 'Treatment spaces in use', unit: '%', plausible: [0, 300], digits: 0, headline: true },
  {
    name: 'wait-to-clinician',
    label: 'Wait for a clinician, acuity 3',
    unit: 'min',
    plausible: [0, 2880],
    digits: 0,
    headline: true,
  },
  { name: 'breaches', label: 'Here longer than four hours', unit: '1', plausible: [0, 500], digits: 0, headline: true },
  {
    name: 'breach-rate',
    label: 'Of those leaving, after more than four hours',
    unit: '%',
    plausible: [0, 100],
    digits: 0,
  },
  { name: 'left-unseen', label: 'Left without being seen, past hour', unit: '1', plausible: [0, 200], digits: 0 },
  { name: 'ambulance-offload', label: 'Ambulances wait to hand over', unit: 'min', plausible: [0, 1440], digits: 0 },
] as const satisfies readonly Quantity[]

export type QuantityName = (typeof named)[number]['name']
export const quantities: readonly (Quantity & { readonly name: QuantityName })[] = named
