import { DiscreteError } from '../errors.ts'
import { F, W } from '../layout.ts'
import type { Line } from '../program/lines.ts'
import { OUTCOME } from '../records.ts'
import { claim, fits } from './claims.ts'
import type { Core } from './core.ts'
import { preempt } from './interruption.ts'
import { draw, probabilityOf } from './sampling.ts'
import { serveOne } from './serving.ts'
import { goUnserved, lastBehind, leaveLine, wait } from './waiting.ts'

const { JOINED, QUEUED, RANK } = F
const { BAULKED, TURNED_AWAY } = OUTCOME
const { CLASS, HELD } = W

/** Comes to the line: is served if all of it is there, else interrupts, baulks, waits, or finds the line full. */
export function seize(core: Core, slot: number, line: Line): void {
  const s = core.state
  const w = slot * s.layout.words
  if (s.words[w + HELD + line.column]! > 0) refuseTwice(line)
  const f = slot * s.layout.numbers
  const kind = s.words[w + CLASS]!
  s.numbers[f + QUEUED] = s.now
  for (let i = 0; i < line.options.length; i++)
    if (fits(core, line.options[i]!, kind)) {
      s.numbers[f + JOINED] = s.now
      s.numbers[f + RANK] = s.joins++
      claim(core, slot, line, line.options[i]!)
      serveOne(core, slot, line)
      return
    }
  findTaken(core, slot, line)
}

function findTaken(core: Core, slot: number, line: Line): void {
  const s = core.state
  const f = slot * s.layout.numbers
  if (line.preempts) {
    s.numbers[f + JOINED] = s.now
    s.numbers[f + RANK] = s.joins++
    if (preempt(core, slot, line)) return
  }
  if (line.baulking && draw(core, slot, line.baulkingStream) < probabilityOf(core, slot, line.baulking))
    goUnserved(core, slot, line, BAULKED)
  else if (s.waiting[line.index]! < line.limit) wait(core, slot, line, s.now)
  else findFull(core, slot, line)
}

function findFull(core: Core, slot: number, line: Line): void {
  const last = line.displace ? lastBehind(core, slot, line) : -1
  if (last < 0) {
    goUnserved(core, slot, line, TURNED_AWAY)
    return
  }
  leaveLine(core, last, TURNED_AWAY)
  wait(core, slot, line, core.state.now)
}

function refuseTwice(line: Line): never {
  throw new DiscreteError('resource-misuse', `a patient seizes in step "${line.name}" what they hold from it already`, {
    element: line.name,
    mend: 'release it before coming back',
  })
}
