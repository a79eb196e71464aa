// The emergency-department twin on a simulated hospital that its author did not make: weeks of learning, then forecasts every few
// hours. Scored by CRPS beside persistence, dressed persistence and the usual of that hour; r beside ForecastED's.
import { emergencyDepartment } from '@counterpart/emergency-department'
import { carryOn, crpsOfEnsemble, day, hour, type Instant, minute } from '@counterpart/kernel'
import { quantiles, randomStream } from '@counterpart/numerics'
import { type Census, type EmergencyOptions, usualShifts, type VisitRecord } from '@counterpart/sandbox'
import type { Measurement } from '../scripts/measure.ts'
import { FollowedHospital } from './department-hospital.ts'
import { horizons, type Judged, rowsElsewhere, rowsOf, type Scored } from './department-scores.ts'

// For judging only: the twin was developed on seeds named `practice-…`. Earlier versions of it were judged on judged-1 to
// judged-3, and their weaknesses there were known when this one was made; these were looked at once, when it was done. The
// last three were added, with nothing else changed, because three hospitals tell coverage to two or three points only.
const seeds = ['judged-31', 'judged-32', 'judged-33', 'judged-34', 'judged-35', 'judged-36']
/** A hospital of other habits: fewer people, by another clock, with fewer staff and beds for each of them. */
const elsewhere = {
  seed: 'judged-41',
  options: {
    visitsPerDay: 120,
    inpatientBeds: 124,
    utcOffsetMinutes: 120,
    shifts: usualShifts.map((shift) => ({ ...shift, people: Math.ceil(0.6 * shift.people) })),
  },
}
const learningDays = 28
const forecastDays = 10
/** Not a whole hour, so that forecasts begin at every hour of the day and minute of it, not with the shifts. */
const every = 205 * minute
const start = Date.UTC(2026, 0, 5)
/** Census for persistence and for the usual of the hour: every so often, while learning. */
const step = 30 * minute

/** Quantities with how the truth of an instant is read. */
const judged: readonly (Judged & { readonly truth: (hospital: Snapshots, at: Instant) => number | null })[] = [
  { name: 'present', truth: (s, at) => s.at(at).present, steps: true },
  { name: 'waiting', truth: (s, at) => s.at(at).waiting, steps: true },
  { name: 'boarding', truth: (s, at) => s.at(at).boarding, steps: true },
  { name: 'occupancy', truth: (s, at) => s.at(at).occupancy, steps: false },
  { name: 'breaches', truth: (s, at) => s.at(at).breaches, steps: true },
  { name: 'breach-rate', truth: (s, at) => s.at(at).breachRate, steps: true },
  { name: 'left-unseen', truth: (s, at) => s.at(at).leftUnseen, steps: true },
  { name: 'wait-to-clinician', truth: (s, at) => s.waitAbout(at), steps: false },
  { name: 'ambulance-offload', truth: (s, at) => s.at(at).ambulanceOffload, steps: false },
]

/** Counts of a hospital at instants, taken while it runs. */
class Snapshots {
  readonly #hospital: FollowedHospital
  readonly #known = new Map<Instant, Census>()

  constructor(hospital: FollowedHospital) {
    this.#hospital = hospital
  }

