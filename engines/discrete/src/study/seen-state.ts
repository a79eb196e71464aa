import { CLASS_SUMS, F, STATUS, W, WAIT_SUMS } from '../layout.ts'
import type { Program } from '../program.ts'
import type { State } from '../state.ts'

// What studies read of a run's live state. Only here is it known where things lie in it. Counts and sums are since the
// statistics began; classes, lines, steps and resources go by their places in the program.

/** Time since the statistics began. */
export const spanOf = (s: State): number => s.now - sinceOf(s)

/** When the statistics began. */
export const sinceOf = (s: State): number => s.sums[s.layout.presentSums + 2]!

/** What is counted per line and class. */
export const WAITS = { SERVED: 0, SUM: 1, LEFT: 3 } as const

/** One of `WAITS`, added up over lines and classes; `kinds` is how many classes there are. */
export function waitSum(s: State, kinds: number, lines: Int32Array, classes: Int32Array, what: number): number {
  const { layout, sums } = s
  let sum = 0
  for (let i = 0; i < lines.length; i++)
    for (let k = 0; k < classes.length; k++)
      sum += sums[layout.waitSums + WAIT_SUMS * (lines[i]! * kinds + classes[k]!) + what]!
  return sum
}

export const departedOf = (s: State, kind: number): number => s.sums[s.layout.classSums + CLASS_SUMS * kind]!

/** Sum of the stays of those who left. */
export const staysOf = (s: State, kind: number): number => s.sums[s.layout.classSums + CLASS_SUMS * kind + 1]!

/** Person-time in a line. */
export function lineTime(s: State, line: number): number {
  const at = s.layout.lineSums + 2 * line
  return s.sums[at]! + (s.now - s.sums[at + 1]!) * s.waiting[line]!
}

/** Person-time in the pathway. */
export function presentTime(s: State): number {
  const at = s.layout.presentSums
  return s.sums[at]! + (s.now - s.sums[at + 1]!) * s.present
}

/** The pools of a resource, which the functions below add up. */
export const poolsOf = (program: Program, resource: number): Int32Array =>
  Int32Array.from(program.pools.flatMap((pool, place) => (pool.resource === resource ? [place] : [])))

export function busyIn(s: State, pools: Int32Array): number {
  let sum = 0
  for (let i = 0; i < pools.length; i++) sum += s.busy[pools[i]!]! + s.outgoing[pools[i]!]!
  return sum
}

export function capacityIn(s: State, pools: Int32Array): number {
  let sum = 0
  for (let i = 0; i < pools.length; i++) sum += s.capacity[pools[i]!]!
  return sum
}

/** Unit-time in use. */
export function busyTime(s: State, pools: Int32Array): number {
  let sum = 0
  for (let i = 0; i < pools.length; i++)
    sum += s.sums[4 * pools[i]!]! + (s.now - s.sums[4 * pools[i]! + 3]!) * s.busy[pools[i]!]!
  return sum
}

/** Unit-time that was to be had. */
export function capacityTime(s: State, pools: Int32Array): number {
  let sum = 0
  for (let i = 0; i < pools.length; i++)
    sum += s.sums[4 * pools[i]! + 1]! + (s.now - s.sums[4 * pools[i]! + 3]!) * s.capacity[pools[i]!]!
  return sum
}

/** Unit-time that the activities under way have still before them. */
export function busyAhead(program: Program, s: State, pools: Int32Array): number {
  const { columns, numbers, words } = s.layout
  let sum = 0
  for (let slot = 0; slot < s.used; slot++) {
    const w = slot * words
    if (s.words[w + W.STATUS] !== STATUS.BUSY) continue
    const f = slot * numbers
    const ahead = s.numbers[f + F.BEGUN]! + s.numbers[f + F.TOTAL]! - s.numbers[f + F.DONE]! - s.now
    if (!(ahead > 0)) continue
    for (let column = 0; column < columns; column++) {
      const claim = s.words[w + W.HELD + column]! - 1
      if (claim >= 0 && pools.includes(program.claimPool[claim]!)) sum += ahead * program.claimAmount[claim]!
    }
  }
  return sum
}

export const isPresent = (s: State, slot: number): boolean => s.words[slot * s.layout.words + W.STATUS] !== STATUS.EMPTY

export const sourceAt = (s: State, slot: number): number => s.words[slot * s.layout.words + W.SOURCE]!

export const numberAt = (s: State, slot: number): number => s.words[slot * s.layout.words + W.NUMBER]!

// Looked for at every moment of every future, so they go through the rows without branches, which nobody could predict.

const { CLASS, LINE, PC, STATUS: STATE } = W
/** By status: whether somebody is there, waits in a line, is at an instruction. */
const flagsOf = (...statuses: readonly number[]) =>
  Uint8Array.from({ length: 6 }, (_, s) => Number(statuses.includes(s)))
const HERE = flagsOf(STATUS.MOVING, STATUS.WAITING, STATUS.BUSY, STATUS.GATHERING, STATUS.ALONG)
const IN_LINE = flagsOf(STATUS.WAITING)
const ENGAGED = flagsOf(STATUS.BUSY, STATUS.GATHERING)

/** People of the classes that are flagged who came longer ago than this. */
export function countPresent(s: State, wanted: Uint8Array, longerThan: number): number {
  const { now, numbers, used, words } = s
  const { numbers: eachNumbers, words: each } = s.layout
  let count = 0
  if (longerThan === Number.NEGATIVE_INFINITY)
    for (let w = 0; w < used * each; w += each) count += HERE[words[w + STATE]!]! & wanted[words[w + CLASS]!]!
  else
    for (let slot = 0; slot < used; slot++) {
      const w = slot * each
      const here = HERE[words[w + STATE]!]! & wanted[words[w + CLASS]!]!
      if (here === 1 && now - numbers[slot * eachNumbers + F.ARRIVED]! > longerThan) count++
    }
  return count
}

/**
 * People in an activity or delay, or gathering for a batch, at an instruction that is flagged, and people who wait in a
 * line that is. `lines` is as long as there are lines or batches.
 */
export function countAt(s: State, instructions: Uint8Array, lines: Uint8Array): number {
  const { used, words } = s
  const each = s.layout.words
  let count = 0
  for (let w = 0; w < used * each; w += each) {
    const status = words[w + STATE]!
    count += (IN_LINE[status]! & lines[words[w + LINE]!]!) | (ENGAGED[status]! & instructions[words[w + PC]!]!)
  }
  return count
}
