import { F, STATUS, W } from '../layout.ts'
import type { Desk } from '../program/desks.ts'
import type { Line } from '../program/lines.ts'
import { OUTCOME } from '../records.ts'
import { beginDelay } from './activity.ts'
import { claim, fits } from './claims.ts'
import { type Core, goOnSoon } from './core.ts'
import { countOutcome, record } from './tally.ts'
import { part, stopTimers } from './waiting.ts'

const { JOINED } = F
const { SERVED } = OUTCOME
const { MOVING } = STATUS
const { CLASS, LINE, NEXT, PC, STATUS: STATE } = W

/** Gives what is free to those who wait: in order, to everybody for whom all of it is there. */
export function serve(core: Core, deskIndex: number): void {
  const { program, state: s, stuck } = core
  const desk = program.desks[deskIndex]!
  if (desk.rates.length > 0) {
    serveAccumulated(core, desk)
    return
  }
  const { words } = s.layout
  const round = ++core.round
  let lines = desk.lines
  for (let lane = desk.lane; lane < desk.lane + desk.lanes; lane++) {
    let slot = s.laneHeads[lane]!
    while (slot >= 0) {
      if (!anythingFree(core, desk)) return
      const w = slot * words
      const behind = s.words[w + NEXT]!
      const line = s.words[w + LINE]!
      // Less and less is free: where it was not enough for one, it is not for the others in that line.
      if (stuck[line] !== round && !serveIfFits(core, slot, program.lines[line]!) && !program.cohorts) {
        stuck[line] = round
        if (--lines === 0) return
      }
      slot = behind
    }
  }
}

/** The same by accumulating priority: who is next depends on the first of every lane. */
function serveAccumulated(core: Core, desk: Desk): void {
  const { cursors, program, state: s } = core
  for (let i = 0; i < desk.lanes; i++) cursors[i] = s.laneHeads[desk.lane + i]!
  while (anythingFree(core, desk)) {
    const lane = highestAccumulated(core, desk)
    if (lane < 0) return
    const slot = cursors[lane]!
    const w = slot * s.layout.words
    cursors[lane] = s.words[w + NEXT]!
    serveIfFits(core, slot, program.lines[s.words[w + LINE]!]!)
  }
}

function serveIfFits(core: Core, slot: number, line: Line): boolean {
  const s = core.state
  const kind = s.words[slot * s.layout.words + CLASS]!
  for (let i = 0; i < line.options.length; i++)
    if (fits(core, line.options[i]!, kind)) {
      part(core, slot)
      if (line.timed) stopTimers(core, slot, line)
      claim(core, slot, line, line.options[i]!)
      serveOne(core, slot, line)
      return true
    }
  return false
}

/** What comes after the resources were claimed. */
export function serveOne(core: Core, slot: number, line: Line): void {
  const s = core.state
  countOutcome(core, line, slot, SERVED)
  const w = slot * s.layout.words
  s.words[w + PC] = core.program.instructions[line.seizeAt]!.next
  if (line.activity) {
    beginDelay(core, slot, s.now)
    return
  }
  record(core, slot, line.step, s.now, SERVED)
  s.words[w + STATE] = MOVING
  goOnSoon(core, slot)
}

function anythingFree({ state: s }: Core, desk: Desk): boolean {
  for (let i = 0; i < desk.pools.length; i++) {
    const pool = desk.pools[i]!
    if (s.capacity[pool]! > s.busy[pool]!) return true
  }
  return false
}

/** The lane whose first in line has gathered the highest priority, beginning + rate × time waited; the lower level in a tie. */
function highestAccumulated({ cursors, state: s }: Core, desk: Desk): number {
  let best = -1
  let highest = -1
  for (let lane = 0; lane < desk.lanes; lane++) {
    const slot = cursors[lane]!
    if (slot < 0) continue
    const waited = s.now - s.numbers[slot * s.layout.numbers + JOINED]!
    const gathered = desk.from[lane]! + desk.rates[lane]! * waited
    if (gathered > highest) {
      highest = gathered
      best = lane
    }
  }
  return best
}
