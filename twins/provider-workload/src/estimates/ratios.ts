import { activities, messageKinds } from '../work/figures.ts'
import { type Evidence, of } from './evidence.ts'
import { priors } from './priors.ts'

/** Something of a person that is estimated as so much for so much: minutes for a visit, done of what there was to do. */
export interface Ratio {
  readonly name: string
  readonly label: string
  /** UCUM */
  readonly unit: string
  readonly scale: 'log' | 'logit'
  readonly over: (evidence: Evidence) => number
  readonly under: (evidence: Evidence) => number
  /** Median of people, and standard deviations on the scale. */
  readonly prior: { readonly median: number; readonly between: number; readonly unsure: number }
  /** Relative variance of one unit of `under` (of `over` where `counts`), assumed before weeks have shown it. */
  readonly variation: number
  /** It counts events: its variance goes with `over`. */
  readonly counts?: true
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const { between, unsure } = priors

const minutesOfVisit = (
  name: string,
  label: string,
  from: readonly (typeof activities)[number][],
  median: number,
): Ratio => ({
  name: `visit-${name}`,
  label: `${label} for a visit`,
  unit: 'min',
  scale: 'log',
  over: (e) => sum(from.map((activity) => of(e, 'ehr', activities.indexOf(activity)))),
  under: (e) => of(e, 'visits'),
  prior: { median, between: between.minutes, unsure: unsure.minutes },
  variation: 0.6,
})

const share = (
  name: string,
  label: string,
  over: Ratio['over'],
  under: Ratio['under'],
  median: number,
  variation: number,
): Ratio => ({
  name,
  label,
  unit: '1',
  scale: 'logit',
  over,
  under,
  prior: { median, between: between.share, unsure: unsure.share },
  variation,
})

const [chart, note, order, prescription, other] = priors.visitMinutes

/** Messages of a person by kind: for so many thousands of patients on so many days, each day counted by its weekday. */
export const messageRatio = (kind: number, weekdays: readonly number[]): Ratio => ({
  name: `messages-${messageKinds[kind]}`,
  label: `Messages a weekday: ${messageKinds[kind]}`,
  unit: '1',
  scale: 'log',
  over: (e) => of(e, 'received', kind),
  under: (e) => sum(weekdays.map((factor, d) => factor * of(e, 'exposure', d))),
  prior: {
    median: priors.messagesPerDay[kind]! / (priors.panel / 1000),
    between: between.messages,
    unsure: unsure.messages,
  },
  variation: 2,
  counts: true,
})

/** How long this person takes for messages, against what the clinic takes for the same kinds. */
export const paceRatio = (minutesByKind: readonly number[]): Ratio => ({
  name: 'message-pace',
  label: 'Minutes for a message against the clinic’s',
  unit: '1',
  scale: 'log',
  over: (e) => sum(messageKinds.map((_, k) => of(e, 'withMinutes', k))),
  under: (e) => sum(minutesByKind.map((minutes, k) => minutes * doneOf(e, k))),
  prior: { median: 1, between: between.pace, unsure: 0.1 },
  variation: 1,
})

/** Messages done by kind, on days on which any were: row sums of the products. */
function doneOf(evidence: Evidence, kind: number): number {
  let total = 0
  for (let other = 0; other < messageKinds.length; other++) total += of(evidence, 'products', productAt(kind, other))
  return total
}

/** Place of a pair of kinds among the products. */
export function productAt(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a]
  return low * messageKinds.length - (low * (low - 1)) / 2 + (high - low)
}

/** What is estimated of everybody besides messages and pace. */
export const workRatios: readonly Ratio[] = [
  minutesOfVisit('chart-review', 'Chart review', ['chart-review'], chart),
  minutesOfVisit('note', 'Note', ['note'], note),
  minutesOfVisit('order', 'Orders', ['order'], order),
  minutesOfVisit('prescription', 'Prescriptions', ['prescription'], prescription),
  minutesOfVisit('other', 'Schedule and other', ['schedule', 'other'], other),
  {
    name: 'face-minutes',
    label: 'Scheduled minutes of a visit away from the record',
    unit: 'min',
    scale: 'log',
    over: (e) => Math.max(3 * of(e, 'seen'), of(e, 'usable') - of(e, 'inside')),
    under: (e) => of(e, 'seen'),
    prior: { median: priors.faceMinutes, between: between.face, unsure: unsure.minutes },
    variation: 0.3,
  },
  share(
    'notes-later',
    'Part of notes’ minutes outside scheduled time',
    (e) => of(e, 'notesOutside'),
    (e) => of(e, 'notes'),
    priors.notesLater,
    20,
  ),
  share(
    'rest-later',
    'Part of the rest of visits’ record outside scheduled time',
    (e) => of(e, 'restOutside'),
    (e) => of(e, 'rest'),
    priors.restLater,
    20,
  ),
  share(
    'clears',
    'Part of messages done on the day',
    (e) => of(e, 'done', 0),
    (e) => of(e, 'offered', 0),
    priors.clears,
    3,
  ),
  share(
    'clears-off',
    'Part of messages done on a day off',
    (e) => of(e, 'done', 1),
    (e) => of(e, 'offered', 1),
    priors.clearsOff,
    30,
  ),
  share(
    'clears-away',
    'Part of messages done on a day of leave',
    (e) => of(e, 'done', 2),
    (e) => of(e, 'offered', 2),
    priors.clearsAway,
    30,
  ),
  share(
    'no-show',
    'Part of visits missed',
    (e) => of(e, 'missed'),
    (e) => of(e, 'booked'),
    priors.noShow,
    15,
  ),
  {
    name: 'visits-per-hour',
    label: 'Visits booked for an hour of clinic',
    unit: '/h',
    scale: 'log',
    over: (e) => of(e, 'booked'),
    under: (e) => of(e, 'clinicHours'),
    prior: { median: priors.visitsPerHour, between: between.visits, unsure: unsure.visits },
    variation: 0.3,
  },
]
