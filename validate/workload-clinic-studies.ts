// Published studies of primary care's work, each with the settings under which the simulated clinic is put beside it, and the
// figure as the study defines it.
import { day, type Instant, type MessageKind } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { type CalibrationName, type ClinicOptions, simulateClinic } from '@counterpart/sandbox'
import {
  around,
  coefficient,
  type Estimate,
  fromP,
  fromSpread,
  meanOver,
  medianOver,
  slopeWithin,
} from './workload-clinic-statistics.ts'
import { Tallies, type Tally } from './workload-clinic-tally.ts'

/** One published figure beside the simulated one. */
export interface Compared {
  readonly name: string
  readonly unit: string
  readonly published: Estimate
  /** Where its interval comes from. */
  readonly basis: string
  readonly simulated: Estimate
}

export interface Study {
  readonly name: string
  readonly calibration: CalibrationName
  readonly from: Instant
  readonly weeks: number
  readonly clinics: number
  readonly people?: number
  /** What is the study's own about how it counts. */
  readonly definition: string
  compare(people: readonly Tally[]): Compared[]
}

/**
 * Spread between people where a study gives none: of minutes at the screen and outside scheduled time after 56 primary-care paediatricians
 * (JMIR Med Inform 2022;10:e34787: 4.4, SD 2.0, and 0.8, SD 0.8 h a workday); of messages after the three groups of Cleveland's clinicians.
 */
const spread = { screen: 0.45, outside: 1, messages: 0.47 }
const spreadNote = (what: keyof typeof spread) => `no SD in the abstract; from n and a CV of ${spread[what]}`

/** Runs the clinics of a study on seeds that nothing was tuned on. */
export function* simulateStudy(
  study: Study,
  seeds: (index: number) => string,
): Generator<string, readonly Tally[], undefined> {
  const people: Tally[] = []
  for (let i = 0; i < study.clinics; i++) {
    people.push(
      ...tallied(
        { seed: seeds(i), from: study.from, size: study.people ?? 52, calibration: study.calibration },
        study.weeks,
      ),
    )
    yield `${study.name}: ${i + 1} of ${study.clinics} clinics`
  }
  return people
}

/** A clinic's people over some weeks. */
export function tallied(options: ClinicOptions, weeks: number): Tally[] {
  const { from } = options
  const clinic = simulateClinic({ timeZone: 'UTC', ...options })
  const tallies = new Tallies('UTC', from)
  for (let week = 1; week <= weeks; week++) tallies.take(clinic.advance(from + week * 7 * day), from + week * 7 * day)
  return tallies.finish()
}

const per8 = (of: (person: Tally) => number) => (people: readonly Tally[]) =>
  meanOver(people.map((person) => (8 * of(person)) / person.scheduledHours))

const perWeekday = (of: (person: Tally) => number) => (people: readonly Tally[]) =>
  meanOver(people.map((person) => of(person) / person.weekdays / person.fte))

/** Documentation, order entry, and the third of what has no name that is taken for billing, coding and security. */
const clerical = ({ by }: Tally) => by.note + by.order + by.prescription + by.other / 3

function arndt2024(calibration: CalibrationName, from: Instant, weeks: number, values: readonly number[]): Study {
  const [ehr, orders, inbox, chart, notes, outside, unscheduled, advice, rx, calls, results] = values as number[]
  const time = (name: string, value: number, what: 'screen' | 'outside', of: (person: Tally) => number) => ({
    name,
    unit: 'min/8 h',
    value,
    what,
    of: per8(of),
  })
  const messages = (name: string, value: number, kind: MessageKind) => ({
    name,
    unit: '1/8 h',
    value,
    what: 'messages' as const,
    of: per8(({ received }) => received[kind]),
  })
  const figures = [
    time('EHR', ehr!, 'screen', (person) => person.ehr),
    time('orders', orders!, 'screen', ({ by }) => by.order + by.prescription),
    time('inbox', inbox!, 'screen', ({ by }) => by.inbox),
    time('chart review', chart!, 'screen', ({ by }) => by['chart-review']),
    time('notes', notes!, 'screen', ({ by }) => by.note),
    time('outside scheduled hours, scheduled days', outside!, 'outside', (person) => person.outsideScheduled),
    time('unscheduled days', unscheduled!, 'outside', (person) => person.unscheduled),
    messages('medical advice requests', advice!, 'patient'),
    messages('prescription messages', rx!, 'refill'),
    messages('patient calls', calls!, 'call'),
    messages('results', results!, 'result'),
  ]
  return {
    name: `Arndt 2024, ${calibration === 'wisconsin-2019' ? 'May 2019 to February 2020' : 'April 2022 to March 2023'}`,
    calibration,
    from,
    weeks,
    clinics: 3,
    definition:
      'per 8 hours of the rota with patients; outside: more than 30 min from them on such days; orders with prescriptions',
    compare: (people) =>
      figures.map(({ name, unit, value, what, of }) => ({
        name,
        unit,
        published: fromSpread(value, 141, spread[what]),
        basis: `n = 141, ${spreadNote(what)}`,
        simulated: of(people),
      })),
  }
}

