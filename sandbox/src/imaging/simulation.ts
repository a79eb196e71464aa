import { day, type ImagingLayoutDetail, type Instant, minute } from '@counterpart/kernel'
import { SandboxError } from '../errors.ts'
import type { ImagingEvent } from './events.ts'
import { imagingPlan, usualDemand, usualStaffing } from './plan.ts'
import { ImagingSite } from './site.ts'
import { OwnTime } from './timeline.ts'

export interface ImagingOptions {
  /** Names all randomness. */
  readonly seed: string
  /** From when on it is looked at; before that it has been running for a week or two unseen. */
  readonly from: Instant
  /** Default `North imaging`. */
  readonly name?: string
  readonly utcOffsetMinutes?: number
}

/** A simulated imaging department. Same options: the same events. */
export interface Imaging {
  readonly now: Instant
  readonly layout: ImagingLayoutDetail
  /** Moves on to `to` and returns what has happened, in order. The slices in which this is called do not matter. */
  advance(to: Instant): ImagingEvent[]
}

/**
 * Makes an imaging department with booked days, people who come late or not at all, inpatients and emergencies between them, machines
 * that break down, and radiologists who fall behind. Throws {@link SandboxError} `options-invalid`.
 */
export function simulateImaging(options: ImagingOptions): Imaging {
  const { seed, from, name = 'North imaging', utcOffsetMinutes = 0 } = options
  if (!Number.isSafeInteger(from))
    throw new SandboxError('options-invalid', `simulateImaging: from is ${from}; expected milliseconds since 1970`)
  const layout: ImagingLayoutDetail = { name, utcOffsetMinutes, ...imagingPlan }
  // A Monday, so that looking again a little later finds the same department. 1970-01-05 was one.
  const begun = Math.floor((from - 8 * day - 4 * day) / (7 * day)) * 7 * day + 4 * day - utcOffsetMinutes * minute
  const time = new OwnTime(begun)
  const site = new ImagingSite({ seed, begun, layout, staffing: usualStaffing, demand: usualDemand, timeline: time })
  time.run(from - 1)
  const first = introduction(site, from)
  return {
    layout,
    get now() {
      return time.now
    },
    advance: (to) => {
      if (to < time.now)
        throw new SandboxError('time-backwards', `imaging is at ${time.now} already and cannot go back to ${to}`)
      time.run(to)
      return [...first.splice(0), ...site.drain()]
    },
  }
}

/**
 * What a system that is switched on now is told first: machines, all that is on record of exams that are not over (or whose visit
 * is not), and the roster.
 */
export function introduction(
  site: ImagingSite,
  from: Instant,
  isHere: (visit: string) => boolean = () => false,
): ImagingEvent[] {
  const open = site.unfinished()
  const known = site
    .drain()
    .filter(
      (event) => event.kind === 'exam' && (open.has(event.exam) || (event.waiting && isHere(event.waiting.visit))),
    )
  return [
    { at: Math.min(from, known[0]?.at ?? from), kind: 'layout', layout: site.layout },
    ...known,
    { at: site.now, kind: 'roster', roster: site.roster(site.now) },
  ]
}
