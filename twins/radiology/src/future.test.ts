import { carryOn, hour, imagingChannels, minute, type Scenario } from '@counterpart/kernel'
import { logNormal as logNormalLaw, mean, normalCumulative, survival } from '@counterpart/numerics'
import { expect, test } from 'vitest'
import { dayShape } from './demand.ts'
import { gammaAt, type Laws, memberNormals } from './draws.ts'
import { RadiologyError } from './errors.ts'
import type { Course } from './exam.ts'
import { counted, forecast } from './forecast.ts'
import { futuresOf } from './future.ts'
import { type Memory, memoryOf } from './memory.ts'
import { planOf } from './plan.ts'
import { quantities } from './quantities.ts'
import { situationOf } from './situation.ts'
import { beliefAfter, context, eight, exam, layout, morning, opening, order, tell } from './twin.test-data.ts'

const still: Laws = {
  scan: () => ({ centre: Math.log(20), spread: 0.3 }),
  delay: () => ({ centre: Math.log(8), spread: 0.4 }),
  noShow: 0.05,
  punctuality: { centre: -10, spread: 10 },
  readingMinutes: 5,
  failuresPerHour: 1e-9,
  demand: { emergency: 1, inpatient: 1, 'walk-in': 1 },
}

/** A memory in which demand is known beyond doubt: so many of a kind per hour, all for one protocol. */
const withDemand = (memory: Memory, perHour: number): Memory => ({
  ...memory,
  learned: {
    ...memory.learned,
    watched: new Array<number>(48).fill(1e9),
    demand: {
      emergency: new Array<number>(48).fill(0),
      inpatient: new Array<number>(48).fill(0),
      'walk-in': new Array<number>(48).fill(perHour * 1e9),
    },
    mix: { 'walk-in|HEAD': 1e12 },
  },
})

test('an exam under way goes on: its end follows the conditional law, not a fresh one', () => {
  const told = [...opening(), order('a', 'HEAD', 'walk-in', eight), exam('a', 'started', eight, { machine: 'CT1' })]
  const belief = beliefAfter(told, eight + 25 * minute)
  const memory = withDemand(memoryOf(belief), 0)
  const situation = situationOf(memory, belief.asOf, belief.asOf + 2 * hour, planOf(memory, belief.asOf, []))
  const futures = futuresOf(situation, new Array<Laws>(500).fill(still), context)
  const lasted = futures.map((courses) => (courses.find(({ id }) => id === 'a')!.end - eight) / minute)
  expect(Math.min(...lasted)).toBeGreaterThanOrEqual(25)
  // E[T | T > e] of a log-normal: e^{μ+σ²/2} Φ(σ − (ln e − μ)/σ) / Φ(−(ln e − μ)/σ)
  const z = (Math.log(25) - Math.log(20)) / 0.3
  const exact = (20 * Math.exp(0.045) * normalCumulative(0.3 - z)) / normalCumulative(-z)
  expect(mean(Float64Array.from(lasted))).toBeGreaterThan(exact - 0.9)
  expect(mean(Float64Array.from(lasted))).toBeLessThan(exact + 0.9)
  // And its whole law: the part that lasts beyond 30 minutes.
  const law = logNormalLaw(Math.log(20), 0.3)
  const beyond = survival(law, 30) / survival(law, 25)
  expect(lasted.filter((t) => t > 30).length / 500).toBeCloseTo(beyond, 1)
})