/** The published figures are those of docs/sources: Arndt 2017 and 2024, Melnick 2021, Akbar 2021, Tai-Seale 2019, Cleveland 2023, Rittenberg 2022. */
export const studies: readonly Study[] = [
  {
    name: 'Arndt 2017',
    calibration: 'wisconsin-2015',
    from: Date.UTC(2015, 0, 5),
    weeks: 52,
    clinics: 3,
    definition: 'per weekday at work and 1.0 clinical FTE; clinic hours: Monday to Friday 8:00 to 18:00',
    compare: (people) => {
      const time = (name: string, value: number, what: 'screen' | 'outside', of: (person: Tally) => number) => ({
        name,
        unit: 'min/d',
        published: fromSpread(value, 142, spread[what]),
        basis: `n = 142, ${spreadNote(what)}`,
        simulated: perWeekday(of)(people),
      })
      return [
        time('EHR', 355, 'screen', ({ ehr }) => ehr),
        time('in clinic hours', 269, 'screen', ({ ehr, after }) => ehr - after),
        time('after hours', 86, 'outside', ({ after }) => after),
        time('clerical', 157, 'screen', clerical),
        time('inbox', 85, 'screen', ({ by }) => by.inbox),
      ]
    },
  },
  arndt2024(
    'wisconsin-2019',
    Date.UTC(2019, 3, 29),
    44,
    [364.1, 39.2, 57.4, 55.4, 126.1, 78, 68.3, 9.7, 11.8, 26.7, 11.1],
  ),
  arndt2024(
    'wisconsin-2023',
    Date.UTC(2022, 3, 4),
    52,
    [392.5, 62.3, 71.4, 62.6, 129, 84.4, 81.9, 15.1, 14.1, 23.9, 10.8],
  ),
  {
    name: 'Melnick 2021',
    calibration: 'ambulatory-2019',
    from: Date.UTC(2019, 6, 29),
    weeks: 5,
    clinics: 11,
    definition: 'hours at the screen per 8 hours of the rota with patients, one month',
    compare: (people) => {
      const seen = people.filter(({ scheduledHours }) => scheduledHours >= 8)
      const time8 = seen.map(({ ehr, scheduledHours }) => (8 * ehr) / 60 / scheduledHours)
      const rows = seen.map(({ female, scheduledHours }) => [female ? 1 : 0, scheduledHours])
      return [
        {
          name: 'median EHR-Time8',
          unit: 'h',
          published: fromSpread(5.23, 573, 1.253 * spread.screen),
          basis: `n = 573, ${spreadNote('screen')}, times 1.253 for a median`,
          simulated: medianOver(time8),
        },
        {
          name: 'female, adjusted for hours',
          unit: 'h',
          published: fromP(0.58, 0.001, false),
          basis: 'p < .001, so this interval is at most so wide; specialties have no counterpart here',
          simulated: coefficient(rows, time8, 1),
        },
        {
          name: 'each clinical hour more in the month',
          unit: 'h',
          published: fromP(-0.01, 0.001, false),
          basis: 'p < .001, so this interval is at most so wide',
          simulated: coefficient(rows, time8, 2),
        },
      ]
    },
  },
  {
    name: 'Akbar 2021',
    calibration: 'northern-california',
    from: Date.UTC(2018, 4, 7),
    weeks: 5,
    clinics: 6,
    definition:
      'per day with patients; outside work hours: before 8:00 and from 17:00; top and bottom quarter by time in the inbox',
    compare: (people) => {
      const seen = people
        .filter(({ workdays }) => workdays > 2)
        .sort((a, b) => a.inboxWorkdays / a.workdays - b.inboxWorkdays / b.workdays)
      const quarter = Math.floor(seen.length / 4)
      const daily = (list: readonly Tally[], of: (person: Tally) => number) =>
        meanOver(list.map((person) => of(person) / person.workdays))
      const share = (kind: MessageKind) =>
        meanOver(
          seen.map(
            ({ messageMinutes }) => messageMinutes[kind] / Object.values(messageMinutes).reduce((a, b) => a + b, 0),
          ),
        )
      const row = (name: string, unit: string, published: Estimate, basis: string, simulated: Estimate): Compared => ({
        name,
        unit,
        published,
        basis,
        simulated,
      })
      const n = 1275
      const group = `n = ${Math.round(n / 4)} taken for each group`
      return [
        row(
          'inbox',
          'min/d',
          fromSpread(52, n, spread.screen),
          `n = ${n}, ${spreadNote('screen')}`,
          daily(seen, (p) => p.inboxWorkdays),
        ),
        row(
          'inbox outside work hours',
          'min/d',
          fromSpread(19, n, spread.outside),
          `n = ${n}, ${spreadNote('outside')}`,
          daily(seen, (p) => p.inboxWorkdaysOutside),
        ),
        row(
          'message views, top group',
          '1/d',
          fromSpread(200, n / 4, spread.messages),
          `${group}, ${spreadNote('messages')}`,
          daily(seen.slice(-quarter), (p) => p.views),
        ),
        row(
          'message views, bottom group',
          '1/d',
          fromSpread(109, n / 4, spread.messages),
          `${group}, ${spreadNote('messages')}`,
          daily(seen.slice(0, quarter), (p) => p.views),
        ),
        row(
          'outside, top group',
          'min/d',
          fromSpread(30, n / 4, spread.outside),
          `${group}, ${spreadNote('outside')}`,
          daily(seen.slice(-quarter), (p) => p.inboxWorkdaysOutside),
        ),
        row(
          'outside, bottom group',
          'min/d',
          fromSpread(9.7, n / 4, spread.outside),
          `${group}, ${spreadNote('outside')}`,
          daily(seen.slice(0, quarter), (p) => p.inboxWorkdaysOutside),
        ),
        row(
          'share of patient messages in inbox time',
          '1',
          around(0.28, 0.03 / 1.96),
          'stated tolerance of 3 points',
          share('patient'),
        ),
        row(
          'share of results in inbox time',
          '1',
          around(0.29, 0.03 / 1.96),
          'stated tolerance of 3 points',
          share('result'),
        ),
      ]
    },
  },
  {
    name: 'Tai-Seale 2019',
    calibration: 'palo-alto',
    from: Date.UTC(2017, 2, 6),
    weeks: 26,
    clinics: 3,
    definition: 'messages received a week and person, weeks of leave included',
    compare: (people) => {
      const weekly = (of: (received: Tally['received']) => number) =>
        meanOver(people.map(({ received }) => of(received) / 26))
      const row = (name: string, value: number, simulated: Estimate): Compared => ({
        name,
        unit: '1/wk',
        published: around(value, (0.06 * value) / 1.96),
        basis: 'n and SD not at hand; stated tolerance of 6 %',
        simulated,
      })
      return [
        row(
          'all messages',
          243,
          weekly((r) => Object.values(r).reduce((a, b) => a + b, 0)),
        ),
        row(
          'made by the system',
          114,
          weekly(({ system }) => system),
        ),
        row(
          'from colleagues',
          53,
          weekly(({ staff }) => staff),
        ),
        row(
          'from patients',
          30,
          weekly(({ patient }) => patient),
        ),
      ]
    },
  },
  {
    name: 'Cleveland 2023',
    calibration: 'cleveland',
    from: Date.UTC(2019, 8, 30),
    weeks: 117,
    clinics: 3,
    people: 50,
    definition:
      'quarters of 13 weeks; outside scheduled hours: as in Arndt 2024, days without patients included; slope within people, visits held constant',
    compare: (people) => {
      const quarter = (index: number, of: 'messages' | 'visits') =>
        meanOver(people.map(({ quarters }) => quarters[index]?.[of] ?? 0))
      const points = people.map(({ quarters }) =>
        quarters.slice(0, 9).map(({ messages, outside, visits }) => ({ x: messages / 10, beside: visits, y: outside })),
      )
      return [
        {
          name: 'minutes outside a quarter for 10 messages more',
          unit: 'min',
          published: fromP(12, 0.001, false),
          basis: 'p < .001, so this interval is at most so wide',
          simulated: slopeWithin(points),
        },
        {
          name: 'advice messages, October to December 2019',
          unit: '1/quarter',
          published: fromSpread(340, 150, spread.messages),
          basis: `n = 150, CV ${spread.messages} of the three groups`,
          simulated: quarter(0, 'messages'),
        },
        {
          name: 'advice messages, October to December 2021',
          unit: '1/quarter',
          published: fromSpread(695, 150, spread.messages),
          basis: `n = 150, CV ${spread.messages} of the three groups`,
          simulated: quarter(8, 'messages'),
        },
        {
          name: 'visits, October to December 2019',
          unit: '1/quarter',
          published: fromSpread(711, 150, spread.messages),
          basis: `n = 150, CV ${spread.messages} taken for visits too`,
          simulated: quarter(0, 'visits'),
        },
        {
          name: 'visits, October to December 2021',
          unit: '1/quarter',
          published: fromSpread(575, 150, spread.messages),
          basis: `n = 150, CV ${spread.messages} taken for visits too`,
          simulated: quarter(8, 'visits'),
        },
      ]
    },
  },
  {
    name: 'Rittenberg 2022',
    calibration: 'boston',
    from: Date.UTC(2018, 2, 5),
    weeks: 26,
    clinics: 4,
    definition: 'women to men, regression of the logarithm with those of panel and visits',
    compare: (people) => {
      const rows = people.map(({ female, panel, visits }) => [female ? 1 : 0, Math.log(panel), Math.log(visits)])
      const ratio = (name: string, value: number, p: number, of: (person: Tally) => number): Compared => {
        const {
          value: log,
          low,
          high,
        } = coefficient(
          rows,
          people.map((person) => Math.log(of(person))),
          1,
        )
        return {
          name,
          unit: '1',
          published: fromP(value, p, true),
          basis: `n = 125, p = ${p}`,
          simulated: { value: Math.exp(log), low: Math.exp(low), high: Math.exp(high) },
        }
      }
      return [
        ratio('time in the inbox', 1.2, 0.02, ({ by }) => by.inbox),
        ratio('time on notes', 1.22, 0.04, ({ by }) => by.note),
        ratio('messages from staff', 1.24, 0.03, ({ received }) => received.staff),
        ratio('messages from patients', 1.26, 0.004, ({ received }) => received.patient),
      ]
    },
  },
]

