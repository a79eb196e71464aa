import { type Code, i32, v128, type WasmFunction, w } from '@counterpart/numerics/wasm'
import { operandsOf } from '../../graph/reachable.ts'
import type { Node } from '../../node.ts'
import { crossing, cut, declaredIn, usedIn } from '../parts.ts'
import { type Schedule, type Step, schedule } from '../schedule.ts'
import { inlineExponential, inlineLocals, pairCall, pairFunctions } from './elementary.ts'
import { pairUp } from './pair-up.ts'

/** Where a kernel's memory has what all its functions read, in bytes. Every number is a pair: one of each lane. */
export interface KernelPlaces {
  readonly parameters: number
  /** Parameters, states and results are single numbers instead, the same for both lanes. */
  readonly single?: boolean
  /** Values that parts of a long function hand on; as many pairs as {@link KernelFunctions.workSize}. */
  readonly work: number
}

export interface KernelFunctions {
  /** Parts, and last the function that calls them. */
  readonly functions: readonly WasmFunction[]
  readonly workSize: number
}

const mostOperations = 4000
/** In both lanes: both sides of a choice are computed at once, unless one is worth asking whether any lane needs it. */
const branchFrom = 30

/** Operands of every function: the time (a pair), the address of the states and that of the results. */
const [time, states, results] = [0, 1, 2] as const
const parameters = [v128, i32, i32] as const

/**
 * The values of some nodes on two lanes, as WebAssembly: `(time, states, results)`, roots in order at `results`.
 * Without unknowns and lags.
 *
 * @param first number by which the first of the functions will be called
 */
export function kernelFunctions(
  name: string,
  roots: readonly Node[],
  places: KernelPlaces,
  first: number,
): KernelFunctions {
  const named = (node: Node) => places.single === true && isCostly(node)
  const plan = schedule(roots, { keepLeaves: false, branchFrom, named })
  const parts = cut(plan.steps, mostOperations, plan)
  const handedOn = crossing(parts, plan)
  const functions = parts.map((steps) => partFunction(steps, plan, places, handedOn))
  const whole = {
    name,
    parameters,
    results: [],
    locals: [],
    body: parts.map((_, i) => w.call(first + i, w.get(time), w.get(states), w.get(results))),
  }
  const only = functions[0]
  return {
    functions: functions.length === 1 && only ? [{ ...only, name }] : [...functions, whole],
    workSize: handedOn.size,
  }
}

