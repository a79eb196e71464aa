import {
  actionCount,
  actionOf,
  activityIndex,
  at,
  cellWidth,
  hourLength,
  inboxDone,
  kindOf,
  login,
  loginOf,
  logout,
  noKind,
  noteSign,
  orderSign,
  quarter,
  received,
  residualKind,
  rxSign,
  teamOf,
} from './cell.ts'
import type { Limits } from './limits.ts'
import { numberPool } from './pools.ts'

// Blocks in, hours out. The last event of a block is left open: what it leads to is in the next.

/** What a block comes to. Blocks of one person are put together by {@link joinDays}. */
export interface DaySummary {
  /** Hours of UTC since 1970 in which there is something, ascending. */
  readonly hours: Int32Array
  /** A row of `cellWidth` for each. */
  readonly cells: Int32Array
  /** How often one action followed another within a bout: `from * actionCount + to`. */
  readonly transitions: Int32Array
  /** Logouts before anything else was done, as pairs of instant and code: they may end what the day before left open. */
  readonly leading: readonly (readonly [time: number, code: number])[]
  /** What somebody did first and last; NaN when nothing was done but received, or logged out. */
  readonly first: number
  readonly firstCode: number
  readonly last: number
  readonly lastCode: number
  /** Whether the last is still going on: it was no logout. */
  readonly open: boolean
}

/** Hours of one person, made as they are needed. */
interface HourRows {
  /** The place of an hour's row in {@link cells}. */
  row(hour: number): number
  cells: Int32Array
  readonly index: Map<number, number>
  /** For the next day. */
  clear(): void
}

function hourRows(): HourRows {
  const index = new Map<number, number>()
  const rows: HourRows = {
    cells: new Int32Array(cellWidth * 16),
    index,
    row(hour) {
      let place = index.get(hour)
      if (place === undefined) {
        place = index.size * cellWidth
        if (place + cellWidth > rows.cells.length) {
          const more = new Int32Array(2 * rows.cells.length)
          more.set(rows.cells)
          rows.cells = more
        }
        index.set(hour, place)
      }
      return place
    },
    clear() {
      rows.cells.fill(0, 0, index.size * cellWidth)
      index.clear()
    },
  }
  return rows
}

/** Adds the time from one instant to another to an activity, split at the quarters of the hour. */
function addTime(rows: HourRows, activity: number, from: number, until: number): void {
  let start = from
  while (start < until) {
    const q = Math.floor(start / quarter)
    const end = Math.min(until, (q + 1) * quarter)
    const row = rows.row(Math.floor(q / 4))
    rows.cells[row + at.time + 4 * activity + (q & 3)]! += end - start
    start = end
  }
}

/** Reduces one person's events in order of time (rows of `blocks.ts`), whose times count from `base`, by the rule of the README. */
export type DayReducer = (rows: Int32Array, count: number, base: number) => DaySummary

/**
 * What many days are reduced with, one after the other.
 *
 * @param take where summaries are put
 */
export function dayReducer(limits: Limits, take: (length: number) => Int32Array = numberPool()): DayReducer {
  const out = hourRows()
  return (rows, count, base) => {
    out.clear()
    return reduceDay(rows, count, base, limits, out, take)
  }
}

