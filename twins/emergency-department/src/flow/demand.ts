import type { Source } from '@counterpart/discrete'
import { hour, type Instant, minute } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import { gammaAt } from '../estimates/ensemble.ts'
import type { Posterior } from '../estimates/posterior.ts'
import { acuities, priors } from '../estimates/priors.ts'
import { hourOfWeek } from '../memory/tallies.ts'
import { type Effect, effectsOfKind, inForce } from './effects.ts'
import type { Member } from './member.ts'

/** Arrival rates hold for so long. */
const piece = 15

export const modes = ['walk-in', 'ambulance'] as const
export const className = (acuity: number) => `acuity ${acuity}`

export interface Window {
  readonly asOf: Instant
  readonly utcOffsetMinutes: number
  /** Minutes from `asOf` to the end of the simulation. */
  readonly until: number
  readonly effects: readonly Effect[]
}

/** One source for each acuity and way of coming; hours of the week get a departure of their own in every member. */
export function sourcesOf(posterior: Posterior, member: Member, window: Window, random: RandomStream): Source[] {
  const { asOf, utcOffsetMinutes, until, effects } = window
  const pieces = Math.ceil(until / piece)
  const hourly = hourFactors(posterior.hours, window, random)
  const total = new Float64Array(pieces)
  const day = random.normal() * priors.dayToDay
  for (let i = 0; i < pieces; i++) {
    const at = (i + 0.5) * piece
    const more = inForce(effectsOfKind(effects, 'arrivals'), at).reduce((product, e) => product * e.factor, 1)
    // A surge fades with the span over which it was measured; what the day is like besides, nobody knows yet.
    const fading = Math.exp(-at / (priors.surge.hours * 60))
    const surge =
      (1 + (member.surge - 1) * fading) * Math.exp(day * (1 - fading) - (priors.dayToDay * (1 - fading)) ** 2 / 2)
    const hours =
      hourly[
        Math.floor((asOf + at * minute) / hour + utcOffsetMinutes / 60) -
          Math.floor(asOf / hour + utcOffsetMinutes / 60)
      ]!
    total[i] = (member.arrivals * hours * surge * more) / 60
  }
  return modes.flatMap((mode) =>
    acuities.map((acuity, k): Source => {
      const ambulance = posterior.byAmbulance[k]!
      const share = posterior.mix[k]! * (mode === 'ambulance' ? ambulance : 1 - ambulance)
      const rates = Array.from(total, (rate, i) => {
        const at = (i + 0.5) * piece
        if (mode === 'walk-in') return rate * share
        const kept =
          acuity === 1 ? 1 : inForce(effectsOfKind(effects, 'ambulances'), at).reduce((f, e) => f * e.factor, 1)
        const casualties = inForce(effectsOfKind(effects, 'casualties'), at).reduce((sum, e) => sum + e.perHour[k]!, 0)
        return rate * share * kept + casualties / 60
      })
      return {
        name: `${mode}, acuity ${acuity}`,
        class: className(acuity),
        to: mode === 'ambulance' ? 'comes by ambulance' : 'comes',
        arrivals: { kind: 'rates', every: piece, rates },
      }
    }),
  )
}

/** The factor of each clock hour of the window, from the one under way on. */
function hourFactors(
  { factors, shapes }: Posterior['hours'],
  { asOf, utcOffsetMinutes, until }: Window,
  random: RandomStream,
): number[] {
  const daily = factors.length
  return Array.from({ length: Math.ceil(until / 60) + 2 }, (_, i) => {
    const place = hourOfWeek(asOf + i * hour, utcOffsetMinutes) % daily
    const shape = shapes[place]!
    return (factors[place]! * gammaAt(shape, random.normal())) / shape
  })
}

/**
 * When beds upstairs are free, in minutes, rising: those free now at 0, then openings at the member's rates, and what
 * interventions pull forward.
 */
export function bedTimes(
  posterior: Posterior,
  member: Member,
  window: Window,
  scarce: boolean,
  random: RandomStream,
): number[] {
  const hourly = hourFactors(posterior.bedHours, window, random)
  const times: number[] = []
  // Nobody waits for long: there may be beds that opened in the last hour and were not needed.
  if (!scarce) {
    let left = member.beds * hourly[0]! - random.exponential()
    for (; left > 0 && times.length < 2; left -= random.exponential()) times.push(0)
  }
  let needed = random.exponential()
  for (let i = 0; i * 60 < window.until; i++) {
    const rate = (member.beds * hourly[i]!) / 60
    let start = i * 60
    while (needed < rate * (i * 60 + 60 - start)) {
      start += needed / rate
      times.push(start)
      needed = random.exponential()
    }
    needed -= rate * (i * 60 + 60 - start)
  }
  let all = times
  for (const { at, borrowed, borrowedAfter } of effectsOfKind(window.effects, 'beds')) {
    let owed = borrowed
    const later = all.filter((time) => time <= borrowedAfter || --owed < 0)
    all = [...later, ...at.filter((time) => time < window.until).map((time) => Math.max(0, time))]
  }
  return all.sort((a, b) => a - b)
}
