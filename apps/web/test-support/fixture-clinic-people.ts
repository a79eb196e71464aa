/** The people of the fixture clinic, their rota and a proposal for the next weeks. Nobody real. */
import type { Clinic, RotaProposal, RotaWeek } from '@counterpart/server/contract'
import { clinicSubject } from './fixture-clinic.ts'
import { clinicCalled, mondayOf, pods } from './fixture-clinic-pictures.ts'
import { hour } from './fixture-data.ts'

const day = 24 * hour
const names = [
  'Adeyemi',
  'Brandt',
  'Castillo',
  'Dahl',
  'Eriksen',
  'Farouk',
  'Grant',
  'Hughes',
  'Ibarra',
  'Joshi',
  'Keane',
  'Lund',
  'Mensah',
  'Novak',
  'Okafor',
  'Petrov',
  'Quist',
  'Rossi',
  'Sato',
  'Tran',
  'Umar',
  'Vega',
  'Walsh',
  'Xu',
  'Yilmaz',
  'Zhou',
] as const

const people: Clinic['people'] = pods.flatMap((pod, row) =>
  Array.from({ length: pod.people }, (_, index) => {
    const at = pods.slice(0, row).reduce((sum, each) => sum + each.people, 0) + index
    const part = index % 3 === 2
    return {
      provider: `p${String(at + 1).padStart(3, '0')}`,
      label: `Dr ${names[at % names.length]}${at >= names.length ? ' B' : ''}`,
      pod: pod.code,
      profession: 'physician' as const,
      clinicalFte: part ? 0.6 : 1,
      panel: part ? 1080 : 1800,
    }
  }),
)

export const isoDay = (at: number) => new Date(at).toISOString().slice(0, 10)

/** One week of everybody: clinic, an inbox half-day, teaching for some, part-timers away from Wednesday on. */
function rotaOf(monday: number): RotaWeek[] {
  return people.map(({ provider, clinicalFte }, row) => ({
    provider,
    week: isoDay(monday),
    spans: Array.from({ length: clinicalFte < 1 ? 6 : 10 }, (_, half) => {
      const morning = half % 2 === 0
      const from = monday + Math.floor(half / 2) * day + (morning ? 8 : 13) * hour
      const work =
        half === row % 10 ? ('inbox' as const) : half === (row + 5) % 12 ? ('teaching' as const) : ('clinic' as const)
      return { from, until: from + 4 * hour, work }
    }),
  }))
}

export function clinicDetail(now: number): Clinic {
  const monday = mondayOf(now)
  return {
    id: 'north-family',
    subject: clinicSubject,
    name: clinicCalled,
    timeZone: 'Europe/London',
    minimumCell: 5,
    overloadRatio: 1.375,
    pods: pods.map((each) => ({ ...each })),
    people,
    visitKinds: [{ code: 'follow-up', label: 'Follow-up', minutes: 20 }],
    practice: { teamInbox: false, refillProtocol: false, scribes: [] },
    rota: [0, 1, 2, 3].flatMap((week) => rotaOf(monday + week * 7 * day)),
    absences: [{ provider: 'p003', from: monday + day, until: monday + 4 * day }],
    contests: { people: null, byPod: [], note: 'Fewer than 5 people contest a figure, or nobody does.' },
  }
}

/** A proposal some milliseconds after it was asked for. */
export function rotaProposal(
  id: string,
  elapsed: number,
  now: number,
  { takes, clash }: { takes: number; clash: boolean },
): RotaProposal {
  const firstWeek = mondayOf(now) + 7 * day
  const base = {
    id,
    asked: { firstWeek: isoDay(firstWeek), weeks: 4, secondsAtMost: 30 },
    elapsed,
    message: null,
    of: 30_000,
  }
  if (elapsed < takes) return { ...base, state: 'running', done: elapsed, result: null }
  if (clash)
    return {
      ...base,
      state: 'infeasible',
      done: 30_000,
      result: {
        gap: null,
        seconds: 3.1,
        rota: [],
        rules: [],
        fairness: [],
        clashes: [
          {
            sentence: 'Birch needs 6 clinicians on Thursday mornings, but 4 of its 9 are on leave or teach then.',
            rules: ['cover-minimum', 'leave', 'fixed'],
            repair: 'Ask for 5 there, or let one of Ash work in Birch on Thursdays.',
          },
        ],
      },
    }
  return {
    ...base,
    state: 'done',
    done: 30_000,
    result: {
      gap: 0.012,
      seconds: 21.4,
      rota: [0, 1, 2, 3].flatMap((week) => rotaOf(firstWeek + week * 7 * day)),
      rules: [
        { name: 'cover-minimum', label: 'Enough clinicians in each pod', kept: 'everywhere', cost: 0 },
        { name: 'leave', label: 'Leave is kept', kept: 'everywhere', cost: 0 },
        { name: 'wishes', label: 'Wishes are met', kept: '91 of 104', cost: 26 },
        { name: 'continuity', label: 'Own patients find their doctor', kept: '3 gaps', cost: 9 },
      ],
      fairness: [
        { label: 'Friday afternoons, most and fewest for a full post', value: 1, unit: '{half-day}', note: null },
        { label: 'Wishes met, part time against full time', value: 0.97, unit: '1', note: '90 % interval 0.84 to 1.1' },
      ],
      clashes: [],
    },
  }
}