function reduceDay(
  rows: Int32Array,
  count: number,
  base: number,
  limits: Limits,
  out: HourRows,
  take: (length: number) => Int32Array,
): DaySummary {
  const transitions = take(actionCount * actionCount)
  let previous = Number.NaN
  let previousCode = 0
  /** Whether time goes on after the previous event: there is one, and it was no logout. */
  let open = false
  let [first, firstCode] = [Number.NaN, 0]
  const leading: [number, number][] = []
  let [hourStart, row] = [Number.NaN, 0]
  for (let i = 0; i < 4 * count; i += 4) {
    const time = base + rows[i]!
    const code = rows[i + 1]!
    const action = actionOf(code)
    if (!(time >= hourStart && time < hourStart + hourLength)) {
      const hour = Math.floor(time / hourLength)
      hourStart = hour * hourLength
      row = out.row(hour)
    }
    if (action === received) {
      out.cells[row + at.received + known(kindOf(code))]! += 1
      continue
    }
    out.cells[row + at.actions]! += 1
    if (action === inboxDone) out.cells[row + at.done + known(kindOf(code))]! += 1
    else if (action === orderSign || action === rxSign) {
      out.cells[row + at.signed]! += 1
      out.cells[row + at.team]! += teamOf(code)
    } else if (action === noteSign) out.cells[row + at.notes]! += 1
    if (action === logout) {
      if (Number.isNaN(first)) leading.push([time, code])
      if (!open || !endsBout(code, previousCode)) continue
    } else if (Number.isNaN(first)) {
      first = time
      firstCode = code
    }
    if (open) {
      const activity = activityIndex[actionOf(previousCode)]!
      if (time - previous <= limits.inactivity) {
        if (time > previous) addTime(out, activity, previous, time)
        follow(out, row, transitions, actionOf(previousCode), action)
      } else addTime(out, activity, previous, previous + limits.tail)
    }
    previous = time
    previousCode = code
    open = action !== logout
  }
  const hours = take(out.index.size)
  hours.set([...out.index.keys()])
  hours.sort()
  const cells = take(hours.length * cellWidth)
  for (const [i, hour] of hours.entries()) {
    const from = out.index.get(hour)!
    cells.set(out.cells.subarray(from, from + cellWidth), i * cellWidth)
  }
  return { hours, cells, transitions, leading, first, firstCode, last: previous, lastCode: previousCode, open }
}

/** A session left behind elsewhere ends without ending the work in another one. */
const endsBout = (logoutCode: number, code: number) => loginOf(logoutCode) === loginOf(code)

const known = (kind: number) => (kind === noKind ? residualKind : kind)

function follow(out: HourRows, row: number, transitions: Int32Array, from: number, to: number): void {
  if (from === login || to === login || to === logout) return
  transitions[from * actionCount + to]! += 1
  if (activityIndex[from] !== activityIndex[to]) out.cells[row + at.switches]! += 1
}

/** One person's days put together. */
export interface PersonHours {
  readonly rows: HourRows
  /** By the day of the later action. */
  readonly transitions: Map<number, Int32Array>
}

/** Puts the days of one person together, in any order given: what is open at the end of one goes on into the next. */
export function joinDays(days: ReadonlyMap<number, DaySummary>, limits: Limits): PersonHours {
  const rows = hourRows()
  const transitions = new Map<number, Int32Array>()
  /** The last that was done, while time goes on after it. */
  let open: { readonly time: number; readonly code: number } | undefined
  const close = (until: number) => {
    const { time, code } = open!
    const within = until - time <= limits.inactivity
    addTime(rows, activityIndex[actionOf(code)]!, time, within ? until : time + limits.tail)
    return within
  }
  for (const day of [...days.keys()].sort((a, b) => a - b)) {
    const summary = days.get(day)!
    for (let i = 0; i < summary.hours.length; i++) {
      const to = rows.row(summary.hours[i]!)
      for (let k = 0; k < cellWidth; k++) rows.cells[to + k]! += summary.cells[i * cellWidth + k]!
    }
    transitions.set(day, summary.transitions)
    for (const [time, code] of summary.leading)
      if (open && endsBout(code, open.code)) {
        close(time)
        open = undefined
      }
    if (Number.isNaN(summary.first)) continue
    if (open && close(summary.first)) {
      const changed = summary.transitions.slice()
      const row = rows.row(Math.floor(summary.first / hourLength))
      follow(rows, row, changed, actionOf(open.code), actionOf(summary.firstCode))
      transitions.set(day, changed)
    }
    open = summary.open ? { time: summary.last, code: summary.lastCode } : undefined
  }
  if (open) close(Number.POSITIVE_INFINITY)
  return { rows, transitions }
}
