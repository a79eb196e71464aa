import type { RandomStream } from '@counterpart/numerics'
import type { VisitKind } from './events.ts'

/** The patients who are empanelled to one person: nobody knows them but by number, and what they need is drawn once. */
export interface Panel {
  /** Number of the first patient on the clinic's list. */
  readonly first: number
  readonly size: number
  /** Hours of care that the panel needs in a year, by kind. */
  readonly need: Readonly<Record<VisitKind, number>>
  /** Need relative to an average panel of this size. */
  readonly caseMix: number
  readonly conditions: Uint8Array
  /** Cumulative weights by patient, for drawing who it is. */
  readonly byNeed: Readonly<Record<VisitKind | 'message', Float64Array>>
}

/**
 * Minutes of need: preventive services of a year for a grown-up or a child (after Yarnall 2003), each long-term condition (after
 * Østbye 2005), one episode of acute illness (Altschuler 2012): together the 0.71, 0.99 and 0.36 h a year of Altschuler's table 1.
 */
const needMinutes = { adult: 46.8, child: 28, condition: 56, episode: 16.4 } as const
const meanNeed = 0.71 + 0.99 + 0.36

/** Draws patients: age, long-term conditions that come with age, how often they fall ill. */
export function drawPanel(random: RandomStream, size: number, first: number, illness: number): Panel {
  const conditions = new Uint8Array(size)
  const [acute, chronic, preventive, message] = [0, 0, 0, 0].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const need = { acute: 0, chronic: 0, preventive: 0 }
  for (let i = 0; i < size; i++) {
    const age = drawAge(random)
    const mean = illness * conditionsAt(age)
    const count = drawPoisson(random, mean)
    conditions[i] = count
    const episodes = 1.32 * random.gamma(1.2) * (1 / 1.2) * (0.85 + 0.15 * count)
    const minutes = age < 18 ? needMinutes.child : needMinutes.adult
    acute[i] = (episodes * needMinutes.episode) / 60
    chronic[i] = (count * needMinutes.condition) / 60
    preventive[i] = minutes / 60
    message[i] = (0.25 + 0.45 * count + 0.3 * episodes) * random.gamma(1)
    need.acute += acute[i]!
    need.chronic += chronic[i]!
    need.preventive += preventive[i]!
  }
  const total = need.acute + need.chronic + need.preventive
  return {
    first,
    size,
    need,
    caseMix: total / size / meanNeed,
    conditions,
    byNeed: {
      acute: cumulate(acute),
      chronic: cumulate(chronic),
      preventive: cumulate(preventive),
      message: cumulate(message),
    },
  }
}

/** Whose it is, with the chances of their need. */
export function pickPatient(panel: Panel, by: VisitKind | 'message', uniform: number): number {
  const cumulative = panel.byNeed[by]
  const wanted = uniform * cumulative[cumulative.length - 1]!
  let [low, high] = [0, cumulative.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (cumulative[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return panel.first + low
}

/** Hours that the person has to give to one patient in a year when others do some services: each service goes to them or not. */
export function hoursPerPatient(
  panel: Panel,
  delegated: { readonly preventive: number; readonly chronic: number },
  random: RandomStream,
): number {
  // One service of about a quarter of an hour at a time, so that who does it is a matter of each one.
  const services = (hours: number, share: number) => {
    let kept = 0
    const count = Math.round(hours * 4)
    for (let i = 0; i < count; i++) if (random.uniform() >= share) kept++
    return kept / 4
  }
  const { acute, chronic, preventive } = panel.need
  return (acute + services(chronic, delegated.chronic) + services(preventive, delegated.preventive)) / panel.size
}

function cumulate(weights: Float64Array): Float64Array {
  for (let i = 1; i < weights.length; i++) weights[i]! += weights[i - 1]!
  return weights
}

/** Ages of an American family practice's patients, roughly: 22 % under 18, a fifth 65 and over. */
function drawAge(random: RandomStream): number {
  const group = random.uniform()
  const within = random.uniform()
  if (group < 0.22) return 18 * within
  if (group < 0.8) return 18 + 47 * within
  return 65 + 28 * within * within
}

function conditionsAt(age: number): number {
  if (age < 18) return 0.15
  return age < 65 ? 0.35 + 0.027 * (age - 18) : 2 + 0.03 * (age - 65)
}

/** By counting exponential waits; for means of up to some tens. */
export function drawPoisson(random: RandomStream, mean: number): number {
  if (mean <= 0) return 0
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()))
  let left = Math.exp(-mean)
  let count = 0
  let product = random.uniform()
  while (product > left) {
    product *= random.uniform()
    count++
    if (left === 0) left = Number.MIN_VALUE
  }
  return count
}
