import { leads } from '../memory/clinic.ts'
import { uses } from './arrivals.ts'
import { hashed, points, uniform, wholeAt } from './chance.ts'
import type { DayAbout } from './day.ts'

/** Visits booked in the end on a day with so many hours of clinic: those booked by now and those that will be. */
export function visitsOf(
  { day, provider, parameters, clinic, changed, seed, chance }: DayAbout,
  hours: number,
): number {
  const factor = changed?.visits ?? 1
  const wholes = uniform(hashed(seed, uses.booking + 1))
  const usual = parameters.visitsPerHour * hours
  const made = usual * atLead(day.lead, parameters.bookedAhead, 1)
  const expected = usual + atLead(day.lead, clinic.bookingsKept, 1) * (day.booked - made)
  const spread = Math.sqrt(atLead(day.lead, clinic.bookingDispersion, 0) * usual)
  const scatter = chance.normal[hashed(seed, uses.booking) & (points - 1)]! * spread
  const fits = Math.max(1, 1.15 * provider.placesPerHour * hours)
  // A few of those booked now will call it off.
  const end = Math.max(0.85 * day.booked, Math.min(Math.max(fits, day.booked), expected + scatter))
  return wholeAt(end * factor, wholes)
}

/** By now of the day itself, in days from its beginning, everybody is booked who will be. */
const closed = -0.7

/** What holds so many days ahead: between the leads in proportion, `now` late on the day, beyond the last as there. */
function atLead(lead: number, values: readonly number[], now: number): number {
  for (let l = 0; l < leads.length; l++) {
    if (lead > leads[l]!) continue
    const [from, value] = l === 0 ? [closed, now] : [leads[l - 1]!, values[l - 1]!]
    return value + (values[l]! - value) * Math.max(0, (lead - from) / (leads[l]! - from))
  }
  return values[leads.length - 1]!
}
