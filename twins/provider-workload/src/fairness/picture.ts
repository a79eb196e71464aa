import type { GroupsPicture, GroupValue } from '@counterpart/kernel'
import type { FairnessFigure, FairnessReport, GroupReport } from './report.ts'

type Indicator = GroupsPicture['indicators'][number]

const shares: readonly FairnessFigure[] = [
  'coverage',
  'overloaded',
  'flagged',
  'missed',
  'false-alarms',
  'precision',
  'calibration',
  'unexplained',
]

const indicators: readonly (Indicator & { readonly name: FairnessFigure })[] = [
  {
    name: 'work',
    label: 'Work',
    unit: 'h/wk',
    digits: 1,
    definition: 'Hours of work of all kinds a week for a full-time contract, as measured',
  },
  {
    name: 'work-adjusted',
    label: 'Work beside others',
    unit: 'h/wk',
    digits: 1,
    definition: 'More or less than everybody else with the same panel, its need, and the same visits',
    beside: { value: 0, label: 'As others' },
  },
  {
    name: 'inbox',
    label: 'Inbox',
    unit: 'h/wk',
    digits: 1,
    definition: 'Hours a week in the inbox for a full-time contract, as measured',
  },
  {
    name: 'inbox-adjusted',
    label: 'Inbox beside others',
    unit: 'h/wk',
    digits: 1,
    definition:
      'More or less than everybody else with the same panel and visits; women have been found to spend a fifth more (E. Rittenberg et al., J Gen Intern Med 2022;37:3295)',
    beside: { value: 0, label: 'As others' },
  },
  { name: 'overloaded', label: 'Weeks overloaded', unit: '%', digits: 0 },
  { name: 'flagged', label: 'Weeks flagged a week ahead', unit: '%', digits: 0 },
  {
    name: 'unexplained',
    label: 'Flags that load does not explain',
    unit: '%',
    digits: 1,
    definition: 'How much more often than others flagged, less how much more often overloaded',
    beside: { value: 0, label: 'Flags follow load' },
  },
  {
    name: 'error',
    label: 'Mean error of the forecast',
    unit: 'h/wk',
    digits: 1,
    definition: 'Forecast less what came',
    beside: { value: 0, label: 'None' },
  },
  {
    name: 'coverage',
    label: 'Weeks within the 90 % interval',
    unit: '%',
    digits: 0,
    beside: { value: 90, label: 'As it should be' },
  },
  {
    name: 'calibration',
    label: 'Overload beyond its chance',
    unit: '%',
    digits: 1,
    definition: 'Share of weeks overloaded less the mean chance that was forecast',
    beside: { value: 0, label: 'As forecast' },
  },
  { name: 'missed', label: 'Overloaded weeks not flagged', unit: '%', digits: 0 },
  { name: 'false-alarms', label: 'Calm weeks flagged', unit: '%', digits: 0 },
  { name: 'precision', label: 'Flags that were right', unit: '%', digits: 0 },
]

const why = {
  'too-few': 'Too few people for a figure that is about none of them',
  'would-disclose': 'Not told: with the other figures it would tell of a group that is too small',
} as const

/** A fairness report as what a groups picture shows. */
export function fairnessShown(report: FairnessReport): Pick<GroupsPicture, 'indicators' | 'groups' | 'notes'> {
  return {
    indicators,
    groups: report.groups.map((group) => ({
      name: group.name,
      label: group.label,
      heading: group.heading,
      ...(group.n === undefined ? {} : { n: group.n }),
      values: Object.fromEntries(indicators.map(({ name }) => [name, shownValue(group, name)])),
    })),
    notes: notesOf(report),
  }
}

function shownValue({ figures, suppressed }: GroupReport, name: FairnessFigure): GroupValue {
  const figure = figures[name]
  if (suppressed) return { estimate: null, suppressed: why[suppressed] }
  if (!figure) return { estimate: null, suppressed: 'Nothing to count yet' }
  const scale = shares.includes(name) ? 100 : 1
  return { estimate: scale * figure.estimate, low: scale * figure.low, high: scale * figure.high }
}

function notesOf({ groups, people, weeks }: FairnessReport): readonly string[] {
  const differing = groups.filter(({ differs }) => differs.length > 0)
  return [
    'Flags follow load and are not evened out: a group that really works more is flagged more. Unfair would be an error that others do not have.',
    ...unexplained(groups),
    ...(weeks === 0
      ? ['No forecast has been judged yet: only the load is shown.']
      : differing.length === 0
        ? [
            `In ${weeks} weeks of ${people} people no group’s forecasts err otherwise than those of others (at one in a hundred, each group by itself).`,
          ]
        : differing.map(
            ({ label, heading, differs }) =>
              `${heading}, ${label.toLowerCase()}: ${differs.map((name) => (name === 'error' ? 'hours are forecast otherwise than for others' : 'overload comes otherwise than forecast')).join(', and ')}. Look at why before flags of this group are relied on.`,
          )),
    'Intervals are of 90 %, with people, not their weeks, as what was drawn. Groups overlap: the same person is in one group of each heading.',
  ]
}

/** Where flags differ between groups of a heading, whether load explains it. */
function unexplained(groups: readonly GroupReport[]): readonly string[] {
  return groups.flatMap(({ label, heading, figures: { unexplained: left } }) => {
    if (!left || (left.low <= 0 && left.high >= 0)) return []
    const points = (x: number) => `${Math.abs(100 * x).toFixed(1)} points`
    return [
      `${heading}, ${label.toLowerCase()}: flagged ${left.estimate > 0 ? 'more' : 'less'} often than load explains, by ${points(left.estimate)} (90 % interval ${(100 * left.low).toFixed(1)} to ${(100 * left.high).toFixed(1)}).`,
    ]
  })
}
