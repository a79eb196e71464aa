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
  // Somebody may lead others already, from a batch before: these come along in front.
  let last = first
  for (let at = s.words[w + W.NEXT]!; at >= 0; at = s.words[at * words + W.NEXT]!) {
    s.words[at * words + W.STATUS] = STATUS.ALONG
    last = at
  }
  const mine = s.words[w + W.NEXT]!
  if (mine >= 0) {
    s.words[last * words + W.NEXT] = s.words[w + W.COMPANIONS]!
    s.words[w + W.COMPANIONS] = mine
  }
  s.words[w + W.STATUS] = STATUS.MOVING
  s.words[w + W.PC] = program.instructions[s.words[w + W.PC]!]!.next
  goOnSoon(core, first)
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
