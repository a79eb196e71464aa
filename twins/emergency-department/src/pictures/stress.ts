import type { Belief, Scenario, StressPicture, Summary, TwinContext } from '@counterpart/kernel'
import { summarise } from '@counterpart/numerics'
import type { Effect } from '../flow/effects.ts'
import { measure, target } from '../flow/measure.ts'
import { type Situation, simulate, situationOf } from '../flow/simulate.ts'
import type { Track } from '../flow/track.ts'
import { effectsOf } from '../interventions.ts'
import { blindness } from './blindness.ts'
import { type Shock, shocks } from './shocks.ts'

const [runs, every, until] = [64, 15, 720]
/** Within so many people of the paired run without the shock, the department counts as recovered. */
const within = 2

const measures: StressPicture['measures'] = [
  { name: 'worst-waiting', label: 'Most people waiting for a clinician', unit: '1', digits: 0 },
  { name: 'worst-present', label: 'Most people in the department', unit: '1', digits: 0 },
  { name: 'excess', label: 'Hours of people above the course without it', unit: 'h', digits: 0 },
  { name: 'breaches', label: 'People who stayed over four hours', unit: '1', digits: 0 },
  { name: 'left-unseen', label: 'Left without being seen', unit: '1', digits: 0 },
]

/**
 * What would become of the department in twelve hours under each of several shocks, run by run against the same chance
 * without the shock: not averages alone, but the worst of each run, the area above its course, and when it is over.
 */
export function stressPicture(belief: Belief, scenario: Scenario, context: TwinContext): StressPicture {
  const situation = situationOf(belief, context)
  const running = effectsOf([...context.treatments, ...scenario.interventions], belief.asOf)
  const calm = follow(situation, running)
  const blind = blindness(situation, running)
  const rows = shocks.map((shock) => rowOf(shock, follow(situation, [...running, ...shock.effects]), calm))
  const described = rows.map((row) =>
    row.name === 'it-outage' ? { ...row, assumption: `${row.assumption}. ${blind}` } : row,
  )
  return {
    kind: 'stress',
    title: 'Stress tests',
    description: described.map(describe).join(' '),
    measures,
    rows: described,
  }
}

interface Followed {
  /** People in the department every quarter of an hour. */
  readonly present: readonly number[]
  readonly measured: Readonly<Record<string, number>>
}

function follow(situation: Situation, effects: readonly Effect[]): Followed[] {
  const minutes = Array.from({ length: until / every }, (_, i) => (i + 1) * every)
  return Array.from({ length: runs }, (_, m) => {
    const { track } = simulate(situation, effects, [], until, m)
    const counts = minutes.map((at) => measure(track, at))
    const present = counts.map((each) => each.present)
    return {
      present,
      measured: {
        'worst-waiting': Math.max(...counts.map(({ waiting }) => waiting)),
        'worst-present': Math.max(...present),
        breaches: everOver(track),
        'left-unseen': track.unseen.reduce((sum, one) => sum + one, 0),
      },
    }
  })
}

function everOver(track: Track): number {
  let count = 0
  for (let i = 0; i < track.count; i++) {
    const left = track.left[i]!
    if ((Number.isNaN(left) ? until : left) - track.arrived[i]! > target) count++
  }
  return count
}

function rowOf(shock: Shock, under: readonly Followed[], calm: readonly Followed[]): StressPicture['rows'][number] {
  const excess = under.map(({ present }, m) => present.map((people, t) => people - calm[m]!.present[t]!))
  const areas = excess.map((values) => values.reduce((sum, more) => sum + (Math.max(0, more) * every) / 60, 0))
  const of = (name: string, from: readonly Followed[]) => from.map(({ measured }) => measured[name]!)
  const summaries = (value: (name: string) => number[]): Record<string, Summary> =>
    Object.fromEntries(measures.map(({ name }) => [name, summarise(Float64Array.from(value(name)))]))
  const recoveries = excess.map((values) => recovery(values, shock.ends))
  const known = Float64Array.from(recoveries.map((minutes) => minutes ?? Number.POSITIVE_INFINITY)).sort()
  const at = (p: number) => {
    const value = known[Math.min(known.length - 1, Math.ceil(p * known.length) - 1)]!
    return Number.isFinite(value) ? value : null
  }
  return {
    name: shock.name,
    label: shock.label,
    assumption: shock.assumption,
    under: summaries((name) => (name === 'excess' ? areas : of(name, under))),
    difference: summaries((name) =>
      name === 'excess' ? areas : of(name, under).map((value, m) => value - of(name, calm)[m]!),
    ),
    recovery: {
      median: at(0.5),
      p95: at(0.95),
      withinHorizon: recoveries.filter((minutes) => minutes !== null).length / recoveries.length,
    },
  }
}

/**
 * Minutes from the end of the shock until the excess has been small for an hour; `null`: not within the horizon. An hour,
 * because two runs that share their chance part all the same, and cross now and then.
 */
function recovery(excess: readonly number[], ends: number): number | null {
  const hour = 60 / every
  for (let t = Math.ceil(ends / every); t + hour <= excess.length; t++)
    if (excess.slice(t, t + hour).every((more) => more <= within)) return Math.max(0, (t + 1) * every - ends)
  return null
}

function describe({ label, difference, recovery }: StressPicture['rows'][number]): string {
  const more = difference['worst-present']!
  const over =
    recovery.median === null
      ? 'is not over within twelve hours in most runs'
      : `is over ${recovery.median} minutes after its end`
  return `${label}: up to ${Math.round(more.p50)} people more (${Math.round(more.p05)} to ${Math.round(more.p95)}); it ${over}.`
}
