import { leads } from '../memory/clinic.ts'
import { type Evidence, of } from './evidence.ts'
import { priors } from './priors.ts'

/** How what is booked so long ahead tells how much will be booked in the end. */
export interface Bookings {
  /** By person and lead: part of a usual day's bookings that are made by then. */
  readonly made: readonly (readonly number[])[]
  /** By lead: how much of a departure from that is still there in the end, 0 to 1. */
  readonly kept: readonly number[]
  /** By lead: variance of what is booked in the end about what was expected then, against the usual count. */
  readonly dispersion: readonly number[]
}

/**
 * Regression, for each lead, of a day's final bookings on those made by then, about each person's own usual day: where the
 * rest is booked whatever is there already, a departure stays; where days fill up, it is made good.
 */
export function bookingsOf(all: readonly Evidence[]): Bookings {
  const { bookedAhead, bookings } = priors
  const kept: number[] = []
  const dispersion: number[] = []
  const parts: number[] = []
  for (let l = 0; l < leads.length; l++) {
    let [then, last] = [bookedAhead.shares[l]! * bookedAhead.bookings, bookedAhead.bookings as number]
    let [thenLast, thenThen, lastLast, counts] = [0, 0, 0, 0]
    for (const e of all) {
      const hours = of(e, 'leadHours', l)
      if (hours <= 0) continue
      const [a, b] = [of(e, 'bookedThen', l), of(e, 'bookedLast', l)]
      then += a
      last += b
      thenLast += of(e, 'thenLast', l) - (a * b) / hours
      thenThen += of(e, 'thenThen', l) - (a * a) / hours
      lastLast += of(e, 'lastLast', l) - (b * b) / hours
      // For each hour of clinic as the sums are; a usual count for scale.
      counts += b / hours
    }
    parts.push(Math.min(1, then / last))
    const worth = bookings.days
    const slope = (worth * bookings.kept + thenLast) / (worth + thenThen)
    kept.push(Math.min(1, Math.max(0, slope)))
    const left = Math.max(0, lastLast - 2 * kept[l]! * thenLast + kept[l]! ** 2 * thenThen)
    const days = all.reduce((sum, e) => sum + Math.max(0, of(e, 'leadDays', l) - 1), 0)
    const usual = counts > 0 ? counts / all.filter((e) => of(e, 'leadHours', l) > 0).length : 1
    dispersion.push((worth * bookings.dispersion + left / usual) / (worth + days))
  }
  return {
    made: all.map((e) =>
      leads.map((_, l) => {
        const worth = 40
        return (of(e, 'bookedThen', l) + worth * parts[l]!) / (of(e, 'bookedLast', l) + worth)
      }),
    ),
    kept,
    dispersion,
  }
}
