import type { ProviderCode } from '@counterpart/kernel'
import { cholesky, choleskySolve, civilTime, type Matrix, matrix } from '@counterpart/numerics'
import type { Clinic } from '../memory/clinic.ts'
import { mondayOf } from '../memory/rota.ts'
import { messageKinds } from '../work/figures.ts'
import { type Bookings, bookingsOf } from './bookings.ts'
import { addDay, type Evidence, evidenceOf, noEvidence, of } from './evidence.ts'
import { type Level, levelOf, type Noisy } from './hierarchy.ts'
import { noisyOf, onto } from './noisy.ts'
import { priors } from './priors.ts'
import { messageRatio, paceRatio, productAt, type Ratio, workRatios } from './ratios.ts'
import { unseenOf } from './unseen.ts'
import { type WeekToWeek, weekToWeek } from './week-to-week.ts'

/** All that is held true of a clinic's people before members are drawn. */
export interface Estimates {
  readonly codes: readonly ProviderCode[]
  /** Thousands of patients × case mix, by place in `codes`. */
  readonly needs: readonly number[]
  readonly ratios: readonly Ratio[]
  /** By ratio: how people differ; and by ratio and person, what their own data say. */
  readonly levels: readonly Level[]
  readonly own: readonly (readonly Noisy[])[]
  readonly weekdays: readonly number[]
  /** Minutes for a message by kind, and the lower factor of their precision. */
  readonly kindMinutes: { readonly means: readonly number[]; readonly precision: Matrix }
  readonly weeks: WeekToWeek
  /** By person: part of the work that is not in the log under their name, 0 to 1. */
  readonly unseen: readonly number[]
  readonly bookings: Bookings
  /** Of days on which somebody was to work: lost without a day's notice, without a week's, and all of each, as counts. */
  readonly lost: { readonly day: readonly [number, number]; readonly week: readonly [number, number] }
  /** On days of leave, which have no visits: minutes of charts, orders and prescriptions for each of the inbox. */
  readonly beside: number
  /** By person: days with any message done, and all, of days off and of leave, as counts with the prior's. */
  readonly looks: readonly { readonly off: readonly [number, number]; readonly away: readonly [number, number] }[]
}

/** Estimates from what is remembered. People in the layout only. */
export function estimatesOf(clinic: Clinic): Estimates {
  const civil = civilTime(clinic.layout.timeZone)
  const { providers } = clinic.layout
  const codes = providers.map(({ provider }) => provider)
  const weekly = codes.map((code) => {
    const weeks = new Map<string, Evidence>()
    for (const [day, log] of Object.entries(clinic.people[code]?.days ?? {})) {
      const monday = mondayOf(civil, day)
      const week = weeks.get(monday) ?? noEvidence()
      weeks.set(monday, week)
      addDay(week, log, civil.weekdayOf(day))
    }
    return weeks
  })
  const all = codes.map((code) => {
    const days = Object.entries(clinic.people[code]?.days ?? {})
    return evidenceOf(
      clinic.people[code]?.past ?? [],
      days.map(([day, log]) => [log, civil.weekdayOf(day)] as const),
    )
  })
  const weekdays = weekdaysOf(all)
  const kindMinutes = kindMinutesOf(all)
  const ratios = [
    ...messageKinds.map((_, kind) => messageRatio(kind, weekdays)),
    paceRatio(kindMinutes.means),
    ...workRatios,
  ]
  const recent = weekly.map((weeks) => [...weeks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, week]) => week))
  const own = ratios.map((ratio) => noisyOf(ratio, all, recent))
  const levels = ratios.map(({ prior, scale }, r) =>
    levelOf(own[r]!, { mean: onto(scale, prior.median), unsure: prior.unsure, between: prior.between }),
  )
  return {
    codes,
    needs: providers.map(({ panel, caseMix }) => (panel * (caseMix ?? 1)) / 1000),
    ratios,
    levels,
    own,
    weekdays,
    kindMinutes,
    weeks: weekToWeek(weekly, weekdays),
    unseen: unseenOf(all.map((e) => ({ notes: of(e, 'signed'), visits: of(e, 'visits') }))),
    bookings: bookingsOf(all),
    lost: { day: lostOf(all, 0, priors.lost.day), week: lostOf(all, 1, priors.lost.week) },
    beside: besideOf(all),
    looks: all.map((e) => ({ off: looksOf(e, 1), away: looksOf(e, 2) })),
  }
}

