/** What the twin of the fixture clinic advises, with what it is worth. Made up. */
import type { RecommendationThread } from '@counterpart/server/contract'
import { clinicSubject, clinicTwin } from './fixture-clinic.ts'
import { mondayOf } from './fixture-clinic-pictures.ts'
import { hour, minute, summary } from './fixture-data.ts'

const day = 24 * hour
const week = 7 * day

type Option = RecommendationThread['options'][number]

function option(
  rank: number,
  id: string,
  name: string,
  plan: readonly { intervention: string; dose: number; on?: string[] }[],
  gain: number,
  now: number,
  worth?: Option['worth'],
): Option {
  const none = plan.length === 0
  return {
    rank,
    scenario: { id, name, interventions: plan.map((each) => ({ ...each, from: now })) },
    effects: none
      ? []
      : [
          {
            quantity: 'outside-hours',
            label: 'Outside scheduled time',
            unit: 'h',
            digits: 1,
            at: mondayOf(now) + 5 * week,
            withIt: summary(8.6 - gain / 8, 0.4),
            carryingOn: summary(8.6, 0.4),
            difference: summary(-gain / 8, 0.15),
          },
        ],
    gain: none ? summary(0, 0) : summary(gain, 2.2),
    probabilityBetter: none ? 0 : 0.86 + gain / 100,
    probabilityOfHarm: 0.02,
    reason: none ? 'The reference' : 'Messages are what fills the evenings of Elm',
    riskClass: none ? 'low' : 'moderate',
    cost: none ? 'None' : 'Hours of nurses and assistants, and their training',
    mayApprove: ['manager'],
    undo: 'Route messages to the clinicians again',
    youMayApprove: true,
    ...(worth ? { worth } : {}),
  }
}

export function clinicRecommendation(now: number): RecommendationThread {
  return {
    id: 'rec-clinic',
    twin: clinicTwin,
    subject: clinicSubject,
    madeAt: now - 20 * minute,
    expires: now + 6 * day,
    state: 'open',
    finding: 'Eleven people are likely to be overloaded in each of the next four weeks, most of them in Elm',
    objective: { name: 'overload', statement: 'Fewer overloaded weeks', unit: 'person-weeks' },
    options: [
      option(
        1,
        'team-elm',
        'Let a team deal with 30 % of messages first, in Elm and Oak',
        [{ intervention: 'team-inbox', dose: 30, on: ['elm', 'oak'] }],
        8.2,
        now,
        {
          unit: 'USD/a',
          cost: summary(61_000, 6_000),
          benefit: summary(94_000, 31_000),
          net: summary(33_000, 32_000),
          probabilityPays: 0.85,
          daysToBenefit: summary(38, 9),
          burden: summary(190, 30),
          worseOff: [{ who: 'Nurses and assistants', how: 'about 14 h of messages a week between them' }],
          evidence: [
            {
              finding: 'Six clinics: 12.2 messages and 6.3 minutes outside hours fewer a day',
              source: 'Appl Clin Inform 2024',
              agrees: 'yes',
            },
            {
              finding: 'Fewer notifications alone did not change burnout',
              source: 'VHA, 6,459 clinicians',
              agrees: 'no',
            },
          ],
        },
      ),
      option(
        2,
        'time-40',
        'Keep 40 min a day for messages',
        [{ intervention: 'protected-inbox-time', dose: 40 }],
        5.1,
        now,
        {
          unit: 'USD/a',
          cost: summary(180_000, 22_000),
          benefit: summary(120_000, 60_000),
          net: summary(-60_000, 64_000),
          probabilityPays: 0.17,
          daysToBenefit: summary(12, 3),
          burden: summary(60, 15),
          worseOff: [],
          evidence: [
            { finding: 'No measured change of work after hours', source: 'Michigan Medicine', agrees: 'mixed' },
          ],
        },
      ),
      option(3, 'carry-on', 'Carry on as now', [], 0, now),
    ],
    decisions: [],
    actions: [],
    outcomes: [],
    event: `${clinicTwin}@32`,
  }
}