test('one machine, walk-ins at random: the wait is Pollaczek and Khinchine’s', { timeout: 20_000 }, () => {
  const always = [{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, until: 1440 }]
  const one = { ...layout, machines: [{ code: 'CT1', label: 'CT 1', modality: 'CT', sessions: always }] }
  const belief = beliefAfter(opening())
  const perHour = 1.8
  const memory = { ...withDemand(memoryOf(belief), perHour), layout: one }
  const now = belief.asOf
  const until = now + 30 * 24 * hour
  const situation = situationOf(memory, now, until, planOf(memory, now, []))
  const futures = futuresOf(situation, new Array<Laws>(16).fill(still), context)
  // Demand differs from day to day; of one future it is the same on all but the first, which is left out.
  const factors = memberNormals(context, 'later-days', 'walk-in', now)
  const [service, second] = [20 * Math.exp(0.045), 400 * Math.exp(0.18)]
  let [waited, exact, n] = [0, 0, 0]
  for (const [m, courses] of futures.entries()) {
    const rate = (perHour / 60) * (gammaAt(dayShape, factors[m]!) / dayShape)
    const settled = courses.filter(({ came }) => came > now + 24 * hour && came < until - 24 * hour)
    n += settled.length
    waited += settled.reduce((sum, { came, start }) => sum + (start - came) / minute, 0)
    exact += settled.length * ((rate * second) / (2 * (1 - rate * service)) + 8 * Math.exp(0.08))
  }
  expect(n).toBeGreaterThan(15_000)
  expect(waited / exact).toBeGreaterThan(0.95)
  expect(waited / exact).toBeLessThan(1.05)
})

test('no two exams are on one machine at once, in any future', () => {
  const belief = beliefAfter(morning(), eight + hour)
  const memory = memoryOf(belief)
  const situation = situationOf(memory, belief.asOf, belief.asOf + 8 * hour, planOf(memory, belief.asOf, []))
  for (const courses of futuresOf(situation, new Array<Laws>(20).fill(still), context))
    for (const { code } of layout.machines) {
      const own = courses.filter(({ machine, start }) => machine === code && start < Number.POSITIVE_INFINITY)
      own.sort((a: Course, b: Course) => a.start - b.start)
      for (const [i, { end }] of own.slice(0, -1).entries()) expect(own[i + 1]!.start).toBeGreaterThanOrEqual(end - 1)
    }
})

test('a forecast of now is what is counted', () => {
  const belief = beliefAfter(morning(), eight + hour)
  const now = counted(belief)
  const { quantities: foreseen, size } = forecast(belief, carryOn, [belief.asOf, belief.asOf + hour], context)
  for (const { name, plausible } of quantities) {
    for (const value of foreseen[name]!.members.subarray(0, size)) expect(value).toBeCloseTo(now[name]!, 6)
    for (const value of foreseen[name]!.members) {
      expect(value).toBeGreaterThanOrEqual(plausible[0])
      expect(value).toBeLessThanOrEqual(plausible[1])
    }
  }
})

test('scenarios are paired: one that changes nothing changes no member', () => {
  const belief = beliefAfter(morning(), eight + hour)
  const times = [belief.asOf + 2 * hour, belief.asOf + 6 * hour]
  // There is nothing reserved that could be released.
  const idle: Scenario = {
    id: 'r',
    name: 'r',
    interventions: [{ intervention: 'release-emergency-slots', dose: 2, from: belief.asOf }],
  }
  expect(forecast(belief, idle, times, context).quantities).toEqual(
    forecast(belief, carryOn, times, context).quantities,
  )
})

test('a scenario that cannot be is refused by name', () => {
  const belief = beliefAfter(morning())
  const run = (intervention: string, dose: number) => () =>
    forecast(
      belief,
      { id: 'x', name: 'x', interventions: [{ intervention, dose, from: belief.asOf }] },
      [belief.asOf],
      context,
    )
  expect(run('more-coffee', 1)).toThrow(/unknown intervention "more-coffee"/)
  expect(run('extend-session', 500)).toThrow(RadiologyError)
})

test('codes may be anything: they are never mistaken for one another', () => {
  const odd = {
    ...layout,
    machines: [
      { ...layout.machines[0]!, code: 'technologist' },
      { ...layout.machines[1]!, code: 'routine technologist' },
    ],
    protocols: [
      { ...layout.protocols[0]!, code: 'A|inpatient' },
      { ...layout.protocols[1]!, code: 'under way' },
    ],
  }
  const belief = beliefAfter([
    ...opening(),
    tell(imagingChannels.layout, odd, eight),
    order('inpatient', 'under way', 'inpatient', eight),
    exam('inpatient', 'started', eight + minute, { machine: 'technologist' }),
    order('read urgent', 'A|inpatient', 'emergency', eight),
  ])
  const { quantities: foreseen } = forecast(belief, carryOn, [belief.asOf + 4 * hour], context)
  expect(mean(foreseen.done!.members)).toBeGreaterThan(1)
})
