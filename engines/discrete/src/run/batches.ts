import { F, STATUS, W } from '../layout.ts'
import { type Core, goOnSoon, PHASE } from './core.ts'
import { drawDuration } from './sampling.ts'

// Who gathers is linked in the order of coming; who goes along hangs on the first of them, in the same order.

/** Joins those who gather since `since`; when they are enough, they go. */
export function gather(core: Core, slot: number, batchIndex: number, since: number): void {
  const { program, state: s } = core
  const { words } = s.layout
  const w = slot * words
  const last = s.batchTails[batchIndex]!
  s.words[w + W.STATUS] = STATUS.GATHERING
  s.words[w + W.LINE] = batchIndex
  s.words[w + W.NEXT] = -1
  s.numbers[slot * s.layout.numbers + F.QUEUED] = since
  s.batchTails[batchIndex] = slot
  if (last >= 0) s.words[last * words + W.NEXT] = slot
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
  const since = s.numbers[first * s.layout.numbers + F.QUEUED]!
  const lasts = drawDuration(core, first, atMost, stream, s.now - since)
  s.calendar.schedule(s.layout.patients + 2 * first, Math.max(s.now, since + lasts), PHASE.GO_ON)
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
  for (let at = s.words[w + W.NEXT]!; at >= 0; ) {
    const next = s.words[at * words + W.NEXT]!
    const others = s.words[at * words + W.COMPANIONS]!
    s.words[at * words + W.STATUS] = STATUS.ALONG
    s.words[at * words + W.COMPANIONS] = -1
    s.words[at * words + W.NEXT] = others
    s.words[last * words + (last === first ? W.COMPANIONS : W.NEXT)] = at
    last = at
    while (s.words[last * words + W.NEXT]! >= 0) last = s.words[last * words + W.NEXT]!
    at = next
  }
  s.words[w + W.STATUS] = STATUS.MOVING
  s.words[w + W.PC] = program.instructions[s.words[w + W.PC]!]!.next
  goOnSoon(core, first)
}

/** The last of those who go along with somebody; that person if nobody does. */
function lastCompanion({ state: s }: Core, first: number): number {
  const { words } = s.layout
  let last = first
  let next = s.words[first * words + W.COMPANIONS]!
  while (next >= 0) {
    last = next
    next = s.words[next * words + W.NEXT]!
  }
  return last
}

/** Those who went along go on for themselves, from where the first is. */
export function separate(core: Core, slot: number, pc: number): void {
  const s = core.state
  const { words } = s.layout
  const w = slot * words
  for (let at = s.words[w + W.COMPANIONS]!; at >= 0; at = s.words[at * words + W.NEXT]!) {
    s.words[at * words + W.STATUS] = STATUS.MOVING
    s.words[at * words + W.PC] = pc
    goOnSoon(core, at)
  }
  s.words[w + W.COMPANIONS] = -1
}
