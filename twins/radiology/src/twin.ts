import { defineTwin, hour, minute, type TwinDefinition } from '@counterpart/kernel'
import { advise } from './advise.ts'
import { assimilate, begin, kind, version } from './assimilate.ts'
import { channels } from './facts.ts'
import { counted, forecast } from './forecast.ts'
import { interventions } from './interventions.ts'
import { modelCard } from './model-card.ts'
import { objectives } from './objectives.ts'
import { picture, pictures } from './pictures/picture.ts'
import { quantities } from './quantities.ts'
import { variables } from './variables.ts'

/** An MRI and CT department: who is where now, how the day will go, what would help. */
export const radiology: TwinDefinition = defineTwin({
  kind,
  version,
  label: 'Radiology',
  subjectKind: 'department',
  intendedUse: {
    user: 'Lead technologist or manager of an MRI and CT department',
    decision: 'Whether to run on, hold or release slots, move patients, call somebody in, or send reporting out',
    validFor: 'Departments that tell of orders, appointments, starts, ends and reports as they happen',
    notFor: 'Deciding whether an exam is indicated or who of two emergencies goes first',
    riskClass: 'moderate',
  },
  channels,
  variables,
  quantities,
  interventions,
  objectives,
  modelCard,
  cadence: {
    forecastSteps: [30 * minute, hour, 2 * hour, 3 * hour, 4 * hour, 6 * hour, 8 * hour, 12 * hour, 24 * hour],
    forecastEvery: 15 * minute,
  },
  begin,
  assimilate,
  forecast,
  advise,
  pictures,
  picture,
  counted,
})
