import { DiscreteError } from '../errors.ts'
import { CLASS_SUMS, F, STATUS, W } from '../layout.ts'
import type { Core } from './core.ts'
import { countPresent } from './tally.ts'

const { ARRIVED, DONE, KEEPS } = F
const { MOVING } = STATUS
const { CLASS, COMPANIONS, HELD, LANE, NEXT, NUMBER, PC, PRIORITY, SOURCE, STATUS: STATE } = W

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
  s.words[w + PC] = entry
  s.words[w + STATE] = MOVING
  s.words[w + CLASS] = kind
  s.words[w + PRIORITY] = program.classPriority[kind]!
  s.words[w + SOURCE] = source
  s.words[w + NUMBER] = number
  s.words[w + LANE] = -1
  const f = slot * numbers
  s.numbers[f + ARRIVED] = arrived
  s.numbers[f + DONE] = 0
  s.numbers[f + KEEPS] = 0
  return slot
}

/** Leaves the pathway, with whoever goes along. */
export function leave(core: Core, slot: number): void {
  const s = core.state
  const { words } = s.layout
  let next = s.words[slot * words + COMPANIONS]!
  leaveAlone(core, slot)
  while (next >= 0) {
    const companion = next
    next = s.words[companion * words + NEXT]!
    leaveAlone(core, companion)
  }
}

function leaveAlone(core: Core, slot: number): void {
  const s = core.state
  const { classSums, columns, numbers, words } = s.layout
  const w = slot * words
  for (let column = 0; column < columns; column++)
    if (s.words[w + HELD + column]! > 0) refuseToKeep(core, s.words[w + HELD + column]! - 1)
  const stay = s.now - s.numbers[slot * numbers + ARRIVED]!
  const sum = classSums + CLASS_SUMS * s.words[w + CLASS]!
  s.sums[sum]! += 1
  s.sums[sum + 1]! += stay
  s.sums[sum + 2]! += stay * stay
  if (stay > s.sums[sum + 3]!) s.sums[sum + 3] = stay
  countPresent(core)
  s.give(slot)
}

function refuseToKeep({ program }: Core, claim: number): never {
  const { resource } = program.pools[program.claimPool[claim]!]!
  throw new DiscreteError('resource-misuse', 'a patient leaves the pathway with a resource', {
    element: program.pathway.resources[resource]!.name,
    mend: 'release it on every way out',
  })
}
