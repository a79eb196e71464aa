/** What the clinic of the fixture server draws: made-up pods and people. Nobody real. */
import type { LoadPicture, PictureData } from '@counterpart/server/contract'
import { fairness, measureNames, measures, risk } from './fixture-clinic-groups.ts'
import { hour, summary } from './fixture-data.ts'

const day = 24 * hour
const week = 7 * day

export const pods = [
  { code: 'elm', label: 'Elm', people: 10 },
  { code: 'oak', label: 'Oak', people: 9 },
  { code: 'ash', label: 'Ash', people: 9 },
  { code: 'birch', label: 'Birch', people: 9 },
  { code: 'rowan', label: 'Rowan', people: 11 },
  { code: 'yew', label: 'Yew', people: 4 },
] as const
export const clinicCalled = 'North family medicine'

export const tooFew = 'fewer than 5 people'

/** The Monday of this week in London, whose clock was UTC in winter. */
export function mondayOf(now: number): number {
  const monday = 4 * day
  return Math.floor((now - monday) / week) * week + monday
}

const dayName = (at: number) =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'Europe/London' }).format(at)

type Cell = LoadPicture['rows'][number]['cells'][number]

/** A cell of so many contracted hours, worked so much fuller than contracted. */
function cell(known: Cell['known'], contracted: number, load: number, ahead: number, wave: number): Cell {
  const spread = known === 'measured' ? 0 : contracted * 0.035 * Math.sqrt(1 + ahead)
  const work = contracted * (load + 0.05 * wave)
  const chance = Math.min(0.96, Math.max(0.02, (load + 0.05 * wave - 0.95) * 1.5))
  return {
    known,
    contracted,
    scheduled: contracted * 0.88,
    work: summary(work, spread),
    outside: summary(work * 0.17, spread * 0.4),
    backlog: summary(work * 0.04, spread * 0.2),
    overload:
      known === 'measured'
        ? { estimate: chance, low: chance, high: chance }
        : { estimate: chance, low: chance * 0.6, high: Math.min(0.99, chance * 1.5) },
    ...(known === 'forecast' ? {} : { completeness: 1 }),
    away: 0,
  }
}

function podRows(periods: number, knownAt: (index: number) => Cell['known'], hoursAWeek: number) {
  return pods.map(({ code, label, people }, row) => ({
    name: code,
    label,
    people,
    cells: Array.from({ length: periods }, (_, index): Cell => {
      const known = knownAt(index)
      const made = cell(
        known,
        people * hoursAWeek,
        [1.28, 1.1, 1.04, 1.16, 1.09, 1.12][row]!,
        index,
        Math.sin(index * 1.3 + row),
      )
      if (code === 'yew') return { ...made, overload: null, suppressed: tooFew }
      if (code === 'oak' && index === 1 && known === 'measured')
        return { ...made, completeness: 0.71, work: summary(made.work.p50, 9), outside: summary(made.outside.p50, 4) }
      if (code === 'birch' && index === periods - 1) return { ...made, away: 3, contracted: made.contracted * 0.67 }
      return made
    }),
  }))
}

function weekPicture(now: number): LoadPicture {
  const first = mondayOf(now) - week
  return {
    kind: 'load',
    title: 'This week',
    description: 'Hours of six pods last week, this week and the next; the figures of Yew are not shown.',
    asOf: now,
    periods: periodsFrom(first, 3),
    rows: podRows(3, (index) => (index < 1 ? 'measured' : index === 1 ? 'partly' : 'forecast'), 34),
    findings: [
      {
        row: 'elm',
        sentence: 'Elm will be overloaded this week: 20 messages per person and day, 6 more than usual.',
        probability: { estimate: 0.62, low: 0.51, high: 0.72 },
      },
    ],
  }
}

function periodsFrom(first: number, count: number): LoadPicture['periods'] {
  return Array.from({ length: count }, (_, index) => ({
    from: first + index * week,
    until: first + (index + 1) * week,
    label: dayName(first + index * week),
  }))
}

function weeksAhead(now: number): LoadPicture {
  const first = mondayOf(now) - 4 * week
  return {
    kind: 'load',
    title: 'The weeks ahead',
    description: 'Four weeks measured and four to come: Elm stays above its contracted hours; Birch has three away.',
    asOf: now,
    periods: periodsFrom(first, 9),
    rows: podRows(9, (index) => (index < 4 ? 'measured' : index === 4 ? 'partly' : 'forecast'), 34),
    findings: [
      {
        row: 'birch',
        sentence: 'Three of Birch are away in the last week; their messages wait for the others.',
        probability: { estimate: 0.44, low: 0.33, high: 0.56 },
      },
    ],
  }
}

export function clinicPicture(name: string, now: number): PictureData | undefined {
  if (name === 'week') return weekPicture(now)
  if (name === 'weeks-ahead') return weeksAhead(now)
  if (name === 'measures') return measures(now)
  if (name === 'risk') return risk(now)
  if (name === 'fairness') return fairness(now)
  return undefined
}

/** One person's own weeks and measures. */
export function ownPicture(name: string, now: number): PictureData | undefined {
  const first = mondayOf(now) - 8 * week
  if (name === 'my-weeks')
    return {
      kind: 'load',
      title: 'My weeks',
      description:
        'Eight weeks measured, this one under way and four to come; two of them are likely to be overloaded.',
      asOf: now,
      periods: periodsFrom(first, 13),
      rows: [
        {
          name: 'you',
          label: 'You',
          people: 1,
          cells: Array.from({ length: 13 }, (_, index): Cell => {
            const known = index < 8 ? 'measured' : index === 8 ? 'partly' : 'forecast'
            const made = cell(known, 32, 1.12 + (index > 9 ? 0.12 : 0), Math.max(0, index - 8), Math.sin(index * 1.9))
            const over = made.work.p50 > 1.16 * 32 ? 1 : 0
            if (index === 3)
              return {
                ...made,
                away: 1,
                contracted: 0,
                scheduled: 0,
                overload: null,
                work: summary(4.2, 0),
                outside: summary(4.2, 0),
              }
            if (index === 5)
              return {
                ...made,
                completeness: 0.64,
                work: summary(36, 3),
                outside: summary(7, 1.5),
                overload: { estimate: 0.31, low: 0.2, high: 0.43 },
              }
            return known === 'measured' ? { ...made, overload: { estimate: over, low: over, high: over } } : made
          }),
        },
      ],
      findings: [
        {
          row: 'you',
          sentence: `The week of ${dayName(first + 11 * week)} is likely to be overloaded: two colleagues of your pod are away.`,
          probability: { estimate: 0.58, low: 0.44, high: 0.71 },
        },
      ],
    }
  if (name === 'my-measures')
    return {
      ...measures(now),
      title: 'My measures',
      description: 'Your last four weeks beside the twelve before them.',
      groups: [
        ['you', 'You, last 4 weeks', 0],
        ['past', 'You, 12 weeks before', -0.05],
      ].map(([code, label, shift]) => ({
        name: String(code),
        label: String(label),
        values: Object.fromEntries(
          measureNames.map(([measure, , , , value]) => {
            const estimate = value * (1.06 + Number(shift))
            return [measure, { estimate, low: estimate * 0.94, high: estimate * 1.06, completeness: 0.97 }]
          }),
        ),
      })),
      notes: [],
    }
  return undefined
}
