import { DiscreteError } from '../errors.ts'
import { F, W } from '../layout.ts'
import { OP } from '../program/instructions.ts'
import { beginDelay } from './activity.ts'
import { gather, separate } from './batches.ts'
import { release } from './claims.ts'
import { type Core, PHASE } from './core.ts'
import { leave } from './leaving.ts'
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
        seize(core, slot, program.lines[instruction.a]!)
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
      case BRANCH: {
        const { upTo, to } = program.branches[instruction.a]!
        const u = draw(core, slot, instruction.b)
        let option = 0
        while (u >= upTo[option]!) option++
        next = to[option]!
        break
      }
      case CHANCE:
        if (draw(core, slot, instruction.b) < probabilityOf(core, slot, program.chances[instruction.a]!))
          next = instruction.c
        break
      case BY_CLASS:
        next = program.byClass[instruction.a]![s.words[w + CLASS]!]!
        break
      case IF_BELOW:
        if (s.numbers[slot * numbers + ATTRIBUTES + instruction.a]! < program.constants[instruction.b]!)
          next = instruction.c
        break
      case SET: {
        const value = drawDuration(core, slot, instruction.b, instruction.c, 0)
        s.numbers[slot * numbers + ATTRIBUTES + instruction.a] = value
        break
      }
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

function refuseToCircle(core: Core, pc: number): never {
  throw new DiscreteError('no-progress', `a patient passes ${MOST_STEPS} steps without time going on`, {
    element: core.program.pathway.steps[stepAt(core, pc)]!.name,
    mend: 'put a step that takes time into the circle',
  })
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
