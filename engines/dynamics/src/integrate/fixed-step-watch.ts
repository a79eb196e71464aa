import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'
import { placeOf } from '../place-of.ts'

/**
 * Looks for steps of a method without error control that are too long: now and then a step is taken twice, once in two
 * halves. Where the two differ by a good part of all that a state does in the run, and do so again, the trajectory is
 * not the model's.
 */
export interface FixedStepWatch {
  /** Steps are taken. True if they are worth being compared with halves: those in which a state went far, and some spread over the run. */
  went(start: Float64Array, end: Float64Array, steps: number): boolean
  /** Where a step from `time` by `size` led, whole and in two halves. */
  compare(time: number, size: number, whole: Float64Array, halves: Float64Array): void
  /** After the run: the steps were too long, and from when on that shows. */
  verdict(): { readonly time: number; readonly error: DynamicsError } | undefined
}

/** One of two vectors that are kept as pairs, or a vector by itself. */
export interface Strided {
  readonly lane: number
  readonly stride: number
}

/** Whole and halved steps may lead this far from each other, as a part of all that the state does. */
const tolerance = 0.1
/** What goes less far than this, as a part of what it has done so far, is not worth a comparison. */
const still = 0.5
/** So many steps have to differ: a jump within one is no more than an error of half a step. */
const witnesses = 3
/** Shorter runs than this have no room for so many. */
const short = 10
/** Runs of no more steps have all of them compared, longer ones a part that falls with the square: steps that are too long are mostly few. */
const spread = 600

/** What a state does below this part of its size is rounding, and so is all it is below that part of the largest. */
const restless = 1e-6
const negligible = 1e-9

/** Numbers that are kept of a difference: how large, when, the step, where it led whole and in halves. */
const kept = 5

/** @param expected steps of the run */
export function watchFixedStep(
  machine: Machine,
  method: string,
  expected: number,
  { lane, stride }: Strided = { lane: 0, stride: 1 },
): FixedStepWatch {
  const n = machine.stateCount
  const least = new Float64Array(n).fill(Number.POSITIVE_INFINITY)
  const most = new Float64Array(n).fill(Number.NEGATIVE_INFINITY)
  /** The largest differences of each state, largest first. */
  const differences = new Float64Array(n * witnesses * kept)
  const difference = (state: number, rank: number) => {
    const at = (state * witnesses + rank) * kept
    return differences.subarray(at, at + kept)
  }
  let taken = 0
  let compared = 0
  const part = Math.min(1, spread / expected) ** 2

  /** What all states' smaller doings are nothing to. */
  function leastThatCounts(): number {
    let largest = 0
    for (let i = 0; i < n; i++) {
      const size = Math.max(Math.abs(least[i]!), Math.abs(most[i]!))
      if (size > largest && size < Number.POSITIVE_INFINITY) largest = size
    }
    return negligible * largest
  }

  const span = (i: number, atLeast: number) => {
    const size = Math.max(Math.abs(least[i]!), Math.abs(most[i]!))
    return Math.max(most[i]! - least[i]!, restless * size, atLeast)
  }

  function remember(i: number, found: readonly number[]): void {
    let rank = witnesses - 1
    for (; rank > 0 && found[0]! > difference(i, rank - 1)[0]!; rank--) difference(i, rank).set(difference(i, rank - 1))
    difference(i, rank).set(found)
  }

  return {
    went(start, end, steps) {
      taken += steps
      let went = compared < part * taken
      let atLeast = -1
      for (let i = 0, at = lane; i < n; i++, at += stride) {
        const from = start[at]!
        const to = end[at]!
        let low = least[i]!
        let high = most[i]!
        if (to < low || from < low) low = least[i] = Math.min(to, from)
        if (to > high || from > high) high = most[i] = Math.max(to, from)
        const way = Math.abs(to - from)
        if (went || !(way > still * (high - low))) continue
        if (atLeast < 0) atLeast = leastThatCounts()
        went = way > still * span(i, atLeast)
      }
      return went
    },
    compare(time, size, whole, halves) {
      compared++
      for (let i = 0, at = lane; i < n; i++, at += stride) {
        if (whole[at]! < least[i]!) least[i] = whole[at]!
        if (whole[at]! > most[i]!) most[i] = whole[at]!
        const apart = Math.abs(whole[at]! - halves[at]!)
        // What is too little for what the state has done so far is so for all that it will have done.
        if (!(apart > tolerance * (most[i]! - least[i]!))) continue
        if (apart > differences[((i + 1) * witnesses - 1) * kept]!)
          remember(i, [apart, time, size, whole[at]!, halves[at]!])
      }
    },
    verdict() {
      const needed = taken < short ? 1 : witnesses
      const atLeast = leastThatCounts()
      let worst = -1
      let excess = tolerance
      for (let i = 0; i < n; i++) {
        const apart = difference(i, needed - 1)[0]!
        if (!(apart > excess * span(i, atLeast))) continue
        excess = apart / span(i, atLeast)
        worst = i
      }
      if (worst < 0) return undefined
      let first = difference(worst, 0)
      for (let rank = 1; rank < needed; rank++)
        if (difference(worst, rank)[1]! < first[1]!) first = difference(worst, rank)
      const [, time, size, whole, halves] = first as unknown as [number, number, number, number, number]
      const { symbol } = machine.system.states[worst]!
      const place = placeOf(machine.system.model, symbol)
      const error = new DynamicsError(
        'no-convergence',
        `a step of ${size} is too long for method ${method}: from time ${time} one leads to ${symbol} = ${whole}, two half as long to ${halves}`,
        { element: symbol, ...(place && { place }), mend: 'use a shorter step, or method auto' },
      )
      return { time, error }
    },
  }
}

/** Of a kernel with a fixed step: its states, and `count` steps that change them. */
interface Stepper {
  readonly states: Float64Array
  step(time: number, length: number, count: number): void
}

/** Steps that are looked at together; odd, so that what swings to and fro with every step does not end where it began. */
const together = 31

/** Takes the steps of a run, watched; what is looked at twice does not change where they lead. */
export function watchedSteps(
  { states, step }: Stepper,
  watches: readonly FixedStepWatch[],
): (from: number, length: number, count: number) => void {
  const start = new Float64Array(states.length)
  const before = new Float64Array(states.length)
  const end = new Float64Array(states.length)
  const halves = new Float64Array(states.length)

  function lookAgain(from: number, length: number, count: number, far: readonly FixedStepWatch[]): void {
    end.set(states)
    states.set(start)
    for (let at = 0, time = from; at < count; at++, time += length) {
      before.set(states)
      step(time, length / 2, 2)
      halves.set(states)
      states.set(before)
      step(time, length, 1)
      for (const watch of far) watch.compare(time, length, states, halves)
    }
    states.set(end)
  }

  return (from, length, count) => {
    let time = from
    for (let done = 0; done < count; ) {
      const steps = Math.min(together, count - done)
      start.set(states)
      step(time, length, steps)
      const far = watches.filter((watch) => watch.went(start, states, steps))
      if (far.length > 0) lookAgain(time, length, steps, far)
      done += steps
      // As the kernel counts, so that it is the same to the last bit however many steps are taken at once.
      for (let at = 0; at < steps; at++) time += length
    }
  }
}
