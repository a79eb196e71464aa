import { F, STATUS, W } from '../layout.ts'
import { entryOf } from '../program/timetable.ts'
import { OUTCOME } from '../records.ts'
import { arrive } from './arriving.ts'
import { scheduleChange, turnAbsence, updateCapacity } from './availability.ts'
import { depart } from './batches.ts'
import { release } from './claims.ts'
import { type Core, goOnSoon, PHASE } from './core.ts'
import { interruptExcess } from './interruption.ts'
import { endPlain } from './plain.ts'
import { classify } from './priority.ts'
import { serve } from './serving.ts'
import { record } from './tally.ts'
import { drawUnit } from './units.ts'
import { leaveLine } from './waiting.ts'
import { othersRelease, stepAt, walk } from './walk.ts'

const { BEGUN } = F
const { LEFT_WAITING, SERVED } = OUTCOME
const { GO_ON: AT_GO_ON } = PHASE
const { BUSY, GATHERING, MOVING, WAITING } = STATUS
const { LINE, PC, STATUS: STATE } = W

/** Lets an event happen, and everything that follows from it at once. */
export function happen(core: Core, handle: number): void {
  const { layout } = core.state
  if (handle >= layout.patients) happenToPatient(core, (handle - layout.patients) >> 1, (handle - layout.patients) & 1)
  else if (handle < layout.changes) arrive(core, handle)
  else if (handle < layout.away) changeCapacity(core, handle - layout.changes)
  else if (handle < layout.units) turn(core, handle - layout.away)
  else failOrRepair(core, handle - layout.units)
  goOn(core)
}

/** Lets those go on who are ready, and whom they make ready. */
export function goOn(core: Core): void {
  for (let i = 0; i < core.readyCount; i++) walk(core, core.ready[i]!)
  core.readyCount = 0
}

function happenToPatient(core: Core, slot: number, which: number): void {
  const { program, state: s } = core
  const w = slot * s.layout.words
  if (which === 1) {
    classify(core, slot, program.lines[s.words[w + LINE]!]!.worsensTo)
    return
  }
  const status = s.words[w + STATE]!
  if (status === BUSY) endDelay(core, slot)
  else if (status === WAITING) leaveLine(core, slot, LEFT_WAITING)
  else if (status === GATHERING) depart(core, s.words[w + LINE]!)
  else walk(core, slot)
}

function endDelay(core: Core, slot: number): void {
  const { program, state: s } = core
  const w = slot * s.layout.words
  const pc = s.words[w + PC]!
  const { c, next } = program.instructions[pc]!
  const plain = c < 0 ? undefined : program.lines[c]!.plain
  if (plain) {
    endPlain(core, slot, program.lines[c]!, plain)
    // Those who begin now do not go on: nobody is ready before this patient.
    if (othersRelease(core)) s.calendar.schedule(s.layout.patients + 2 * slot, s.now, AT_GO_ON)
    else walk(core, slot)
    return
  }
  const begun = s.numbers[slot * s.layout.numbers + BEGUN]!
  s.words[w + STATE] = MOVING
  s.words[w + PC] = next
  if (c < 0) {
    if (core.records) record(core, slot, stepAt(core, pc), begun, SERVED)
    walk(core, slot)
    return
  }
  const line = program.lines[c]!
  record(core, slot, line.step, begun, SERVED)
  release(core, slot, line, true)
  serve(core, line.desk)
  if (othersRelease(core)) s.calendar.schedule(s.layout.patients + 2 * slot, s.now, AT_GO_ON)
  else goOnSoon(core, slot)
}

function changeCapacity(core: Core, pool: number): void {
  const { program, state: s } = core
  const before = s.scheduled[pool]!
  const { capacity, handover } = entryOf(program.pools[pool]!.schedule, s.shifts[pool]!++)!
  s.scheduled[pool] = capacity
  if (before === 0 && capacity > 0) s.onDutySince[pool] = s.now
  scheduleChange(core, pool)
  updateCapacity(core, pool)
  if (!handover) changeStaff(core, pool)
}

/** A closure or break begins or ends. */
function turn(core: Core, pool: number): void {
  if (turnAbsence(core, pool)) changeStaff(core, pool)
}

/** What a change of capacity means for work under way, and for those who wait. */
function changeStaff(core: Core, pool: number): void {
  const { program, state: s } = core
  const { atChange } = program.pools[pool]!
  if (atChange === 'overtime') {
    s.crews[pool]!++
    s.outgoing[pool]! += s.busy[pool]!
    s.busy[pool] = 0
  }
  if (atChange === 'interrupt') interruptExcess(core, pool)
  serve(core, program.deskOf[pool]!)
}

function failOrRepair(core: Core, unit: number): void {
  const { program, state: s } = core
  const pool = program.unitPools[unit]!
  const fails = s.unitUp[unit] === 1
  s.unitUp[unit] = fails ? 0 : 1
  s.down[pool]! += fails ? 1 : -1
  s.unitSince[unit] = s.now
  drawUnit(core, unit)
  updateCapacity(core, pool)
  if (fails && !program.pools[pool]!.breakdowns!.finish) interruptExcess(core, pool)
  serve(core, program.deskOf[pool]!)
}
