import { F, STATUS, W } from '../layout.ts'
import { fatigueOf, scheduleEnd } from './activity.ts'
import { scheduleArrival } from './arriving.ts'
import { startGathering } from './batches.ts'
import type { Core } from './core.ts'
import { drawDuration } from './sampling.ts'
import { drawUnit } from './units.ts'
import { startTimers } from './waiting.ts'

/** Draws anew all that is under way, given how long it has lasted, see `Run.redraw`. */
export function redraw(core: Core): void {
  const { program, state: s } = core
  const { numbers, patients, words } = s.layout
  for (let source = 0; source < program.sources.length; source++) scheduleArrival(core, source)
  for (let unit = 0; unit < program.unitPools.length; unit++) drawUnit(core, unit)
  for (let batch = 0; batch < program.batches.length; batch++) startGathering(core, batch)
  for (let slot = 0; slot < s.used; slot++) {
    const w = slot * words
    const status = s.words[w + W.STATUS]!
    const f = slot * numbers
    if (status === STATUS.BUSY) {
      redrawTotal(core, slot, s.words[w + W.PC]!, s.now - s.numbers[f + F.BEGUN]! + s.numbers[f + F.DONE]!)
      scheduleEnd(core, slot)
    } else if (status === STATUS.WAITING) {
      const line = program.lines[s.words[w + W.LINE]!]!
      if (s.numbers[f + F.KEEPS]! === 1) {
        const tried = s.numbers[f + F.QUEUED]! - s.numbers[f + F.BEGUN]!
        redrawTotal(core, slot, line.seizeAt + 1, line.interrupted === 'resume' ? s.numbers[f + F.DONE]! : tried)
      }
      const handle = patients + 2 * slot
      startTimers(core, slot, line, s.calendar.has(handle), s.calendar.has(handle + 1))
    }
  }
}

/** The whole duration of an activity under way or broken off, given how long it lasted. */
function redrawTotal(core: Core, slot: number, pc: number, elapsed: number): void {
  const { program, state: s } = core
  const f = slot * s.layout.numbers
  const { a, b, c } = program.instructions[pc]!
  const factor = c < 0 ? 1 : fatigueOf(core, slot, c, s.numbers[f + F.BEGUN]!)
  s.numbers[f + F.TOTAL] = drawDuration(core, slot, a, b, elapsed, factor)
}
