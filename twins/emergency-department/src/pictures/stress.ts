import type { Belief, Scenario, StressPicture, Summary, TwinContext } from '@counterpart/kernel'
import { summarise, wilsonInterval } from '@counterpart/numerics'
import type { Effect } from '../flow/effects.ts'
import { type Situation, situationOf } from '../flow/simulate.ts'
import { effectsOf } from '../interventions.ts'
import { percent } from '../words.ts'
import { blindness } from './blindness.ts'
import { type Course, every, followCourse, limitsOf } from './follow-course.ts'
import { recoveryOf } from './recovery.ts'
import { remedyFor } from './remedy.ts'
import { type Shock, shocks } from './shocks.ts'

const runs = 64
/** The worst twentieth of the runs, at least three of them. */
const worstRuns = Math.max(3, Math.round(0.05 * runs))

const measures: StressPicture['measures'] = [
  { name: 'worst-waiting', label: 'Most people waiting for a clinician', unit: '1', digits: 0 },
  { name: 'worst-present', label: 'Most people in the department', unit: '1', digits: 0 },
  { name: 'excess', label: 'Hours of people above the course without it', unit: 'h', digits: 0 },
  { name: 'breaches', label: 'People who stayed over four hours', unit: '1', digits: 0 },
  { name: 'left-unseen', label: 'Left without being seen', unit: '1', digits: 0 },
]

/**
 * What would become of the department in twelve hours under each of several shocks, run by run against the same chance
 * without the shock. Not averages alone: the worst of each run and the worst twentieth of the runs, the area above its
 * course, how likely it is that limits are crossed, when it is over, and what would help most.
 */
export function stressPicture(belief: Belief, scenario: Scenario, context: TwinContext): StressPicture {
  const situation = situationOf(belief, context)
  const planned = [...context.treatments, ...scenario.interventions]
  const running = effectsOf(planned, belief.asOf)
  const calm = follow(situation, running)
  const blind = blindness(situation, running)
  const rows = shocks.map((shock, index) => {
    context.onProgress?.(index, shocks.length)
    const under = follow(situation, [...running, ...shock.effects])
    const row = rowOf(situation, shock, under, calm)
    const assumption = shock.name === 'it-outage' ? `${row.assumption}. ${blind}` : row.assumption
    return { ...row, assumption, remedy: remedyFor(situation, shock, running, planned, under) }
  })
  return {
    kind: 'stress',
    title: 'Stress tests',
    description: rows.map(describe).join(' '),
    measures,
    rows,
  }
}

const follow = (situation: Situation, effects: readonly Effect[]): Course[] =>
  Array.from({ length: runs }, (_, index) => followCourse(situation, effects, index))

function rowOf(
  situation: Situation,
  shock: Shock,
  under: readonly Course[],
  calm: readonly Course[],
): Omit<StressPicture['rows'][number], 'remedy'> {
  const excess = under.map(({ present }, m) => present.map((people, t) => people - calm[m]!.present[t]!))
  const areas = excess.map((values) => values.reduce((sum, more) => sum + (Math.max(0, more) * every) / 60, 0))
  const of = (name: string, from: readonly Course[]) =>
    name === 'excess' ? areas : from.map(({ measured }) => measured[name]!)
  const byMeasure = <T>(value: (name: string) => T): Record<string, T> =>
    Object.fromEntries(measures.map(({ name }) => [name, value(name)]))
  const more = (name: string) =>
    name === 'excess' ? areas : of(name, under).map((value, m) => value - of(name, calm)[m]!)
  return {
    name: shock.name,
    label: shock.label,
    assumption: shock.assumption,
    under: byMeasure((name): Summary => summarise(Float64Array.from(of(name, under)))),
    difference: byMeasure((name): Summary => summarise(Float64Array.from(more(name)))),
    worst: byMeasure((name) => {
      const values = Float64Array.from(of(name, under)).sort().slice(-worstRuns)
      return values.reduce((sum, value) => sum + value, 0) / values.length
    }),
    limits: limitsOf(situation).map(({ name, label }) => {
      const chance = (courses: readonly Course[]) =>
        wilsonInterval(courses.filter(({ crossed }) => crossed.has(name)).length, runs)
      return { name, label, under: chance(under), without: chance(calm) }
    }),
    recovery: recoveryOf(excess, shock.ends),
  }
}

function describe({ label, difference, worst, limits, recovery, remedy }: StressPicture['rows'][number]): string {
  const more = difference['worst-present']!
  const over =
    recovery.median === null
      ? 'is not over within twelve hours in most runs'
      : `is over ${recovery.median} minutes after its end`
  const crossed = (limits ?? [])
    .filter(({ under, without }) => under.estimate > without.estimate)
    .map(
      ({ label: line, under, without }) =>
        `${line}: ${percent(under.estimate)} instead of ${percent(without.estimate)}.`,
    )
  const helps = remedy
    ? `${remedy.label} helps most: ${Math.round(remedy.spared.mean)} hours of waiting less (${Math.round(remedy.spared.p05)} to ${Math.round(remedy.spared.p95)}).`
    : 'Nothing that could be done helps in most runs.'
  return [
    `${label}: up to ${Math.round(more.p50)} people more (${Math.round(more.p05)} to ${Math.round(more.p95)}), ${Math.round(worst!['worst-present']!)} at once in the worst runs; it ${over}.`,
    ...crossed,
    helps,
  ].join(' ')
}
