import { F, W, WAIT_SUMS } from '../layout.ts'
import type { Line } from '../program/lines.ts'
import { OUTCOME } from '../records.ts'
import type { Core } from './core.ts'

const { QUEUED } = F
const { SERVED } = OUTCOME
const { CLASS, NUMBER, SOURCE } = W

// Time integrals and counts. Each is brought up to now before what it integrates changes.

export function countBusy({ state }: Core, pool: number): void {
  const { busy, capacity, now, outgoing, sums } = state
  const at = 4 * pool
  const span = now - sums[at + 3]!
  if (span === 0) return
  sums[at]! += span * busy[pool]!
  sums[at + 1]! += span * capacity[pool]!
  sums[at + 2]! += span * outgoing[pool]!
  sums[at + 3] = now
}

export function countLine({ state }: Core, line: number): void {
  const { layout, now, sums, waiting } = state
  const at = layout.lineSums + 2 * line
  sums[at]! += (now - sums[at + 1]!) * waiting[line]!
  sums[at + 1] = now
}

export function countPresent({ state }: Core): void {
  const { layout, now, present, sums } = state
  const at = layout.presentSums
  sums[at]! += (now - sums[at + 1]!) * present
  sums[at + 1] = now
}

/** One more with this outcome at the line; of those served, how long they waited. */
export function countOutcome({ program, state: s }: Core, line: Line, slot: number, outcome: number): void {
  const kind = s.words[slot * s.layout.words + CLASS]!
  const at = s.layout.waitSums + WAIT_SUMS * (line.index * program.classPriority.length + kind)
  if (outcome !== SERVED) {
    s.sums[at + 2 + outcome]! += 1
    return
  }
  const wait = s.now - s.numbers[slot * s.layout.numbers + QUEUED]!
  s.sums[at]! += 1
  s.sums[at + 1]! += wait
  s.sums[at + 2]! += wait * wait
}

/** Writes a stay that ends now into the records. */
export function record({ records, state: s }: Core, slot: number, step: number, begun: number, outcome: number): void {
  if (!records) return
  const w = slot * s.layout.words
  records.add(
    s.words[w + SOURCE]!,
    s.words[w + NUMBER]!,
    s.words[w + CLASS]!,
    step,
    s.numbers[slot * s.layout.numbers + QUEUED]!,
    begun,
    s.now,
    outcome,
  )
}

/** Forgets what was counted up to now. */
export function resetTally({ program, state: s }: Core): void {
  s.sums.fill(0)
  const { lineSums, presentSums } = s.layout
  for (let pool = 0; pool < program.pools.length; pool++) s.sums[4 * pool + 3] = s.now
  for (let line = 0; line < program.lines.length; line++) s.sums[lineSums + 2 * line + 1] = s.now
  s.sums[presentSums + 1] = s.now
  s.sums[presentSums + 2] = s.now
  s.missedBreaks.fill(0)
}
