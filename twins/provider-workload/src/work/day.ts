import { portableExp } from '@counterpart/numerics'
import type { WorkChange } from '../advice/work-change.ts'
import { countsOf, uses } from './arrivals.ts'
import { type Chance, hashed, points, uniform } from './chance.ts'
import { activities, at, messageKinds, weekWidth } from './figures.ts'
import { type ClinicParameters, type ProviderParameters, visitActivities } from './parameters.ts'
import type { PlannedDay, ProviderPlan } from './plan.ts'
import { visitsOf } from './visits.ts'

/** What goes over from one day to the next, and the day's figures. */
export interface DayState {
  waiting: number
  waitingMinutes: number
  noteMinutes: number
  /** In the order of `at`, hours. */
  readonly figures: Float64Array
  /** Messages, and their minutes, by the half-hour of the day from which they can be done; the first holds what waits. */
  readonly counts: Float64Array
  readonly minutes: Float64Array
  /** The half-hour at which the line begins. */
  head: number
  readonly arrived: Float64Array
}

const halfHours = 48

export const newDay = (): DayState => ({
  waiting: 0,
  waitingMinutes: 0,
  noteMinutes: 0,
  figures: new Float64Array(weekWidth),
  counts: new Float64Array(halfHours),
  minutes: new Float64Array(halfHours),
  head: 0,
  arrived: new Float64Array(messageKinds.length),
})

/** All that one day of one person depends on. */
export interface DayAbout {
  readonly provider: ProviderPlan
  readonly day: PlannedDay
  readonly weekday: number
  readonly parameters: ProviderParameters
  readonly clinic: ClinicParameters
  readonly level: number
  readonly changed: WorkChange | null
  /** Messages taken over from colleagues by kind; negative: handed over. */
  readonly more: Float64Array | null
  readonly seed: number
  readonly chance: Chance
}

/** Half-hours at which messages come, at 32 equally likely points: from seven to seven, few later (assumed). */
const comingAt = Uint8Array.from([
  2, 10, 14, 15, 16, 17, 17, 18, 18, 19, 19, 20, 20, 21, 21, 22, 22, 23, 24, 25, 26, 27, 27, 28, 28, 29, 30, 31, 32, 34,
  37, 42,
])
/** Of time kept for messages the part that is spent on them (assumed). */
const keptUse = 0.9

const inboxAt = activities.indexOf('inbox')
const chartAt = activities.indexOf('chart-review')
const ehrAt = visitActivities.map((activity) => activities.indexOf(activity))
const noteAt = visitActivities.indexOf('note')
const orderAt = visitActivities.indexOf('order')

/** Lives one day: its figures are in `state.figures` then. */
export function dayOf(state: DayState, about: DayAbout): void {
  const { figures } = state
  const { day, parameters, changed } = about
  figures.fill(0)
  arrive(state, about)
  const offered = state.waiting
  const spans = day.spans
  if (spans.length === 0) {
    const [clears, looks] =
      day.away >= 0.75 ? [parameters.clearsAway, parameters.looksAway] : [parameters.clearsOff, parameters.looksOff]
    if (uniform(hashed(about.seed, uses.look)) >= looks) return
    // How long somebody looks differs as messages do.
    const long = about.chance.message[hashed(about.seed, uses.long) & (points - 1)]!
    const part = Math.min(1, (clears / looks) * long)
    const inbox = doMessages(state, halfHours, Number.POSITIVE_INFINITY, part * offered)
    outside(figures, inboxAt, inbox)
    if (day.away >= 0.75) outside(figures, chartAt, inbox * about.clinic.beside)
    return
  }
  const free = scheduled(state, about)
  const { figures: f } = state
  // What is left after scheduled time: notes that were put off, messages up to what this person wants done, the change's own work.
  outside(f, ehrAt[noteAt]!, state.noteMinutes)
  state.noteMinutes = 0
  const short = parameters.clears * offered - f[at.done]!
  if (short > 0) outside(f, inboxAt, doMessages(state, halfHours, Number.POSITIVE_INFINITY, short))
  const own = (changed?.ownMinutes ?? 0) / 5
  if (own > 0) {
    const fits = Math.min(own, free)
    inside(f, activities.length - 1, fits)
    outside(f, activities.length - 1, own - fits)
  }
}

function inside(figures: Float64Array, activity: number, minutes: number): void {
  figures[at.inside]! += minutes / 60
  figures[at.ehr + activity]! += minutes / 60
}

function outside(figures: Float64Array, activity: number, minutes: number): void {
  figures[at.outside]! += minutes / 60
  figures[at.ehr + activity]! += minutes / 60
}

/** The day's messages come into the line behind what waits. */
function arrive(state: DayState, about: DayAbout): void {
  const { parameters, clinic, chance, weekday, level, changed, seed, more } = about
  const { counts, minutes, arrived, figures } = state
  counts.fill(0)
  minutes.fill(0)
  counts[0] = state.waiting
  minutes[0] = state.waitingMinutes
  state.head = 0
  countsOf(arrived, parameters, clinic, chance, weekday, level, changed, seed, insteadOfVisits(about))
  let index = uses.message
  for (let k = 0; k < messageKinds.length; k++) {
    const n = Math.max(0, arrived[k]! + (more?.[k] ?? 0))
    figures[at.received + k] = n
    const each = parameters.messageMinutes[k]! * (changed?.messageMinutes[messageKinds[k]!] ?? 1)
    for (let i = 0; i < n; i++) {
      const bits = hashed(seed, index + i)
      const slot = comingAt[bits >>> 27]!
      const length = each * chance.message[bits & (points - 1)]!
      counts[slot]! += 1
      minutes[slot]! += length
      state.waiting++
      state.waitingMinutes += length
    }
    // The same message has the same chance however many of other kinds there are.
    index += 2_000
  }
}

