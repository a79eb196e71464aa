import { entryAfter, entryOf, timeOfEntry } from '../program/timetable.ts'
import { type Core, PHASE } from './core.ts'
import { countBusy } from './tally.ts'
import { drawUnit } from './units.ts'

const { CHANGE: AT_CHANGE, PATIENCE: AT_PATIENCE } = PHASE

// What there is of each pool: units as scheduled, less those that failed, and nothing while it is closed or on a break.

const NONE = Number.NEGATIVE_INFINITY

/** Makes every pool what it is at the start, and schedules what will change it. */
export function openPools(core: Core): void {
  const { program, state: s } = core
  for (const [p, { absences, capacity, schedule }] of program.pools.entries()) {
    const k = entryAfter(schedule, s.now)
    const change = entryOf(schedule, k - 1)
    s.shifts[p] = k
    s.scheduled[p] = change?.capacity ?? capacity
    s.onDutySince[p] = change ? timeOfEntry(schedule, k - 1) : s.now
    scheduleChange(core, p)
    const a = entryAfter(absences, s.now)
    const last = entryOf(absences, a - 1)
    s.absences[p] = a
    if (last?.closure && timeOfEntry(absences, a - 1) + last.lasts > s.now)
      goAway(core, p, timeOfEntry(absences, a - 1) + last.lasts)
    else scheduleAbsence(core, p)
    s.capacity[p] = available(core, p)
  }
  for (let unit = 0; unit < program.unitPools.length; unit++) {
    s.unitSince[unit] = s.now
    drawUnit(core, unit)
  }
}

function available({ program, state: s }: Core, pool: number): number {
  if (s.away[pool] === 1) return 0
  return Math.min(s.scheduled[pool]!, program.pools[pool]!.units - s.down[pool]!)
}

/** Brings the capacity up to date after anything that it depends on has changed. */
export function updateCapacity(core: Core, pool: number): void {
  countBusy(core, pool)
  core.state.capacity[pool] = available(core, pool)
}

export function scheduleChange({ program, state: s }: Core, pool: number): void {
  const time = timeOfEntry(program.pools[pool]!.schedule, s.shifts[pool]!)
  if (time < Number.POSITIVE_INFINITY) s.calendar.schedule(s.layout.changes + pool, time, AT_CHANGE)
}

function scheduleAbsence({ program, state: s }: Core, pool: number): void {
  const time = timeOfEntry(program.pools[pool]!.absences, s.absences[pool]!)
  if (time < Number.POSITIVE_INFINITY) s.calendar.schedule(s.layout.away + pool, time, AT_CHANGE)
}

function goAway({ state: s }: Core, pool: number, until: number): void {
  s.away[pool] = 1
  s.breakUntil[pool] = NONE
  s.calendar.schedule(s.layout.away + pool, until, AT_CHANGE)
}

/**
 * What a pool's handle of absences stands for next: the end of one that is under way, the end of the span in which a
 * break could be taken, or the time at which the next falls due. True if the capacity has changed.
 */
export function turnAbsence(core: Core, pool: number): boolean {
  const { program, state: s } = core
  if (s.away[pool] === 1) {
    s.away[pool] = 0
    s.onDutySince[pool] = s.now
    scheduleAbsence(core, pool)
    updateCapacity(core, pool)
    return true
  }
  if (s.breakUntil[pool]! > NONE) {
    s.breakUntil[pool] = NONE
    s.missedBreaks[pool]!++
    scheduleAbsence(core, pool)
    return false
  }
  const { closure, lasts, within } = entryOf(program.pools[pool]!.absences, s.absences[pool]!++)!
  if (closure) {
    goAway(core, pool, s.now + lasts)
    updateCapacity(core, pool)
    return true
  }
  if (s.scheduled[pool] === 0) {
    scheduleAbsence(core, pool)
    return false
  }
  s.breakUntil[pool] = s.now + within
  s.calendar.schedule(s.layout.away + pool, s.now + within, AT_PATIENCE)
  restIfDue(core, pool)
  return s.away[pool] === 1
}

/** Sends a member on a break that is due, if nobody is in their hands. */
export function restIfDue(core: Core, pool: number): void {
  const { program, state: s } = core
  if (!(s.breakUntil[pool]! >= s.now) || s.scheduled[pool] === 0 || s.busy[pool]! + s.outgoing[pool]! > 0) return
  goAway(core, pool, s.now + entryOf(program.pools[pool]!.absences, s.absences[pool]! - 1)!.lasts)
  updateCapacity(core, pool)
}
