import type { MessageKind } from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'
import type { Request } from './booking.ts'
import { type DayNumber, isHoliday, weekdayOf } from './calendar.ts'
import type { Calibration } from './calibrations.ts'
import type { VisitKind } from './events.ts'
import type { Waiting } from './inbox.ts'
import { drawPoisson, type Panel, pickPatient } from './panel.ts'
import type { Colleague } from './people.ts'

/** Share of a week's messages that come on each day, Monday to Sunday, by who sends them. */
const byWeekday: Readonly<Record<Exclude<MessageKind, 'result'>, readonly number[]>> = {
  patient: [0.19, 0.17, 0.16, 0.16, 0.15, 0.08, 0.09],
  refill: [0.23, 0.19, 0.18, 0.17, 0.16, 0.04, 0.03],
  call: [0.24, 0.2, 0.18, 0.18, 0.18, 0.01, 0.01],
  staff: [0.21, 0.2, 0.2, 0.19, 0.18, 0.01, 0.01],
  system: [0.17, 0.17, 0.17, 0.17, 0.17, 0.08, 0.07],
}

/** When in the day messages come: weights of the hours from 5 to 22. */
const byHour: Readonly<Record<MessageKind, readonly number[]>> = {
  patient: [1, 2, 4, 7, 9, 10, 9, 8, 7, 7, 7, 6, 5, 4, 4, 4, 3, 2],
  refill: [1, 1, 3, 8, 11, 11, 10, 8, 8, 8, 8, 7, 4, 2, 2, 1, 1, 1],
  call: [0, 0, 1, 12, 13, 12, 10, 8, 9, 10, 10, 7, 2, 0, 0, 0, 0, 0],
  result: [6, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 6, 5, 4, 2, 1, 1],
  staff: [0, 0, 3, 10, 12, 11, 10, 7, 9, 10, 10, 9, 3, 1, 0, 0, 0, 0],
  system: [30, 10, 8, 6, 5, 5, 5, 5, 5, 5, 5, 4, 3, 2, 1, 1, 1, 1],
}
const hourTotals = Object.fromEntries(Object.entries(byHour).map(([kind, hours]) => [kind, sum(hours)]))

/** Spread of minutes per message (log SD): most are quick, some are not. */
const effortSpread: Readonly<Record<MessageKind, number>> = {
  patient: 0.7,
  refill: 0.5,
  call: 0.6,
  result: 0.6,
  staff: 0.6,
  system: 0.4,
}

/** Weeks of the year in which somebody is there, roughly; messages come in all of them. */
const weeksAtWork = 0.87
/** Visits that end as planned for eight hours with patients, roughly: what visit-borne messages are counted by. */
const visitsInEight = 17.4
/** Share of messages from patients that follow a visit. */
const afterVisit = 0.35
/** More is never asked for than so many times the usual: the surplus is drawn and left out, so that other runs share their luck. */
const most = 1.6

/** What the demand of a day depends on beside the person. */
export interface DemandToday {
  readonly seed: string
  readonly index: number
  readonly number: DayNumber
  readonly calibration: Calibration
  /** Acute illness relative to an average day. */
  readonly season: number
  /** Years since the beginning, for growth. */
  readonly years: number
  /** Factor on the panel's demand: patients who moved to or from somebody else. */
  readonly panelFactor: number
}

/** Visits asked for on a day. */
export function requestsOn({ panel }: Colleague, today: DemandToday): Request[] {
  const { number, calibration } = today
  const weekday = weekdayOf(number)
  if (weekday > 4 || isHoliday(number)) return []
  const random = stream(today, 'requests')
  const fewer = Math.exp(Math.log1p(calibration.visitGrowth) * today.years)
  const usual = ((fewer * calibration.visitsPerPatient * panel.size) / 250) * [1.2, 1.05, 0.98, 0.92, 0.85][weekday]!
  const requests: Request[] = []
  for (const [visit, share, season] of [
    ['acute', 0.45, today.season],
    ['chronic', 0.38, 1],
    ['preventive', 0.17, 1],
  ] as const) {
    const mean = usual * share * season * needOf(panel, visit)
    const count = drawPoisson(random, mean * most)
    for (let i = 0; i < count; i++) {
      const wanted = random.uniform() < today.panelFactor / most
      const patient = pickPatient(panel, visit, random.uniform())
      const wait = random.uniform()
      const request: Request = {
        id: `${number}-${today.index}-${requests.length}${visit[0]}${i}`,
        luck: random.uint32(),
        patient,
        visit,
        lead: leadOf(visit, wait),
        where: random.uniform(),
        callsOff: random.uniform(),
        comes: random.uniform(),
      }
      if (wanted) requests.push(request)
    }
  }
  return requests
}

