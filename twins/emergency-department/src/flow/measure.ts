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

/**
 * What somebody arriving at each minute of `times` would wait, from those of the kind who arrived just before and after:
 * straight between their waits. Who left unseen does not count; who still waits at the end counts with the wait so far
 * and `more`.
 */
export function waitsAt(
  track: Track,
  times: readonly number[],
  end: 'seen' | 'received',
  of: (row: number) => boolean,
  more: number,
  otherwise: number,
): number[] {
  const waits: { arrived: number; wait: number }[] = []
  for (let i = 0; i < track.count; i++) {
    if (!of(i) || track.unseen[i] === 1) continue
    const arrived = track.arrived[i]!
    const until = track[end][i]!
    if (Number.isNaN(arrived)) continue
    waits.push({ arrived, wait: Number.isNaN(until) ? Math.max(0, track.until - arrived) + more : until - arrived })
  }
  waits.sort((a, b) => a.arrived - b.arrived)
  return times.map((at) => {
    const after = waits.findIndex(({ arrived }) => arrived > at)
    const [before, next] = after < 0 ? [waits.at(-1), undefined] : [waits[after - 1], waits[after]]
    // Waits of long ago tell little of now.
    const known = before !== undefined && at - before.arrived < 180 ? before : undefined
    if (known === undefined) return next !== undefined && next.arrived - at < 180 ? next.wait : otherwise
    if (next === undefined) return known.wait
    const part = (at - known.arrived) / (next.arrived - known.arrived)
    return known.wait + part * (next.wait - known.wait)
  })
}
