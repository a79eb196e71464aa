import type { Effect } from '../flow/effects.ts'
import { measure, target } from '../flow/measure.ts'
import { type Situation, simulate } from '../flow/simulate.ts'
import type { Track } from '../flow/track.ts'
import { spacesOf } from '../memory/layout.ts'

/** A stress test follows the department for twelve hours … */
const until = 720
/** … and looks at it every quarter of an hour. */
export const every = 15
/** Nobody of acuity 1 or 2 should wait longer than this for a clinician, and no ambulance to hand over, in minutes. */
const longestUrgentWait = 60
const longestHandover = 60
/** So many people for each treatment space are a crowd in which care is no longer safe (assumed). */
const crowd = 1.5

/** What no run should show, by name, with its words. */
export function limitsOf({ department }: Situation) {
  const spaces = Object.values(spacesOf(department.layout)).reduce((sum, n) => sum + n, 0)
  const most = Math.ceil(crowd * spaces)
  return [
    { name: 'urgent-wait', label: `Somebody of acuity 1 or 2 waits over ${longestUrgentWait} minutes for a clinician` },
    { name: 'handover', label: `An ambulance waits over ${longestHandover} minutes to hand over` },
    { name: 'crowd', label: `More than ${most} people at once: half as many again as treatment spaces`, most },
  ] as const
}

/** One run: its course and what is counted of it. */
export interface Course {
  /** People in the department every quarter of an hour. */
  readonly present: readonly number[]
  /** Hours that people spend waiting for a clinician. */
  readonly waited: number
  readonly measured: Readonly<Record<string, number>>
  /** Limits that were crossed. */
  readonly crossed: ReadonlySet<string>
}

/** Run number `index` under these effects; equal indices share their chance. */
export function followCourse(situation: Situation, effects: readonly Effect[], index: number): Course {
  const { track } = simulate(situation, effects, [], until, index)
  const counts = Array.from({ length: until / every }, (_, i) => measure(track, (i + 1) * every))
  const present = counts.map((each) => each.present)
  const worst = Math.max(...present)
  const crossed = new Set<string>()
  for (const limit of limitsOf(situation)) {
    const { name } = limit
    if (
      name === 'crowd'
        ? worst > limit.most
        : longest(track, name) > (name === 'handover' ? longestHandover : longestUrgentWait)
    )
      crossed.add(name)
  }
  return {
    present,
    waited: counts.reduce((sum, { waiting }) => sum + (waiting * every) / 60, 0),
    measured: {
      'worst-waiting': Math.max(...counts.map(({ waiting }) => waiting)),
      'worst-present': worst,
      breaches: everOver(track),
      'left-unseen': track.unseen.reduce((sum, one) => sum + one, 0),
    },
    crossed,
  }
}

/** The longest wait in a run of those concerned, in minutes, as far as it lies within the run. */
function longest(track: Track, name: 'urgent-wait' | 'handover'): number {
  let most = 0
  for (let i = 0; i < track.count; i++) {
    if (name === 'handover' ? track.ambulance[i] !== 1 : track.acuity[i]! > 2) continue
    const ends = [name === 'handover' ? track.received[i]! : track.seen[i]!, track.left[i]!, until]
    const end = Math.min(...ends.filter((each) => !Number.isNaN(each)))
    // What had ended before now is not this test's business.
    if (end > 0 && track.arrived[i]! < until) most = Math.max(most, end - track.arrived[i]!)
  }
  return most
}

function everOver(track: Track): number {
  let count = 0
  for (let i = 0; i < track.count; i++) {
    const left = track.left[i]!
    if ((Number.isNaN(left) ? until : left) - track.arrived[i]! > target) count++
  }
  return count
}
