import { defineTwin, hour, minute, type TwinDefinition } from '@counterpart/kernel'
import { objectives } from './advice/cost.ts'
import { advise } from './advise.ts'
import { assimilate, begin, kind, version } from './assimilate.ts'
import { channels } from './channels.ts'
import { counted } from './counted.ts'
import { variables } from './estimates/ensemble.ts'
import { forecast } from './forecast.ts'
import { interventions } from './interventions.ts'
import { modelCard } from './model-card.ts'
import { picture, pictures } from './pictures.ts'
import { quantities } from './quantities.ts'

/** An emergency department: who is here, what the next hours bring, what holds people up, and what to do about it. */
export const emergencyDepartment: TwinDefinition = defineTwin({
  kind,
  version,
  label: 'Emergency department',
  subjectKind: 'department',
  intendedUse: {
    user: 'Shift lead or manager of an emergency department',
    decision: 'Whether to move or call in staff, open space, speed up diagnostics or beds upstairs, or divert',
    validFor: 'Simulated and retrospective departments that report arrivals, triage, first contact and departures',
    notFor: 'Care of single patients; triage; departments that report none of these',
    riskClass: 'moderate',
  },
  channels,
  variables,
  quantities,
  interventions,
  objectives,
  modelCard,
  cadence: {
    forecastSteps: [30 * minute, hour, 2 * hour, 3 * hour, 4 * hour, 6 * hour, 8 * hour, 12 * hour],
    forecastEvery: 30 * minute,
  },
  begin,
  assimilate,
  forecast,
  advise,
  pictures,
  picture,
  counted,
})
