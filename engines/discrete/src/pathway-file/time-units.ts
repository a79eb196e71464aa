/** Units of time by their UCUM codes, in seconds. */
export const TIME_UNITS = { s: 1, min: 60, h: 3600, d: 86_400, wk: 604_800 } as const

export type TimeUnit = keyof typeof TIME_UNITS

export const timeUnits = Object.keys(TIME_UNITS) as TimeUnit[]

const WITH_UNIT = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(s|min|h|d|wk)(2?)\s*$/

/**
 * A time written as a number with a UCUM unit (`12 min`, `1.5h`) in `unit`; with `power` 2 a squared one such as
 * `2 min2`. Undefined for anything else.
 */
export function timeIn(text: string, unit: TimeUnit, power: 1 | 2 = 1): number | undefined {
  const [, number, from, square] = WITH_UNIT.exec(text) ?? []
  if (number === undefined || (square === '2' ? 2 : 1) !== power) return undefined
  // One division at the end: 20 min are a third of an hour to the last digit.
  return (Number(number) * TIME_UNITS[from as TimeUnit] ** power) / TIME_UNITS[unit] ** power
}
