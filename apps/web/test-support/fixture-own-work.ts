/** What the fixture server holds of one made-up clinician, and lets them do about it. */
import type {
  Consent,
  Instrument,
  Looked,
  OwnWork,
  PrivateRecord,
  Statement,
  SurveyRecord,
} from '@counterpart/server/contract'
import { clinicSubject } from './fixture-clinic.ts'
import { isoDay } from './fixture-clinic-people.ts'
import { clinicCalled, mondayOf } from './fixture-clinic-pictures.ts'
import { hour } from './fixture-data.ts'

const day = 24 * hour
export const ownSubject = 'provider/north-family.p001'

const often = ['Never', 'Rarely', 'Sometimes', 'Often', 'Always']
const scale = (words: readonly string[], first = 0) => words.map((label, index) => ({ value: index + first, label }))

const instruments: Instrument[] = [
  {
    name: 'mini-z',
    label: 'Mini-Z, one item',
    question: 'Using your own definition of burnout, choose one answer.',
    items: [
      {
        name: 'burnout',
        label: 'How I feel about my work',
        low: 1,
        high: 5,
        step: 1,
        answers: scale(
          [
            'I enjoy my work. I have no symptoms of burnout',
            'I am under stress and do not always have as much energy, but I do not feel burned out',
            'I am beginning to burn out, with one or more symptoms',
            'The symptoms will not go away. I think about work a lot',
            'I feel completely burned out',
          ],
          1,
        ),
      },
    ],
    source: 'Rohland 2004; Dolan 2015',
  },
  {
    name: 'pfi',
    label: 'Professional Fulfillment Index',
    question: 'How true is it of the last two weeks?',
    items: ['I feel happy at work', 'My work is meaningful', 'I feel worn out at work'].map((label, index) => ({
      name: `item-${index + 1}`,
      label,
      low: 0,
      high: 4,
      step: 1,
      answers: scale(often),
    })),
    source: 'Trockel 2018',
  },
  {
    name: 'nasa-tlx',
    label: 'NASA Task Load Index',
    question: 'The last day of work, from low to high.',
    items: ['Mental demand', 'Effort'].map((label) => ({
      name: label.toLowerCase().replace(' ', '-'),
      label,
      low: 0,
      high: 100,
      step: 5,
      answers: [
        { value: 0, label: 'very low' },
        { value: 100, label: 'very high' },
      ],
    })),
    source: 'Hart and Staveland 1988',
  },
]

export interface OwnWorkStore {
  work(now: number): OwnWork
  privateRecord(): PrivateRecord
  looked(now: number): Looked
  statements(): { statements: Statement[] }
  consent(what: string, body: { state: Consent['state']; until?: number }, now: number): Consent | undefined
  answer(body: { instrument: SurveyRecord['instrument']; answers: Record<string, number> }, now: number): SurveyRecord
  state(body: Pick<Statement, 'kind' | 'about' | 'text'>, now: number): Statement
  withdraw(id: string, now: number): Statement | undefined
  /** Days of a table whose columns are day, sleep, heart-rate variability and steps; how many. */
  wear(csv: string): number
  erase(): void
}

