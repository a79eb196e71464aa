import { isDay, isWhen, weekdays } from './rota-calendar.ts'
import { RotaError } from './rota-error.ts'
import type { ClockSpan, Weekday, When } from './rota-problem.ts'

/** Reads a value that somebody wrote; `where` names it in what is said of mistakes. */
export type Reader<T> = (value: unknown, where: string) => T

/** Refuses what stands at a place. */
export function refuse(where: string, value: unknown, expected: string): never {
  const seen = value === undefined ? 'nothing' : JSON.stringify(value)
  throw new RotaError(
    'rota-invalid',
    `${where}: ${seen.length > 80 ? `${seen.slice(0, 80)}…` : seen}; expected ${expected}`,
  )
}

export const text: Reader<string> = (value, where) =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 200
    ? value
    : refuse(where, value, '1 to 200 characters')

export const flag: Reader<boolean> = (value, where) =>
  typeof value === 'boolean' ? value : refuse(where, value, 'true or false')

export const number =
  (low: number, high: number, whole = true): Reader<number> =>
  (value, where) =>
    typeof value === 'number' && value >= low && value <= high && (!whole || Number.isInteger(value))
      ? value
      : refuse(where, value, `a ${whole ? 'whole ' : ''}number from ${low} to ${high}`)

export const oneOf =
  <const T extends string>(words: readonly T[]): Reader<T> =>
  (value, where) =>
    words.find((word) => word === value) ?? refuse(where, value, `one of ${words.join(', ')}`)

/** A list; a single thing stands for a list of it. */
export const listOf =
  <T>(each: Reader<T>, most = 1000): Reader<readonly T[]> =>
  (value, where) => {
    const list = Array.isArray(value) ? value : [value]
    if (value === undefined || list.length > most) refuse(where, value, `a list of at most ${most}`)
    return list.map((item, i) => each(item, Array.isArray(value) ? `${where}[${i + 1}]` : where))
  }

export const recordOf =
  <T>(each: Reader<T>): Reader<Readonly<Record<string, T>>> =>
  (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      refuse(where, value, 'names with their values')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, each(item, `${where}.${key}`)]))
  }

/** Members with their readers; those of `optional` may be left out, and any other name is refused. */
export const object =
  <Needed extends object, Optional extends object = object>(
    needed: { readonly [K in keyof Needed]: Reader<Needed[K]> },
    optional: { readonly [K in keyof Optional]: Reader<Optional[K]> } = {} as never,
  ): Reader<Needed & Partial<Optional>> =>
  (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      refuse(where, value, 'names with their values')
    const readers: Record<string, Reader<unknown>> = { ...needed, ...optional }
    for (const key of Object.keys(value))
      if (!Object.hasOwn(readers, key)) refuse(`${where}.${key}`, key, `one of ${Object.keys(readers).join(', ')}`)
    const given = value as Record<string, unknown>
    return Object.fromEntries(
      Object.entries(readers)
        .filter(([key]) => key in needed || given[key] !== undefined)
        .map(([key, read]) => [key, read(given[key], `${where}.${key}`)]),
    ) as never
  }

export const when: Reader<When> = (value, where) =>
  typeof value === 'string' && isWhen(value)
    ? value
    : refuse(where, value, 'half-days such as all, am, Mon, Mon am, 2026-05-12 pm or 2026-05-11..2026-05-15')

export const weekday: Reader<Weekday> = (value, where) => oneOf(weekdays)(value, where)

export const day: Reader<string> = (value, where) =>
  typeof value === 'string' && isDay(value) ? value : refuse(where, value, 'a day as YYYY-MM-DD')

const clock: Reader<string> = (value, where) =>
  typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value)
    ? value
    : refuse(where, value, 'a time as HH:MM in quotes')

export const clockSpan: Reader<ClockSpan> = (value, where) => {
  const [from, until, ...more] = Array.isArray(value) ? value : []
  if (more.length > 0 || until === undefined) refuse(where, value, 'two times, [HH:MM, HH:MM]')
  const span = [clock(from, where), clock(until, where)] as const
  return span[0] < span[1] ? span : refuse(where, value, 'a beginning before its end')
}
