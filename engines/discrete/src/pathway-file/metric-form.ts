import type { Metric, Quantity } from '../study/measure.ts'
import { given } from './reading.ts'
import {
  choice,
  fields,
  hasKey,
  isScalar,
  list,
  made,
  type Named,
  named,
  nameOf,
  oneOf,
  type Shape,
  text,
} from './shape.ts'
import { time } from './time-form.ts'

const classes = list(nameOf('class'), { least: 1, short: true })
const steps = list(nameOf('step'), { least: 1, short: true })

/** A list of names, or `all`. */
function allOr(kind: 'class' | 'source'): Shape<readonly string[] | 'all'> {
  return choice<readonly string[] | 'all'>(
    `names of ${kind === 'class' ? 'classes' : 'sources'}, or all`,
    { when: (node) => node.kind === 'scalar' && node.value === 'all', shape: oneOf('all') },
    { when: () => true, shape: list(nameOf(kind), { least: 1, short: true }) },
  )
}

const unlessAll = <T>(value: readonly T[] | 'all') => (value === 'all' ? undefined : value)

const metricForms: readonly (readonly [string, Shape<Metric>])[] = [
  [
    'arrivals',
    made(fields({ arrivals: allOr('source') }, { describe: text }), (value) => ({
      kind: 'arrivals',
      ...given({ sources: unlessAll(value.arrivals) }),
    })),
  ],
  [
    'departures',
    made(fields({ departures: allOr('class') }, { describe: text }), (value) => ({
      kind: 'departures',
      ...given({ classes: unlessAll(value.departures) }),
    })),
  ],
  [
    'mean-wait',
    made(fields({ 'mean-wait': nameOf('step') }, { classes, describe: text }), (value) => ({
      kind: 'mean-wait',
      step: value['mean-wait'],
      ...given({ classes: value.classes }),
    })),
  ],
  [
    'mean-stay',
    made(fields({ 'mean-stay': allOr('class') }, { describe: text }), (value) => ({
      kind: 'mean-stay',
      ...given({ classes: unlessAll(value['mean-stay']) }),
    })),
  ],
  [
    'share-within',
    made(fields({ 'share-within': time({ above: 0 }) }, { classes, describe: text }), (value) => ({
      kind: 'share-within',
      time: value['share-within'],
      ...given({ classes: value.classes }),
    })),
  ],
  [
    'left-waiting',
    made(fields({ 'left-waiting': steps }, { describe: text }), (value) => ({
      kind: 'left-waiting',
      steps: value['left-waiting'],
    })),
  ],
  [
    'mean-waiting',
    made(fields({ 'mean-waiting': steps }, { describe: text }), (value) => ({
      kind: 'mean-waiting',
      steps: value['mean-waiting'],
    })),
  ],
  [
    'utilisation',
    made(
      fields({ utilisation: nameOf('resource') }, { counting: oneOf('elapsed', 'whole'), describe: text }),
      (value) => ({ kind: 'utilisation', resource: value.utilisation, ...given({ counting: value.counting }) }),
    ),
  ],
  ['mean-present', made(oneOf('mean-present'), (kind) => ({ kind }))],
]

/** One number of a whole run. */
export const metric: Named<Metric> = named('metric', () =>
  choice<Metric>(
    `a metric: one of ${metricForms.map(([key]) => key).join(', ')}`,
    ...metricForms.map(([key, shape]) => ({ when: key === 'mean-present' ? isScalar : hasKey(key), shape })),
  ),
)

const quantityForms: readonly (readonly [string, Shape<Quantity>])[] = [
  [
    'present',
    made(fields({ present: allOr('class') }, { 'longer-than': time({ above: 0 }), describe: text }), (value) => ({
      kind: 'present',
      ...given({ classes: unlessAll(value.present), longerThan: value['longer-than'] }),
    })),
  ],
  [
    'waiting',
    made(fields({ waiting: steps }, { describe: text }), (value) => ({ kind: 'waiting', steps: value.waiting })),
  ],
  ['in', made(fields({ in: steps }, { describe: text }), (value) => ({ kind: 'in', steps: value.in }))],
  ['at', made(fields({ at: steps }, { describe: text }), (value) => ({ kind: 'at', steps: value.at }))],
  [
    'busy',
    made(fields({ busy: nameOf('resource') }, { describe: text }), (value) => ({ kind: 'busy', resource: value.busy })),
  ],
  [
    'capacity',
    made(fields({ capacity: nameOf('resource') }, { describe: text }), (value) => ({
      kind: 'capacity',
      resource: value.capacity,
    })),
  ],
  [
    'occupancy',
    made(fields({ occupancy: nameOf('resource') }, { describe: text }), (value) => ({
      kind: 'occupancy',
      resource: value.occupancy,
    })),
  ],
  [
    'mean-wait',
    made(fields({ 'mean-wait': steps }, { describe: text }), (value) => ({
      kind: 'mean-wait',
      steps: value['mean-wait'],
    })),
  ],
  [
    'departures',
    made(fields({ departures: allOr('class') }, { describe: text }), (value) => ({
      kind: 'departures',
      ...given({ classes: unlessAll(value.departures) }),
    })),
  ],
  [
    'left-waiting',
    made(fields({ 'left-waiting': steps }, { describe: text }), (value) => ({
      kind: 'left-waiting',
      steps: value['left-waiting'],
    })),
  ],
]

/** One number at each moment of a forecast. */
export const quantity: Named<Quantity> = named('quantity', () =>
  choice<Quantity>(
    `a quantity: one of ${quantityForms.map(([key]) => key).join(', ')}`,
    ...quantityForms.map(([key, shape]) => ({ when: hasKey(key), shape })),
  ),
)
