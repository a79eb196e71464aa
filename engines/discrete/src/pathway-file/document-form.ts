import type { Pathway, PatientClass } from '../pathway.ts'
import type { Metric, Quantity } from '../study/measure.ts'
import { metric, quantity } from './metric-form.ts'
import { declare, given, refuse, seen } from './reading.ts'
import { resource } from './resource-form.ts'
import {
  choice,
  described,
  fields,
  isScalar,
  list,
  made,
  mapOf,
  number,
  oneOf,
  type Schema,
  type Shape,
  text,
} from './shape.ts'
import { source } from './source-form.ts'
import { step } from './step-form.ts'
import { chance, needs } from './taking-form.ts'
import { duration, durationByClass, time } from './time-form.ts'
import { type TimeUnit, timeUnits } from './time-units.ts'

/** How a pathway is to be run when nothing else is said. Times in the pathway's unit. */
export interface StudyPlan {
  readonly until?: number
  readonly warmUp?: number
  readonly replications?: number
}

/** What a pathway file says. */
export interface PathwayDocument {
  readonly pathway: Pathway
  /** The unit of all times in `pathway`, by its UCUM code. */
  readonly time: TimeUnit
  readonly description?: string
  readonly study: StudyPlan
  readonly metrics: Readonly<Record<string, Metric>>
  readonly quantities: Readonly<Record<string, Quantity>>
}

const patientClass: Shape<Omit<PatientClass, 'name'>> = choice<Omit<PatientClass, 'name'>>(
  'a priority from 0 (first) to 63, or a map with it',
  { when: isScalar, shape: made(number({ least: 0, most: 63, whole: true }), (priority) => ({ priority })) },
  {
    when: () => true,
    shape: made(fields({}, { priority: number({ least: 0, most: 63, whole: true }), describe: text }), (value) =>
      given({ priority: value.priority }),
    ),
  },
)

const attribute: Shape<string> = {
  schema: text.schema,
  read(node, reading) {
    const name = text.read(node, reading)
    if (name !== undefined) declare(reading, 'attribute', name, node.place)
    return name
  },
}

/** Changes of the file by name; what they hold is checked by reading the file with each of them. */
const variants: Shape<readonly (readonly [string, true])[]> = mapOf(
  {
    schema: { type: ['object', 'null'] },
    read: (node, reading) => {
      if (node.kind === 'map' || (node.kind === 'scalar' && node.value === null)) return true as const
      return refuse(reading, node.place, seen(node), 'what changes, in the form of the file')
    },
  },
  'free',
)

const withNames = <T extends object>(pairs: readonly (readonly [string, T])[] | undefined) =>
  (pairs ?? []).map(([name, body]) => ({ name, ...body }))

/** The whole file. */
export const document: Shape<PathwayDocument> = made(
  fields(
    {
      pathway: described('The name of the pathway.', text),
      classes: described('Classes of patients with their priorities; 0 goes first.', mapOf(patientClass, 'class', 1)),
      arrivals: described('Where patients come from.', mapOf(source, 'source')),
      steps: described('The steps, walked from top to bottom unless one says otherwise.', mapOf(step, 'step', 1)),
    },
    {
      describe: text,
      time: described(
        'The unit of bare numbers that are times, by its UCUM code; min when left out.',
        oneOf(...timeUnits),
      ),
      'starts-at': time(),
      attributes: list(attribute),
      resources: described('Staff, rooms and machines.', mapOf(resource, 'resource')),
      study: fields({}, { until: time(), 'warm-up': time(), replications: number({ least: 1, whole: true }) }),
      metrics: described('Numbers of a whole run.', mapOf(metric, 'free')),
      quantities: described('Numbers at each moment of a forecast.', mapOf(quantity, 'free')),
      variants: described('Changes by name: merged over the file, null takes away.', variants),
    },
  ),
  (value, _node, reading) => ({
    pathway: {
      name: value.pathway,
      ...given({ startsAt: value['starts-at'] }),
      classes: withNames(value.classes),
      ...given({ attributes: value.attributes }),
      sources: withNames(value.arrivals),
      resources: withNames(value.resources),
      steps: withNames(value.steps) as Pathway['steps'],
    },
    time: reading.unit,
    ...given({ description: value.describe }),
    study: given({
      until: value.study?.until,
      warmUp: value.study?.['warm-up'],
      replications: value.study?.replications,
    }),
    metrics: Object.fromEntries(value.metrics ?? []),
    quantities: Object.fromEntries(value.quantities ?? []),
  }),
)

const shared = [duration, durationByClass, chance, needs, source, resource, step, metric, quantity] as const

/** The JSON Schema (draft 2020-12) of pathway files; `pathway.schema.json` is this. */
export const pathwaySchema = (): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Counterpart pathway',
  description: 'A network of care: who comes, what they go through, and what it takes.',
  ...document.schema,
  $defs: Object.fromEntries(shared.map(({ name, of }) => [name, of().schema])),
})
