import type { Tallies } from './tallies.ts'
import { inStateSince, stateOf, type Visit, type VisitState } from './visit.ts'

/** States in which people wait in a line for somebody or something. */
const lines: ReadonlySet<VisitState> = new Set(['arriving', 'waiting', 'boarding'])
export type Line = 'arriving' | 'waiting' | 'boarding'
export const lineOf = (visit: Visit): Line | undefined => {
  const state = stateOf(visit)
  return lines.has(state) ? (state as Line) : undefined
}

/** The visit that went on, with nobody before it any more if it left a line. */
export function movedOn(before: Visit | undefined, after: Visit): Visit {
  const hasMoved = before !== undefined && after.overtaken > 0 && stateOf(before) !== stateOf(after)
  return hasMoved ? { ...after, overtaken: 0 } : after
}

/**
 * Everybody else here, once somebody has gone on from a line: who is alike and stood in it before them has been overtaken
 * once more. Those who gave up waiting overtake nobody.
 */
export function overtakenBy(
  visits: Readonly<Record<string, Visit>>,
  before: Visit | undefined,
  after: Visit,
): Readonly<Record<string, Visit>> {
  const line = wentOn(before, after)
  if (before === undefined || line === undefined) return visits
  const since = inStateSince(before)
  const passed = Object.values(visits).filter(
    (other) =>
      other.id !== after.id &&
      lineOf(other) === line &&
      inStateSince(other) < since &&
      (line !== 'arriving' || other.mode === after.mode) &&
      (line !== 'waiting' || other.acuity === after.acuity),
  )
  if (passed.length === 0) return visits
  return { ...visits, ...Object.fromEntries(passed.map((one) => [one.id, { ...one, overtaken: one.overtaken + 1 }])) }
}

/** How often those who went on from the line had been overtaken, with the one who did so just now. */
export function overtakenTallied(
  tallies: Tallies['overtaken'],
  before: Visit | undefined,
  after: Visit,
  weight: number,
): Tallies['overtaken'] {
  const line = wentOn(before, after)
  if (before === undefined || line === undefined) return tallies
  const { n, exposure } = tallies[line]
  return { ...tallies, [line]: { n: n + weight * before.overtaken, exposure: exposure + weight } }
}

/** The line that was left by being served, not by giving up or by being too ill to wait in it. */
function wentOn(before: Visit | undefined, after: Visit): Line | undefined {
  if (before === undefined || stateOf(before) === stateOf(after) || after.acuity === 1) return undefined
  if (after.left !== null && after.seen === null) return undefined
  return lineOf(before)
}
