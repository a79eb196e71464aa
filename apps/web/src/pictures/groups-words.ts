import type { GroupsPicture } from '@counterpart/server/contract'
import { decimalsFor, formatNumber, writeEstimate, writeInterval } from '../format/number.ts'
import { unitText } from '../format/unit.ts'
import { clinicStrings as c } from '../strings-clinic.ts'
import { writeShare } from './load-words.ts'

export type Indicator = GroupsPicture['indicators'][number]
export type Group = GroupsPicture['groups'][number]
export type Value = Group['values'][string]

/** More decimals than the indicator has, where its intervals would hide in them. */
const more = 2

/** Decimals in which the intervals of an indicator can be told apart: its own, unless the narrowest is of hardly a digit. */
export function digitsOf({ groups }: GroupsPicture, { name, digits }: Indicator): number {
  const widths = groups.flatMap(({ values }) => {
    const { low, high } = values[name] ?? {}
    return low === undefined || high === undefined || low === high ? [] : [high - low]
  })
  const narrowest = Math.min(...widths)
  if (widths.length === 0 || narrowest >= 2 * 10 ** -digits) return digits
  return Math.max(digits, Math.min(digits + more, decimalsFor(narrowest)))
}

/** An estimate and its 90 % interval, to the digits that the interval allows and no more than these. */
export function writeValue(
  value: Value,
  digits: number,
): { readonly value: string; readonly low: string; readonly high: string } {
  const estimate = value.estimate ?? 0
  const figures = { p05: value.low ?? estimate, p50: estimate, p95: value.high ?? estimate }
  return writeEstimate(figures, { digits })
}

/** The table behind: a line for each indicator and group. */
export function groupsTable(picture: GroupsPicture) {
  return {
    head: [
      c.groups.indicator,
      c.groups.group,
      c.groups.nColumn,
      c.groups.estimate,
      c.groups.interval,
      c.load.logColumn,
    ],
    rows: () =>
      picture.indicators.flatMap((indicator) => {
        const digits = digitsOf(picture, indicator)
        return picture.groups.map((group) => {
          const value = group.values[indicator.name]
          const name = [group.heading, group.label].filter(Boolean).join(': ')
          const n = group.n === undefined ? '' : formatNumber(group.n, 0)
          if (!value || value.estimate === null)
            return [indicator.label, name, n, value?.suppressed ?? c.groups.nothing, '', '']
          const written = writeValue(value, digits)
          const unit = unitText(indicator.unit)
          return [
            indicator.label,
            name,
            n,
            `${written.value}${unit ? ` ${unit}` : ''}`,
            value.low === undefined ? '' : writeInterval(written.low, written.high),
            value.completeness === undefined ? '' : writeShare(value.completeness),
          ]
        })
      }),
  }
}
