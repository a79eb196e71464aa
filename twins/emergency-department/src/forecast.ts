import { type Belief, type Forecast, type Instant, minute, type Scenario, type TwinContext } from '@counterpart/kernel'
import type { Effect } from './flow/effects.ts'
import { measure, waitsAt } from './flow/measure.ts'
import { type Simulated, type Situation, simulate, situationOf } from './flow/simulate.ts'
import { effectsOf } from './interventions.ts'
import { quantities } from './quantities.ts'

/** Futures in a forecast: each member of the belief this often. */
export const forecastSize = 256

/** How long after the last time asked for runs are followed, to see how long people then wait, in minutes. */
const followOn = 60

/** What the quantities will be: 256 futures begun from who is here now, each under its own draw of rates and durations. */
export function forecast(
  belief: Belief,
  scenario: Scenario,
  times: readonly Instant[],
  context: TwinContext,
): Forecast {
  const situation = situationOf(belief, context)
  const effects = effectsOf([...context.treatments, ...scenario.interventions], belief.asOf)
  const members = forecastMembers(
    situation,
    effects,
    times.map((at) => (at - belief.asOf) / minute),
    forecastSize,
  )
  return {
    twin: belief.twin,
    madeAt: belief.asOf,
    scenario,
    times,
    size: forecastSize,
    weights: new Float64Array(forecastSize).fill(1 / forecastSize),
    quantities: Object.fromEntries(quantities.map(({ name, unit }) => [name, { unit, members: members[name]! }])),
  }
}

function forecastMembers(situation: Situation, effects: readonly Effect[], times: readonly number[], size: number) {
  const members: Record<string, Float64Array> = {}
  for (const { name } of quantities) members[name] = new Float64Array(times.length * size)
  for (let m = 0; m < size; m++) {
    const run = simulate(situation, effects, times, (times.at(-1) ?? 0) + followOn, m)
    for (const [name, values] of Object.entries(quantitiesAt(run, times)))
      for (let t = 0; t < times.length; t++) members[name]![t * size + m] = values[t]!
  }
  return members
}

/** All quantities of one run at the times at which it was sampled. */
export function quantitiesAt(
  { track, samples, member, spaces }: Simulated,
  times: readonly number[],
): Record<string, number[]> {
  const counts = times.map((at) => measure(track, at))
  const of = (name: keyof (typeof counts)[number]) => counts.map((each) => each[name])
  return {
    present: of('present'),
    waiting: of('waiting'),
    boarding: of('boarding'),
    occupancy: samples.map(({ busy }, t) => (100 * busy.spaces!) / Math.max(1, spaces[t]!)),
    'wait-to-clinician': waitsAt(
      track,
      times,
      'seen',
      (i) => track.acuity[i] === 3,
      member.clinician / 2,
      member.triage,
    ),
    breaches: of('breaches'),
    'breach-rate': of('breach-rate'),
    'left-unseen': of('left-unseen'),
    'ambulance-offload': waitsAt(track, times, 'received', (i) => track.ambulance[i] === 1, member.triage, 0),
  }
}
