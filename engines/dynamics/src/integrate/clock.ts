import { binaryFunctions, unaryFunctions } from '../graph/apply.ts'
import { reachable } from '../graph/reachable.ts'
import type { Node } from '../node.ts'
import type { System } from '../system.ts'

/**
 * Discontinuities that come at times known beforehand: where comparisons and roundings of nothing but time and
 * parameters turn, such as `t >= 5` or the pulses of `t - floor(t / 1000) * 1000 < 2`. Found on paper, as it were, a
 * pulse cannot be stepped over however short it is.
 */
export interface Clock {
  /** Crossings of the system that need a look at the solution because they depend on more. */
  readonly others: readonly number[]
  /** The first such time after this one; infinite if there is none. */
  next(after: number, parameters: Float64Array): number
}

/** Nodes that jump. */
const turning: ReadonlySet<string> = new Set(['lt', 'le', 'eq', 'ne', 'floor', 'ceiling', 'rem'])
/** Nodes that are constant between their jumps whatever they are made of. */
const steplike: ReadonlySet<string> = new Set(['lt', 'le', 'eq', 'ne', 'and', 'or', 'not', 'floor', 'ceiling'])
/** Nodes that are straight where their operands are. */
const straight: ReadonlySet<string> = new Set(['add', 'sub', 'neg', 'abs', 'min', 'max', 'if'])

/** How a node of nothing but time and parameters runs between its jumps; `fixed` has no jumps. */
type Course = 'fixed' | 'steps' | 'lines'

export function createClock(system: System): Clock {
  const { states, events, lags, crossings } = system
  const nodes = reachable([
    ...crossings,
    ...states.flatMap(({ rate, gate }) => (gate ? [rate, gate.linear, gate.constant] : [rate])),
    ...system.implicit.flatMap(({ residuals }) => residuals),
    ...events.map(({ trigger }) => trigger),
    ...lags.flatMap((lag) => [lag.of, lag.by]),
  ])
  const courses = new Map<Node, Course>()
  for (const node of nodes) {
    const course = courseOf(node, courses)
    if (course) courses.set(node, course)
  }
  const isCrossing = new Set(crossings)
  // The crossing that stands for a rounding: zero where its angle is a multiple of π.
  const waves = new Set(crossings.filter((node) => node.op === 'sin' && courses.has(node.a)))
  const program = reachable(
    nodes.filter((node) => {
      const course = courses.get(node)
      return waves.has(node) || (course && course !== 'fixed' && (turning.has(node.op) || isCrossing.has(node)))
    }),
  )
  const slots = new Map(program.map((node, slot) => [node, slot]))
  const values = new Float64Array(program.length)
  const slopes = new Float64Array(program.length)

  function next(after: number, parameters: Float64Array): number {
    // Looked at just after, where what turned at that time itself has turned.
    const from = after + 8 * 2 ** -52 * Math.abs(after) + 1e-300
    let first = Number.POSITIVE_INFINITY
    /** When something at `value` with this slope comes to `target`. */
    const meet = (value: number, slope: number, target: number) => {
      const time = from + (target - value) / slope
      if (time > from && time < first) first = time
    }
    /** When it next comes to a whole number. */
    const meetWhole = (value: number, slope: number) => {
      if (slope !== 0) meet(value, slope, slope > 0 ? Math.floor(value) + 1 : Math.ceil(value) - 1)
    }
    for (const [slot, node] of program.entries()) {
      let value: number
      let slope = 0
      if (node.op === 'number') value = node.value
      else if (node.op === 'parameter') value = parameters[node.slot]!
      else if ('c' in node) {
        const chosen = slots.get(values[slots.get(node.a)!] !== 0 ? node.b : node.c)!
        value = values[chosen]!
        slope = slopes[chosen]!
      } else if ('b' in node) {
        const a = slots.get(node.a)!
        const b = slots.get(node.b)!
        const valueA = values[a]!
        const valueB = values[b]!
        const slopeA = slopes[a]!
        const slopeB = slopes[b]!
        value = binaryFunctions[node.op](valueA, valueB)
        switch (node.op) {
          case 'add':
            slope = slopeA + slopeB
            break
          case 'sub':
            slope = slopeA - slopeB
            break
          case 'mul':
            slope = slopeA * valueB + slopeB * valueA
            break
          case 'div':
            slope = slopeA / valueB
            break
          case 'rem':
            slope = slopeA
            meetWhole(valueA / valueB, slopeA / valueB)
            break
          case 'min':
          case 'max':
            slope = value === valueA ? slopeA : slopeB
            if (slopeA !== slopeB) meet(valueA - valueB, slopeA - slopeB, 0)
            break
          case 'lt':
          case 'le':
          case 'eq':
          case 'ne':
            if (slopeA !== slopeB) meet(valueA - valueB, slopeA - slopeB, 0)
        }
      } else if ('a' in node) {
        const a = slots.get(node.a)!
        value = unaryFunctions[node.op](values[a]!)
        const slopeA = slopes[a]!
        if (node.op === 'neg') slope = -slopeA
        else if (node.op === 'abs') {
          slope = values[a]! < 0 ? -slopeA : slopeA
          if (slopeA !== 0) meet(values[a]!, slopeA, 0)
        } else if (node.op === 'sin' && waves.has(node)) meetWhole(values[a]! / Math.PI, slopeA / Math.PI)
        else if (node.op === 'floor' || node.op === 'ceiling') meetWhole(values[a]!, slopeA)
      } else {
        value = from
        slope = 1
      }
      values[slot] = value
      slopes[slot] = slope
      if (slope !== 0 && isCrossing.has(node)) meet(value, slope, 0)
    }
    return first
  }

  return { others: crossings.flatMap((node, i) => (courses.has(node) || waves.has(node) ? [] : [i])), next }
}

/** Nothing for what depends on more, or runs in curves. */
function courseOf(node: Node, of: ReadonlyMap<Node, Course>): Course | undefined {
  if (node.op === 'number' || node.op === 'parameter') return 'fixed'
  if (node.op === 'time') return 'lines'
  if (!('a' in node)) return undefined
  const operands = [of.get(node.a), 'b' in node ? of.get(node.b) : 'fixed', 'c' in node ? of.get(node.c) : 'fixed']
  if (operands.includes(undefined)) return undefined
  if (operands.every((course) => course === 'fixed')) return 'fixed'
  if (steplike.has(node.op)) return 'steps'
  const lines = operands.filter((course) => course === 'lines').length
  if (lines === 0) return 'steps'
  if (straight.has(node.op)) return 'lines'
  if (node.op === 'mul' && lines === 1) return 'lines'
  if ((node.op === 'div' || node.op === 'rem') && operands[1] !== 'lines') return 'lines'
  return undefined
}