export function ownWorkStore(began: number): OwnWorkStore {
  const consents: Consent[] = [
    {
      what: 'surveys',
      label: 'Keep my answers to surveys, for me alone',
      state: 'given',
      since: began - 80 * day,
      until: null,
    },
    { what: 'surveys-in-groups', label: 'Count them in figures of groups', state: 'never', since: null, until: null },
    {
      what: 'wearable',
      label: 'Keep what my wearable measures, for me alone',
      state: 'given',
      since: began - 40 * day,
      until: null,
    },
    {
      what: 'wearable-in-groups',
      label: 'Count it in figures of groups',
      state: 'withdrawn',
      since: began - 9 * day,
      until: null,
    },
  ]
  let surveys: SurveyRecord[] = [
    {
      id: 's-1',
      instrument: 'mini-z',
      at: began - 62 * day,
      answers: { burnout: 2 },
      scores: [{ measure: 'burnout', label: 'Burnout', value: 2, unit: '1', cutOff: 3, beyond: false }],
    },
  ]
  let wearable = Array.from({ length: 28 }, (_, index) => ({
    day: isoDay(began - (28 - index) * day),
    sleep: index === 11 ? null : Math.round(410 + 45 * Math.sin(index * 1.7)),
    heartRateVariability: index % 9 === 4 ? null : Math.round(38 + 6 * Math.cos(index)),
    steps: Math.round(7000 + 2600 * Math.sin(index * 0.9)),
  }))
  const statements: Statement[] = [
    {
      id: 'st-1',
      kind: 'annotation',
      about: { week: isoDay(mondayOf(began) - 21 * day) },
      text: 'I covered two inboxes that week.',
      at: began - 15 * day,
      withdrawn: null,
    },
  ]
  let made = 1
  return {
    work: () => ({
      subject: ownSubject,
      clinic: {
        id: 'north-family',
        subject: clinicSubject,
        name: clinicCalled,
        timeZone: 'Europe/London',
        minimumCell: 5,
        overloadRatio: 1.375,
      },
      provider: {
        code: 'p001',
        label: 'Dr Adeyemi',
        pod: { code: 'elm', label: 'Elm' },
        profession: 'physician',
        clinicalFte: 0.8,
        panel: 1420,
        sex: 'female',
        yearsQualified: 11,
      },
      pictures: [
        { name: 'my-weeks', label: 'My weeks', kind: 'load', live: true },
        { name: 'my-measures', label: 'My measures', kind: 'groups', live: false },
      ],
      consents: consents.map((each) => ({ ...each })),
      instruments,
      held: [
        {
          what: 'work',
          label: 'What you did in the record, by hour',
          count: 2210,
          from: began - 400 * day,
          until: began,
          seenBy: 'You. In figures of groups of 5 or more: managers of the clinic',
          erasable: false,
        },
        {
          what: 'surveys',
          label: 'Your answers to surveys',
          count: surveys.length,
          from: began - 62 * day,
          until: began,
          seenBy: 'You alone',
          erasable: true,
        },
        {
          what: 'wearable',
          label: 'What your wearable measured, by day',
          count: wearable.length,
          from: began - 28 * day,
          until: began,
          seenBy: 'You alone',
          erasable: true,
        },
        {
          what: 'statements',
          label: 'What you said of your figures',
          count: statements.length,
          from: began - 15 * day,
          until: began,
          seenBy: 'You alone. Managers learn how many people contest, if 5 or more do',
          erasable: true,
        },
      ],
      openContests: statements.filter((each) => each.kind === 'contest' && each.withdrawn === null).length,
    }),
    privateRecord: () => ({ surveys, wearable }),
    looked: (now) => ({
      entries: [
        {
          at: now - 2 * hour,
          who: 'Dr Adeyemi',
          role: 'clinician',
          about: 'you',
          what: 'saw your own weeks',
          resource: 'my-weeks',
          outcome: 'allowed',
          event: 'audit@31',
        },
        {
          at: now - 5 * hour,
          who: 'Jo Park',
          role: 'manager',
          about: 'clinic',
          what: 'saw the weeks ahead by pod',
          resource: 'weeks-ahead',
          outcome: 'allowed',
          event: 'audit@30',
        },
        {
          at: now - 3 * day,
          who: 'Jo Park',
          role: 'manager',
          about: 'you',
          what: 'asked for your weeks',
          resource: 'my-weeks',
          outcome: 'denied',
          event: 'audit@12',
        },
      ],
    }),
    statements: () => ({ statements: [...statements].reverse() }),
    consent(what, { state, until }, now) {
      const known = consents.find((each) => each.what === what)
      if (known) Object.assign(known, { state, since: now, until: until ?? null })
      return known
    },
    answer({ instrument, answers }, now) {
      made += 1
      const value =
        Object.values(answers).reduce((sum, each) => sum + each, 0) / Math.max(1, Object.keys(answers).length)
      const record: SurveyRecord = {
        id: `s-${made}`,
        instrument,
        at: now,
        answers,
        scores: [
          {
            measure: 'score',
            label: instrument === 'mini-z' ? 'Burnout' : 'Mean',
            value,
            unit: '1',
            cutOff: instrument === 'mini-z' ? 3 : null,
            beyond: instrument === 'mini-z' ? value >= 3 : null,
          },
        ],
      }
      surveys = [record, ...surveys]
      return record
    },
    state(body, now) {
      made += 1
      const statement: Statement = { ...body, id: `st-${made}`, at: now, withdrawn: null }
      statements.push(statement)
      return statement
    },
    withdraw(id, now) {
      const known = statements.find((each) => each.id === id)
      if (known) Object.assign(known, { withdrawn: now })
      return known
    },
    wear(csv) {
      const days = csv
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => {
          const [day = '', sleep, heart, steps] = line.split(',')
          return { day, sleep: Number(sleep), heartRateVariability: Number(heart), steps: Number(steps) }
        })
      wearable = [...wearable, ...days]
      return days.length
    },
    erase() {
      surveys = []
      wearable = []
      statements.length = 0
      for (const each of consents) Object.assign(each, { state: 'never', since: null, until: null })
    },
  }
}
