import type { GroupsPicture } from '@counterpart/server/contract'
import { formatNumber, writeEstimate, writeInterval } from '../format/number.ts'
import { unitText } from '../format/unit.ts'
import { clinicStrings as c } from '../strings-clinic.ts'
import { writeShare } from './load-words.ts'

export type Indicator = GroupsPicture['indicators'][number]
export type Group = GroupsPicture['groups'][number]
export type Value = Group['values'][string]

/** An estimate and its 90 % interval, to the digits that the interval allows and the indicator has. */
export function writeValue(
  value: Value,
  digits: number,
): { readonly value: string; readonly low: string; readonly high: string } {
  const estimate = value.estimate ?? 0
  const figures = { p05: value.low ?? estimate, p50: estimate, p95: value.high ?? estimate }
  const written = writeEstimate(figures, { digits })
  // An interval that is narrower than a digit shows is not none.
  return written.low === written.high && figures.p05 !== figures.p95
    ? writeEstimate(figures, { digits: digits + 1 })
    : written
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
      picture.indicators.flatMap((indicator) =>
        picture.groups.map((group) => {
          const value = group.values[indicator.name]
          const name = [group.heading, group.label].filter(Boolean).join(': ')
          const n = group.n === undefined ? '' : formatNumber(group.n, 0)
          if (!value || value.estimate === null)
            return [indicator.label, name, n, value?.suppressed ?? c.groups.nothing, '', '']
          const written = writeValue(value, indicator.digits)
          const unit = unitText(indicator.unit)
          return [
            indicator.label,
            name,
            n,
            `${written.value}${unit ? ` ${unit}` : ''}`,
            value.low === undefined ? '' : writeInterval(written.low, written.high),
            value.completeness === undefined ? '' : writeShare(value.completeness),
          ]
        }),
      ),
  }
}
