import type { Objective } from '@counterpart/kernel'
import { target } from '../flow/measure.ts'
import type { Track } from '../flow/track.ts'

/** The span over which advice is judged, in minutes from now. */
export const judgedOver = 240

/**
 * What advice is for: the cost of one run, in minutes of people, less of which is better. Somebody who gives up and goes
 * counts as an hour, so that losing patients is never a gain (assumed).
 */
export interface Goal extends Objective {
  /** What a gain spares, in words. */
  readonly spares: string
  readonly costOf: (track: Track) => number
}

const perUnseen = 60
/** No urgent patient (acuity 1 or 2) should wait longer than this for a clinician, in minutes. */
const urgentLimit = 60

export const goals: readonly Goal[] = [
  {
    name: 'flow',
    statement:
      'Fewest minutes of waiting for a clinician, and of staying beyond four hours, of all patients over the next four hours',
    unit: 'min',
    spares: 'minutes of waiting and of staying beyond four hours',
    costOf: (track) => {
      let cost = 0
      for (let i = 0; i < track.count; i++) {
        const from = track.arrived[i]!
        const left = endOf(track.left[i]!)
        cost += within(from, Math.min(endOf(track.seen[i]!), left)) + within(from + target, left)
        if (track.unseen[i] === 1 && left <= judgedOver) cost += perUnseen
      }
      return cost
    },
  },
  {
    name: 'ambulance-offload',
    statement: 'Fewest minutes in which ambulances wait to hand over, over the next four hours',
    unit: 'min',
    spares: 'minutes of ambulances waiting',
    costOf: (track) => {
      let cost = 0
      for (let i = 0; i < track.count; i++)
        if (track.ambulance[i] === 1)
          cost += within(track.arrived[i]!, Math.min(endOf(track.received[i]!), endOf(track.left[i]!)))
      return cost
    },
  },
]

export const objectives: readonly Objective[] = goals.map(({ name, statement, unit }) => ({ name, statement, unit }))

/** Whether an urgent patient waits too long in the judged span. */
export function harmed(track: Track): boolean {
  for (let i = 0; i < track.count; i++) {
    if (track.acuity[i]! > 2) continue
    const until = Math.min(endOf(track.seen[i]!), endOf(track.left[i]!), judgedOver)
    if (until > 0 && until - Math.max(0, track.arrived[i]!) > urgentLimit) return true
  }
  return false
}

const endOf = (time: number) => (Number.isNaN(time) ? Number.POSITIVE_INFINITY : time)

/** Minutes of a span that lie in the judged one. */
const within = (from: number, until: number) => Math.max(0, Math.min(until, judgedOver) - Math.max(from, 0))
