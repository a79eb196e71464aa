import { hour, type Instant, minute } from '@counterpart/kernel'
import { portableLog } from '@counterpart/numerics'
import { priors } from '../estimates/priors.ts'
import type { Department } from './department.ts'
import { spaceGroups, spacesOf } from './layout.ts'
import { overtakenTallied } from './overtaken.ts'
import { type BusySince, busySince, groupIn, takenSpaces } from './pressure.ts'
import { onDuty } from './roster.ts'
import {
  added,
  groupPlace,
  hourOfWeek,
  type LogTally,
  placeOf,
  type RateTally,
  type Tallies,
  weightAt,
} from './tallies.ts'
import type { Visit } from './visit.ts'

/** So many arrivals expected and nothing at all heard: then the feed is down, and the time tells nothing. */
const silentArrivals = 4
/** Whether the feed must have been down from one time to another, when nothing was heard in between. */
export const isDeaf = ({ heard, tallies }: Department, from: Instant, to: Instant): boolean =>
  heard !== null && to - from > 10 * minute && ((to - from) / hour) * usualArrivals(tallies, from) > silentArrivals

/** Arrivals an hour by what this department has shown until now. */
function usualArrivals(tallies: Tallies, at: Instant): number {
  const weight = weightAt(tallies, at)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / weight
  const { perHour, hours } = priors.arrivals
  return (perHour * hours + sum(tallies.arrivals)) / (hours + sum(tallies.arrivalHours))
}

/** Counts the time from `from` to `to`, during which nothing was heard, into what it was an opportunity for. */
export function timePassed(department: Department, from: Instant, to: Instant): Tallies {
  const { tallies, layout, roster } = department
  const { utcOffsetMinutes } = layout
  if (to <= from || isDeaf(department, from, to)) return tallies
  const busy = busySince(department, from)
  const waiting = Object.values(department.visits).filter((v) => v.seen === null && to - v.heard < 12 * hour)
  const relative = waiting.reduce((sum, v) => sum + priors.leaving.relative[placeOf(v.acuity ?? 3)]!, 0)
  const weight = weightAt(tallies, to)
  const [taken, spaces] = [takenSpaces(department), spacesOf(layout)]
  let { arrivalHours, bedHours, leaving, triage, clinician, used, usedSquares, there } = tallies
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / hour) + 1) * hour)
    const hours = ((end - start) / hour) * weight
    const after = (since: Instant) => (Math.max(0, end - Math.max(start, since)) / hour) * weight
    const week = hourOfWeek(start, utcOffsetMinutes)
    arrivalHours = added(arrivalHours, week, hours)
    if (busy.beds < end) bedHours = added(bedHours, week % 24, after(busy.beds))
    leaving = { ...leaving, exposure: leaving.exposure + relative * hours }
    const middle = (start + end) / 2
    if (busy.triage < end)
      triage = { ...triage, exposure: triage.exposure + after(busy.triage) * onDuty(roster, 'triage-nurse', middle) }
    if (busy.clinician < end)
      clinician = {
        ...clinician,
        exposure: clinician.exposure + after(busy.clinician) * onDuty(roster, 'clinician', middle),
      }
    for (const group of spaceGroups) {
      const hoursNeeded = after(busy.spaces[group])
      if (hoursNeeded === 0) continue
      const inUse = Math.min(taken[group], spaces[group])
      used = added(used, groupPlace[group], hoursNeeded * inUse)
      usedSquares = added(usedSquares, groupPlace[group], (hoursNeeded * inUse ** 2) / Math.max(1, spaces[group]))
      there = added(there, groupPlace[group], hoursNeeded * spaces[group])
    }
    start = end
  }
  return { ...tallies, arrivalHours, bedHours, leaving, triage, clinician, used, usedSquares, there }
}