/** Messages of the day from those who would have been seen and are not. */
function insteadOfVisits({ day, parameters, changed }: DayAbout): number {
  if (changed === null || changed.instead === 0) return 0
  return changed.instead * (1 - changed.visits) * parameters.visitsPerHour * clinicHours(day)
}

const clinicHours = ({ spans }: PlannedDay): number =>
  spans.reduce((sum, { from, until, work }) => (work === 'clinic' ? sum + (until - from) / 60 : sum), 0)

/**
 * Does messages that have come by a half-hour, first come first, for so many minutes and up to so many; returns the minutes.
 * The last one may be done in part.
 */
function doMessages(state: DayState, until: number, budget: number, most = Number.POSITIVE_INFINITY): number {
  const { counts, minutes } = state
  let [spent, done] = [0, 0]
  while (state.head < until && state.head < halfHours && spent < budget && done < most) {
    const [n, there] = [counts[state.head]!, minutes[state.head]!]
    if (n <= 1e-9) {
      state.head++
      continue
    }
    const part = Math.min(1, (budget - spent) / Math.max(there, 1e-9), (most - done) / n)
    spent += part * there
    done += part * n
    counts[state.head] = n * (1 - part)
    minutes[state.head] = there * (1 - part)
    if (part < 1) break
    state.head++
  }
  state.waiting = Math.max(0, state.waiting - done)
  state.waitingMinutes = Math.max(0, state.waitingMinutes - spent)
  state.figures[at.done]! += done
  return spent
}

/** Scheduled time: visits at their slots, messages in between. Returns free minutes that nothing was there for. */
function scheduled(state: DayState, about: DayAbout): number {
  const { figures } = state
  const { day, parameters, clinic, changed, seed, chance } = about
  for (const { from, until } of day.spans) figures[at.scheduled]! += (until - from) / 60
  const clinicMinutes = 60 * clinicHours(day)
  const kept = clinicMinutes > 0 ? Math.min(0.5, Math.max(0, changed?.protectedMinutes ?? 0) / clinicMinutes) : 0
  const visits = clinicMinutes > 0 ? visitsOf(about, clinicMinutes / 60) : 0
  // A week in which things take longer, for all visits of the day alike.
  const pace = portableExp(0.1 * chance.normal[hashed(seed, uses.booking + 3) & (points - 1)]! - 0.005)
  let [seen, t, passed, free] = [0, 0, 0, 0]
  const gap = (from: number, until: number, use: number) => {
    if (until - from <= 1) return
    const budget = (until - from) * use
    const spent = doMessages(state, Math.floor(from / 30) + 1, budget)
    inside(figures, inboxAt, spent)
    free += budget - spent
  }
  for (const { from, until, work } of day.spans) {
    if (work !== 'clinic') {
      if (work === 'inbox') gap(Math.max(from, t), until, keptUse)
      else if (work === 'administration') gap(Math.max(from, t), until, 0.5 * clinic.gapUse)
      continue
    }
    const end = until - kept * (until - from)
    passed += until - from
    const last = Math.round((visits * passed) / clinicMinutes)
    const slot = (end - from) / Math.max(1, last - seen)
    const first = seen
    t = Math.max(t, from)
    for (; seen < last; seen++) {
      const starts = from + (seen - first) * slot
      if (starts > t) {
        gap(t, starts, clinic.gapUse)
        t = starts
      }
      const bits = hashed(seed, uses.visit + 2 * seen)
      if (uniform(bits) < parameters.noShow) continue
      t += visit(state, about, hashed(seed, uses.visit + 2 * seen + 1), pace, t, until)
    }
    if (t < end) gap(t, end, clinic.gapUse)
    if (kept > 0) gap(Math.max(t, end), until, keptUse)
  }
  return free
}

/** One visit: minutes that it takes from `t` on. What is at the record after the span's end is outside. */
function visit(
  state: DayState,
  { parameters, changed, chance }: DayAbout,
  bits: number,
  pace: number,
  t: number,
  end: number,
): number {
  const { figures } = state
  const record = pace * chance.visit[bits & (points - 1)]!
  const face = pace * chance.visit[(bits >>> 10) & (points - 1)]!
  let [now, later] = [0, 0]
  for (let a = 0; a < visitActivities.length; a++) {
    const factor = a === noteAt ? (changed?.noteMinutes ?? 1) : a === orderAt ? (changed?.orderMinutes ?? 1) : 1
    const minutes = parameters.visitMinutes[a]! * factor * record
    const part = a === noteAt ? parameters.notesLater : parameters.restLater
    figures[at.ehr + ehrAt[a]!]! += minutes / 60
    now += minutes * (1 - part)
    later += minutes * part
  }
  figures[at.outside]! += later / 60
  const length = Math.max(2, parameters.faceMinutes + (changed?.faceMinutes ?? 0)) * face + now
  const over = Math.min(1, Math.max(0, (t + length - end) / length))
  figures[at.inside]! += (now * (1 - over)) / 60
  figures[at.outside]! += (now * over) / 60
  figures[at.visits]! += 1
  return length
}