/** Days of leave: the median person's minutes at the screen. */
export function leaveCompared(people: readonly Tally[]): Compared {
  const away = people.filter(({ leaveDays }) => leaveDays >= 5)
  return {
    name: 'JAMA Netw Open March 2025: minutes at the screen on a day of leave, median person',
    unit: 'min/d',
    published: around(16.1, (0.25 * 16.1) / 1.96),
    basis: 'spread not at hand; stated tolerance of 25 %; illness counts as leave',
    simulated: medianOver(away.map(({ leaveMinutes, leaveDays }) => leaveMinutes / leaveDays)),
  }
}

/** Altschuler's panels from the need of the simulated patients: 2,025 hours a year, some services done by others. */
export function panelsCompared(seeds: readonly string[]): Compared[] {
  const from = Date.UTC(2026, 0, 5)
  const clinics = seeds.map((seed) => ({ seed, need: simulateClinic({ seed, from, unseenWeeks: 1 }).hoursPerPatient }))
  return (
    [
      [983, 0, 0],
      [1387, 0.5, 0.25],
      [1523, 0.6, 0.3],
      [1947, 0.77, 0.47],
    ] as const
  ).map(([panel, preventive, chronic]) => ({
    name: `Altschuler 2012: panel with ${Math.round(100 * preventive)} % of preventive and ${Math.round(100 * chronic)} % of chronic care delegated`,
    unit: 'patients',
    published: around(panel, (0.05 * panel) / 1.96),
    basis: 'arithmetic without an interval; stated tolerance of 5 %',
    simulated: meanOver(
      clinics.flatMap(({ seed, need }) =>
        need({ preventive, chronic }, randomStream('workload-clinic', seed)).map((hours) => 2025 / hours),
      ),
    ),
  }))
}
