import type { Distribution, Duration, DurationByClass } from '../pathway.ts'
import { refuse, seen } from './reading.ts'
import {
  type Bounds,
  choice,
  described,
  fields,
  hasKey,
  inWords,
  isMap,
  isScalar,
  list,
  made,
  mapOf,
  type Named,
  named,
  number,
  type Shape,
  within,
} from './shape.ts'
import { type TimeUnit, timeIn, timeUnits } from './time-units.ts'
import type { YamlNode } from './yaml-nodes.ts'

/** A number in the file's unit of time, or text with a UCUM unit of its own. */
export function time(bounds: Bounds = { least: 0 }, power: 1 | 2 = 1): Shape<number> {
  const units = power === 1 ? timeUnits.join('|') : timeUnits.map((unit) => `${unit}2`).join('|')
  const example = power === 1 ? '12 min' : '2 min2'
  return {
    schema: {
      anyOf: [
        {
          type: 'number',
          ...(bounds.least === undefined ? {} : { minimum: bounds.least }),
          ...(bounds.above === undefined ? {} : { exclusiveMinimum: bounds.above }),
        },
        { type: 'string', pattern: `^\\s*[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?\\s*(${units})\\s*$` },
      ],
    },
    read(node, reading) {
      const value = timeOf(node, reading.unit, power)
      if (value !== undefined && within(value, bounds)) return value
      return refuse(
        reading,
        node.place,
        seen(node),
        `${inWords(bounds, power === 1 ? 'time' : 'squared time')}, as ${example}`,
      )
    },
  }
}

function timeOf(node: YamlNode, unit: TimeUnit, power: 1 | 2): number | undefined {
  if (node.kind !== 'scalar') return undefined
  if (typeof node.value === 'number') return node.value
  return typeof node.value === 'string' ? timeIn(node.value, unit, power) : undefined
}

const positive: Bounds = { above: 0 }
const any: Bounds = {}

/** The spread of a distribution as standard deviation or variance. */
const spread = { 'standard-deviation': time(positive), variance: time(positive, 2) }

function deviation<T extends { readonly 'standard-deviation'?: number; readonly variance?: number }>(
  value: T,
): number | undefined {
  if ((value['standard-deviation'] === undefined) === (value.variance === undefined)) return undefined
  return value['standard-deviation'] ?? Math.sqrt(value.variance!)
}

const oneSpread = 'one of standard-deviation and variance'

const normal = made(
  fields({ mean: time(any) }, { ...spread, 'at-least': time() }),
  (value, node, reading): Distribution | undefined => {
    const standardDeviation = deviation(value)
    if (standardDeviation === undefined) return refuse(reading, node.place, 'the spread of this normal', oneSpread)
    const atLeast = value['at-least']
    return { kind: 'normal', mean: value.mean, standardDeviation, ...(atLeast === undefined ? {} : { atLeast }) }
  },
)

const logNormal = made(
  fields({}, { mean: time(positive), ...spread, median: time(positive), sigma: number(positive) }),
  (value, node, reading): Distribution | undefined => {
    if (value.median !== undefined && value.sigma !== undefined && value.mean === undefined) {
      if (value.variance !== undefined || value['standard-deviation'] !== undefined)
        return refuse(reading, node.place, 'a log-normal with two spreads', 'median and sigma, or mean and variance')
      const square = value.sigma ** 2
      const mean = value.median * Math.exp(square / 2)
      return { kind: 'log-normal', mean, standardDeviation: mean * Math.sqrt(Math.expm1(square)) }
    }
    const standardDeviation = deviation(value)
    if (
      value.mean === undefined ||
      value.median !== undefined ||
      value.sigma !== undefined ||
      standardDeviation === undefined
    )
      return refuse(
        reading,
        node.place,
        'the numbers of this log-normal',
        'mean with variance or standard-deviation, or median with sigma (of the logarithm)',
      )
    return { kind: 'log-normal', mean: value.mean, standardDeviation }
  },
)

const gamma = made(
  fields({ shape: number(positive) }, { scale: time(positive), mean: time(positive) }),
  (value, node, reading): Distribution | undefined => {
    if ((value.scale === undefined) === (value.mean === undefined))
      return refuse(reading, node.place, 'the size of this gamma', 'one of scale and mean')
    return { kind: 'gamma', shape: value.shape, scale: value.scale ?? value.mean! / value.shape }
  },
)

const ordered = (names: readonly string[], make: (values: readonly number[]) => Distribution): Shape<Distribution> =>
  made(list(time()), (values, node, reading) => {
    const ascends = values.every((value, i) => i === 0 || value >= values[i - 1]!)
    if (values.length !== names.length || !ascends || !(values.at(-1)! > values[0]!))
      return refuse(reading, node.place, `[${values.join(', ')}]`, `[${names.join(', ')}], ascending`)
    return make(values)
  })

const forms: Readonly<Record<string, Shape<Distribution>>> = {
  constant: made(time(), (value) => ({ kind: 'constant', value })),
  exponential: made(
    choice<number>(
      'the mean',
      { when: isScalar, shape: time(positive) },
      { when: isMap, shape: made(fields({ mean: time(positive) }, {}), ({ mean }) => mean) },
    ),
    (mean) => ({ kind: 'exponential', mean }),
  ),
  uniform: ordered(['lower', 'upper'], ([lower, upper]) => ({ kind: 'uniform', lower: lower!, upper: upper! })),
  triangular: ordered(['lower', 'mode', 'upper'], ([lower, mode, upper]) => ({
    kind: 'triangular',
    lower: lower!,
    mode: mode!,
    upper: upper!,
  })),
  normal,
  'log-normal': logNormal,
  gamma,
  weibull: made(fields({ shape: number(positive), scale: time(positive) }, {}), ({ shape, scale }) => ({
    kind: 'weibull',
    shape,
    scale,
  })),
  list: made(list(time(), { least: 1 }), (values) => ({ kind: 'list', values })),
}

const formNames = Object.keys(forms).join(', ')

/** One duration: a time, or a map with the distribution's name over its numbers. */
export const duration: Named<Duration> = named('duration', () => one)

const one = described(
  'A time (a number in the unit of the file, or text such as "12 min") that is always the same, or a distribution.',
  choice<Duration>(
    `a time such as 12 min, or one of ${formNames}`,
    { when: isScalar, shape: made(time(), (value) => ({ kind: 'constant', value })) },
    ...Object.entries(forms).map(([name, shape]) => ({
      when: hasKey(name),
      shape: made(
        fields({ [name]: shape }, { 'scaled-by': mapOf(number(), { uses: 'attribute' }, 1) }),
        (value): Duration => {
          const scaledBy = value['scaled-by'] as readonly (readonly [string, number])[] | undefined
          return { ...(value[name] as Distribution), ...(scaledBy ? { scaledBy: Object.fromEntries(scaledBy) } : {}) }
        },
      ),
    })),
  ),
)

/** One duration for all, or one for each class under `by-class`. */
export const durationByClass: Named<DurationByClass> = named('duration-by-class', () =>
  choice<DurationByClass>(
    `a duration, or by-class over one for each class`,
    {
      when: hasKey('by-class'),
      shape: made(fields({ 'by-class': mapOf(duration, { uses: 'class' }, 1) }, {}), (value) => ({
        byClass: Object.fromEntries(value['by-class']),
      })),
    },
    { when: () => true, shape: duration },
  ),
)
