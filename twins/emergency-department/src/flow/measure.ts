import type { Track } from './track.ts'

/** The department's target: nobody stays longer, in minutes. */
export const target = 240

/** What can be counted of everybody at one minute of a run; rates are of the hour before. */
export function measure(track: Track, at: number) {
  let [present, waiting, boarding, breaches, leaving, late, unseen] = [0, 0, 0, 0, 0, 0, 0]
  for (let i = 0; i < track.count; i++) {
    const arrived = track.arrived[i]!
    if (!(arrived <= at)) continue
    const left = track.left[i]!
    // Comparisons with NaN are false: who has not left is here.
    if (left <= at) {
      if (left > at - 60) {
        leaving++
        if (left - arrived > target) late++
        if (track.unseen[i] === 1) unseen++
      }
      continue
    }
    present++
    if (!(track.seen[i]! <= at)) waiting++
    if (track.boarded[i]! <= at) boarding++
    if (at - arrived > target) breaches++
  }
  return {
    present,
    waiting,
    boarding,
    breaches,
    'breach-rate': leaving > 0 ? (100 * late) / leaving : 0,
    'left-unseen': unseen,
  }
}

/** Who came so many minutes before or after a time came about then. */
export const arrivedAround = 30
/** Waits of longer ago than this tell little, in minutes. */
const longAgo = 180

interface Wait {
  /** What places it in time: when it began, or when it ended. */
  readonly at: number
  readonly wait: number
}

/**
 * Mean wait for a clinician of those of acuity 3 who arrive about each time. Who leaves unseen does not count; who still
 * waits at the end counts with the wait so far and `more`.
 */
export function meanWaits(track: Track, times: readonly number[], more: number, otherwise: number): number[] {
  const waits: Wait[] = []
  for (let i = 0; i < track.count; i++) {
    const arrived = track.arrived[i]!
    if (track.acuity[i] !== 3 || track.unseen[i] === 1 || Number.isNaN(arrived)) continue
    const seen = track.seen[i]!
    waits.push({ at: arrived, wait: Number.isNaN(seen) ? Math.max(0, track.until - arrived) + more : seen - arrived })
  }
  return times.map((time) => meanOr(waits, time - arrivedAround, time + arrivedAround, time, otherwise))
}

/** Mean minutes until handing over of ambulances that hand over in the hour before each time. */
export function meanHandovers(track: Track, times: readonly number[], otherwise: number): number[] {
  const waits: Wait[] = []
  for (let i = 0; i < track.count; i++) {
    const received = track.received[i]!
    if (track.ambulance[i] !== 1 || Number.isNaN(received)) continue
    waits.push({ at: received, wait: received - track.arrived[i]! })
  }
  return times.map((time) => meanOr(waits, time - 60, time, time, otherwise))
}

/** The mean wait in a window; where there is none, the one nearest to the time. */
function meanOr(waits: readonly Wait[], from: number, to: number, time: number, otherwise: number): number {
  let [sum, count] = [0, 0]
  let nearest: Wait | undefined
  for (const each of waits) {
    if (each.at > from && each.at <= to) {
      sum += each.wait
      count++
    }
    if (nearest === undefined || Math.abs(each.at - time) < Math.abs(nearest.at - time)) nearest = each
  }
  if (count > 0) return sum / count
  return nearest !== undefined && Math.abs(nearest.at - time) < longAgo ? nearest.wait : otherwise
}
