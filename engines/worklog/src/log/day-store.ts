import { type Block, baseOf, eventWidth, settle } from './blocks.ts'
import type { Limits } from './limits.ts'
import { type RowPool, rowPool } from './pools.ts'
import { type DayReducer, type DaySummary, dayReducer } from './reduce.ts'

/** A day of somebody's work: the provider's number, and days since 1970 by the clinic's own calendar. */
export interface DayKey {
  readonly provider: number
  readonly day: number
}

/** Events of one day as they came, not yet in order. */
export interface RawDay extends DayKey {
  readonly rows: Int32Array
  readonly count: number
}

/** Holds events by person and day, in any order, and reduces days to hours when there is no more room for them. */
export interface DayStore {
  add(provider: number, day: number, relative: number, code: number, hash: number, second: number): void
  /** Reduces all that is still held. */
  closeAll(): void
  /** What is reduced. */
  readonly closed: ReadonlyMap<number, ClosedDay>
  /** Days of which more came after they had been reduced, with how much: they must be read again as a whole. */
  readonly late: ReadonlyMap<number, number>
}

export interface ClosedDay {
  readonly summary: DaySummary
  /** Events with duplicates, and how many of them were duplicates. */
  readonly events: number
  readonly duplicates: number
}

/** One number for a provider and a day; days end before 2149. */
const keyOf = (provider: number, day: number): number => provider * 65_536 + day
export const providerOfKey = (key: number): number => Math.floor(key / 65_536)
export const dayOfKey = (key: number): number => key % 65_536

/**
 * A store with room for so many events. When it is full the days that have waited longest are reduced and let go, so a log
 * in order of time needs little of it, and one that fits may be in any order.
 */
export function dayStore(room: number, limits: Limits): DayStore {
  const blocks = new Map<number, Block>()
  /** The block each provider used last. */
  const latest: (Block | undefined)[] = []
  const closed = new Map<number, ClosedDay>()
  const late = new Map<number, number>()
  const pool = rowPool()
  const reduce = dayReducer(limits)
  let stored = 0
  let clock = 0

  const close = (key: number, block: Block) => {
    const events = block.count
    const duplicates = settle(block)
    closed.set(key, { summary: reduce(block.rows, block.count, baseOf(block.day)), events, duplicates })
    pool.give(block.rows)
    stored -= events
    blocks.delete(key)
    if (latest[block.provider] === block) latest[block.provider] = undefined
  }
  const makeRoom = () => {
    for (const [key, block] of [...blocks].sort((a, b) => a[1].touched - b[1].touched)) {
      if (2 * stored <= room) return
      close(key, block)
    }
  }
  const blockOf = (provider: number, day: number): Block | undefined => {
    const key = keyOf(provider, day)
    let block = blocks.get(key)
    if (!block) {
      if (closed.has(key)) {
        late.set(key, (late.get(key) ?? 0) + 1)
        return undefined
      }
      block = { provider, day, rows: pool.take(256 * eventWidth), count: 0, touched: 0 }
      blocks.set(key, block)
    }
    latest[provider] = block
    return block
  }
  return {
    add(provider, day, relative, code, hash, second) {
      let block = latest[provider]
      if (block === undefined || block.day !== day) block = blockOf(provider, day)
      if (block === undefined) return
      append(block, relative, code, hash, second, pool)
      block.touched = ++clock
      if (++stored > room) makeRoom()
    },
    closeAll() {
      for (const [key, block] of blocks) close(key, block)
    },
    closed,
    late,
  }
}

/** Keeps events as they come: of the days asked for, or of all. */
export interface RawDays {
  readonly add: DayStore['add']
  days(): readonly RawDay[]
}

export function rawDays(wanted?: readonly (DayKey & { readonly events: number })[]): RawDays {
  const blocks = new Map<number, Block>()
  const pool = rowPool()
  const begin = (provider: number, day: number, events: number) => {
    const block: Block = { provider, day, rows: new Int32Array(events * eventWidth), count: 0, touched: 0 }
    blocks.set(keyOf(provider, day), block)
    return block
  }
  for (const { provider, day, events } of wanted ?? []) begin(provider, day, events)
  return {
    add(provider, day, relative, code, hash, second) {
      const block = blocks.get(keyOf(provider, day)) ?? (wanted ? undefined : begin(provider, day, 64))
      if (block) append(block, relative, code, hash, second, pool)
    },
    days: () => [...blocks.values()],
  }
}

function append(block: Block, relative: number, code: number, hash: number, second: number, pool: RowPool): void {
  let to = block.count * eventWidth
  if (to === block.rows.length) {
    const more = pool.take(2 * to)
    more.set(block.rows)
    pool.give(block.rows)
    block.rows = more
  }
  const { rows } = block
  rows[to++] = relative
  rows[to++] = code
  rows[to++] = hash
  rows[to] = second
  block.count++
}

/** Events of one day from several places, put in order, each once, and reduced. */
export function reduceRaw(parts: readonly RawDay[], reduce: DayReducer): ClosedDay {
  const { day, provider } = parts[0]!
  let events = 0
  for (const { count } of parts) events += count
  const rows = new Int32Array(events * eventWidth)
  let to = 0
  for (const part of parts) {
    rows.set(part.rows.subarray(0, part.count * eventWidth), to)
    to += part.count * eventWidth
  }
  const block: Block = { provider, day, rows, count: events, touched: 0 }
  const duplicates = settle(block)
  return { summary: reduce(block.rows, block.count, baseOf(day)), events, duplicates }
}