  /** The hospital must be at `at`, or must have been asked when it was. */
  at(at: Instant): Census {
    let census = this.#known.get(at)
    if (!census) {
      if (this.#hospital.now !== at) throw new Error(`the hospital is not at ${new Date(at).toISOString()}`)
      census = this.#hospital.chronicle.census(at)
      this.#known.set(at, census)
    }
    return census
  }

  /** Mean minutes that people of acuity 3 who came within half an hour of `at` waited for a clinician, as it turned out. */
  waitAbout(at: Instant): number | null {
    return meanWait(this.#hospital.chronicle.visits, (visit) => Math.abs(visit.arrived - at) <= 30 * minute)
  }

  /** The same of those first seen in the hour before `at`: what could be known then. */
  waitBefore(at: Instant): number | null {
    return meanWait(this.#hospital.chronicle.visits, ({ seen }) => seen !== null && seen <= at && seen > at - hour)
  }
}

function meanWait(visits: readonly VisitRecord[], which: (visit: VisitRecord) => boolean): number | null {
  let [sum, count] = [0, 0]
  for (const visit of visits)
    if (visit.acuity === 3 && visit.seen !== null && which(visit)) {
      sum += (visit.seen - visit.arrived) / minute
      count++
    }
  return count === 0 ? null : sum / count
}

/** Judges forecasts of all quantities at all horizons; prints how far it is. */
export async function validate(): Promise<Measurement[]> {
  const scores = new Map<string, Scored[]>()
  for (const seed of seeds) {
    for (const [key, scored] of judge({ seed, from: start })) scores.set(key, [...(scores.get(key) ?? []), ...scored])
    console.log(`  ${seed} judged`)
  }
  const other = judge({ seed: elsewhere.seed, from: start, ...elsewhere.options })
  console.log(`  ${elsewhere.seed} judged`)
  return [...rowsOf(scores, judged), ...rowsElsewhere(other, judged)]
}

function judge(options: EmergencyOptions): Map<string, Scored[]> {
  const { seed } = options
  const hospital = new FollowedHospital(options)
  const truth = new Snapshots(hospital)
  const learnt = start + learningDays * day
  const past: Instant[] = []
  for (let at = start + step; at <= learnt; at += step) {
    hospital.advance(at)
    truth.at(at)
    past.push(at)
  }
  const usual = pastOf(truth, past)

  const made: {
    readonly at: Instant
    readonly members: Readonly<Record<string, Float64Array>>
    readonly size: number
  }[] = []
  const wanted: Instant[] = []
  for (let at = learnt + every; at <= learnt + forecastDays * day; at += every)
    wanted.push(at, ...horizons.map((horizon) => at + horizon))
  const weights: Record<number, Float64Array> = {}
  for (const at of [...new Set(wanted)].sort((a, b) => a - b)) {
    hospital.advance(at)
    truth.at(at)
    if ((at - learnt) % every !== 0 || at > learnt + forecastDays * day) continue
    const times = horizons.map((horizon) => at + horizon)
    const {
      quantities,
      size,
      weights: w,
    } = emergencyDepartment.forecast(hospital.belief, carryOn, times, hospital.context)
    weights[size] ??= w
    made.push({
      at,
      size,
      members: Object.fromEntries(Object.entries(quantities).map(([name, { members }]) => [name, members])),
    })
    if (made.length % 50 === 0) console.log(`  ${seed}: ${made.length} forecasts`)
  }

  const scores = new Map<string, Scored[]>()
  for (const { name, truth: read } of judged)
    for (const [h, horizon] of horizons.entries()) {
      const { hours, changes } = usual(name, horizon)
      const scored = made.flatMap(({ at, members, size }): Scored[] => {
        const then = read(truth, at + horizon)
        const last = name === 'wait-to-clinician' ? truth.waitBefore(at) : read(truth, at)
        if (then === null || last === null) return []
        const sample = members[name]!.subarray(h * size, (h + 1) * size)
        const [low, high] = quantiles(sample, [0.05, 0.95], weights[size]!)
        const within = (value: number) => value >= low! - 1e-9 && value <= high! + 1e-9
        return [
          {
            forecast: sample.reduce((sum, each) => sum + each, 0) / size,
            last,
            truth: then,
            crps: crpsOfEnsemble(sample, weights[size]!, then),
            dressed: crpsOf(
              changes.map((change) => Math.max(0, last + change)),
              then,
            ),
            usual: crpsOf(hours.get(new Date(at + horizon).getUTCHours()) ?? [], then),
            inside: within(then),
            atNight: new Date(at + horizon).getUTCHours() < 8,
            ranked: isRanked(sample, then, randomStream('department rank', seed, name, at, horizon).uniform()),
            promised: sample.reduce((sum, each) => sum + (within(each) ? 1 : 0), 0) / size,
          },
        ]
      })
      scores.set(`${name} ${horizon}`, scored)
    }
  return scores
}

/** Of the weeks of learning: what was usual at each hour of the day, and how much a quantity changed over a horizon. */
function pastOf(truth: Snapshots, past: readonly Instant[]) {
  return (name: string, horizon: number) => {
    const { truth: read } = judged.find((each) => each.name === name)!
    const hours = new Map<number, number[]>()
    const changes: number[] = []
    // The first fortnight is left out for the waits that had begun before it.
    for (const at of past.slice(past.length / 3)) {
      const value = read(truth, at)
      if (value === null) continue
      const ofHour = new Date(at).getUTCHours()
      hours.set(ofHour, [...(hours.get(ofHour) ?? []), value])
      if (at + horizon > past.at(-1)!) continue
      const last = name === 'wait-to-clinician' ? truth.waitBefore(at) : value
      const then = read(truth, at + horizon)
      if (last !== null && then !== null) changes.push(then - last)
    }
    // CRPS of a sample takes sorting it: about 300 of them say as much as all.
    const thin = Math.max(1, Math.floor(changes.length / 300))
    return { hours, changes: changes.filter((_, i) => i % thin === 0) }
  }
}

/** Randomised probability integral transform (Czado, Gneiting & Held 2009), within the middle 90 %. */
function isRanked(sample: Float64Array, truth: number, chance: number): boolean {
  let [below, equal] = [0, 0]
  for (const each of sample) {
    if (each < truth - 1e-9) below++
    else if (each <= truth + 1e-9) equal++
  }
  const rank = (below + chance * (equal + 1)) / (sample.length + 1)
  return rank >= 0.05 && rank <= 0.95
}

function crpsOf(members: readonly number[], truth: number): number {
  if (members.length === 0) return Number.NaN
  return crpsOfEnsemble(members, new Float64Array(members.length).fill(1 / members.length), truth)
}
