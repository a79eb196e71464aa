import type { Bundle, Chance, Taking } from '../pathway.ts'
import { given } from './reading.ts'
import {
  choice,
  described,
  fields,
  hasKey,
  isList,
  isMap,
  isScalar,
  list,
  made,
  mapOf,
  type Named,
  named,
  nameOf,
  number,
  oneOf,
  type Shape,
  text,
} from './shape.ts'
import { durationByClass } from './time-form.ts'

export const amount = number({ least: 1, whole: true })

/** `doctor`, or `{ doctor: 1, room: 1 }`. */
const bundle = choice<Bundle>(
  'a resource, or a map of resources to amounts',
  { when: isScalar, shape: made(nameOf('resource'), (name) => ({ [name]: 1 })) },
  { when: isMap, shape: made(mapOf(amount, { uses: 'resource' }, 1), (pairs) => Object.fromEntries(pairs)) },
)

export const needs: Named<Taking['needs']> = named('needs', () =>
  described(
    'A resource; or resources with amounts, all wanted at once; or a list of such alternatives, tried in order.',
    choice<Taking['needs']>(
      'resources that are needed',
      {
        when: isList,
        shape: made(list(bundle, { least: 1 }), (bundles) => (bundles.length === 1 ? bundles[0]! : { oneOf: bundles })),
      },
      { when: () => true, shape: bundle },
    ),
  ),
)

export const probability = number({ least: 0, most: 1 })
const weights = (kind: 'class' | 'attribute' | 'step') =>
  made(mapOf(number(), { uses: kind }, 1), (pairs) => Object.fromEntries(pairs))

/** A probability, or what it depends on. */
export const chance: Named<Chance> = named('chance', () =>
  choice<Chance>(
    'a probability, by-class, by-length or logit',
    { when: isScalar, shape: probability },
    {
      when: hasKey('by-class'),
      shape: made(fields({ 'by-class': mapOf(probability, { uses: 'class' }, 1) }, {}), (value) => ({
        byClass: Object.fromEntries(value['by-class']),
      })),
    },
    {
      when: hasKey('by-length'),
      shape: made(
        fields(
          { 'by-length': list(fields({ from: number({ least: 0, whole: true }), probability }, {}), { least: 1 }) },
          { lines: list(nameOf('step'), { least: 1, short: true }) },
        ),
        (value) => ({ byLength: value['by-length'], ...(value.lines ? { lines: value.lines } : {}) }),
      ),
    },
    {
      when: hasKey('logit'),
      shape: made(
        fields(
          {
            logit: fields(
              { constant: number() },
              { classes: weights('class'), attributes: weights('attribute'), waiting: weights('step') },
            ),
          },
          {},
        ),
        ({ logit }) => ({ logit }),
      ),
    },
  ),
)

export const next = nameOf('step')

export const taking = {
  skills: made(mapOf(text, { uses: 'resource' }, 1), (pairs) => Object.fromEntries(pairs)),
  baulking: chance,
  'on-baulking': next,
  patience: durationByClass,
  'on-leaving': next,
  'line-limit': number({ least: 0, whole: true }),
  'when-full': oneOf('turn-away', 'displace'),
  'on-full': next,
  worsens: fields({ after: durationByClass, to: nameOf('class') }, {}),
}

type TakingFields = { readonly [K in keyof typeof taking]?: (typeof taking)[K] extends Shape<infer T> ? T : never }

/** What a step says of taking resources, in the engine's words. */
export const takingOf = (value: TakingFields & { readonly needs: Taking['needs'] }): Taking => ({
  needs: value.needs,
  ...given({
    skills: value.skills,
    baulking: value.baulking,
    onBaulking: value['on-baulking'],
    patience: value.patience,
    onLeaving: value['on-leaving'],
    lineLimit: value['line-limit'],
    whenFull: value['when-full'],
    onFull: value['on-full'],
    worsens: value.worsens,
  }),
})
