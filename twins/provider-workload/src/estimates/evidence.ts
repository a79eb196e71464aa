import { leads, type PastTallies } from '../memory/clinic.ts'
import type { DayLog } from '../memory/day-log.ts'
import { activities, messageKinds } from '../work/figures.ts'
import { priors } from './priors.ts'

const kinds = messageKinds.length
const pairs = (kinds * (kinds + 1)) / 2
const lengths = {
  /** Thousands of patients × days of log, and messages, by weekday. */
  exposure: 7,
  messages: 7,
  /** Messages by kind. */
  received: kinds,
  /** Visits of days with log, and minutes at the record by activity on all such days. */
  visits: 1,
  /** Notes signed on these days. */
  signed: 1,
  ehr: activities.length,
  /** Minutes of notes, and of the rest of visits' record, and of these outside scheduled time. */
  notes: 1,
  notesOutside: 1,
  rest: 1,
  restOutside: 1,
  /** Days with patients: minutes expected to be in use, minutes at the record in them, visits, days. */
  usable: 1,
  inside: 1,
  seen: 1,
  /** Messages there were to do, and done, on days with scheduled time, without, and of leave; how many days, and with any done. */
  offered: 3,
  done: 3,
  days: 3,
  doneDays: 3,
  /** On days of leave: minutes of the inbox, and of what goes with it (all but notes). */
  freeInbox: 1,
  freeBeside: 1,
  /** Bookings, missed ones, minutes booked, and hours of clinic of days with bookings. */
  booked: 1,
  missed: 1,
  bookedMinutes: 1,
  clinicHours: 1,
  /** Days with scheduled time as seen a day and a week ahead, and of these those away in the end. */
  awaited: 2,
  lost: 2,
  /** By lead: booked then, in the end, and hours of clinic, of days for which it is known. */
  bookedThen: leads.length,
  bookedLast: leads.length,
  leadHours: leads.length,
  leadDays: leads.length,
  /** Of these days, for each hour of clinic: products of then and last, squares of each. */
  thenLast: leads.length,
  thenThen: leads.length,
  lastLast: leads.length,
  /** Inbox minutes and messages done of a day, for minutes by kind: products, products with minutes, squared minutes, days. */
  products: pairs,
  withMinutes: kinds,
  squares: 1,
  inboxDays: 1,
} as const

type Name = keyof typeof lengths
const places = (() => {
  let at = 0
  const found = {} as Record<Name, number>
  for (const [name, length] of Object.entries(lengths)) {
    found[name as Name] = at
    at += length
  }
  return { ...found, end: at }
})()

/** Weighted sums over a person's days: all that estimates are made of. */
export interface Evidence {
  readonly sums: Float64Array
}

export const noEvidence = (): Evidence => ({ sums: new Float64Array(places.end) })

/** The sum by this name, and place within it. */
export const of = ({ sums }: Evidence, name: Name, place = 0): number => sums[places[name] + place]!

/** Adds a day. Days of which less than half is there say too little of what a day is like. */
export function addDay({ sums }: Evidence, log: DayLog, weekday: number, weight = 1): void {
  const add = (name: Name, value: number, place = 0) => {
    sums[places[name] + place]! += weight * value
  }
  if (log.scheduled > 0 || log.away > 0)
    for (const [i, then] of log.awayAhead.entries())
      if (then !== null && then < 0.5 && (log.scheduled > 0 || weekday < 5)) {
        add('awaited', 1, i)
        if (log.away >= 0.5) add('lost', 1, i)
      }
  if (log.clinic > 0 && log.booked > 0) {
    add('booked', log.booked)
    add('missed', log.missed)
    add('bookedMinutes', log.bookedMinutes)
    add('clinicHours', log.clinic / 60)
    for (const [l, then] of log.ahead.entries())
      if (then !== null) {
        add('bookedThen', then, l)
        add('bookedLast', log.booked, l)
        const hours = log.clinic / 60
        add('leadHours', hours, l)
        add('leadDays', 1, l)
        add('thenLast', (then * log.booked) / hours, l)
        add('thenThen', (then * then) / hours, l)
        add('lastLast', (log.booked * log.booked) / hours, l)
      }
  }
  if (log.covered < 0.5) return
  const { covered } = log
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  const received = sum(log.received)
  const done = sum(log.done)
  add('exposure', log.need * covered, weekday)
  add('messages', received, weekday)
  for (const [k, n] of log.received.entries()) add('received', n, k)
  add('visits', log.visits * covered)
  add('signed', log.notes)
  for (const [a, minutes] of log.inside.entries()) add('ehr', minutes + log.outside[a]!, a)
  const [noteIn, noteOut] = [log.inside[noteAt]!, log.outside[noteAt]!]
  const restOf = (values: readonly number[]) => sum(values) - values[noteAt]! - values[inboxAt]!
  add('notes', noteIn + noteOut)
  add('notesOutside', noteOut)
  add('rest', restOf(log.inside) + restOf(log.outside))
  add('restOutside', restOf(log.outside))
  if (log.clinic > 0 && log.visits > 0) {
    const { used } = priors
    const other = log.scheduled - log.clinic - log.kept
    add('usable', covered * (used.clinic * log.clinic + used.kept * log.kept + used.rest * other))
    add('inside', sum(log.inside))
    add('seen', covered * log.visits)
  }
  // Half a day's leave is work as well.
  const sort = log.away >= 0.75 ? 2 : log.scheduled > 0 ? 0 : 1
  if (sort === 2) {
    add('freeInbox', log.outside[inboxAt]!)
    add('freeBeside', restOf(log.outside))
  }
  add('offered', Math.max(log.waited * covered + received, done), sort)
  add('done', done, sort)
  add('days', 1, sort)
  if (done > 0) add('doneDays', 1, sort)
  const minutes = log.inside[inboxAt]! + log.outside[inboxAt]!
  if (done > 0) {
    let at = 0
    for (let a = 0; a < kinds; a++) {
      for (let b = a; b < kinds; b++, at++) add('products', (log.done[a]! * log.done[b]!) / done, at)
      add('withMinutes', (log.done[a]! * minutes) / done, a)
    }
    add('squares', (minutes * minutes) / done)
    add('inboxDays', 1)
  }
}

const noteAt = activities.indexOf('note')
const inboxAt = activities.indexOf('inbox')

/** What was known of past weeks with a day more; a week's weights fade as its Monday comes in. */
export function withPast(past: PastTallies, log: DayLog, weekday: number): PastTallies {
  const fading = weekday === 0 ? priors.fading : 1
  const sums = new Float64Array(places.end)
  for (let i = 0; i < past.length; i++) sums[i] = past[i]! * fading
  addDay({ sums }, log, weekday)
  return Array.from(sums, (value) => Math.round(value * 1e4) / 1e4)
}

/** All that is known of a person: past weeks and the days still kept. */
export function evidenceOf(past: PastTallies, days: Iterable<readonly [log: DayLog, weekday: number]>): Evidence {
  const evidence = noEvidence()
  for (let i = 0; i < past.length; i++) evidence.sums[i] = past[i]!
  for (const [log, weekday] of days) addDay(evidence, log, weekday)
  return evidence
}
