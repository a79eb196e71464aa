import { F, STATUS, W } from '../layout.ts'
import { OP } from '../program/instructions.ts'
import { type Core, PHASE } from './core.ts'
import { drawDuration } from './sampling.ts'

/** Begins the activity or delay at the patient's instruction, or goes on with one that began before now. */
export function beginDelay(core: Core, slot: number, begun: number): void {
  const { program, state: s } = core
  const f = slot * s.layout.numbers
  const { a, b, c } = program.instructions[s.words[slot * s.layout.words + W.PC]!]!
  if (s.numbers[f + F.KEEPS]! === 0) {
    s.numbers[f + F.DONE] = 0
    const factor = c < 0 ? 1 : fatigueOf(core, slot, c, begun)
    s.numbers[f + F.TOTAL] = drawDuration(core, slot, a, b, s.now - begun, factor)
  }
  s.numbers[f + F.KEEPS] = 0
  if (c < 0) s.numbers[f + F.QUEUED] = begun
  s.numbers[f + F.BEGUN] = begun
  s.words[slot * s.layout.words + W.STATUS] = STATUS.BUSY
  scheduleEnd(core, slot)
}

/** How much longer the most tired of those at work takes with what begins at a time. */
export function fatigueOf({ program, state: s }: Core, slot: number, lineIndex: number, begun: number): number {
  if (!program.fatigue) return 1
  const line = program.lines[lineIndex]!
  let most = 0
  for (let column = line.column; column < line.columnEnd; column++) {
    const claim = s.words[slot * s.layout.words + W.HELD + column]! - 1
    if (claim < 0) break
    const pool = program.claimPool[claim]!
    most = Math.max(most, program.pools[pool]!.fatigue * (begun - s.onDutySince[pool]!))
  }
  return 1 + most
}

function scheduleEnd(core: Core, slot: number): void {
  const { program, state: s } = core
  const { c, next } = program.instructions[s.words[slot * s.layout.words + W.PC]!]!
  const releases = c >= 0 || program.instructions[next]!.op === OP.RELEASE
  s.calendar.schedule(s.layout.patients + 2 * slot, endOf(core, slot), releases ? PHASE.RELEASE : PHASE.GO_ON)
}

/** When the activity or delay under way ends, at the earliest now. */
export function endOf({ state: s }: Core, slot: number): number {
  const f = slot * s.layout.numbers
  return Math.max(s.now, s.numbers[f + F.BEGUN]! + (s.numbers[f + F.TOTAL]! - s.numbers[f + F.DONE]!))
}