function leadOf(visit: VisitKind, uniform: number): number {
  if (visit === 'acute') return Math.floor(-1.3 * Math.log(uniform))
  return visit === 'chronic' ? 3 + Math.floor(26 * uniform) : 10 + Math.floor(36 * uniform)
}

/** Messages that come on a day from the panel, from staff and from the system; those that follow visits come by themselves. */
export function messagesOn({ panel, profile, truth }: Colleague, today: DemandToday): Waiting[] {
  const { number, calibration } = today
  const weekday = weekdayOf(number)
  const messages: Waiting[] = []
  // From eight hours with patients to a week of somebody with an average panel.
  const weekly = ((calibration.sessionsPerFte * 4) / 8) * weeksAtWork
  const size = (panel.size / calibration.panelPerFte) * panel.caseMix ** 0.6
  const growth = Math.exp(Math.log1p(calibration.growth) * today.years)
  const offices = isHoliday(number) ? 0.1 : 1
  const daily: Readonly<Record<Exclude<MessageKind, 'result'>, number>> = {
    patient:
      calibration.received.patient *
      (1 - afterVisit) *
      size *
      truth.patientMessages *
      growth *
      (0.7 + 0.3 * today.season),
    refill: calibration.received.refill * size * offices,
    call: calibration.received.call * size * offices * (0.7 + 0.3 * today.season),
    staff: calibration.received.staff * (0.4 * profile.clinicalFte + 0.6 * size) * truth.staffMessages * offices,
    system: calibration.received.system * (0.5 * profile.clinicalFte + 0.5 * size),
  }
  for (const kind of ['patient', 'refill', 'call', 'staff', 'system'] as const) {
    const random = stream(today, kind)
    const mean = weekly * daily[kind] * byWeekday[kind][weekday]!
    const count = drawPoisson(random, mean * most)
    for (let i = 0; i < count; i++) {
      const wanted = random.uniform() < (kind === 'system' ? 1 : today.panelFactor) / most
      const message = drawMessage(random, kind, number, `${number}-${today.index}-${kind.slice(0, 2)}${i}`, (u) =>
        pickPatient(panel, 'message', u),
      )
      if (wanted) messages.push(message)
    }
  }
  return messages
}

/** A message of a kind on a day; its time, effort and consequences are drawn with it. */
export function drawMessage(
  random: RandomStream,
  kind: MessageKind,
  number: DayNumber,
  id: string,
  patient: (uniform: number) => number,
): Waiting {
  const spread = effortSpread[kind]
  return {
    id,
    kind,
    patient: patient(random.uniform()),
    day: number,
    second: secondOf(kind, random.uniform()),
    effort: Math.exp(spread * random.normal() - (spread * spread) / 2),
    leads: random.uniform(),
    fate: random.uniform(),
    prepared: false,
  }
}

/** Probability that a visit is followed by a message from the patient. */
export function messageAfterVisit(calibration: Calibration): number {
  return (afterVisit * calibration.received.patient) / visitsInEight
}

function secondOf(kind: MessageKind, uniform: number): number {
  const hours = byHour[kind]
  let left = uniform * hourTotals[kind]!
  for (const [i, weight] of hours.entries()) {
    if (left < weight) return Math.floor((5 + i + left / weight) * 3600)
    left -= weight
  }
  return 22 * 3600
}

function needOf(panel: Panel, visit: VisitKind): number {
  const usual = { acute: 0.36, chronic: 0.99, preventive: 0.71 }[visit]
  return (panel.need[visit] / panel.size / usual) ** 0.7
}

function stream({ seed, index, number }: DemandToday, what: string): RandomStream {
  return randomStream('sandbox', seed, 'clinic-demand', what, index, number)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0)
}