function weekdaysOf(all: readonly Evidence[]): number[] {
  const { factors, messages: worth } = priors.weekdays
  const total = (name: 'messages' | 'exposure', day: number) => all.reduce((sum, e) => sum + of(e, name, day), 0)
  const counts = factors.map((_, day) => total('messages', day))
  const exposures = factors.map((_, day) => total('exposure', day))
  const seen = counts.slice(0, 5).reduce((a, b) => a + b, 0)
  const there = exposures.slice(0, 5).reduce((a, b) => a + b, 0)
  const rate = there > 0 ? seen / there : 1
  const raw = factors.map((factor, day) => {
    const expected = rate * exposures[day]!
    return (worth * factor + counts[day]!) / (worth + expected)
  })
  const mean = raw.slice(0, 5).reduce((a, b) => a + b, 0) / 5
  return raw.map((factor) => factor / mean)
}

/** Ridge regression of a day's inbox minutes on the messages done by kind, towards the prior's minutes. */
function kindMinutesOf(all: readonly Evidence[]): Estimates['kindMinutes'] {
  const kinds = messageKinds.length
  const total = (name: 'products' | 'withMinutes' | 'squares' | 'inboxDays', place = 0) =>
    all.reduce((sum, e) => sum + of(e, name, place), 0)
  const medians = priors.messageMinutes
  const days = total('inboxDays')
  const solved = (variance: number) => {
    const left = matrix(kinds, kinds)
    const right = new Float64Array(kinds)
    for (let a = 0; a < kinds; a++) {
      right[a] = total('withMinutes', a) / variance
      for (let b = 0; b < kinds; b++) left.values[a * kinds + b] = total('products', productAt(a, b)) / variance
      const precision = 1 / (0.5 * medians[a]!) ** 2
      left.values[a * kinds + a]! += precision
      right[a]! += precision * medians[a]!
    }
    const factor = cholesky(left)
    return { factor, means: choleskySolve(factor, right) }
  }
  // The variance of one message's minutes, from how far days lie from what their messages lead to expect.
  const { means: first } = solved(1)
  let residual = total('squares')
  for (let a = 0; a < kinds; a++) {
    residual -= 2 * first[a]! * total('withMinutes', a)
    for (let b = 0; b < kinds; b++) residual += first[a]! * first[b]! * total('products', productAt(a, b))
  }
  const { factor, means } = solved((20 + Math.max(0, residual)) / (20 + days))
  return { means: Array.from(means, (mean, k) => Math.max(0.1 * medians[k]!, mean)), precision: factor }
}

/** Visits that fit into an hour of clinic at the length that this person's bookings have. */
export function placesPerHour(evidence: Evidence): number {
  const length = (20 * 20 + of(evidence, 'bookedMinutes')) / (20 + of(evidence, 'booked'))
  return 60 / Math.max(5, length)
}

/** Days of this kind on which any message was done and on which none was, one of each beforehand. */
const looksOf = (evidence: Evidence, sort: number): readonly [number, number] => {
  const looked = of(evidence, 'doneDays', sort)
  return [1 + looked, 1 + Math.max(0, of(evidence, 'days', sort) - looked)]
}

function lostOf(all: readonly Evidence[], notice: number, part: number): readonly [lost: number, kept: number] {
  const worth = priors.lost.days
  const lost = all.reduce((sum, e) => sum + of(e, 'lost', notice), 0)
  const days = all.reduce((sum, e) => sum + of(e, 'awaited', notice), 0)
  return [worth * part + lost, worth * (1 - part) + days - lost]
}

function besideOf(all: readonly Evidence[]): number {
  const total = (name: 'freeInbox' | 'freeBeside') => all.reduce((sum, e) => sum + of(e, name), 0)
  const { part, minutes } = priors.beside
  return (part * minutes + total('freeBeside')) / (minutes + total('freeInbox'))
}
