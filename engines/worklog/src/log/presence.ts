import type { CivilTime } from '@counterpart/numerics'
import type { Span } from '../work-event.ts'
import { dayLength, quarter } from './cell.ts'

/** In which seconds anything at all was logged, by whomever: the same whatever was logged more than once, and in any order. */
export interface Presence {
  note(instant: number): void
  merge(other: PlainPresence): void
  plain(): PlainPresence
  /** Seconds of a quarter of an hour (since 1970) in which something was logged, 0 to 900. */
  seconds(quarterIndex: number): number
  /** First and last quarter with anything; `undefined` for an empty log. */
  extent(): { readonly first: number; readonly last: number } | undefined
}

/** A bit for each second, by quarter. */
export type PlainPresence = ReadonlyMap<number, Uint32Array>

const wordsPerQuarter = 29

export function presence(): Presence {
  const bits = new Map<number, Uint32Array>()
  let key = Number.NaN
  let current: Uint32Array = new Uint32Array(0)
  const at = (index: number) => {
    let words = bits.get(index)
    if (!words) {
      words = new Uint32Array(wordsPerQuarter)
      bits.set(index, words)
    }
    return words
  }
  return {
    note(instant) {
      const index = Math.floor(instant / quarter)
      if (index !== key) {
        current = at(index)
        key = index
      }
      const second = ((instant - index * quarter) / 1000) | 0
      current[second >> 5]! |= 1 << (second & 31)
    },
    merge(other) {
      for (const [index, words] of other) {
        const to = at(index)
        for (let i = 0; i < wordsPerQuarter; i++) to[i]! |= words[i]!
      }
    },
    plain: () => bits,
    seconds(index) {
      let count = 0
      for (let word of bits.get(index) ?? []) for (; word !== 0; word = (word & (word - 1)) >>> 0) count++
      return count
    },
    extent() {
      let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (const index of bits.keys()) {
        first = Math.min(first, index)
        last = Math.max(last, index)
      }
      return bits.size === 0 ? undefined : { first, last }
    },
  }
}

/** From so many seconds with an event a quarter on, where a quarter is alike, silence of all is no chance. */
const usual = 20
/** How many quarters alike must be known for that. */
const enough = 3

/**
 * Quarters without one event of anybody in which there usually are many (the median of the same quarter on the other days of
 * that weekday; with fewer than three of these, on the other working days or days at weekends): the log is missing then. What
 * `closed` says of a day is believed.
 */
export function silences(
  seen: Presence,
  civil: CivilTime,
  extent: Span,
  closed: (day: string) => boolean = () => false,
): readonly Span[] {
  const first = Math.floor(extent.from / quarter)
  const count = Math.ceil(extent.until / quarter) - first
  const seconds = new Uint16Array(count)
  const place = new Uint16Array(count)
  const groups = [new Map<number, number[]>(), new Map<number, number[]>()] as const
  const weekdays = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const wall = (first + i) * quarter + civil.offsetAt((first + i) * quarter)
    const dayIndex = Math.floor(wall / dayLength)
    const weekday = (((dayIndex + 3) % 7) + 7) % 7
    weekdays.set(i, weekday)
    const slot = Math.floor((wall - dayIndex * dayLength) / quarter)
    seconds[i] = seen.seconds(first + i)
    place[i] = weekday * 96 + slot
    add(groups[0], place[i]!, i)
    add(groups[1], (weekday < 5 ? 0 : 96) + slot, i)
  }
  const expected = (i: number): number | undefined => {
    const weekday = Math.floor(place[i]! / 96)
    const same = groups[0].get(place[i]!)!
    if (same.length > enough) return medianOfOthers(same, i, seconds)
    const alike = groups[1].get((weekday < 5 ? 0 : 96) + (place[i]! % 96))!
    return alike.length > enough ? medianOfOthers(alike, i, seconds) : undefined
  }
  const missing: Span[] = []
  for (let i = 0; i < count; i++) {
    if (seconds[i]! > 0 || (expected(i) ?? 0) < usual) continue
    const from = (first + i) * quarter
    if (closed(civil.dayOf(from))) continue
    missing.push({ from, until: from + quarter })
  }
  return joinSpans(missing)
}

function medianOfOthers(group: readonly number[], self: number, seconds: Uint16Array): number {
  const values = group.filter((i) => i !== self).map((i) => seconds[i]!)
  values.sort((a, b) => a - b)
  return values[(values.length - 1) >> 1]!
}

function add(groups: Map<number, number[]>, key: number, i: number): void {
  const group = groups.get(key)
  if (group) group.push(i)
  else groups.set(key, [i])
}

/** Spans in order, those that touch or overlap as one. */
export function joinSpans(spans: readonly Span[]): readonly Span[] {
  const joined: { from: number; until: number }[] = []
  for (const { from, until } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && from <= last.until) last.until = Math.max(last.until, until)
    else if (until > from) joined.push({ from, until })
  }
  return joined
}
