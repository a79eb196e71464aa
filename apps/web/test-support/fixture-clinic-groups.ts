/** Measures, risk and fairness of the fixture clinic, as groups beside each other. Made up. */
import type { GroupsPicture } from '@counterpart/server/contract'
import { pods, tooFew } from './fixture-clinic-pictures.ts'

const toldByDifference = 'would tell of a small group by difference'

export const measureNames = [
  ['ehr-time-8', 'EHR-Time8', 'h', 1, 5.23, 'Hours in the record for 8 h of scheduled patient time (Sinsky 2020).'],
  ['wow-8', 'WOW8', 'h', 1, 1.4, 'Hours in the record outside scheduled time for 8 h of it (Sinsky 2020).'],
  ['ib-time-8', 'IB-Time8', 'h', 1, 1.1, 'Hours on the inbox for 8 h of scheduled patient time (Sinsky 2020).'],
  ['tword', 'TWORD', '%', 0, 32, 'Share of orders that a team prepared (Sinsky 2020).'],
] as const

export function measures(now: number): GroupsPicture {
  return {
    kind: 'groups',
    title: 'Published measures',
    description: 'Four published measures by pod over the last four weeks; Elm spends most time in the record.',
    asOf: now,
    indicators: measureNames.map(([name, label, unit, digits, value, definition]) => ({
      name,
      label,
      unit,
      digits,
      definition,
      beside: { value, label: 'Melnick 2021, median' },
    })),
    groups: [{ code: 'clinic', label: 'Clinic', people: 52 }, ...pods].map(({ code, label, people }, row) => ({
      name: code,
      label,
      ...(people >= 5 ? { n: people } : {}),
      values: Object.fromEntries(
        measureNames.map(([name, , , , value], index) => {
          const estimate = value * (1 + 0.09 * Math.sin(row * 1.7 + index))
          const half = value * (code === 'clinic' ? 0.03 : 0.08)
          if (people < 5) return [name, { estimate: null, suppressed: tooFew }]
          return [
            name,
            { estimate, low: estimate - half, high: estimate + half, completeness: code === 'oak' ? 0.9 : 1 },
          ]
        }),
      ),
    })),
    notes: ['Intervals widen where the log has holes.'],
  }
}

export function risk(now: number): GroupsPicture {
  return {
    kind: 'groups',
    title: 'Risk of burnout',
    description: 'Expected share of people with burnout: 43 % in the clinic (90 % interval 33–54).',
    asOf: now,
    indicators: [
      {
        name: 'burnout',
        label: 'Expected share with burnout',
        unit: '%',
        digits: 0,
        definition: 'Of all who work in the group, not only of those who answered (Mini-Z single item, 3 or more).',
        beside: { value: 45, label: 'physicians in the United States 2023' },
      },
    ],
    groups: [
      { name: 'clinic', label: 'Clinic', n: 52, values: { burnout: { estimate: 43, low: 33, high: 54 } } },
      { name: 'elm', label: 'Elm', n: 10, values: { burnout: { estimate: 52, low: 34, high: 69 } } },
      { name: 'oak', label: 'Oak', values: { burnout: { estimate: null, suppressed: toldByDifference } } },
      { name: 'yew', label: 'Yew', values: { burnout: { estimate: null, suppressed: tooFew } } },
    ],
    notes: [
      'What logs can tell of burnout is little: published models reach an area under the curve of 0.6 for single people. Use it to change the work, never to judge anybody.',
    ],
  }
}

export function fairness(now: number): GroupsPicture {
  const value = (estimate: number, half: number) => ({ estimate, low: estimate - half, high: estimate + half })
  const groups = [
    ['women', 'Women', 'Sex', 30, 1.18, -0.4],
    ['men', 'Men', 'Sex', 22, 1.0, 0.3],
    ['early', 'Less than 10 years qualified', 'Seniority', 18, 1.04, 0.1],
    ['late', '10 years and more', 'Seniority', 34, 1.1, -0.2],
    ['part', 'Part time', 'Contract', 21, 1.16, -0.6],
    ['full', 'Full time', 'Contract', 31, 1.03, 0.2],
  ] as const
  return {
    kind: 'groups',
    title: 'Fairness',
    description: 'Real load differs: women carry 18 % more inbox time. Errors of the forecast do not differ surely.',
    asOf: now,
    indicators: [
      {
        name: 'inbox-ratio',
        label: 'Inbox time against the clinic’s mean',
        unit: '1',
        digits: 2,
        beside: { value: 1, label: 'no difference' },
      },
      {
        name: 'error',
        label: 'Error of the forecast a week ahead',
        unit: 'h',
        digits: 1,
        beside: { value: 0, label: 'none' },
      },
    ],
    groups: groups.map(([name, label, heading, n, ratio, error]) => ({
      name,
      label,
      heading,
      n,
      values: { 'inbox-ratio': value(ratio, 0.07), error: value(error, 0.7) },
    })),
    notes: ['Differences in load are shown as they are, not corrected.'],
  }
}
