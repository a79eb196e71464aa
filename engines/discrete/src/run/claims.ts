import { DiscreteError } from '../errors.ts'
import { W } from '../layout.ts'
import type { Line, Option } from '../program/lines.ts'
import { restIfDue } from './availability.ts'
import type { Core } from './core.ts'
import { countBusy } from './tally.ts'

const { CLASS, HELD } = W

// What a patient holds stands in columns of the patient's row: claim + 1, the crew of the pool from which it was taken,
// and the neighbours among the holders of the pool. A place among holders is slot·columns + column.

/** Whether all of it is to be had for a patient of this class. */
export function fits(core: Core, option: Option, kind: number): boolean {
  const { program, state: s } = core
  for (let claim = option.from; claim < option.to; claim++) {
    const pool = program.claimPool[claim]!
    if (s.capacity[pool]! - s.busy[pool]! < program.claimAmount[claim]!) return false
  }
  return !program.cohorts || admitsCohort(core, option, kind)
}

/** Whether no other cohort is in. */
export function admitsCohort({ program, state: s }: Core, option: Option, kind: number): boolean {
  for (let claim = option.from; claim < option.to; claim++) {
    const pool = program.claimPool[claim]!
    const { cohorts } = program.pools[pool]!
    if (cohorts.length > 0 && s.busy[pool]! + s.outgoing[pool]! > 0 && s.cohort[pool] !== cohorts[kind]!) return false
  }
  return true
}

export function claim(core: Core, slot: number, line: Line, option: Option): void {
  const { program, state: s } = core
  const w = slot * s.layout.words
  for (let claim = option.from, column = line.column; claim < option.to; claim++, column++) {
    const pool = program.claimPool[claim]!
    countBusy(core, pool)
    s.busy[pool]! += program.claimAmount[claim]!
    s.words[w + HELD + column] = claim + 1
    s.words[w + s.layout.crews + column] = s.crews[pool]!
    if (program.cohorts) enterCohort(core, pool, s.words[w + CLASS]!)
    if (line.interruptible) link(core, slot, column, pool)
  }
}

/** Gives back what was taken at the line. With `rests`, members whose break is due go on it before anybody is served. */
export function release(core: Core, slot: number, line: Line, rests: boolean): void {
  const { program, state: s } = core
  const w = slot * s.layout.words + HELD
  if (s.words[w + line.column] === 0) refuseRelease(line)
  for (let column = line.column; column < line.columnEnd; column++) {
    const claim = s.words[w + column]! - 1
    if (claim < 0) return
    const pool = program.claimPool[claim]!
    countBusy(core, pool)
    if (isFresh(core, slot, column, pool)) s.busy[pool]! -= program.claimAmount[claim]!
    else s.outgoing[pool]! -= program.claimAmount[claim]!
    s.words[w + column] = 0
    if (line.interruptible) unlink(core, slot, column, pool)
    if (rests && s.breakUntil[pool]! >= s.now) restIfDue(core, pool)
  }
}

function refuseRelease(line: Line): never {
  throw new DiscreteError('resource-misuse', `a patient releases "${line.name}" without having seized it`, {
    element: line.name,
    mend: 'lead every way to the release through the seize',
  })
}

function enterCohort({ program, state: s }: Core, pool: number, kind: number): void {
  const { cohorts } = program.pools[pool]!
  if (cohorts.length > 0) s.cohort[pool] = cohorts[kind]!
}

/** Puts the patient first among the holders of a pool that may interrupt. */
function link({ program, state: s }: Core, slot: number, column: number, pool: number): void {
  if (!program.pools[pool]!.interruptible) return
  const { ahead, behind, columns, words } = s.layout
  const node = slot * columns + column
  const head = s.holders[pool]!
  s.words[slot * words + behind + column] = head
  s.words[slot * words + ahead + column] = -1
  if (head >= 0) s.words[Math.floor(head / columns) * words + ahead + (head % columns)] = node
  s.holders[pool] = node
}

function unlink({ program, state: s }: Core, slot: number, column: number, pool: number): void {
  if (!program.pools[pool]!.interruptible) return
  const { ahead, behind, columns, words } = s.layout
  const next = s.words[slot * words + behind + column]!
  const before = s.words[slot * words + ahead + column]!
  if (before < 0) s.holders[pool] = next
  else s.words[Math.floor(before / columns) * words + behind + (before % columns)] = next
  if (next >= 0) s.words[Math.floor(next / columns) * words + ahead + (next % columns)] = before
}

/** Whether what is held counts against the present capacity: not when outgoing staff finish it in overtime. */
export function isFresh({ program, state: s }: Core, slot: number, column: number, pool: number): boolean {
  if (program.pools[pool]!.atChange !== 'overtime') return true
  return s.words[slot * s.layout.words + s.layout.crews + column] === s.crews[pool]!
}
