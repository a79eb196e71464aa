import type { Belief, GroupsPicture, GroupValue } from '@counterpart/kernel'
import { clinicOf } from '../memory/clinic.ts'
import { loadMeasures, ratioOf, type Sums, sumsOf, weeksBefore } from './figures-of.ts'
import { requireMember } from './my-weeks.ts'
import { toldGroups } from './pods-told.ts'

const indicators: GroupsPicture['indicators'] = loadMeasures.map(
  ({ name, label, unit, digits, definition, beside }) => ({
    name,
    label,
    unit,
    digits,
    definition,
    ...(beside ? { beside } : {}),
  }),
)
/** Weeks that measures are of. */
const weeks = 4

/** Published measures of each pod and the clinic over the last four weeks. */
export function measuresPicture(belief: Belief): GroupsPicture {
  const clinic = clinicOf(belief)
  const span = weeksBefore(clinic, belief.asOf, weeks)
  const groups = toldGroups(clinic.layout)
  return {
    kind: 'groups',
    title: 'Measures of work',
    description:
      'Measures of work at the record by their published definitions, for each pod and the clinic over the last four whole weeks, with 90 % intervals over people. Lines are what was published.',
    asOf: belief.asOf,
    indicators,
    groups: groups.map(({ name, label, providers, suppressed }) => {
      const each = providers.map(({ provider }) => sumsOf(clinic, provider, span)).filter(({ weeks: of }) => of > 0)
      return {
        name,
        label,
        n: providers.length,
        values: valuesOf(
          each.map(({ sums }) => sums),
          suppressed,
        ),
      }
    }),
    notes: [
      'A difference between pods is not one of effort: panels, case mix and who answers which messages differ.',
      'WOW8, PSH40, TWORD and UNDIV need more of the log than a twin keeps: `counterpart workload measures` has them.',
    ],
  }
}

/** One person's own measures beside this person's own past. Throws `RangeError` when nobody of this code works there. */
export function myMeasuresPicture(belief: Belief, member: string): GroupsPicture {
  requireMember(belief, member)
  const clinic = clinicOf(belief)
  // Week by week: the interval is over one's own weeks.
  const over = (skip: number) =>
    valuesOf(
      weeksBefore(clinic, belief.asOf, weeks, skip).flatMap((week) => {
        const { sums, weeks: known } = sumsOf(clinic, member, [week])
        return known > 0 ? [sums] : []
      }),
    )
  return {
    kind: 'groups',
    title: 'Your measures',
    description:
      'Measures of your own work at the record, over the last four whole weeks and the four before, with 90 % intervals over weeks. Shown to you and to nobody else; lines are what was published.',
    asOf: belief.asOf,
    indicators,
    groups: [
      { name: 'you', label: 'You, last four weeks', values: over(0) },
      { name: 'before', label: 'You, the four before', values: over(weeks) },
    ],
    notes: ['If a figure looks wrong to you, say so: what you say stays beside it.'],
  }
}

function valuesOf(each: readonly Sums[], suppressed?: string): Record<string, GroupValue> {
  return Object.fromEntries(
    loadMeasures.map((measure): [string, GroupValue] => {
      if (suppressed !== undefined) return [measure.name, { estimate: null, suppressed }]
      const ratio = ratioOf(measure, each)
      if (ratio === null) return [measure.name, { estimate: null, suppressed: 'Nothing was logged' }]
      const completeness = each.reduce((sum, sums) => sum + sums.completeness, 0) / each.length
      return [measure.name, { ...ratio, completeness }]
    }),
  )
}
