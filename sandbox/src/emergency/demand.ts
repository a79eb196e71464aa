import { day, hour, type Instant, minute } from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'

/** When people come. `local` is the wall clock as if it were UTC. */
export interface Demand {
  /** Times at which people come in the hour that begins at `from`, ascending. The same whatever was asked before. */
  arrivalsIn(from: Instant): readonly Instant[]
  /** Expected arrivals per hour at `at`, before the day's own mood is known. */
  expected(at: Instant): number
}

/**
 * Share of a day's arrivals by hour from midnight, relative. The shape follows the printed extremes of Hoot et al. 2008 (1.6/h
 * on Thursday 4 AM, 10.3/h on Monday 11 AM at about 140 a day) and NHS England's curve with its evening shoulder; the
 * figures between are assumptions.
 */
const byHour = [
  0.56, 0.45, 0.37, 0.31, 0.28, 0.3, 0.4, 0.62, 0.98, 1.38, 1.62, 1.7, 1.64, 1.54, 1.48, 1.46, 1.5, 1.52, 1.5, 1.42,
  1.26, 1.06, 0.87, 0.7,
]
const hourTotal = byHour.reduce((sum, each) => sum + each, 0)
/** From Sunday. Mondays are the busiest in every published series; sizes are assumptions. */
const byWeekday = [1.0, 1.11, 1.02, 0.98, 0.96, 0.97, 0.96]

/** How much a day may differ from what was to be expected: persistent like weather (assumptions). */
const daySpread = 0.09
const dayMemory = 0.6
/** How much an hour may differ from its day, e.g. a shower, a match, a closed surgery. */
const hourSpread = 0.12
const hourMemory = 0.75
/** Now and then several people come at once: once in about twelve days. */
const incidentsPerHour = 1 / (12 * 24)

/** Arrivals of a department that sees about `perDay` people a day. Deterministic in `seed`, hour by hour. */
export function demandOf(seed: string, perDay: number, utcOffsetMinutes: number): Demand {
  const days = new Map<number, number>()
  const moods = new Map<number, number>()
  const stream = (...names: (string | number)[]): RandomStream => randomStream('emergency', seed, ...names)

  /** A first-order process of mean 0 and variance 1: the last thirty of its innovations, so that it has no beginning. */
  function process(name: string, index: number, memory: number, known: Map<number, number>): number {
    let value = 0
    for (let i = index - 30; i <= index; i++) {
      const innovation = known.get(i) ?? stream(name, i).normal()
      known.set(i, innovation)
      value = memory * value + innovation
    }
    known.delete(index - 31)
    return value * Math.sqrt(1 - memory * memory)
  }

  function expected(at: Instant): number {
    const local = at + utcOffsetMinutes * minute
    const date = new Date(local)
    const season = 1 + 0.06 * Math.cos((2 * Math.PI * (local / day - 20)) / 365.25)
    return (perDay * byHour[date.getUTCHours()]! * byWeekday[date.getUTCDay()]! * season) / hourTotal
  }

  return {
    expected,
    arrivalsIn: (from) => {
      const index = Math.floor(from / hour)
      const today = process('day', Math.floor((from + utcOffsetMinutes * minute) / day), dayMemory, days)
      const mood = process('hour', index, hourMemory, moods)
      const rate =
        expected(from) * Math.exp(daySpread * today - daySpread ** 2 / 2 + hourSpread * mood - hourSpread ** 2 / 2)
      const random = stream('arrivals', index)
      const times: Instant[] = []
      for (let t = random.exponential() / rate; t < 1; t += random.exponential() / rate)
        times.push(from + Math.floor(t * hour))
      if (random.uniform() < incidentsPerHour) {
        const at = from + Math.floor(random.uniform() * hour)
        const people = 3 + random.integer(5)
        for (let i = 0; i < people; i++) times.push(at + Math.floor(random.uniform() * 12 * minute))
      }
      return times.sort((a, b) => a - b)
    },
  }
}
