import { placeOfDraw } from '../draws.ts'
import { F, STATUS, W, WAIT_SUMS } from '../layout.ts'
import type { Line } from '../program/lines.ts'
import type { PlainLine } from '../program/plain-lines.ts'
import { type Core, PHASE } from './core.ts'
import { drawDuration } from './sampling.ts'
import { countBusy, countLine } from './tally.ts'

const { BEGUN, DONE, JOINED, KEEPS, QUEUED, RANK, TOTAL } = F
const { RELEASE: AT_RELEASE } = PHASE
const { BUSY, MOVING, WAITING } = STATUS
const { CLASS, HELD, LANE, LINE, NEXT, NUMBER, PC, PREVIOUS, PRIORITY, SOURCE, STATUS: STATE } = W

// The short way through plain lines, which most are: what `seize`, `serve`, `beginDelay` and `endDelay` do, and nothing that
// such a line cannot need. It takes half of the time, as there are few calls: numbers that pass one are put on the heap.

/** Comes to a plain line: begins at once if a unit is free, else waits behind those of the same priority. */
export function seizePlain(core: Core, slot: number, line: Line, plain: PlainLine): void {
  const s = core.state
  const { now, words } = s
  const w = slot * s.layout.words
  const f = slot * s.layout.numbers
  const { pool } = plain
  s.numbers[f + JOINED] = now
  s.numbers[f + QUEUED] = now
  s.numbers[f + RANK] = s.joins++
  if (s.capacity[pool]! > s.busy[pool]!) {
    countBusy(core, pool)
    s.busy[pool]!++
    begin(core, slot, line, plain)
    return
  }
  const lane = plain.lanes === 1 ? plain.lane : plain.lane + words[w + PRIORITY]!
  const tail = s.laneTails[lane]!
  words[w + PREVIOUS] = tail
  words[w + NEXT] = -1
  if (tail < 0) s.laneHeads[lane] = slot
  else words[tail * s.layout.words + NEXT] = slot
  s.laneTails[lane] = slot
  words[w + LANE] = lane
  words[w + LINE] = line.index
  words[w + STATE] = WAITING
  countLine(core, line.index)
  s.waiting[line.index]!++
}

/** The activity ends and its unit goes to the first in line. The patient has still to go on. */
export function endPlain(core: Core, slot: number, line: Line, plain: PlainLine): void {
  const s = core.state
  const { words } = s
  const w = slot * s.layout.words
  const { pool } = plain
  core.records?.addServed(s, slot, line.step)
  words[w + STATE] = MOVING
  words[w + PC] = plain.next
  words[w + HELD + line.column] = 0
  const first = s.capacity[pool]! >= s.busy[pool]! ? firstOf(core, plain) : -1
  if (first >= 0) {
    const its = core.program.lines[words[first * s.layout.words + LINE]!]!
    countLine(core, its.index)
    s.waiting[its.index]!--
    begin(core, first, its, its.plain!)
    return
  }
  countBusy(core, pool)
  s.busy[pool]!--
}

/** Takes the first of those who wait out of the lanes; −1 for nobody. */
function firstOf({ state: s }: Core, { lane, lanes }: PlainLine): number {
  const { words } = s
  for (let i = lane; i < lane + lanes; i++) {
    const slot = s.laneHeads[i]!
    if (slot < 0) continue
    const behind = words[slot * s.layout.words + NEXT]!
    s.laneHeads[i] = behind
    if (behind < 0) s.laneTails[i] = -1
    else words[behind * s.layout.words + PREVIOUS] = -1
    words[slot * s.layout.words + LANE] = -1
    return slot
  }
  return -1
}

/** Begins the activity with a unit that counts as busy already. */
function begin(core: Core, slot: number, line: Line, plain: PlainLine): void {
  const { program, state: s } = core
  const { now, numbers, sums, words } = s
  const w = slot * s.layout.words
  const f = slot * s.layout.numbers
  const kind = words[w + CLASS]!
  const classes = program.classPriority.length
  const wait = now - numbers[f + QUEUED]!
  const at = s.layout.waitSums + WAIT_SUMS * (line.index * classes + kind)
  sums[at]! += 1
  sums[at + 1]! += wait
  sums[at + 2]! += wait * wait
  words[w + HELD + line.column] = plain.claim + 1
  words[w + PC] = line.seizeAt + 1
  words[w + STATE] = BUSY
  numbers[f + BEGUN] = now
  numbers[f + DONE] = 0
  numbers[f + KEEPS] = 0
  const { durations, stream } = plain
  let total: number
  if (plain.exponential) {
    const occurrence = words[w + s.layout.draws + stream]!++
    const { draws } = core
    const place = placeOfDraw(draws, stream, words[w + SOURCE]!, words[w + NUMBER]!, occurrence, s.replication)
    total = program.durations[durations * classes + kind]!.a * draws.exponentials[place]!
  } else total = drawDuration(core, slot, durations, stream, 0)
  numbers[f + TOTAL] = total
  s.calendar.schedule(s.layout.patients + 2 * slot, now + total, AT_RELEASE)
}
