import type { Step } from '../pathway.ts'
import { given, refuse } from './reading.ts'
import {
  choice,
  fields,
  flag,
  hasKey,
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
import { amount, chance, needs, next, probability, taking, takingOf } from './taking-form.ts'
import { durationByClass } from './time-form.ts'
import type { YamlNode } from './yaml-nodes.ts'

/** A step as the file says it, without its name. */
export type StepBody = Step extends infer S ? (S extends Step ? Omit<S, 'name'> : never) : never

const common = { next, describe: text }

const branch = made(
  fields(
    {
      branch: mapOf(
        choice<number | 'rest'>(
          'a probability, or rest',
          { when: isRest, shape: oneOf('rest') },
          { when: () => true, shape: probability },
        ),
        { uses: 'step' },
        1,
      ),
    },
    { next: common.next, describe: text, stream: text },
  ),
  (value, node, reading): StepBody | undefined => {
    const open = value.branch.filter(([, p]) => p === 'rest')
    const known = value.branch.reduce((sum, [, p]) => (p === 'rest' ? sum : sum + p), 0)
    if (open.length > 1 || known > 1 + 1e-9 || (open.length === 0 && Math.abs(known - 1) > 1e-9))
      return refuse(
        reading,
        placeOf(node, 'branch'),
        open.length > 1 ? 'two options are the rest' : `the probabilities sum to ${Number(known.toPrecision(12))}`,
        'a sum of 1',
        'write "rest" for the probability of one option to give it what the others leave',
      )
    return {
      kind: 'branch',
      options: value.branch.map(([to, p]) => ({ to, probability: p === 'rest' ? Math.max(0, 1 - known) : p })),
      ...given({ next: value.next, stream: value.stream }),
    }
  },
)

function isRest(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === 'rest'
}

const placeOf = (node: YamlNode, key: string) =>
  (node.kind === 'map' && node.entries.find((e) => e.key === key)?.place) || node.place

/** The key that tells what a step does, and the form of the step. The first key that is there decides. */
const forms: readonly (readonly [string, Shape<StepBody>])[] = [
  ['branch', branch],
  [
    'chance',
    made(fields({ chance, to: nameOf('step') }, { ...common, stream: text }), (value) => ({
      kind: 'chance',
      chance: value.chance,
      to: value.to,
      ...given({ next: value.next, stream: value.stream }),
    })),
  ],
  [
    'by-class',
    made(
      fields(
        { 'by-class': made(mapOf(nameOf('step'), { uses: 'class' }, 1), (pairs) => Object.fromEntries(pairs)) },
        common,
      ),
      (value) => ({ kind: 'by-class', to: value['by-class'], ...given({ next: value.next }) }),
    ),
  ],
  [
    'if',
    made(fields({ if: nameOf('attribute'), below: number(), to: nameOf('step') }, common), (value) => ({
      kind: 'if-below',
      attribute: value.if,
      value: value.below,
      to: value.to,
      ...given({ next: value.next }),
    })),
  ],
  [
    'set',
    made(fields({ set: nameOf('attribute'), value: durationByClass }, common), (value) => ({
      kind: 'set',
      attribute: value.set,
      value: value.value,
      ...given({ next: value.next }),
    })),
  ],
  [
    'classify',
    made(fields({ classify: nameOf('class') }, common), (value) => ({
      kind: 'classify',
      as: value.classify,
      ...given({ next: value.next }),
    })),
  ],
  [
    'seize',
    made(fields({ seize: needs }, { ...common, ...taking }), (value) => ({
      kind: 'seize',
      ...takingOf({ ...value, needs: value.seize }),
      ...given({ next: value.next }),
    })),
  ],
  [
    'release',
    made(fields({ release: nameOf('step') }, common), (value) => ({
      kind: 'release',
      of: value.release,
      ...given({ next: value.next }),
    })),
  ],
  [
    'batch',
    made(fields({ batch: amount }, { ...common, 'at-most': durationByClass }), (value) => ({
      kind: 'batch',
      size: value.batch,
      ...given({ atMost: value['at-most'], next: value.next }),
    })),
  ],
  [
    'separate',
    made(fields({ separate: flag }, common), (value) => ({ kind: 'separate', ...given({ next: value.next }) })),
  ],
  [
    'needs',
    made(
      fields(
        { needs, takes: durationByClass },
        { ...common, ...taking, stream: text, interrupted: oneOf('resume', 'restart', 'resample') },
      ),
      (value) => ({
        kind: 'activity',
        ...takingOf(value),
        duration: value.takes,
        ...given({ stream: value.stream, interrupted: value.interrupted, next: value.next }),
      }),
    ),
  ],
  [
    'takes',
    made(fields({ takes: durationByClass }, { ...common, stream: text }), (value) => ({
      kind: 'delay',
      duration: value.takes,
      ...given({ stream: value.stream, next: value.next }),
    })),
  ],
]

/** One step: what it does is told by which of these keys it has. */
export const step: Named<StepBody> = named('step', () =>
  choice<StepBody>(
    `a step with one of ${forms.map(([key]) => key).join(', ')}`,
    ...forms.map(([key, shape]) => ({ when: hasKey(key), shape })),
  ),
)
