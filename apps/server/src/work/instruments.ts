import type { InstrumentName } from '@counterpart/kernel'
import type { Instrument, SurveyRecord } from '../contract/index.ts'

type Score = SurveyRecord['scores'][number]
interface Scored extends Instrument {
  readonly scores: (answers: Readonly<Record<string, number>>) => Score[]
}

const numbered = (name: string, label: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    name: `${name}-${i + 1}`,
    label: `${label}, item ${i + 1} of ${count}`,
    low: 0,
    high: 4,
    step: 1,
    answers: [],
  }))
const demand = (name: string, label: string, low: string, high: string) => ({
  name,
  label,
  low: 0,
  high: 100,
  step: 5,
  answers: [
    { value: 0, label: low },
    { value: 100, label: high },
  ],
})
const mean = (answers: Readonly<Record<string, number>>, items: readonly { readonly name: string }[]) =>
  items.reduce((sum, { name }) => sum + answers[name]!, 0) / items.length

const fulfilment = numbered('fulfilment', 'Professional fulfilment', 6)
const exhaustion = numbered('exhaustion', 'Work exhaustion', 4)
const disengagement = numbered('disengagement', 'Interpersonal disengagement', 6)

const miniZ: Scored = {
  name: 'mini-z',
  label: 'Burnout, single item (Mini-Z)',
  question: 'Using your own definition of burnout, which of these says best how you are?',
  items: [
    {
      name: 'burnout',
      label: 'Burnout',
      low: 1,
      high: 5,
      step: 1,
      answers: [
        { value: 1, label: 'No symptoms of burnout' },
        { value: 2, label: 'Under stress, with less energy at times, but not burned out' },
        { value: 3, label: 'Beginning to burn out: one or more symptoms, such as exhaustion' },
        { value: 4, label: 'Symptoms of burnout do not go away' },
        { value: 5, label: 'Completely burned out; changes or help are needed' },
      ],
    },
  ],
  source: 'Single item, burnout from 3 on: Rohland 2004, Stress Health 20:75; Dolan 2015, JGIM 30:582.',
  scores: (answers) => [score('burnout', 'Burnout', answers.burnout!, '1 to 5', 3)],
}

/** Its wording is its owner's (Stanford Medicine): items are shown by their numbers, beside the owner's form. */
const pfi: Scored = {
  name: 'pfi',
  label: 'Professional Fulfillment Index',
  question: 'Answer beside the form of the index, 0 (not at all) to 4 (completely true; extremely).',
  items: [...fulfilment, ...exhaustion, ...disengagement],
  source: 'Trockel 2018, Acad Psychiatry 42:11: fulfilled from a mean of 3.0 on, burned out from 1.33 on.',
  scores: (answers) => [
    score('professional-fulfilment', 'Professional fulfilment', mean(answers, fulfilment), '0 to 4', 3),
    score('work-exhaustion', 'Work exhaustion', mean(answers, exhaustion), '0 to 4', null),
    score('pfi-burnout', 'Burnout by this index', mean(answers, [...exhaustion, ...disengagement]), '0 to 4', 1.33),
  ],
}

const tlx: Scored = {
  name: 'nasa-tlx',
  label: 'Task load (NASA-TLX)',
  question: 'Think of the last week of work. How high was each of these?',
  items: [
    demand('mental', 'Mental demand', 'very low', 'very high'),
    demand('physical', 'Physical demand', 'very low', 'very high'),
    demand('temporal', 'Time pressure', 'very low', 'very high'),
    demand('performance', 'Own performance', 'perfect', 'failure'),
    demand('effort', 'Effort', 'very low', 'very high'),
    demand('frustration', 'Frustration', 'very low', 'very high'),
  ],
  source: 'Hart and Staveland 1988; sum of four demands as in Harry 2021, Jt Comm J Qual Patient Saf 47:76.',
  scores: ({ mental, physical, temporal, effort }) => [
    score('task-load', 'Task load', mental! + physical! + temporal! + effort!, '0 to 400', null),
  ],
}

const all: Readonly<Record<InstrumentName, Scored>> = { 'mini-z': miniZ, pfi, 'nasa-tlx': tlx }

/** The surveys that can be answered here. */
export const instruments: Instrument[] = Object.values(all).map(({ scores: _, ...instrument }) => instrument)

/** What is wrong with answers, in words; `undefined`: nothing. All items are answered, or the scores are not those published. */
export function wrongAnswers(name: InstrumentName, answers: Readonly<Record<string, number>>): string | undefined {
  const { items, label } = all[name]
  const strange = Object.keys(answers).find((given) => items.every((item) => item.name !== given))
  if (strange !== undefined)
    return `${label} has no item "${strange}"; it has ${items.map((item) => item.name).join(', ')}`
  for (const { name: item, low, high, step } of items) {
    const value = answers[item]
    if (value === undefined) return `${label}: item "${item}" is not answered`
    if (value < low || value > high || !Number.isInteger((value - low) / step))
      return `${label}: item "${item}" is ${value}; expected ${low} to ${high} in steps of ${step}`
  }
  return undefined
}

export function scoresOf(name: InstrumentName, answers: Readonly<Record<string, number>>): Score[] {
  return all[name].scores(answers)
}

function score(measure: string, label: string, value: number, unit: string, cutOff: number | null): Score {
  return { measure, label, value, unit, cutOff, beyond: cutOff === null ? null : value >= cutOff }
}
