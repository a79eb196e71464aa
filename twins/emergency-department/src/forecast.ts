import {
  type Belief,
  carryOn,
  type Forecast,
  type Instant,
  minute,
  type Scenario,
  type TwinContext,
} from '@counterpart/kernel'
import { meanHandovers, meanWaits, measure } from './flow/measure.ts'
import { type Simulated, simulate, situationOf } from './flow/simulate.ts'
import { effectsOf } from './interventions.ts'
import { departmentOf } from './memory/department.ts'
import { isDeaf } from './memory/learn.ts'
import { type QuantityName, quantities } from './quantities.ts'
import { type Members, recalibrated } from './record/recalibrate.ts'
import { recordFutures } from './record/record.ts'

/** Futures in a forecast: each member of the belief this often. */
export const forecastSize = 256

/** How long after the last time asked for runs are followed, to see how long people then wait, in minutes. */
const followOn = 150

/**
 * What the quantities will be: 256 futures begun from who is here now, each under its own draw of rates and durations,
 * and moved by what the twin has learnt of its own errors.
 */
export function forecast(
  belief: Belief,
  scenario: Scenario,
  times: readonly Instant[],
  context: TwinContext,
): Forecast {
  const minutes = times.map((at) => (at - belief.asOf) / minute)
  const raw = futuresOf(belief, scenario, minutes, forecastSize, context)
  const calm =
    scenario.interventions.length === 0
      ? { members: raw, size: forecastSize }
      : { members: futuresOf(belief, carryOn, minutes, recordFutures, context), size: recordFutures }
  const department = departmentOf(belief)
  const members = recalibrated(raw, calm, forecastSize, times, { department, asOf: knownUntil(belief), context })
  return {
    twin: belief.twin,
    madeAt: belief.asOf,
    scenario,
    times,
    size: forecastSize,
    weights: new Float64Array(forecastSize).fill(1 / forecastSize),
    quantities: Object.fromEntries(quantities.map(({ name, unit }) => [name, { unit, members: members[name] }])),
  }
}

/**
 * From when futures must begin: now, or, when the feed has gone silent, when something was heard last. Those who came and
 * went meanwhile are in the futures then, though nothing was heard of them.
 */
function knownUntil(belief: Belief): Instant {
  const department = departmentOf(belief)
  const { heard } = department
  return heard !== null && isDeaf(department, heard, belief.asOf) ? heard : belief.asOf
}

/** The first `size` futures as they were simulated, of each quantity at each time (minutes from now). */
export function futuresOf(
  belief: Belief,
  scenario: Scenario,
  times: readonly number[],
  size: number,
  context: TwinContext,
  look: (run: Simulated) => void = () => {},
): Members {
  const asOf = knownUntil(belief)
  const minutes = times.map((time) => time + (belief.asOf - asOf) / minute)
  const situation = situationOf({ ...belief, asOf }, context)
  const effects = effectsOf([...context.treatments, ...scenario.interventions], asOf)
  const members = Object.fromEntries(
    quantities.map(({ name }) => [name, new Float64Array(times.length * size)]),
  ) as unknown as Members
  for (let m = 0; m < size; m++) {
    const run = simulate(situation, effects, minutes, (minutes.at(-1) ?? 0) + followOn, m)
    look(run)
    const values = quantitiesAt(run, minutes)
    for (const { name } of quantities)
      for (let t = 0; t < times.length; t++) members[name][t * size + m] = values[name][t]!
  }
  return members
}

/** All quantities of one run at the times at which it was sampled. */
export function quantitiesAt(
  { track, samples, member, spaces }: Simulated,
  times: readonly number[],
): Record<QuantityName, number[]> {
  const counts = times.map((at) => measure(track, at))
  const of = (name: keyof (typeof counts)[number]) => counts.map((each) => each[name])
  return {
    present: of('present'),
    waiting: of('waiting'),
    boarding: of('boarding'),
    occupancy: samples.map(({ busy }, t) => (100 * busy.spaces!) / Math.max(1, spaces[t]!)),
    'wait-to-clinician': meanWaits(track, times, member.clinician / 2, member.triage),
    breaches: of('breaches'),
    'breach-rate': of('breach-rate'),
    'left-unseen': of('left-unseen'),
    'ambulance-offload': meanHandovers(track, times, member.triage),
  }
}
