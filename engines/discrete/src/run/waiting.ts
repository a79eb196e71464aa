import { F, STATUS, W } from '../layout.ts'
import type { Line } from '../program/lines.ts'
import { OUTCOME } from '../records.ts'
import { type Core, goOnSoon, PHASE } from './core.ts'
import { drawDuration } from './sampling.ts'
import { countLine, countOutcome, record } from './tally.ts'

const { JOINED, KEEPS, QUEUED, RANK } = F
const { BAULKED, LEFT_WAITING } = OUTCOME
const { PATIENCE: AT_PATIENCE, WORSEN: AT_WORSEN } = PHASE
const { MOVING, WAITING } = STATUS
const { LANE, LINE, NEXT, PC, PREVIOUS, PRIORITY, STATUS: STATE } = W

// A desk's waiting people stand in lanes, one for each level of priority, linked in the order in which they joined.

/** Puts the patient into the line; timers run from `since`. */
export function wait(core: Core, slot: number, line: Line, since: number): void {
  const s = core.state
  const f = slot * s.layout.numbers
  s.numbers[f + JOINED] = since
  s.numbers[f + QUEUED] = since
  s.numbers[f + RANK] = s.joins++
  join(core, slot, line)
  if (line.timed) startTimers(core, slot, line)
}

/** Draws when patience ends and when the patient worsens, given the time waited already. */
function startTimers(core: Core, slot: number, line: Line): void {
  const s = core.state
  const handle = s.layout.patients + 2 * slot
  const since = s.numbers[slot * s.layout.numbers + QUEUED]!
  const elapsed = s.now - since
  if (line.patience >= 0) {
    const after = drawDuration(core, slot, line.patience, line.patienceStream, elapsed)
    s.calendar.schedule(handle, Math.max(s.now, since + after), AT_PATIENCE)
  }
  if (line.worsens >= 0) {
    const after = drawDuration(core, slot, line.worsens, line.worsensStream, elapsed)
    s.calendar.schedule(handle + 1, Math.max(s.now, since + after), AT_WORSEN)
  }
}

export function stopTimers({ state: s }: Core, slot: number, line: Line): void {
  const handle = s.layout.patients + 2 * slot
  if (line.patience >= 0) s.calendar.cancel(handle)
  if (line.worsens >= 0) s.calendar.cancel(handle + 1)
}

/** Into the lane of the patient's priority, behind those who joined before. */
export function join(core: Core, slot: number, line: Line): void {
  const s = core.state
  const { numbers, words } = s.layout
  const w = slot * words
  const desk = core.program.desks[line.desk]!
  const lane = desk.lanes === 1 ? desk.lane : desk.lane + s.words[w + PRIORITY]!
  const rank = s.numbers[slot * numbers + RANK]!
  const tail = s.laneTails[lane]!
  const ahead = tail < 0 || s.numbers[tail * numbers + RANK]! < rank ? tail : lastBefore(core, lane, rank)
  const behind = ahead < 0 ? s.laneHeads[lane]! : s.words[ahead * words + NEXT]!
  s.words[w + PREVIOUS] = ahead
  s.words[w + NEXT] = behind
  if (ahead < 0) s.laneHeads[lane] = slot
  else s.words[ahead * words + NEXT] = slot
  if (behind < 0) s.laneTails[lane] = slot
  else s.words[behind * words + PREVIOUS] = slot
  const index = line.index
  s.words[w + LANE] = lane
  s.words[w + LINE] = index
  s.words[w + STATE] = WAITING
  countLine(core, index)
  s.waiting[index]!++
}

/** The last of a lane who joined before this rank; −1 for none. */
function lastBefore({ state: s }: Core, lane: number, rank: number): number {
  const { numbers, words } = s.layout
  // Those who come back after an interruption belong near the head: it is quicker to look from there.
  let last = -1
  let at = s.laneHeads[lane]!
  while (s.numbers[at * numbers + RANK]! < rank) {
    last = at
    at = s.words[at * words + NEXT]!
  }
  return last
}

/** Out of the lane, without touching timers. */
export function part(core: Core, slot: number): void {
  const s = core.state
  const { words } = s.layout
  const w = slot * words
  const lane = s.words[w + LANE]!
  const ahead = s.words[w + PREVIOUS]!
  const behind = s.words[w + NEXT]!
  if (ahead < 0) s.laneHeads[lane] = behind
  else s.words[ahead * words + NEXT] = behind
  if (behind < 0) s.laneTails[lane] = ahead
  else s.words[behind * words + PREVIOUS] = ahead
  s.words[w + LANE] = -1
  s.words[w + STATE] = MOVING
  const index = s.words[w + LINE]!
  countLine(core, index)
  s.waiting[index]!--
}

/** Leaves the line unserved: patience has ended, or somebody ahead took the last place. */
export function leaveLine(core: Core, slot: number, outcome: number): void {
  const s = core.state
  const line = core.program.lines[s.words[slot * s.layout.words + LINE]!]!
  part(core, slot)
  if (line.timed) stopTimers(core, slot, line)
  s.numbers[slot * s.layout.numbers + KEEPS] = 0
  goUnserved(core, slot, line, outcome)
}

/** Goes where those go who were not served. */
export function goUnserved(core: Core, slot: number, line: Line, outcome: number): void {
  const s = core.state
  countOutcome(core, line, slot, outcome)
  record(core, slot, line.step, Number.NaN, outcome)
  s.words[slot * s.layout.words + PC] =
    outcome === LEFT_WAITING ? line.onLeaving : outcome === BAULKED ? line.onBaulking : line.onFull
  goOnSoon(core, slot)
}

/** Of those in this line who rank behind this patient, the last; −1 for none. */
export function lastBehind({ program, state: s }: Core, slot: number, line: Line): number {
  const { words } = s.layout
  const desk = program.desks[line.desk]!
  const index = line.index
  const priority = s.words[slot * words + PRIORITY]!
  let last = -1
  for (let lane = desk.lane + desk.lanes - 1; lane >= desk.lane; lane--)
    for (let at = s.laneTails[lane]!; at >= 0; at = s.words[at * words + PREVIOUS]!) {
      const w = at * words
      if (s.words[w + LINE] !== index || s.words[w + PRIORITY]! <= priority) continue
      if (last < 0 || s.words[w + PRIORITY]! > s.words[last * words + PRIORITY]!) last = at
    }
  return last
}
