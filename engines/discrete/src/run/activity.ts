import { F, STATUS, W } from '../layout.ts'
import { OP } from '../program/instructions.ts'
import { type Core, PHASE } from './core.ts'
import { drawDuration } from './sampling.ts'

const { BEGUN, DONE, KEEPS, QUEUED, TOTAL } = F
const { RELEASE } = OP
const { GO_ON: AT_GO_ON, RELEASE: AT_RELEASE } = PHASE
const { BUSY } = STATUS
const { HELD, PC, STATUS: STATE } = W

/** Begins the activity or delay at the patient's instruction, or goes on with one that began before now. */
export function beginDelay(core: Core, slot: number, begun: number): void {
  const { program, state: s } = core
  const f = slot * s.layout.numbers
  const { a, b, c } = program.instructions[s.words[slot * s.layout.words + PC]!]!
  if (s.numbers[f + KEEPS]! === 0) {
    s.numbers[f + DONE] = 0
    const factor = c < 0 ? 1 : fatigueOf(core, slot, c, begun)
    s.numbers[f + TOTAL] = drawDuration(core, slot, a, b, s.now - begun, factor)
  }
  s.numbers[f + KEEPS] = 0
  if (c < 0) s.numbers[f + QUEUED] = begun
  s.numbers[f + BEGUN] = begun
  s.words[slot * s.layout.words + STATE] = BUSY
  scheduleEnd(core, slot)
}

/** How much longer the most tired of those at work takes with what begins at a time. */
export function fatigueOf({ program, state: s }: Core, slot: number, lineIndex: number, begun: number): number {
  if (!program.fatigue) return 1
  const line = program.lines[lineIndex]!
  let most = 0
  for (let column = line.column; column < line.columnEnd; column++) {
    const claim = s.words[slot * s.layout.words + HELD + column]! - 1
    if (claim < 0) break
    const pool = program.claimPool[claim]!
    most = Math.max(most, program.pools[pool]!.fatigue * (begun - s.onDutySince[pool]!))
  }
  return 1 + most
}

function scheduleEnd(core: Core, slot: number): void {
  const { program, state: s } = core
  const { c, next } = program.instructions[s.words[slot * s.layout.words + PC]!]!
  const releases = c >= 0 || program.instructions[next]!.op === RELEASE
  s.calendar.schedule(s.layout.patients + 2 * slot, endOf(core, slot), releases ? AT_RELEASE : AT_GO_ON)
}

/** When the activity or delay under way ends, at the earliest now. */
export function endOf({ state: s }: Core, slot: number): number {
  const f = slot * s.layout.numbers
  return Math.max(s.now, s.numbers[f + BEGUN]! + (s.numbers[f + TOTAL]! - s.numbers[f + DONE]!))
}
