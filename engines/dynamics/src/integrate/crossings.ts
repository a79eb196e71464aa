import { reachable } from '../graph/reachable.ts'
import type { System } from '../system.ts'
import type { Events } from './events.ts'
import { interpolate, interpolateSome, type Step } from './step.ts'
import { farFromCrossings } from './straight-crossings.ts'

/**
 * Finds where a step's solution first meets a discontinuity: a comparison changes its sign, or a trigger its truth.
 */
export interface Crossings {
  /** Takes the values at a place where integration starts anew. */
  restart(time: number, states: Float64Array): void
  /** Whether one of the comparisons' two sides are exactly equal there. */
  undecided(): boolean
  /** Whether a comparison has another sign at the end of the step just tried. */
  crosses(step: Step): boolean
  /** The step that was looked at is not taken: back to its start. */
  rewind(): void
  /** Whether a comparison of any kind, the clock's among them, has two equal sides there. */
  zeroAt(time: number, states: Float64Array): boolean
  /**
   * The first time after `step.from` up to `until`, to the resolution of numbers, at which something has changed since
   * the last restart or step; NaN if nothing does. `states` then are those at that time.
   */
  locate(step: Step, until: number, states: Float64Array): number
}

/** Parts of a step at whose ends is looked; dips in between are found by the parabola through three of them. */
const SAMPLES = [0.02, 0.25, 0.5, 0.75, 0.98, 1]

