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
  const { cursors, program, state: s } = core
  const desk = program.desks[deskIndex]!
  const { words } = s.layout
  let anybody = false
  for (let i = 0; i < desk.lanes; i++) {
    cursors[i] = s.laneHeads[desk.lane + i]!
    if (cursors[i]! >= 0) anybody = true
  }
  while (anybody && anythingFree(core, desk)) {
    const lane = desk.rates.length > 0 ? highestAccumulated(core, desk) : firstFilled(cursors, desk.lanes)
    if (lane < 0) return
    const slot = cursors[lane]!
    const w = slot * words
    cursors[lane] = s.words[w + NEXT]!
    const line = program.lines[s.words[w + LINE]!]!
    for (let i = 0; i < line.options.length; i++)
      if (fits(core, line.options[i]!, s.words[w + CLASS]!)) {
        part(core, slot)
        stopTimers(core, slot, line)
        claim(core, slot, line, line.options[i]!)
        serveOne(core, slot, line)
        break
      }
  }
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

function firstFilled(cursors: Int32Array, lanes: number): number {
  for (let lane = 0; lane < lanes; lane++) if (cursors[lane]! >= 0) return lane
  return -1
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
