import { F, STATUS, W } from '../layout.ts'
import type { Line, Option } from '../program/lines.ts'
import { OUTCOME } from '../records.ts'
import { admitsCohort, claim, isFresh, release } from './claims.ts'
import type { Core } from './core.ts'
import { serve, serveOne } from './serving.ts'
import { countOutcome, record } from './tally.ts'
import { join, stopTimers } from './waiting.ts'

const { BEGUN, DONE, KEEPS, QUEUED } = F
const { INTERRUPTED } = OUTCOME
const { BUSY } = STATUS
const { CLASS, HELD, PC, PRIORITY, STATUS: STATE } = W

/** Whether room could be made by interrupting lower priorities; if so it is done and the patient is served. */
export function preempt(core: Core, slot: number, line: Line): boolean {
  const { program, state: s } = core
  const w = slot * s.layout.words
  const priority = s.words[w + PRIORITY]!
  for (const option of line.options) {
    if (!couldFit(core, option, priority) || !admitsCohort(core, option, s.words[w + CLASS]!)) continue
    for (let claim = option.from; claim < option.to; claim++) {
      const pool = program.claimPool[claim]!
      while (s.capacity[pool]! - s.busy[pool]! < program.claimAmount[claim]!)
        interrupt(core, lowestHolder(core, pool, priority))
    }
    stopTimers(core, slot, line)
    claim(core, slot, line, option)
    serveOne(core, slot, line)
    serve(core, line.desk)
    return true
  }
  return false
}

/** Whether it would fit if all of lower priority were interrupted who can be. */
function couldFit(core: Core, option: Option, priority: number): boolean {
  const { program, state: s } = core
  const { behind, columns, words } = s.layout
  for (let claim = option.from; claim < option.to; claim++) {
    const pool = program.claimPool[claim]!
    const amount = program.claimAmount[claim]!
    let room = s.capacity[pool]! - s.busy[pool]!
    if (program.pools[pool]!.preemption)
      for (let node = s.holders[pool]!; node >= 0 && room < amount; ) {
        const w = Math.floor(node / columns) * words
        const column = node % columns
        if (yields(core, pool, node, priority)) room += program.claimAmount[s.words[w + HELD + column]! - 1]!
        node = s.words[w + behind + column]!
      }
    if (room < amount) return false
  }
  return true
}

/** Whether interrupting this holder helps a patient of this priority; outgoing staff have nothing to give. */
function yields(core: Core, pool: number, node: number, priority: number): boolean {
  const s = core.state
  const { columns, words } = s.layout
  const slot = Math.floor(node / columns)
  const w = slot * words
  if (s.words[w + PRIORITY]! <= priority || s.words[w + STATE] !== BUSY) return false
  return isFresh(core, slot, node % columns, pool)
}

/** Of those whose activity can be interrupted, the lowest priority, and among these the latest to start; −1 for none. */
function lowestHolder(core: Core, pool: number, above: number): number {
  const s = core.state
  const { behind, columns, words } = s.layout
  let lowest = -1
  let level = above
  for (let node = s.holders[pool]!; node >= 0; ) {
    const slot = Math.floor(node / columns)
    const w = slot * words
    if (yields(core, pool, node, level)) {
      level = s.words[w + PRIORITY]!
      lowest = slot
    }
    node = s.words[w + behind + (node % columns)]!
  }
  return lowest
}

/** Breaks the activity off; the patient waits again, in the place of first joining. */
function interrupt(core: Core, slot: number): void {
  const { program, state: s } = core
  const w = slot * s.layout.words
  const f = slot * s.layout.numbers
  const line = program.lines[program.instructions[s.words[w + PC]!]!.c]!
  s.calendar.cancel(s.layout.patients + 2 * slot)
  countOutcome(core, line, slot, INTERRUPTED)
  record(core, slot, line.step, s.numbers[f + BEGUN]!, INTERRUPTED)
  release(core, slot, line, false)
  s.numbers[f + KEEPS] = line.interrupted === 'resample' ? 0 : 1
  if (line.interrupted === 'resume') s.numbers[f + DONE]! += s.now - s.numbers[f + BEGUN]!
  s.numbers[f + QUEUED] = s.now
  s.words[w + PC] = line.seizeAt
  join(core, slot, line)
}

/** Interrupts what exceeds the capacity. */
export function interruptExcess(core: Core, pool: number): void {
  const s = core.state
  while (s.busy[pool]! > s.capacity[pool]!) {
    const slot = lowestHolder(core, pool, -1)
    if (slot < 0) return
    interrupt(core, slot)
  }
}
