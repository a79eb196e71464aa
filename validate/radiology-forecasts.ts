// How well the radiology twin forecasts departments that it did not make.
import {
  type Belief,
  carryOn,
  crpsOfEnsemble,
  day,
  type Forecast,
  hour,
  type Instant,
  type Observation,
  type TwinContext,
} from '@counterpart/kernel'
import { RunningMoments, randomStream } from '@counterpart/numerics'
import { radiology } from '@counterpart/radiology'
import type { Measurement } from '../scripts/measure.ts'
import { department, worldStart } from './radiology-world.ts'

export const context: TwinContext = {
  random: (...names) => randomStream('validate-radiology', ...names),
  treatments: [],
}
const subject = { id: department, kind: 'department' } as const

export const learningDays = 14
export const scoredDays = 8
const horizons = [1, 2, 4, 8] as const
const names = radiology.quantities.map(({ name }) => name)

/** The twin, following what a department tells. */
export function follower(told: readonly Observation[]) {
  let belief: Belief | undefined
  let i = 0
  return (until: Instant): Belief => {
    while (i < told.length && told[i]!.effective <= until) {
      const at = told[i]!.effective
      let j = i
      while (j < told.length && told[j]!.effective === at) j++
      belief ??= radiology.begin(subject, at, {}, context)
      belief = radiology.assimilate(belief, at, told.slice(i, j), context)
      i = j
    }
    belief = radiology.assimilate(belief!, until, [], context)
    return belief
  }
}

/** What a department told from the start of the world until the last day that is scored. */
export interface ToldDepartment {
  readonly seed: string
  readonly told: readonly Observation[]
}

interface Score {
  readonly crps: RunningMoments
  readonly persistence: RunningMoments
  inside: number
}

/** Forecasts every two hours of the working day, scored against what was counted when their time had come. */
function scored(departments: readonly ToldDepartment[]): ReadonlyMap<string, Score> {
  const scores = new Map<string, Score>()
  for (const { seed, told } of departments) {
    const follow = follower(told)
    const open: { now: Readonly<Record<string, number>>; forecast: Forecast }[] = []
    const ranks = randomStream('ranks', seed)
    for (let at = worldStart + learningDays * day; at < worldStart + (learningDays + scoredDays) * day; at += hour) {
      const belief = follow(at)
      const counted = radiology.counted!(belief)
      for (const { now, forecast } of open) {
        const t = forecast.times.indexOf(at)
        if (t < 0) continue
        for (const name of names) {
          const key = `${name} ${horizons[t]}`
          const score = scores.get(key) ?? { crps: new RunningMoments(), persistence: new RunningMoments(), inside: 0 }
          scores.set(key, score)
          const members = forecast.quantities[name]!.members.subarray(t * forecast.size, (t + 1) * forecast.size)
          const value = counted[name]!
          score.crps.add(crpsOfEnsemble(members, forecast.weights, value))
          score.persistence.add(Math.abs(now[name]! - value))
          // Counts fall on members: their rank among equals is drawn, or whole numbers would seem to be covered too often.
          const below = members.filter((x) => x < value - 1e-9).length
          const equal = members.filter((x) => Math.abs(x - value) <= 1e-9).length
          const rank = (below + ranks.uniform() * (equal + 1)) / (members.length + 1)
          if (rank > 0.05 && rank < 0.95) score.inside++
        }
      }
      const clock = ((at - worldStart) % day) / hour
      const weekday = Math.floor((at - worldStart) / day) % 7
      if (weekday < 5 && clock >= 6 && clock <= 20 && clock % 2 === 0)
        open.push({
          now: counted,
          forecast: radiology.forecast(
            belief,
            carryOn,
            horizons.map((h) => at + h * hour),
            context,
          ),
        })
      while (open.length > 0 && open[0]!.forecast.times.at(-1)! <= at) open.shift()
    }
  }
  return scores
}

export function forecastRows(
  label: string,
  departments: readonly ToldDepartment[],
  judged: { readonly skill: boolean; readonly coverage: boolean },
): Measurement[] {
  const scores = scored(departments)
  return horizons.flatMap((h): Measurement[] => {
    const own = names.map((name) => ({ name, ...scores.get(`${name} ${h}`)! }))
    const cases = own[0]!.crps.count
    const inside = own.reduce((sum, each) => sum + each.inside, 0) / (own.length * cases)
    const part = (each: (typeof own)[number]) => 1 - each.crps.mean / each.persistence.mean
    const worst = own.reduce((a, b) => (part(b) < part(a) ? b : a))
    const outside = own.filter((each) => each.inside / cases < 0.85 || each.inside / cases > 0.95)
    return [
      {
        name: `${label}: skill against persistence at ${h} h, least of ${own.length} quantities`,
        value: part(worst),
        unit: `(${worst.name})`,
        ...(judged.skill ? { target: '> 0', met: part(worst) > 0 } : {}),
        note: `1 − CRPS/absolute error of persistence; ${cases} forecasts; ${own.map((each) => `${each.name} ${part(each).toFixed(2)}`).join(', ')}`,
      },
      {
        name: `${label}: inside 90 % intervals at ${h} h, all quantities`,
        value: 100 * inside,
        unit: '%',
        ...(judged.coverage ? { target: '87 to 93', met: inside >= 0.87 && inside <= 0.93 } : {}),
        note:
          outside.length === 0
            ? 'each quantity between 85 and 95'
            : `beyond 85 to 95: ${outside.map((each) => `${each.name} ${((100 * each.inside) / cases).toFixed(0)}`).join(', ')}`,
      },
    ]
  })
}
