import { placeOfDraw } from '../draws.ts'
import { durationBeyond, isExponential } from '../duration.ts'
import type { Arrivals } from '../pathway.ts'
import { type Core, PHASE } from './core.ts'
import { enter } from './leaving.ts'
import { walk } from './walk.ts'

const { ARRIVE: AT_ARRIVE } = PHASE

/** Somebody comes from this source, and the next one is drawn. */
export function arrive(core: Core, source: number): void {
  const { program, state: s } = core
  const { class: kind, entry } = program.sources[source]!
  const number = s.arrivals[source]!++
  s.lastArrivals[source] = s.now
  scheduleArrival(core, source)
  walk(core, enter(core, source, number, kind, entry, s.now))
}

/** Passes over the arrivals on a list that lie before the start, and draws the first one. */
export function openSource(core: Core, source: number): void {
  const { program, state: s } = core
  const { arrivals } = program.sources[source]!
  s.lastArrivals[source] = s.now
  if (arrivals.kind === 'times') {
    const first = arrivals.times.findIndex((time) => time >= s.now)
    s.arrivals[source] = first < 0 ? arrivals.times.length : first
  }
  scheduleArrival(core, source)
}

/** Schedules the next arrival, given that none came from the last up to now. */
export function scheduleArrival(core: Core, source: number): void {
  const { draws, program, state: s } = core
  const { arrivals, between, limit, rates, stream, until } = program.sources[source]!
  const number = s.arrivals[source]!
  if (number >= limit) return
  let time: number
  if (arrivals.kind === 'times')
    time = number < arrivals.times.length ? Math.max(s.now, arrivals.times[number]!) : Number.POSITIVE_INFINITY
  else {
    const place = placeOfDraw(draws, stream, source, number, 0, s.replication)
    const last = s.lastArrivals[source]!
    if (arrivals.kind === 'rates') time = afterHazard(arrivals, rates, last, s.now, draws.exponentials[place]!)
    // What is exponential does not age.
    else if (isExponential(between!)) time = s.now + between!.a * draws.exponentials[place]!
    else time = Math.max(s.now, last + durationBeyond(between!, s.now - last, draws.uniforms[place]!, number))
  }
  if (time < Number.POSITIVE_INFINITY && time <= until) s.calendar.schedule(source, time, AT_ARRIVE)
  else s.calendar.cancel(source)
}

type Rates = Extract<Arrivals, { kind: 'rates' }>

/** When a Poisson process with these rates has gathered this hazard since `from`; infinite if it never does. */
function afterHazard(arrivals: Rates, rates: Float64Array, last: number, from: number, hazard: number): number {
  const { every, repeat = false, legacyThinning = false } = arrivals
  let left = hazard
  if (legacyThinning) {
    const period = Math.floor(last / every)
    if (period >= rates.length && !repeat) return Number.POSITIVE_INFINITY
    return from + left / rateIn(rates, period)
  }
  let period = Math.floor(from / every)
  let time = from
  let idle = 0
  for (;;) {
    if (!repeat && period >= rates.length) return Number.POSITIVE_INFINITY
    const rate = !repeat && period < 0 ? 0 : rateIn(rates, period)
    const end = (period + 1) * every
    const room = rate * (end - time)
    if (left < room) return time + left / rate
    left -= room
    time = end
    period++
    idle = rate > 0 ? 0 : idle + 1
    if (idle > rates.length && (repeat || period >= 0)) return Number.POSITIVE_INFINITY
  }
}

const rateIn = (rates: Float64Array, period: number): number =>
  rates[period - rates.length * Math.floor(period / rates.length)]!