/** Counts what one visit's change says. `busy` is how things stood just before the instant. */
export function visitChanged(
  department: Department,
  tallies: Tallies,
  before: Visit | undefined,
  after: Visit,
  busy: BusySince,
  at: Instant,
): Tallies {
  const weight = weightAt(tallies, at)
  const once = (tally: RateTally): RateTally => ({ ...tally, n: tally.n + weight })
  const logged = (tally: LogTally, minutes: number): LogTally => {
    const log = portableLog(Math.max(minutes, 0.5))
    return { n: tally.n + weight, sum: tally.sum + weight * log, squares: tally.squares + weight * log * log }
  }
  const week = hourOfWeek(at, department.layout.utcOffsetMinutes)
  let next: Tallies = { ...tallies, overtaken: overtakenTallied(tallies.overtaken, before, after, weight) }
  if (after.arrivalReported && !before?.arrivalReported) {
    const arrived = hourOfWeek(after.arrived, department.layout.utcOffsetMinutes)
    next = { ...next, arrivals: added(next.arrivals, arrived, weight) }
  }
  if (after.triaged !== null && !(before?.triaged ?? null)) {
    const place = placeOf(after.acuity!)
    next = {
      ...next,
      acuity: added(next.acuity, place, weight),
      ambulance: after.mode === 'walk-in' ? next.ambulance : added(next.ambulance, place, weight),
      triage: busy.triage < at && after.mode === 'walk-in' ? once(next.triage) : next.triage,
      greetings: after.arrivalReported
        ? logged(next.greetings, (after.triaged - after.arrived) / minute)
        : next.greetings,
    }
  }
  if (after.seen !== null && !(before?.seen ?? null)) {
    next = { ...next, clinician: busy.clinician < at ? once(next.clinician) : next.clinician }
    if (after.arrivalReported) next = { ...next, waits: logged(next.waits, (after.seen - after.arrived) / minute) }
  }
  const group = groupIn(department, after)
  if (after.mode === 'ambulance' && after.received !== null && !(before?.received ?? null) && after.acuity !== null) {
    const place = placeOf(after.acuity)
    next = { ...next, handed: added(next.handed, place, weight) }
    if (group === undefined)
      next = {
        ...next,
        sat: added(next.sat, place, weight),
        handovers: logged(next.handovers, (after.received - after.arrived) / minute),
      }
  }
  if (
    before !== undefined &&
    before.seen !== null &&
    isAssessing(department, before) &&
    !isAssessing(department, after)
  )
    next = { ...next, assessments: logged(next.assessments, (at - before.seen) / minute) }
  if (after.seen !== null && after.acuity !== null && group !== undefined) {
    const wasInCare = before !== undefined && before.seen !== null && groupIn(department, before) !== undefined
    if (!wasInCare) {
      const place = placeOf(after.acuity)
      next = {
        ...next,
        spaces: next.spaces.map((counts, k) => (k === place ? added(counts, groupPlace[group], weight) : counts)),
      }
    }
  }
  if (decided(after) && !(before && decided(before)))
    next = careEnded(next, after, after.boarding ?? after.left!, group !== undefined, weight, logged)
  if (after.left !== null && !before?.left) {
    next = { ...next, ended: next.ended + weight }
    if (after.boarding !== null) {
      next = { ...next, boardings: logged(next.boardings, (after.left - after.boarding) / minute) }
      // Whoever goes up while somebody waits for long has got a bed that opened.
      if (busy.beds < at) next = { ...next, beds: added(next.beds, week % 24, weight) }
    }
    if (after.seen === null && (after.disposition === 'left-without-being-seen' || after.disposition === 'unknown'))
      next = { ...next, leaving: once(next.leaving) }
  }
  return next
}

/** Seen by a clinician, and no sign yet of what comes after the first assessment: tests, a chair, the decision. */
const isAssessing = (department: Department, visit: Visit): boolean =>
  visit.seen !== null &&
  !decided(visit) &&
  !visit.laboratory &&
  !visit.imaging &&
  groupIn(department, visit) !== undefined

const decided = (visit: Visit) => visit.seen !== null && (visit.boarding !== null || visit.left !== null)

/** Care with its tests is over: the patient boards from now on, or has gone. */
function careEnded(
  tallies: Tallies,
  visit: Visit,
  at: Instant,
  inSpace: boolean,
  weight: number,
  logged: (tally: LogTally, minutes: number) => LogTally,
): Tallies {
  const total = (at - visit.seen!) / minute
  if (total < 0 || visit.disposition === 'unknown') return tallies
  const open = visit.testingSince === null ? 0 : (at - visit.testingSince) / minute
  const tested = Math.min(total, visit.testMinutes + Math.max(0, open))
  const place = placeOf(visit.acuity ?? 3)
  let next: Tallies = { ...tallies, stays: logged(tallies.stays, total) }
  if (visit.acuity !== null) {
    next = {
      ...next,
      care: next.care.map((tally, k) => (k === place ? logged(tally, total - tested) : tally)),
      cared: added(next.cared, place, weight),
      seated: inSpace ? next.seated : added(next.seated, place, weight),
      ...(visit.boarding !== null
        ? { admitted: added(next.admitted, place, weight) }
        : { discharged: added(next.discharged, place, weight) }),
      ...(visit.imaging
        ? { imagingToo: added(next.imagingToo, place, weight) }
        : visit.laboratory
          ? { laboratoryOnly: added(next.laboratoryOnly, place, weight) }
          : {}),
    }
  }
  if (tested > 0 && visit.imaging) next = { ...next, imaging: logged(next.imaging, tested) }
  else if (tested > 0) next = { ...next, laboratory: logged(next.laboratory, tested) }
  return next
}
