import { type MeasureName, measureNames } from './definitions.ts'
import type { Measure } from './measure-days.ts'
import type { ProviderMeasures } from './measures.ts'
import type { Period } from './periods.ts'

/** A measure of several people: sums over sums; intervals as of independent people. */
export interface GroupMeasure {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  /** People it is of, those of whom it is not known left out; left out itself where it is suppressed. */
  readonly people?: number
  readonly suppressed?: 'too-few' | 'would-disclose'
}

export interface MeasuredGroup {
  readonly group: string
  readonly periods: readonly (Period & { readonly measures: Readonly<Record<MeasureName, GroupMeasure>> })[]
}

/**
 * Measures of groups that do not overlap, and of all together, with no figure about fewer than `minimum` people: also not by
 * taking groups that are shown from the total, which is left out where that would leave too few.
 *
 * @param groupOf `undefined` for somebody who is in the total only
 */
export function groupMeasures(
  people: readonly ProviderMeasures[],
  groupOf: (provider: string) => string | undefined,
  minimum: number,
  total = 'all',
): readonly MeasuredGroup[] {
  const groups = [...new Set(people.flatMap(({ provider }) => groupOf(provider) ?? []))].sort()
  const periods = people[0]?.periods ?? []
  const measured = [...groups, total].map((group) => ({
    group,
    periods: periods.map(({ from, until }) => ({ from, until, measures: {} as Record<MeasureName, GroupMeasure> })),
  }))
  for (let p = 0; p < periods.length; p++)
    for (const name of measureNames) {
      const known = people.flatMap(({ periods: own, provider }) => {
        const measure = own[p]!.measures[name]
        return measure.value === null ? [] : [{ group: groupOf(provider), measure }]
      })
      let hidden = known.length
      for (const [g, group] of groups.entries()) {
        const own = known.filter((each) => each.group === group).map(({ measure }) => measure)
        const shown = own.length >= minimum
        if (shown) hidden -= own.length
        measured[g]!.periods[p]!.measures[name] = shown ? pooled(own) : none('too-few')
      }
      const all = known.map(({ measure }) => measure)
      measured.at(-1)!.periods[p]!.measures[name] =
        all.length < minimum ? none('too-few') : hidden > 0 && hidden < minimum ? none('would-disclose') : pooled(all)
    }
  return measured
}

const none = (suppressed: NonNullable<GroupMeasure['suppressed']>): GroupMeasure => ({
  value: null,
  low: null,
  high: null,
  suppressed,
})

function pooled(all: readonly Measure[]): GroupMeasure {
  const size = all.reduce((sum, { denominator }) => sum + denominator, 0)
  const part = ({ denominator }: Measure) => (size > 0 ? denominator / size : 1 / all.length)
  const value = all.reduce((sum, each) => sum + part(each) * each.value!, 0)
  const spread = (side: 'low' | 'high') =>
    Math.sqrt(all.reduce((sum, each) => sum + (part(each) * (each[side]! - each.value!)) ** 2, 0))
  return { value, low: Math.max(0, value - spread('low')), high: value + spread('high'), people: all.length }
}
