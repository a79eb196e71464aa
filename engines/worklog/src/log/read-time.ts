import { type CivilTime, civilTime } from '@counterpart/numerics'
import { dayLength, quarter } from './cell.ts'

/** What was odd about the time read last. */
export const timeOddity = {
  none: 0,
  /** A wall-clock time of the hour that comes twice in autumn, read as the first. */
  twice: 1,
  /** A wall-clock time that was left out in spring, read as if the clock had not been moved. */
  never: 2,
} as const

export interface TimeReader {
  readonly civil: CivilTime
  /** The instant written at `bytes[from..until)`, NaN when it is no time of the years 1990 to 2100. */
  read(bytes: Uint8Array, from: number, until: number): number
  /** See {@link timeOddity}. */
  oddity(): number
  /** Milliseconds to add to UTC for the clock on the wall. */
  offset(instant: number): number
}

const earliest = Date.UTC(1990, 0, 1)
const latest = Date.UTC(2100, 0, 1)

/** Reads ISO 8601 times without making strings of them: `YYYY-MM-DD[T ]HH:MM[:SS[.f…]][Z|±HH[:MM]]`. */
export function timeReader(zone: string): TimeReader {
  const civil = civilTime(zone)
  let [dayKey, dayAt] = [-1, Number.NaN]
  let [quarterKey, quarterOffset] = [Number.NaN, 0]
  let [wallKey, wallShift, wallOdd] = [Number.NaN, 0, 0]
  let odd: number = timeOddity.none

  const offset = (instant: number) => {
    const key = Math.floor(instant / quarter)
    if (key !== quarterKey) {
      quarterOffset = civil.offsetAt(instant)
      quarterKey = key
    }
    return quarterOffset
  }
  const fromWall = (wall: number) => {
    // The clock is moved at a full quarter everywhere since 1990, so a quarter of the wall clock has one shift.
    const key = Math.floor(wall / quarter)
    if (key !== wallKey) {
      const instant = civil.instantOf(wall)
      wallShift = wall - instant
      wallKey = key
      if (civil.offsetAt(instant) !== wallShift) wallOdd = timeOddity.never
      else wallOdd = comesAgain(civil, wall, instant) ? timeOddity.twice : timeOddity.none
    }
    odd = wallOdd
    return wall - wallShift
  }

  const read = (bytes: Uint8Array, from: number, until: number): number => {
    odd = timeOddity.none
    if (until - from < 16) return Number.NaN
    const year = four(bytes, from)
    const month = two(bytes, from + 5)
    const day = two(bytes, from + 8)
    const between = bytes[from + 10]
    if (bytes[from + 4] !== dash || bytes[from + 7] !== dash || (between !== letterT && between !== space))
      return Number.NaN
    const key = (year * 16 + month) * 32 + day
    if (key !== dayKey) {
      dayAt = startOfDay(year, month, day)
      dayKey = key
    }
    const hours = two(bytes, from + 11)
    const minutes = two(bytes, from + 14)
    if (bytes[from + 13] !== colon || !(hours < 24 && minutes < 60)) return Number.NaN
    let p = from + 16
    let milliseconds = 0
    if (p < until && bytes[p] === colon) {
      const seconds = two(bytes, p + 1)
      // 60: a leap second; it counts as the next.
      if (!(seconds <= 60) || p + 3 > until) return Number.NaN
      milliseconds = 1000 * seconds
      p += 3
      if (p < until && (bytes[p] === point || bytes[p] === comma)) {
        let unit = 100
        const first = ++p
        for (; p < until; p++) {
          const digit = bytes[p]! - zero
          if (digit < 0 || digit > 9) break
          milliseconds += digit * unit
          unit = unit === 100 ? 10 : unit === 10 ? 1 : 0
        }
        if (p === first) return Number.NaN
      }
    }
    const wall = dayAt + (hours * 60 + minutes) * 60_000 + milliseconds
    if (!(wall >= earliest && wall < latest)) return Number.NaN
    if (p === until) return fromWall(wall)
    const sign = bytes[p]
    if (sign === letterZ) return p + 1 === until ? wall : Number.NaN
    if (sign !== plus && sign !== dash) return Number.NaN
    const offsetHours = p + 3 <= until ? two(bytes, p + 1) : Number.NaN
    let rest = p + 3
    if (rest < until && bytes[rest] === colon) rest++
    const offsetMinutes = rest === until ? 0 : rest + 2 === until ? two(bytes, rest) : Number.NaN
    if (!(offsetHours <= 15 && offsetMinutes < 60)) return Number.NaN
    const ahead = (offsetHours * 60 + offsetMinutes) * 60_000
    return sign === plus ? wall - ahead : wall + ahead
  }
  return { civil, read, oddity: () => odd, offset }
}

/** Whether the wall clock shows the same once more after `instant`, within the three hours that clocks are moved by at most. */
function comesAgain(civil: CivilTime, wall: number, instant: number): boolean {
  const before = civil.offsetAt(instant)
  const after = civil.offsetAt(instant + 3 * 3_600_000)
  return after < before && civil.offsetAt(wall - after) === after
}

function startOfDay(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1)) return Number.NaN
  const start = Date.UTC(year, month - 1, day)
  return new Date(start).getUTCDate() === day && start % dayLength === 0 ? start : Number.NaN
}

const [zero, dash, colon, point, comma, plus, space] = [48, 45, 58, 46, 44, 43, 32] as const
const [letterT, letterZ] = [84, 90] as const

/** Two digits as a number; NaN when they are none. */
function two(bytes: Uint8Array, p: number): number {
  const tens = bytes[p]! - zero
  const ones = bytes[p + 1]! - zero
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN
}

const four = (bytes: Uint8Array, p: number): number => 100 * two(bytes, p) + two(bytes, p + 2)
