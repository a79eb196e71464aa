import { F, STATUS, W } from '../layout.ts'
import type { Line } from '../program/lines.ts'
import { endOf, fatigueOf } from './activity.ts'
import { scheduleArrival } from './arriving.ts'
import { startGathering } from './batches.ts'
import type { Core } from './core.ts'
import { redrawDuration } from './sampling.ts'
import { drawUnit } from './units.ts'

const { BEGUN, DONE, KEEPS, QUEUED, TOTAL } = F
const { BUSY, WAITING } = STATUS
const { LINE, PC, STATUS: STATE } = W

/** Places kept for each slot in `core.survival`: the activity, patience, and worsening. */
const PLACES = 3

/** Draws anew all that is under way, given how long it has lasted, see `Run.redraw`. */
export function redraw(core: Core): void {
  const { program, state: s } = core
  const { numbers, words } = s.layout
  recall(core)
  for (let slot = 0; slot < s.used; slot++) {
    const w = slot * words
    const f = slot * numbers
    const status = s.words[w + STATE]!
    if (status === BUSY) {
      redrawTotal(core, slot, s.words[w + PC]!, s.now - s.numbers[f + BEGUN]! + s.numbers[f + DONE]!)
      s.calendar.retime(s.layout.patients + 2 * slot, endOf(core, slot))
    } else if (status === WAITING) {
      const line = program.lines[s.words[w + LINE]!]!
      if (s.numbers[f + KEEPS]! === 1) {
        const tried = s.numbers[f + QUEUED]! - s.numbers[f + BEGUN]!
        redrawTotal(core, slot, line.seizeAt + 1, line.interrupted === 'resume' ? s.numbers[f + DONE]! : tried)
      }
      if (line.timed) redrawTimers(core, slot, line)
    }
  }
  s.calendar.settle()
  for (let source = 0; source < program.sources.length; source++) scheduleArrival(core, source)
  for (let unit = 0; unit < program.unitPools.length; unit++) drawUnit(core, unit)
  for (let batch = 0; batch < program.batches.length; batch++) startGathering(core, batch)
}

/** Keeps the survivals that are known, if the run stands where they were worked out; else forgets them. */
function recall(core: Core): void {
  const { restored } = core
  const known = restored !== undefined && restored === core.survivalOf && restored.revision === core.survivalRevision
  if (!known) {
    const places = PLACES * core.state.used
    if (core.survival.length < places) core.survival = new Float64Array(2 * places)
    core.survival.fill(Number.NaN)
    core.survivalOf = restored
    core.survivalRevision = restored?.revision ?? 0
  }
  core.restored = undefined
}

/** The whole duration of an activity under way or broken off, given how long it lasted. */
function redrawTotal(core: Core, slot: number, pc: number, elapsed: number): void {
  const { program, state: s } = core
  const f = slot * s.layout.numbers
  const { a, b, c } = program.instructions[pc]!
  const factor = c < 0 ? 1 : fatigueOf(core, slot, c, s.numbers[f + BEGUN]!)
  s.numbers[f + TOTAL] = redrawDuration(core, slot, a, b, elapsed, factor, PLACES * slot)
}

/** When patience ends and when the patient worsens, of those timers that run. */
function redrawTimers(core: Core, slot: number, line: Line): void {
  const s = core.state
  const handle = s.layout.patients + 2 * slot
  const since = s.numbers[slot * s.layout.numbers + QUEUED]!
  const elapsed = s.now - since
  if (s.calendar.has(handle)) {
    const after = redrawDuration(core, slot, line.patience, line.patienceStream, elapsed, 1, PLACES * slot + 1)
    s.calendar.retime(handle, Math.max(s.now, since + after))
  }
  if (s.calendar.has(handle + 1)) {
    const after = redrawDuration(core, slot, line.worsens, line.worsensStream, elapsed, 1, PLACES * slot + 2)
    s.calendar.retime(handle + 1, Math.max(s.now, since + after))
  }
}
