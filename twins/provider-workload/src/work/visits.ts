import { leads } from '../memory/clinic.ts'
import { uses } from './arrivals.ts'
import { hashed, points, uniform, wholeAt } from './chance.ts'
import type { DayAbout } from './day.ts'

/** Visits booked in the end on a day with so many hours of clinic: those booked by now and those that will be. */
export function visitsOf({ day, provider, parameters, clinic, changed, seed, chance }: DayAbout, hours: number): number {
  const factor = changed?.visits ?? 1
  const usual = parameters.visitsPerHour * hours * factor
  const fits = Math.max(1, provider.placesPerHour * hours * factor)
  const booked = day.booked * Math.min(1, factor)
  const toCome = usual * (1 - bookedBy(day.lead, clinic.bookedAhead))
  const scatter = chance.normal[hashed(seed, uses.booking) & (points - 1)]! * Math.sqrt(clinic.bookingDispersion * toCome)
  const most = Math.max(booked, 1.15 * fits)
  return wholeAt(Math.min(most, Math.max(booked, booked + toCome + scatter)), uniform(hashed(seed, uses.booking + 1)))
}

/** Part of all bookings that are made so many days ahead; between the leads in proportion, on the day all. */
function bookedBy(lead: number, ahead: Float64Array): number {
  if (lead <= 0) return 1
  for (let l = 0; l < leads.length; l++) {
    if (lead > leads[l]!) continue
    const [from, part] = l === 0 ? [0, 1] : [leads[l - 1]!, ahead[l - 1]!]
    return part + ((ahead[l]! - part) * (lead - from)) / (leads[l]! - from)
  }
  return ahead[leads.length - 1]!
}
