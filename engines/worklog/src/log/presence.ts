import type { CivilTime } from '@counterpart/numerics'
import type { Span } from '../work-event.ts'
import { dayLength, quarter } from './cell.ts'

/**
 * By which logins anything at all was logged in each quarter of an hour: the same whatever was logged more than once, and in
 * any order.
 */
export interface Presence {
  /** @param login its hash */
  note(instant: number, login: number): void
  merge(other: PlainPresence): void
  plain(): PlainPresence
  /** How many logins were met in a quarter (since 1970); counted by 64 bits, so of many a part. */
  logins(quarterIndex: number): number
  /** First and last quarter with anything; `undefined` for an empty log. */
  extent(): { readonly first: number; readonly last: number } | undefined
}

/** A bit for each login, by its hash, in each quarter. */
export type PlainPresence = ReadonlyMap<number, readonly [number, number]>

export function presence(): Presence {
  const bits = new Map<number, [number, number]>()
  let key = Number.NaN
  let current: [number, number] = [0, 0]
  const at = (index: number) => {
    let words = bits.get(index)
    if (!words) {
      words = [0, 0]
      bits.set(index, words)
    }
    return words
  }
  return {
    note(instant, login) {
      const index = Math.floor(instant / quarter)
      if (index !== key) {
        current = at(index)
        key = index
      }
      // The high bits: the low ones find places in tables, and differ little between names alike.
      const bit = Math.imul(login, -1640531535) >>> 26
      current[bit >> 5]! |= 1 << (bit & 31)
    },
    merge(other) {
      for (const [index, [low, high]] of other) {
        const to = at(index)
        to[0] |= low
        to[1] |= high
      }
    },
    plain: () => bits,
    logins(index) {
      let count = 0
      for (let word of bits.get(index) ?? []) for (; word !== 0; word &= word - 1) count++
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

/** Where so many logins are met, silence of all is no chance: of people who come and go by themselves e⁻⁸ of quarters. */
const usual = 8
/** How many quarters alike must be known for that. */
const enough = 3

/**
 * Quarters without one event of anybody in which there usually are eight logins (the median of the same quarter on the other days of
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
  const met = new Uint8Array(count)
  const place = new Uint16Array(count)
  const groups = [new Map<number, number[]>(), new Map<number, number[]>()] as const
  const weekdays = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const wall = (first + i) * quarter + civil.offsetAt((first + i) * quarter)
    const dayIndex = Math.floor(wall / dayLength)
    const weekday = (((dayIndex + 3) % 7) + 7) % 7
    weekdays.set(i, weekday)
    const slot = Math.floor((wall - dayIndex * dayLength) / quarter)
    met[i] = seen.logins(first + i)
    place[i] = weekday * 96 + slot
    add(groups[0], place[i]!, i)
    add(groups[1], (weekday < 5 ? 0 : 96) + slot, i)
  }
  const expected = (i: number): number | undefined => {
    const weekday = Math.floor(place[i]! / 96)
    const same = groups[0].get(place[i]!)!
    if (same.length > enough) return medianOfOthers(same, i, met)
    const alike = groups[1].get((weekday < 5 ? 0 : 96) + (place[i]! % 96))!
    return alike.length > enough ? medianOfOthers(alike, i, met) : undefined
  }
  const missing: Span[] = []
  for (let i = 0; i < count; i++) {
    if (met[i]! > 0 || (expected(i) ?? 0) < usual) continue
    const from = (first + i) * quarter
    if (closed(civil.dayOf(from))) continue
    missing.push({ from, until: from + quarter })
  }
  return joinSpans(missing)
}

function medianOfOthers(group: readonly number[], self: number, met: Uint8Array): number {
  const values = group.filter((i) => i !== self).map((i) => met[i]!)
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
