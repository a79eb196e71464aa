import type { Objective } from '@counterpart/kernel'
import { acuities } from '../estimates/priors.ts'
import { target } from '../flow/measure.ts'
import type { Track } from '../flow/track.ts'
import { usualWaitingCost } from '../policy/queue-cost.ts'

/** The span over which advice is judged, in minutes from now. */
export const judgedOver = 360
export const judgedSpan = `${judgedOver / 60} hours`

/** What counts as harm, under every goal. */
const limit = 'an urgent patient (acuity 1 or 2) waits over an hour for a clinician'

/** What advice is for: the cost of one run, in minutes of people, less of which is better. */
export interface Goal extends Objective {
  readonly limit: string
  /** What a gain spares, in words. */
  readonly spares: string
  readonly costOf: (track: Track) => number
  /** Whether it asks for more hands, beds or spaces, or only for who is next. */
  readonly about: 'means' | 'order'
}

/** Minutes that each stay counts which passes four hours, besides its minutes beyond (assumed). */
const perBreach = 60
/** Minutes that somebody counts who gives up and goes, so that losing patients is never a gain (assumed). */
const perUnseen = 60
/** No urgent patient (acuity 1 or 2) should wait longer than this for a clinician, in minutes. */
const urgentLimit = 60

export const goals: readonly Goal[] = [
  {
    name: 'flow',
    statement: `Fewest minutes of waiting for a clinician, and of staying beyond four hours, of all patients over the next ${judgedSpan}; each stay that passes four hours, and each patient who gives up, counts an hour more`,
    unit: 'min',
    limit,
    spares: 'minutes of waiting and of staying beyond four hours',
    about: 'means',
    costOf: (track) => {
      let cost = 0
      for (let i = 0; i < track.count; i++) {
        const from = track.arrived[i]!
        const left = endOf(track.left[i]!)
        cost += within(from, Math.min(endOf(track.seen[i]!), left)) + within(from + target, left)
        if (from + target > 0 && from + target <= judgedOver && left > from + target) cost += perBreach
        if (track.unseen[i] === 1 && left <= judgedOver) cost += perUnseen
      }
      return cost
    },
  },
  {
    name: 'ambulance-offload',
    statement: `Fewest minutes in which ambulances wait to hand over, over the next ${judgedSpan}`,
    unit: 'min',
    limit,
    spares: 'minutes of ambulances waiting',
    about: 'means',
    costOf: (track) => {
      let cost = 0
      for (let i = 0; i < track.count; i++)
        if (track.ambulance[i] === 1)
          cost += within(track.arrived[i]!, Math.min(endOf(track.received[i]!), endOf(track.left[i]!)))
      return cost
    },
  },
]

/**
 * Who is next: waiting weighted by urgency, with the weights of {@link usualWaitingCost}. In the cost of `flow`, where
 * everybody's minute is alike, the quickest to see would always go first.
 */
export const whoIsNext: Goal = {
  name: 'who-is-next',
  statement: `Fewest minutes of waiting for a clinician over the next ${judgedSpan}, weighted by urgency: acuity 1 to 5 count ${usualWaitingCost.perHour.join(', ')}, minutes beyond the target of the acuity ${usualWaitingCost.perHourLate} more, each patient who gives up ${usualWaitingCost.leftUnseen} hours`,
  unit: 'min',
  limit,
  spares: 'minutes of waiting, weighted by urgency,',
  about: 'order',
  costOf: (track) => {
    const { perHour, perHourLate, targets, leftUnseen } = usualWaitingCost
    let cost = 0
    for (let i = 0; i < track.count; i++) {
      const [from, k] = [track.arrived[i]!, track.acuity[i]! - 1]
      const left = endOf(track.left[i]!)
      const until = Math.min(endOf(track.seen[i]!), left)
      cost += within(from, until) * perHour[k]! + within(from + targets[k]!, until) * perHourLate
      if (track.unseen[i] === 1 && left <= judgedOver) cost += 60 * leftUnseen
    }
    return cost
  },
}

/** A goal without how it is reckoned. */
export const aimOf = ({ name, statement, unit, limit }: Goal): Objective => ({ name, statement, unit, limit })

export const objectives: readonly Objective[] = [...goals, whoIsNext].map(({ name, statement, unit }) => ({
  name,
  statement,
  unit,
}))

/** Whether an urgent patient waits too long in the judged span. */
export function harmed(track: Track): boolean {
  for (let i = 0; i < track.count; i++) {
    if (track.acuity[i]! > 2) continue
    const until = Math.min(endOf(track.seen[i]!), endOf(track.left[i]!), judgedOver)
    if (until > 0 && until - Math.max(0, track.arrived[i]!) > urgentLimit) return true
  }
  return false
}

/** Minutes that people of each acuity wait for a clinician in the judged span, in the mean; NaN where nobody does. */
export function waitsByAcuity(track: Track): number[] {
  const [minutes, people] = [acuities.map(() => 0), acuities.map(() => 0)]
  for (let i = 0; i < track.count; i++) {
    const k = track.acuity[i]! - 1
    const waited = within(track.arrived[i]!, Math.min(endOf(track.seen[i]!), endOf(track.left[i]!)))
    if (waited === 0) continue
    minutes[k]! += waited
    people[k]! += 1
  }
  return minutes.map((sum, k) => sum / people[k]!)
}

const endOf = (time: number) => (Number.isNaN(time) ? Number.POSITIVE_INFINITY : time)

/** Minutes of a span that lie in the judged one. */
const within = (from: number, until: number) => Math.max(0, Math.min(until, judgedOver) - Math.max(from, 0))