export function createCrossings(step: Step, events: Events, watched: readonly number[]): Crossings {
  const { machine, parameters } = step
  const all = new Float64Array(machine.system.crossings.length)
  const count = watched.length
  const now = new Float64Array(count)
  const before = new Float64Array(count)
  const earlier = new Float64Array(count)
  const atStart = new Float64Array(count)
  const probe = new Float64Array(count)
  const y = new Float64Array(machine.stateCount)
  const hasEvents = machine.system.events.length > 0
  const looked = statesLookedAt(machine.system, watched)
  const far = hasEvents ? undefined : farFromCrossings(watched.map((c) => machine.system.crossings[c]!))

  function evaluate(time: number, states: Float64Array, into: Float64Array): void {
    if (count === 0) return
    machine.crossings(time, states, parameters, all)
    for (let c = 0; c < count; c++) into[c] = all[watched[c]!]!
  }

  function restart(time: number, states: Float64Array): void {
    evaluate(time, states, now)
    before.set(now)
  }

  function locate(current: Step, until: number, states: Float64Array): number {
    const { from, size, dense } = current
    const length = until - from
    atStart.set(before)
    if (far?.(current, before)) {
      evaluate(until, current.end, now)
      if (!anyChanges()) {
        before.set(now)
        return Number.NaN
      }
    }
    let previousTime = from
    let earlierTime = Number.NaN
    for (const part of SAMPLES) {
      const time = part === 1 ? until : from + part * length
      if (!(time > previousTime)) continue
      if (part === 1) y.set(current.end)
      else interpolateSome(dense, (time - from) / size, looked, y)
      evaluate(time, y, now)
      let found = Number.POSITIVE_INFINITY
      for (let c = 0; c < count; c++) {
        if (changes(before[c]!, now[c]!)) {
          const at = root(current, c, previousTime, time)
          if (at < found) found = at
        } else if (
          !Number.isNaN(earlierTime) &&
          Math.abs(before[c]!) < Math.abs(earlier[c]!) &&
          Math.abs(before[c]!) <= Math.abs(now[c]!)
        ) {
          const at = dip(current, c, earlierTime, earlier[c]!, previousTime, before[c]!, time, now[c]!)
          if (at < found) found = at
        }
      }
      if (hasEvents) {
        // A trigger may turn with no comparison changing its sign, as x > 0 does that starts from 0.
        const end = Math.min(found, time)
        if (end < time) look(current, end)
        if (events.differ(end, y)) {
          const first = flip(current, previousTime, end)
          if (first < found) found = first
        }
      }
      if (found <= time) {
        at(current, found, states)
        return found
      }
      earlier.set(before)
      before.set(now)
      earlierTime = previousTime
      previousTime = time
    }
    return Number.NaN
  }

  function anyChanges(): boolean {
    for (let c = 0; c < count; c++) if (changes(before[c]!, now[c]!)) return true
    return false
  }

  function at(current: Step, time: number, into: Float64Array): void {
    if (time === current.from + current.size) into.set(current.end)
    else interpolate(current.dense, (time - current.from) / current.size, into)
  }

  /** Sets in `y` what comparisons and triggers depend on. */
  function look(current: Step, time: number): void {
    if (time === current.from + current.size) y.set(current.end)
    else interpolateSome(current.dense, (time - current.from) / current.size, looked, y)
  }

  function valueAt(current: Step, c: number, time: number): number {
    look(current, time)
    evaluate(time, y, probe)
    return probe[c]!
  }

  /**
   * First time of the other sign (or of zero) between two times: Illinois' false position (Dowell, Jarratt, BIT
   * 1971;11:168), halving where that is slow, until no number lies between.
   */
  function root(current: Step, c: number, low: number, high: number): number {
    let a = low
    let b = high
    let valueA = valueAt(current, c, a)
    let valueB = valueAt(current, c, b)
    if (!changes(valueA, valueB)) return b
    let side = 0
    for (let i = 0; i < 200; i++) {
      if (!(b - a > 2 ** -52 * Math.max(Math.abs(a), Math.abs(b)))) break
      let middle = i % 4 === 3 ? a + (b - a) / 2 : b - (valueB * (b - a)) / (valueB - valueA)
      if (!(middle > a && middle < b)) middle = a + (b - a) / 2
      if (!(middle > a && middle < b)) break
      const value = valueAt(current, c, middle)
      if (changes(valueA, value)) {
        b = middle
        valueB = value
        // An exact zero cannot be bettered by the secant, only by the numbers before it.
        if (value === 0) return b
        if (side === 1) valueA /= 2
        side = 1
      } else {
        a = middle
        valueA = value
        if (side === -1) valueB /= 2
        side = -1
      }
    }
    return b
  }

  /** First time at which a trigger differs from what is known of it. */
  function flip(current: Step, low: number, high: number): number {
    let a = low
    let b = high
    for (;;) {
      const middle = a + (b - a) / 2
      if (!(middle > a && middle < b)) return b
      look(current, middle)
      if (events.differ(middle, y)) b = middle
      else a = middle
    }
  }

  /** Whether a comparison that keeps its sign at three times changes it twice in between: successive parabolas. */
  function dip(
    current: Step,
    c: number,
    time0: number,
    value0: number,
    time1: number,
    value1: number,
    time2: number,
    value2: number,
  ): number {
    let [a, b, d] = [time0, time1, time2]
    let [fa, fb, fd] = [value0, value1, value2]
    for (let i = 0; i < 12; i++) {
      const left = (b - a) * (fb - fd)
      const right = (b - d) * (fb - fa)
      const vertex = b - (0.5 * ((b - a) * left - (b - d) * right)) / (left - right)
      if (!(vertex > a && vertex < d) || Math.abs(vertex - b) <= 1e-9 * (d - a)) return Number.POSITIVE_INFINITY
      const value = valueAt(current, c, vertex)
      if (changes(fb, value)) return root(current, c, a, vertex)
      if (Math.abs(value) >= Math.abs(fb)) {
        if (vertex < b) [a, fa] = [vertex, value]
        else [d, fd] = [vertex, value]
      } else if (vertex < b) [d, fd, b, fb] = [b, fb, vertex, value]
      else [a, fa, b, fb] = [b, fb, vertex, value]
    }
    return Number.POSITIVE_INFINITY
  }

  return {
    restart,
    undecided() {
      return before.some((value) => value === 0)
    },
    rewind() {
      before.set(atStart)
    },
    crosses(current) {
      evaluate(current.from + current.size, current.end, now)
      return anyChanges()
    },
    zeroAt(time, states) {
      machine.crossings(time, states, parameters, all)
      return all.includes(0)
    },
    locate,
  }
}

/** Slots of the states that these crossings and the triggers depend on. */
function statesLookedAt({ crossings, events, states }: System, watched: readonly number[]): Int32Array {
  const nodes = reachable([...watched.map((c) => crossings[c]!), ...events.map(({ trigger }) => trigger)])
  // What is solved for, or was earlier, may depend on any.
  const all = nodes.some(({ op }) => op === 'unknown' || op === 'lag')
  const slots = nodes.flatMap((node) => (node.op === 'state' ? node.slot : []))
  return Int32Array.from(all ? states.keys() : slots)
}

/** From one sign to the other or to zero; away from zero is no change, the start of a piece may lie on it. */
function changes(from: number, to: number): boolean {
  return (from > 0 && to <= 0) || (from < 0 && to >= 0)
}
