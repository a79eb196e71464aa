import { chainHash, encodeHeader, noHash } from './encoding.ts'
import { ThreadError } from './errors.ts'
import { hex } from './key-ring.ts'
import type { ChainReport, StreamId } from './port.ts'
import type { EventRow, Head } from './store.ts'
import type { StoredThread } from './stored-thread.ts'
import type { WaveformRecord } from './waveform-file.ts'

type Broken = ChainReport['broken'][number]

const pageSize = 500
// When so many in a row cannot be read, the rest of the stream is not tried.
const unreadableInARow = 20

/**
 * Walks the chain of every stream (or of one) and names each place where it does not hold.
 *
 * Found: any change to an event's header or encrypted content; an event that is missing, added, moved or cut off the end
 * of its stream (the sealed head says where it must end); a whole stream that is gone (the sealed ledger says how many
 * events there are); a data key that has been replaced; a waveform file that is missing or changed.
 *
 * Not found: the whole store put back as it was at an earlier time (keep the last position elsewhere to notice), and
 * changes by someone who holds the master key and rewrites everything.
 */
export async function verifyThread(
  thread: StoredThread,
  options: { stream?: StreamId | undefined; onProgress?: ((done: number, of: number) => void) | undefined },
): Promise<ChainReport> {
  const { store, keys } = thread.parts
  const broken: Broken[] = []
  const add = (stream: StreamId, sequence: number, what: string): void => {
    broken.push({ stream, sequence, what })
  }
  const whole = options.stream === undefined
  const one = whole ? undefined : await store.head(options.stream!)
  const heads = whole ? await store.heads('') : one === undefined ? [] : [one]
  if (!whole && one === undefined) add(options.stream!, 0, 'there is no such stream')
  for (const key of await store.keys()) {
    if (key.erased) continue
    try {
      keys.forget(key.id)
      keys.open(key)
    } catch (error) {
      add(key.subject, 0, (error as Error).message)
    }
  }
  const of = heads.reduce((sum, head) => sum + head.sequence, 0)
  let events = 0
  for (const head of heads) {
    for await (const fault of walk(thread, head, () => {
      events++
      if (events % pageSize === 0) options.onProgress?.(events, of)
    }))
      broken.push(fault)
    if (!sameBytes(keys.sealHead(head), head.seal))
      add(head.stream, head.sequence, "the stream's head has been changed")
  }
  options.onProgress?.(events, of)
  if (whole) {
    const { headless, events: count, lastPosition, ledger } = await store.loose()
    for (const { streamId, sequence } of headless)
      add(`(stream ${streamId})`, sequence, 'events of a stream that has no head')
    const should = ledger?.position ?? 0
    if (count !== should || lastPosition !== should)
      add('(thread)', 0, `there should be ${should} events, there are ${count}, the last at position ${lastPosition}`)
    if (ledger !== undefined && !sameBytes(keys.sealLedger(ledger), ledger.seal))
      add('(thread)', 0, "the thread's ledger has been changed")
  }
  return { streams: heads.length, events, broken }
}

async function* walk(thread: StoredThread, head: Head, onEvent: () => void): AsyncIterable<Broken> {
  const { stream } = head
  const known = new Set((await thread.parts.store.keys()).map(({ id }) => id))
  let expected = 1
  let previous: Uint8Array = noHash
  for await (const found of rows(thread, head)) {
    if ('what' in found) {
      yield found
      // What follows cannot be compared with it, so take the next one's word for it.
      expected = found.sequence + 1
      previous = new Uint8Array(0)
      continue
    }
    onEvent()
    const { sequence } = found
    if (sequence > expected)
      yield {
        stream,
        sequence: expected,
        what: `${sequence - expected === 1 ? 'event' : `events up to ${sequence - 1}`} missing`,
      }
    else if (previous.length > 0 && !sameBytes(found.previousHash, previous))
      yield { stream, sequence, what: 'does not follow from the event before it' }
    if (!sameBytes(chainHash(encodeHeader(found), found.sealed), found.hash))
      yield { stream, sequence, what: 'has been changed since it was written' }
    if (!known.has(found.keyId)) yield { stream, sequence, what: 'its data key is missing' }
    else if (found.type === 'waveform.recorded' && !found.erased) {
      const what = await waveformFault(thread, found)
      if (what !== undefined) yield { stream, sequence, what }
    }
    expected = sequence + 1
    previous = found.hash
  }
  if (expected <= head.sequence)
    yield { stream, sequence: expected, what: `events up to ${head.sequence} missing at the end` }
  else if (previous.length > 0 && !sameBytes(previous, head.hash))
    yield { stream, sequence: head.sequence, what: "the stream's head does not fit its last event" }
}

/** A stream's rows in order; one that the database cannot read comes as a fault. */
async function* rows(thread: StoredThread, { stream, sequence: toSequence }: Head): AsyncIterable<EventRow | Broken> {
  const { store } = thread.parts
  let unreadable = 0
  for (let from = 1; from <= toSequence; ) {
    try {
      const page = await store.events({ stream, fromSequence: from, toSequence, limit: pageSize })
      yield* page
      if (page.length === 0) return
      from = page.at(-1)!.sequence + 1
    } catch (pageError) {
      if (pageError instanceof ThreadError) throw pageError
      // One by one, to find out which it is.
      for (const end = Math.min(from + pageSize - 1, toSequence); from <= end; from++) {
        try {
          yield* await store.events({ stream, fromSequence: from, toSequence: from, limit: 1 })
          unreadable = 0
        } catch (error) {
          yield { stream, sequence: from, what: `cannot be read: ${(error as Error).message}` }
          if (++unreadable === unreadableInARow) return
        }
      }
    }
  }
}

async function waveformFault(thread: StoredThread, row: EventRow): Promise<string | undefined> {
  try {
    const { payload } = await thread.toEvent(row)
    const folder = thread.parts.waveforms
    return folder === undefined ? undefined : await folder.fault((payload as unknown as WaveformRecord).sha256)
  } catch (error) {
    return error instanceof ThreadError && error.code === 'content-damaged' ? undefined : (error as Error).message
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return hex(a) === hex(b)
}
