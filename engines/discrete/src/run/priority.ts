import { STATUS, W } from '../layout.ts'
import type { Core } from './core.ts'
import { preempt } from './interruption.ts'
import { join, part } from './waiting.ts'

const { WAITING } = STATUS
const { CLASS, LINE, PRIORITY, STATUS: STATE } = W

/** Becomes this class, with its priority. */
export function classify(core: Core, slot: number, kind: number): void {
  const s = core.state
  s.words[slot * s.layout.words + CLASS] = kind
  setPriority(core, slot, core.program.classPriority[kind]!)
}

/** Gets this priority; whoever waits changes lanes, and may interrupt now. */
export function setPriority(core: Core, slot: number, priority: number): void {
  const s = core.state
  const w = slot * s.layout.words
  if (s.words[w + PRIORITY] === priority) return
  if (s.words[w + STATE] !== WAITING) {
    s.words[w + PRIORITY] = priority
    return
  }
  const line = core.program.lines[s.words[w + LINE]!]!
  part(core, slot)
  s.words[w + PRIORITY] = priority
  if (!line.preempts || !preempt(core, slot, line)) join(core, slot, line)
}
