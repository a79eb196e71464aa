import { day, defineTwin, type TwinDefinition } from '@counterpart/kernel'
import { advise } from './advice/advise.ts'
import { interventions } from './advice/interventions.ts'
import { objectives } from './advice/objectives.ts'
import { assimilate, begin, kind, version } from './assimilate.ts'
import { channels } from './channels.ts'
import { variables } from './estimates/ensemble.ts'
import { forecast } from './forecast.ts'
import { counted } from './last-week.ts'
import { modelCard } from './model-card.ts'
import { picture, pictures } from './pictures/pictures.ts'
import { quantities } from './quantities.ts'

/** A clinic and the work done in it: what the coming weeks bring to whom, and what could be changed about the work. */
export const providerWorkload: TwinDefinition = defineTwin({
  kind,
  version,
  label: 'Provider workload',
  subjectKind: 'clinic',
  intendedUse: {
    user: 'Manager of a clinic, for its pods; each clinician, for their own work',
    decision:
      'Whether to keep time for messages, share or route them otherwise, change slots, panels or cover, or hire',
    validFor: 'Simulated and retrospective clinics whose audit log, rota, absences and day sheets are told',
    notFor: 'Judging a person: no performance review, no individual risk; clinics without an audit log',
    riskClass: 'moderate',
  },
  channels,
  variables,
  quantities,
  interventions,
  objectives,
  modelCard,
  cadence: {
    // Weekly figures are those of the last week that has ended: so this is the end of this week and of each of the next four.
    forecastSteps: [7 * day, 14 * day, 21 * day, 28 * day, 35 * day],
    forecastEvery: day,
  },
  begin,
  assimilate,
  forecast,
  advise,
  pictures,
  picture,
  counted,
})
