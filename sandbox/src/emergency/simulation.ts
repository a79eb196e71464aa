import { day, hour, type Instant, type LayoutDetail } from '@counterpart/kernel'
import { SandboxError } from '../errors.ts'
import type { DepartmentAction } from './actions.ts'
import { demandOf } from './demand.ts'
import { Department } from './department.ts'
import type { HospitalEvent } from './events.ts'
import type { ImagingDesk } from './imaging-desk.ts'
import { Obedience } from './obey.ts'
import { checkedSettings, type EmergencyOptions } from './settings.ts'
import { floor } from './spaces.ts'
import { Staffing } from './staffing.ts'
import { drawVisitor } from './visitor.ts'
import { World } from './world.ts'

/** What only the simulation knows. */
export interface HiddenFigures {
  readonly cliniciansOnDuty: number
  readonly cliniciansBusy: number
  readonly nursesOnDuty: number
  readonly nursesBusy: number
  readonly freeBedsUpstairs: number
  readonly waitingForBed: number
  /** So far. */
  readonly diverted: number
  /** Turned round at the door, so far: no system ever hears of them. */
  readonly turnedAway: number
}

/** A simulated emergency department with the hospital around it. Same options and actions: the same events. */
export interface Emergency {
  readonly now: Instant
  readonly layout: LayoutDetail
  /** Moves on to `to` and returns what has happened, in order. The slices in which this is called do not matter. */
  advance(to: Instant): HospitalEvent[]
  /** Asks the department to do something from now on. */
  act(action: DepartmentAction): void
  /** Takes an action back. */
  stop(actionId: string): void
  readonly hidden: HiddenFigures
}

/** Visits of an hour are numbered from this multiple of the hour, so that the same people come whatever was simulated before. */
const mostInAnHour = 200

/**
 * Makes an emergency department that has been running for weeks when it is first looked at.
 *
 * Throws {@link SandboxError} `options-invalid`.
 *
 * @example
 * ```ts
 * const emergency = simulateEmergency({ seed: 'example', from: Date.UTC(2026, 0, 5) })
 * const events = emergency.advance(Date.UTC(2026, 0, 5, 12))
 * ```
 */
export function simulateEmergency(
  options: EmergencyOptions,
  /** Makes the imaging department that scans for it; without one it has scanners of its own. */
  imagingIn?: (world: World) => ImagingDesk,
): Emergency {
  const settings = checkedSettings(options)
  const { seed, from, utcOffsetMinutes } = settings
  // A Monday, so that looking again a little later finds the same hospital. 1970-01-05 was one.
  const begun = Math.floor((from - settings.unseenDays * day - 4 * day) / (7 * day)) * 7 * day + 4 * day
  const world = new World(seed, begun, utcOffsetMinutes)
  if (imagingIn) world.imaging = imagingIn(world)
  const demand = demandOf(seed, settings.visitsPerDay, utcOffsetMinutes)
  const department = new Department(world, settings.inpatientBeds)
  const staffing = new Staffing(world, settings.shifts, department.clinicians, {
    nurse: department.nurses,
    'triage-nurse': department.triage,
    porter: department.porters,
  })
  const obedience = new Obedience(world, department, staffing)
  const everyHour = () => {
    const start = world.now
    const times = demand.arrivalsIn(start)
    for (const [i, at] of times.entries()) {
      const visitor = drawVisitor(seed, (start / hour) * mostInAnHour + i, at)
      world.at(at, () => department.arrive(visitor))
    }
    world.at(start + hour, everyHour)
  }
  world.at(begun, everyHour)

  const layout: LayoutDetail = { name: settings.name, areas: floor, utcOffsetMinutes }
  const run = (to: Instant) => {
    for (let next = world.calendar.take(to); next; next = world.calendar.take(to)) {
      world.now = next.at
      next.work!()
    }
    world.now = to
  }
  run(from - 1)
  const first = introduction(world, staffing, layout)

  return {
    layout,
    get now() {
      return world.now
    },
    advance: (to) => {
      if (to < world.now)
        throw new SandboxError('time-backwards', `the hospital is at ${world.now} already and cannot go back to ${to}`)
      run(to)
      return [...first.splice(0), ...world.drain()]
    },
    act: (action) => obedience.ask(action),
    stop: (id) => obedience.stop(id),
    get hidden() {
      return {
        cliniciansOnDuty: department.clinicians.onDuty,
        cliniciansBusy: department.clinicians.busy,
        nursesOnDuty: department.nurses.capacity,
        nursesBusy: department.nurses.busy,
        freeBedsUpstairs: department.inpatients.free,
        waitingForBed: department.inpatients.waiting,
        diverted: department.diverted,
        turnedAway: department.turnedAway,
      }
    },
  }
}

/** What a system that is switched on now is told first: rooms, roster, and all that is on record of those who are there. */
function introduction(world: World, staffing: Staffing, layout: LayoutDetail): HospitalEvent[] {
  const records = world
    .drain()
    .filter((event) => (event.kind === 'visit' || event.kind === 'vital-signs') && world.visits.has(event.visit))
  const at = Math.min(world.now, records[0]?.at ?? world.now)
  world.emit({ at, kind: 'layout', layout })
  staffing.publish(8)
  const [rooms, ...rosters] = world.drain()
  return [rooms!, ...records, ...rosters]
}
