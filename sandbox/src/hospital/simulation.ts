import { type ImagingLayoutDetail, type Instant, type Milliseconds, minute } from '@counterpart/kernel'
import type { HospitalEvent } from '../emergency/events.ts'
import type { EmergencyOptions } from '../emergency/settings.ts'
import { type Emergency, simulateEmergency } from '../emergency/simulation.ts'
import type { World } from '../emergency/world.ts'
import { SandboxError } from '../errors.ts'
import type { ImagingEvent } from '../imaging/events.ts'
import { hospitalDemand, hospitalPlan, hospitalStaffing } from '../imaging/plan.ts'
import { type Imaging, introduction } from '../imaging/simulation.ts'
import { ImagingSite } from '../imaging/site.ts'
import { EmergencyDesk } from './emergency-desk.ts'

export interface HospitalOptions extends EmergencyOptions {
  /** Default `North imaging`. */
  readonly imagingName?: string
}

/** Two departments of one hospital: whoever needs a scan in one waits for it in the other. */
export interface Hospital {
  readonly emergency: Emergency
  readonly imaging: Imaging
  /** A machine of the imaging department breaks down now, for so long; whoever is in it is finished first. */
  breakDown(machine: string, lasts: Milliseconds): void
}

/**
 * Makes an emergency and an imaging department that share their time and patients. What is ordered in the first is an emergency of
 * the second, under one number; its report lets the patient go on. Each department is moved on and told of by itself;
 * neither ever hears of what happens after the time it has been moved on to. Throws {@link SandboxError} `options-invalid`.
 *
 * @example
 * ```ts
 * const { emergency, imaging } = simulateHospital({ seed: 'example', from: Date.UTC(2026, 0, 5) })
 * const scans = imaging.advance(Date.UTC(2026, 0, 5, 12))
 * const visits = emergency.advance(Date.UTC(2026, 0, 5, 12))
 * ```
 */
export function simulateHospital(options: HospitalOptions): Hospital {
  const { seed, from, utcOffsetMinutes = 0, imagingName = 'North imaging' } = options
  const layout: ImagingLayoutDetail = { name: imagingName, utcOffsetMinutes, ...hospitalPlan }
  let inside: { readonly site: ImagingSite; readonly world: World } | undefined
  const emergency = simulateEmergency(options, (world) => {
    inside = { world, site: siteIn(world, seed, layout) }
    return new EmergencyDesk(inside.site)
  })
  const { site: imaging, world } = inside!
  const visits: HospitalEvent[] = []
  const exams: ImagingEvent[] = introduction(imaging, from, (visit) => world.visits.has(visit))
  /** Both go on together; what happened is kept until each is asked for. */
  const run = (to: Instant) => {
    visits.push(...emergency.advance(Math.max(to, emergency.now)))
    exams.push(...imaging.drain())
  }
  const [emergencyView, imagingView] = [view(emergency.now, run, visits), view(emergency.now, run, exams)]
  return {
    emergency: {
      layout: emergency.layout,
      get now() {
        return emergencyView.now
      },
      advance: emergencyView.advance,
      act: (action) => emergency.act(action),
      stop: (id) => emergency.stop(id),
      get hidden() {
        return emergency.hidden
      },
    },
    imaging: {
      layout,
      get now() {
        return imagingView.now
      },
      advance: imagingView.advance,
    },
    breakDown: (machine, lasts) => imaging.breakDown(machine, lasts),
  }
}

/** Weeks that begin at the same local midnight as when the department is alone; the emergency department's begin in UTC. */
function siteIn(world: World, seed: string, layout: ImagingLayoutDetail): ImagingSite {
  const begun = world.now - layout.utcOffsetMinutes * minute
  return new ImagingSite({ seed, begun, layout, staffing: hospitalStaffing, demand: hospitalDemand, timeline: world })
}

/** One department's own time, and what has happened in it until then. */
function view<Event extends { readonly at: Instant }>(begun: Instant, run: (to: Instant) => void, held: Event[]) {
  let now = begun
  return {
    get now() {
      return now
    },
    advance: (to: Instant): Event[] => {
      if (to < now)
        throw new SandboxError('time-backwards', `the hospital is at ${now} already and cannot go back to ${to}`)
      run(to)
      now = to
      const later = held.findIndex(({ at }) => at > to)
      return held.splice(0, later < 0 ? held.length : later)
    },
  }
}
