import { hour } from '@counterpart/kernel'
import { feedEmergency, type LiveEmergency, type LiveEmergencyOptions } from '../emergency/live.ts'
import type { Feed, FeedOptions } from '../feed.ts'
import { feedImaging } from '../imaging/live.ts'
import { simulateHospital } from './simulation.ts'

export interface LiveHospitalOptions extends Omit<LiveEmergencyOptions, 'roster'> {
  /** Where the rosters of the emergency and of the imaging department are put. */
  readonly rosters?: { readonly emergency: FeedOptions['roster']; readonly imaging: FeedOptions['roster'] }
  /** Default `North imaging`. */
  readonly imagingName?: string
}

/** Starts both departments of one hospital; each sends by wires of its own. */
export function startHospital(options: LiveHospitalOptions): {
  readonly emergency: LiveEmergency
  readonly imaging: Feed
} {
  const { rosters, ...rest } = options
  const { emergency, imaging } = simulateHospital({
    ...rest,
    from: options.clock() - (options.history ?? 12 * hour),
  })
  const to = (roster: FeedOptions['roster']) => ({ ...rest, ...(roster && { roster }) })
  return {
    emergency: feedEmergency(emergency, { ...to(rosters?.emergency), scansToldByImaging: true }),
    imaging: feedImaging(imaging, to(rosters?.imaging)),
  }
}
