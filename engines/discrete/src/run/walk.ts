import { DiscreteError } from '../errors.ts'
import { F, W } from '../layout.ts'
import { OP } from '../program/instructions.ts'
import type { Line } from '../program/lines.ts'
import { beginDelay } from './activity.ts'
import { gather, separate } from './batches.ts'
import { release } from './claims.ts'
import { type Core, PHASE } from './core.ts'
import { leave } from './leaving.ts'
import { seizePlain } from './plain.ts'
import { classify } from './priority.ts'
import { draw, drawDuration, probabilityOf } from './sampling.ts'
import { seize } from './seizing.ts'
import { serve } from './serving.ts'

const { ATTRIBUTES } = F
const { BATCH, BRANCH, BY_CLASS, CHANCE, CLASSIFY, DELAY, IF_BELOW, RELEASE, SEIZE, SEPARATE, SET } = OP
const { GO_ON: AT_GO_ON, RELEASE: AT_RELEASE } = PHASE
const { CLASS, PC } = W

/** Instructions that one patient may pass without time going on. */
const MOST_STEPS = 100_000

/** Follows the patient's instructions until time has to go on. */
export function walk(core: Core, slot: number): void {
  const { program, state: s } = core
  const { instructions } = program
  const { numbers, words } = s.layout
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const w = slot * words
    const instruction = instructions[s.words[w + PC]!]!
    let next = instruction.next
    switch (instruction.op) {
      case SEIZE:
        seizeAt(core, slot, program.lines[instruction.a]!)
        return
      case DELAY:
        beginDelay(core, slot, s.now)
        return
      case RELEASE: {
        const line = program.lines[instruction.a]!
        release(core, slot, line, true)
        serve(core, line.desk)
        if (othersRelease(core)) {
          s.words[w + PC] = next
          s.calendar.schedule(s.layout.patients + 2 * slot, s.now, AT_GO_ON)
          return
        }
        break
      }
      case BRANCH:
        next = branch(core, slot, instruction.a, instruction.b)
        break
      case CHANCE:
        if (happens(core, slot, instruction.a, instruction.b)) next = instruction.c
        break
      case BY_CLASS:
        next = program.byClass[instruction.a]![s.words[w + CLASS]!]!
        break
      case IF_BELOW:
        if (s.numbers[slot * numbers + ATTRIBUTES + instruction.a]! < program.constants[instruction.b]!)
          next = instruction.c
        break
      case SET:
        set(core, slot, instruction.a, instruction.b, instruction.c)
        break
      case CLASSIFY:
        classify(core, slot, instruction.a)
        break
      case BATCH:
        gather(core, slot, instruction.a, s.now)
        return
      case SEPARATE:
        separate(core, slot, next)
        break
      default:
        leave(core, slot)
        return
    }
    s.words[w + PC] = next
  }
  refuseToCircle(core, s.words[slot * words + PC]!)
}

// Apart from the circle above, so that V8 has room to make what they call a part of them.

function branch(core: Core, slot: number, table: number, stream: number): number {
  const { upTo, to } = core.program.branches[table]!
  const u = draw(core, slot, stream)
  let option = 0
  while (u >= upTo[option]!) option++
  return to[option]!
}

function happens(core: Core, slot: number, chance: number, stream: number): boolean {
  return draw(core, slot, stream) < probabilityOf(core, slot, core.program.chances[chance]!)
}

function set(core: Core, slot: number, attribute: number, durations: number, stream: number): void {
  const s = core.state
  s.numbers[slot * s.layout.numbers + ATTRIBUTES + attribute] = drawDuration(core, slot, durations, stream, 0)
}

function refuseToCircle(core: Core, pc: number): never {
  throw new DiscreteError('no-progress', `a patient passes ${MOST_STEPS} steps without time going on`, {
    element: core.program.pathway.steps[stepAt(core, pc)]!.name,
    mend: 'put a step that takes time into the circle',
  })
}

function seizeAt(core: Core, slot: number, line: Line): void {
  if (line.plain) seizePlain(core, slot, line, line.plain)
  else seize(core, slot, line)
}

/** Whether others may yet free at this very instant what somebody wants next. */
export const othersRelease = ({ state: s }: Core): boolean =>
  s.calendar.nextTime === s.now && s.calendar.nextPhase === AT_RELEASE

/** The step to which an instruction belongs. */
export function stepAt({ program: { entries } }: Core, pc: number): number {
  let place = entries.length - 1
  while (place > 0 && entries[place]! > pc) place--
  return place
}
