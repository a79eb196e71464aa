import { defineTwin, hour, minute, type TwinDefinition } from '@counterpart/kernel'
import { advise, objectives } from './advise.ts'
import { assimilate, begin, kind, version } from './assimilate.ts'
import { channels } from './channels.ts'
import { forecast } from './forecast.ts'
import { interventions } from './interventions.ts'
import { modelCard } from './model-card.ts'
import { picture } from './picture.ts'
import { quantities } from './quantities.ts'
import { variables } from './variables.ts'

/** The heart and circulation of one adult patient, kept in step with heart rate, pressure and echo. */
export const cardiovascular: TwinDefinition = defineTwin({
  kind,
  version,
  label: 'Heart and circulation',
  subjectKind: 'patient',
  intendedUse: {
    user: 'Clinician on a ward or in intensive care',
    decision: 'Whether to start a vasodilator, an inotrope, a beta-blocker or fluid, and at which dose',
    validFor: 'Simulated and retrospective adult patients in sinus rhythm without valve disease',
    notFor: 'Care of real patients; children; arrhythmia; valve disease; mechanical support',
    riskClass: 'high',
  },
  channels,
  variables,
  quantities,
  interventions,
  objectives,
  modelCard,
  cadence: {
    // From the first minutes, when a drug takes hold, to half a shift.
    forecastSteps: [2 * minute, 5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour],
    forecastEvery: 5 * minute,
  },
  begin,
  assimilate,
  forecast,
  advise,
  picture,
})
