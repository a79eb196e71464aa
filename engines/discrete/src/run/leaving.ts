import { DiscreteError } from '../errors.ts'
import { CLASS_SUMS, F, STATUS, W } from '../layout.ts'
import type { Core } from './core.ts'
import { countPresent } from './tally.ts'

/** Comes into the pathway. */
export function enter(
  core: Core,
  source: number,
  number: number,
  kind: number,
  entry: number,
  arrived: number,
): number {
  const { program, state: s } = core
  countPresent(core)
  const slot = s.take()
  const { numbers, words } = s.layout
  const w = slot * words
  s.words[w + W.PC] = entry
  s.words[w + W.STATUS] = STATUS.MOVING
  s.words[w + W.CLASS] = kind
  s.words[w + W.PRIORITY] = program.classPriority[kind]!
  s.words[w + W.SOURCE] = source
  s.words[w + W.NUMBER] = number
  s.words[w + W.LANE] = -1
  const f = slot * numbers
  s.numbers[f + F.ARRIVED] = arrived
  s.numbers[f + F.DONE] = 0
  s.numbers[f + F.KEEPS] = 0
  return slot
}

/** Leaves the pathway, with whoever goes along. */
export function leave(core: Core, slot: number): void {
  const { program, state: s } = core
  const { classSums, columns, numbers, words } = s.layout
  for (let at = slot; at >= 0; ) {
    const w = at * words
    for (let column = 0; column < columns; column++) {
      const claim = s.words[w + W.HELD + column]! - 1
      if (claim >= 0)
        throw new DiscreteError('resource-misuse', 'a patient leaves the pathway with a resource', {
          element: program.pathway.resources[program.pools[program.claimPool[claim]!]!.resource]!.name,
          mend: 'release it on every way out',
        })
    }
    const stay = s.now - s.numbers[at * numbers + F.ARRIVED]!
    const sum = classSums + CLASS_SUMS * s.words[w + W.CLASS]!
    s.sums[sum]! += 1
    s.sums[sum + 1]! += stay
    s.sums[sum + 2]! += stay * stay
    if (stay > s.sums[sum + 3]!) s.sums[sum + 3] = stay
    countPresent(core)
    const next = at === slot ? s.words[w + W.COMPANIONS]! : s.words[w + W.NEXT]!
    s.give(at)
    at = next
  }
}
