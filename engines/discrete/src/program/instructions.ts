import { DiscreteError } from '../errors.ts'
import type { Step } from '../pathway.ts'
import { type PreparedChance, prepareChance } from './chances.ts'
import type { Draft } from './draft.ts'
import { refuse } from './names.ts'

/** What an instruction does; `a`, `b`, `c` and `next` are its operands. */
export const OP = {
  /** Take line `a`. */
  SEIZE: 0,
  /** Duration set `a` from stream `b`; `c` is the line that is released at its end, −1 for none. */
  DELAY: 1,
  /** Release what line `a` took. */
  RELEASE: 2,
  /** Branch table `a` with stream `b`. */
  BRANCH: 3,
  /** Table `a` of destinations by class. */
  BY_CLASS: 4,
  /** To `c` if attribute `a` is below constant `b`. */
  IF_BELOW: 5,
  /** Attribute `a` from duration set `b`, stream `c`. */
  SET: 6,
  /** Becomes class `a`. */
  CLASSIFY: 7,
  LEAVE: 8,
  /** To `c` with chance `a`, stream `b`. */
  CHANCE: 9,
  /** Into batch `a`. */
  BATCH: 10,
  SEPARATE: 11,
} as const

interface Instruction {
  readonly op: number
  readonly a: number
  readonly b: number
  readonly c: number
  readonly next: number
}

/** A step where people gather to go as one. */
interface Batch {
  readonly name: string
  readonly step: number
  readonly size: number
  /** Duration set after which the first waits no longer, −1 for none. */
  readonly atMost: number
  readonly stream: number
}

/** The steps as instructions, and the tables that these refer to. */
export interface Code {
  readonly instructions: Instruction[]
  readonly branches: { readonly upTo: Float64Array; readonly to: Int32Array }[]
  readonly chances: PreparedChance[]
  readonly byClass: Int32Array[]
  readonly constants: number[]
  readonly batches: Batch[]
}

export function codeOf(draft: Draft): Code {
  const { steps } = draft.pathway
  const code: Code = { instructions: [], branches: [], chances: [], byClass: [], constants: [], batches: [] }
  for (const [place, step] of steps.entries()) translate(draft, code, step, place)
  code.instructions.push({ op: OP.LEAVE, a: 0, b: 0, c: 0, next: draft.leave })
  return code
}

function translate(draft: Draft, code: Code, step: Step, place: number): void {
  const { attributeOf, classOf, durationSet, entries, goto, leave, lineOf, streamOf } = draft
  const { classes, steps } = draft.pathway
  const by = `step "${step.name}"`
  const next = goto(step.next, by, place + 1 < steps.length ? entries[place + 1]! : leave)
  const emit = (op: number, a = 0, b = 0, c = 0, to = next) => code.instructions.push({ op, a, b, c, next: to })
  switch (step.kind) {
    case 'activity': {
      const line = lineOf(step.name, by)
      emit(OP.SEIZE, line, 0, 0, entries[place]! + 1)
      emit(OP.DELAY, durationSet(step.duration, by), streamOf(step.stream ?? step.name), line)
      break
    }
    case 'seize':
      emit(OP.SEIZE, lineOf(step.name, by))
      break
    case 'release':
      if (steps.find((s) => s.name === step.of)?.kind !== 'seize')
        throw new DiscreteError('undeclared', `${by} releases "${step.of}"`, {
          element: step.name,
          expected: 'the name of a step of kind seize',
        })
      emit(OP.RELEASE, lineOf(step.of, by))
      break
    case 'delay':
      emit(OP.DELAY, durationSet(step.duration, by), streamOf(step.stream ?? step.name), -1)
      break
    case 'branch': {
      const total = step.options.reduce((sum, o) => sum + o.probability, 0)
      if (step.options.some((o) => !(o.probability >= 0)) || !(Math.abs(total - 1) < 1e-9))
        throw refuse(`the probabilities of ${by} sum to ${total}`, step.name, 'numbers of at least 0 that sum to 1')
      let sum = 0
      const upTo = Float64Array.from(step.options, (o) => (sum += o.probability / total))
      upTo[upTo.length - 1] = 1
      code.branches.push({ upTo, to: Int32Array.from(step.options, (o) => goto(o.to, by, next)) })
      emit(OP.BRANCH, code.branches.length - 1, streamOf(step.stream ?? step.name))
      break
    }
    case 'chance':
      code.chances.push(prepareChance(draft, step.chance, by, -1))
      emit(OP.CHANCE, code.chances.length - 1, streamOf(step.stream ?? step.name), goto(step.to, by, next))
      break
    case 'by-class':
      for (const name of Object.keys(step.to)) classOf(name, by)
      code.byClass.push(Int32Array.from(classes, ({ name }) => goto(step.to[name], by, next)))
      emit(OP.BY_CLASS, code.byClass.length - 1)
      break
    case 'if-below':
      code.constants.push(step.value)
      emit(OP.IF_BELOW, attributeOf(step.attribute, by), code.constants.length - 1, goto(step.to, by, next))
      break
    case 'set':
      emit(OP.SET, attributeOf(step.attribute, by), durationSet(step.value, by), streamOf(step.name))
      break
    case 'classify':
      emit(OP.CLASSIFY, classOf(step.as, by))
      break
    case 'batch':
      if (!(Number.isInteger(step.size) && step.size >= 1))
        throw refuse(`${by} has size ${step.size}`, step.name, 'an integer of at least 1')
      code.batches.push({
        name: step.name,
        step: place,
        size: step.size,
        atMost: step.atMost ? durationSet(step.atMost, by) : -1,
        stream: step.atMost ? streamOf(step.name) : -1,
      })
      emit(OP.BATCH, code.batches.length - 1)
      break
    case 'separate':
      emit(OP.SEPARATE)
      break
    default:
      throw refuse(`${by} has an unknown kind`, (step as Step).name)
  }
}