function partFunction(
  steps: readonly Step[],
  plan: Schedule,
  places: KernelPlaces,
  handedOn: ReadonlyMap<Node, number>,
): WasmFunction {
  const locals = new Map<Node, number>()
  const scratch = Array.from({ length: inlineLocals }, (_, i) => 3 + i)
  let count = 3 + inlineLocals
  const localOf = (node: Node) => {
    let local = locals.get(node)
    if (local === undefined) {
      local = count++
      locals.set(node, local)
    }
    return local
  }
  const [size, load, store] = places.single
    ? ([8, w.loadSplat, w.storeFirst] as const)
    : ([16, w.load, w.store] as const)
  const workOf = (node: Node) => places.work + 16 * handedOn.get(node)!
  const declared = declaredIn(steps)
  const head = [...usedIn(steps, plan)]
    .filter((node) => !declared.has(node))
    .map((node) => w.set(localOf(node), w.load(w.i32Const(0), workOf(node))))
  const body = write(steps)
  return { parameters, results: [], locals: Array(count - 3).fill(v128), body: [head, body] }

  function write(steps: readonly Step[]): Code {
    if (!places.single) return steps.map(writeOne)
    return pairUp(steps, plan, isCostly).map(([one, other]) =>
      other ? writePair(one.node, other.node) : writeOne(one),
    )
  }

  /** One in each lane. */
  function writePair(one: Node, other: Node): Code {
    const others = operandsOf(other)
    const operands = operandsOf(one).map((operand, i) => w.firsts(value(operand), value(others[i]!)))
    const [local, otherLocal] = [localOf(one), localOf(other)]
    return [
      w.set(local, operation(one, operands)),
      w.set(otherLocal, w.seconds(w.get(local), w.get(local))),
      w.set(local, w.firsts(w.get(local), w.get(local))),
      keep(one),
      keep(other),
    ]
  }

  function operation({ op }: Node, operands: readonly Code[]): Code {
    if (op === 'exp') return inlineExponential(operands[0]!, scratch)
    const instruction = instructions[op as keyof typeof instructions]
    return instruction
      ? (instruction as (...operands: readonly Code[]) => Code)(...operands)
      : pairCall(op as Parameters<typeof pairCall>[0], ...operands)
  }

  function keep(node: Node): Code {
    return handedOn.has(node) ? w.store(w.i32Const(0), w.get(localOf(node)), workOf(node)) : []
  }

  function writeOne(step: Step): Code {
    const { node } = step
    if (step.kind === 'output') return store(w.get(results), value(node), size * step.at)
    const local = localOf(node)
    const kept = keep(node)
    if (step.kind === 'value') return [w.set(local, computed(node)), kept]
    const mask = count++
    const other = count++
    return [
      w.set(mask, truth(step.node.a)),
      w.ifElse(w.anyTrue(w.get(mask)), [write(step.whenTrue), w.set(local, value(step.node.b))]),
      w.ifElse(w.anyTrue(w.not(w.get(mask))), [write(step.whenFalse), w.set(other, value(step.node.c))]),
      w.set(local, w.select(w.get(mask), w.get(local), w.get(other))),
      kept,
    ]
  }

  function value(node: Node): Code {
    return plan.kept.has(node) ? w.get(localOf(node)) : computed(node)
  }

  function computed(node: Node): Code {
    switch (node.op) {
      case 'number':
        return w.both(node.value)
      case 'time':
        return w.get(time)
      case 'state':
        return load(w.get(states), size * node.slot)
      case 'parameter':
        return load(w.i32Const(0), places.parameters + size * node.slot)
      case 'unknown':
      case 'lag':
        throw new Error(`a kernel cannot have a ${node.op}`)
      case 'if':
        return w.select(truth(node.a), value(node.b), value(node.c))
      case 'lt':
      case 'le':
      case 'eq':
      case 'ne':
      case 'and':
      case 'or':
      case 'not':
        return w.and(ownTruth(node), w.both(1))
      default:
        return operation(node, operandsOf(node).map(value))
    }
  }

  /** A mask: ones in the lanes where the node is not 0. */
  function truth(node: Node): Code {
    return plan.kept.has(node) ? w.ne(w.get(localOf(node)), w.both(0)) : ownTruth(node)
  }

  function ownTruth(node: Node): Code {
    switch (node.op) {
      case 'lt':
        return w.lt(value(node.a), value(node.b))
      case 'le':
        return w.le(value(node.a), value(node.b))
      case 'eq':
        return w.eq(value(node.a), value(node.b))
      case 'ne':
        return w.ne(value(node.a), value(node.b))
      case 'and':
        return w.and(truth(node.a), truth(node.b))
      case 'or':
        return w.or(truth(node.a), truth(node.b))
      case 'not':
        return w.not(truth(node.a))
      default:
        return w.ne(computed(node), w.both(0))
    }
  }
}

const instructions = {
  add: w.add,
  sub: w.sub,
  mul: w.mul,
  div: w.div,
  min: w.min,
  max: w.max,
  neg: w.neg,
  abs: w.abs,
  sqrt: w.sqrt,
  floor: w.floor,
  ceiling: w.ceil,
} as const

/** Takes as long for one lane as for two, and longer than it takes to put two numbers into one pair and out again. */
const costly: ReadonlySet<string> = new Set([...pairFunctions, 'div', 'sqrt'])
const isCostly = ({ op }: Node) => costly.has(op)
