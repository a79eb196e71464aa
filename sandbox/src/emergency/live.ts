import { hour, type LayoutDetail, type Milliseconds, type SubjectId } from '@counterpart/kernel'
import { type Feed, type FeedOptions, startFeed } from '../feed.ts'
import { facility } from '../messages/segments.ts'
import type { ActionRequest } from './read-action.ts'
import { Registration, type RegistrationOptions } from './registration.ts'
import type { EmergencyOptions } from './settings.ts'
import { type Emergency, type HiddenFigures, simulateEmergency } from './simulation.ts'
import { floor } from './spaces.ts'
import { type Census, Chronicle } from './truth.ts'

export interface LiveEmergencyOptions extends Omit<EmergencyOptions, 'from'>, FeedOptions {
  /** How the platform calls it, e.g. `department/north-ed`. */
  readonly department: SubjectId
  /** How long before now its records begin. Default 12 h: the floor is full and shifts have changed. */
  readonly history?: Milliseconds
  /** See `RegistrationOptions.faults`. */
  readonly faults?: number
}

export interface LiveEmergency extends Feed {
  readonly department: SubjectId
  readonly layout: LayoutDetail
  /** Takes a request, e.g. from the orders endpoint. */
  request(request: ActionRequest): void
  /** Truth as of the last step, for tests and for watching. */
  readonly hidden: HiddenFigures & { readonly census: Census }
}

/** What a platform must be told of the department to follow it: one entry of its file of departments. */
export function departmentEntry(department: SubjectId, { name, utcOffsetMinutes }: Omit<LayoutDetail, 'areas'>) {
  return {
    id: department.replace(/^department\//, ''),
    name,
    utcOffsetMinutes,
    facility,
    classes: ['EMER'],
    areas: floor.map((area) => ({ ...area, spaces: [...area.spaces] })),
    elsewhere: ['CARDIO', 'STEPDOWN', 'WARD*'],
  }
}

/**
 * Starts an emergency department: hands over the records of the past hours, then lives at the pace of the clock, sends what
 * falls due, and does what it is asked for. Nothing is ever sent of the future.
 */
export function startEmergency(options: LiveEmergencyOptions): LiveEmergency {
  const from = options.clock() - (options.history ?? 12 * hour)
  return feedEmergency(simulateEmergency({ ...options, from }), options)
}

/** Sends what a simulated emergency department writes, and hands on what it is asked for. */
export function feedEmergency(
  emergency: Emergency,
  options: FeedOptions &
    Pick<LiveEmergencyOptions, 'department' | 'seed' | 'faults'> &
    Pick<RegistrationOptions, 'scansToldByImaging'>,
): LiveEmergency {
  const { department, seed, faults = 1, scansToldByImaging = false } = options
  const { utcOffsetMinutes } = emergency.layout
  const registration = new Registration({ seed, department, utcOffsetMinutes, faults, scansToldByImaging })
  const chronicle = new Chronicle()
  const feed = startFeed(
    {
      get now() {
        return emergency.now
      },
      advance: (to) => {
        const events = emergency.advance(to)
        chronicle.take(events)
        return registration.write(events)
      },
    },
    options,
  )
  return {
    department,
    layout: emergency.layout,
    live: feed.live,
    stop: feed.stop,
    get statistics() {
      return feed.statistics
    },
    request: ({ wants, action }) => {
      if (wants === 'start') emergency.act(action)
      else emergency.stop(action.id)
    },
    get hidden() {
      return { ...emergency.hidden, census: chronicle.census(emergency.now) }
    },
  }
}
