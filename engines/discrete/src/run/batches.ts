import { F, STATUS, W } from '../layout.ts'
import { type Core, goOnSoon, PHASE } from './core.ts'
import { drawDuration } from './sampling.ts'

const { QUEUED } = F
const { GO_ON: AT_GO_ON } = PHASE
const { ALONG, GATHERING, MOVING } = STATUS
const { COMPANIONS, LINE, NEXT, PC, STATUS: STATE } = W

// Who gathers is linked in the order of coming; who goes along hangs on the first of them, in the same order.

/** Joins those who gather since `since`; when they are enough, they go. */
export function gather(core: Core, slot: number, batchIndex: number, since: number): void {
  const { program, state: s } = core
  const { words } = s.layout
  const w = slot * words
  const last = s.batchTails[batchIndex]!
  s.words[w + STATE] = GATHERING
  s.words[w + LINE] = batchIndex
  s.words[w + NEXT] = -1
  s.numbers[slot * s.layout.numbers + QUEUED] = since
  s.batchTails[batchIndex] = slot
  if (last >= 0) s.words[last * words + NEXT] = slot
  else {
    s.batchHeads[batchIndex] = slot
    startGathering(core, batchIndex)
  }
  s.gathered[batchIndex]!++
  if (s.gathered[batchIndex]! >= program.batches[batchIndex]!.size) depart(core, batchIndex)
}

/** Draws until when the first of a batch waits for others, given how long that was already. */
export function startGathering(core: Core, batchIndex: number): void {
  const { program, state: s } = core
  const { atMost, stream } = program.batches[batchIndex]!
  const first = s.batchHeads[batchIndex]!
  if (atMost < 0 || first < 0) return
  const since = s.numbers[first * s.layout.numbers + QUEUED]!
  const lasts = drawDuration(core, first, atMost, stream, s.now - since)
  s.calendar.schedule(s.layout.patients + 2 * first, Math.max(s.now, since + lasts), AT_GO_ON)
}

/** Lets those who are together go as one, led by the first. */
export function depart(core: Core, batchIndex: number): void {
  const { program, state: s } = core
  const { words } = s.layout
  const first = s.batchHeads[batchIndex]!
  const w = first * words
  s.calendar.cancel(s.layout.patients + 2 * first)
  s.batchHeads[batchIndex] = -1
  s.batchTails[batchIndex] = -1
  s.gathered[batchIndex] = 0
  // Whoever leads others already, from a batch before, brings them along.
  let last = lastCompanion(core, first)
  for (let at = s.words[w + NEXT]!; at >= 0; ) {
    const next = s.words[at * words + NEXT]!
    const others = s.words[at * words + COMPANIONS]!
    s.words[at * words + STATE] = ALONG
    s.words[at * words + COMPANIONS] = -1
    s.words[at * words + NEXT] = others
    s.words[last * words + (last === first ? COMPANIONS : NEXT)] = at
    last = at
    while (s.words[last * words + NEXT]! >= 0) last = s.words[last * words + NEXT]!
    at = next
  }
  s.words[w + STATE] = MOVING
  s.words[w + PC] = program.instructions[s.words[w + PC]!]!.next
  goOnSoon(core, first)
}

/** The last of those who go along with somebody; that person if nobody does. */
function lastCompanion({ state: s }: Core, first: number): number {
  const { words } = s.layout
  let last = first
  let next = s.words[first * words + COMPANIONS]!
  while (next >= 0) {
    last = next
    next = s.words[next * words + NEXT]!
  }
  return last
}

/** Those who went along go on for themselves, from where the first is. */
export function separate(core: Core, slot: number, pc: number): void {
  const s = core.state
  const { words } = s.layout
  const w = slot * words
  for (let at = s.words[w + COMPANIONS]!; at >= 0; at = s.words[at * words + NEXT]!) {
    s.words[at * words + STATE] = MOVING
    s.words[at * words + PC] = pc
    goOnSoon(core, at)
  }
  s.words[w + COMPANIONS] = -1
}
