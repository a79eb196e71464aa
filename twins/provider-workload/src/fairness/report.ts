import type { ClinicLayoutDetail, ProviderCode } from '@counterpart/kernel'
import { suppressGroups } from '@counterpart/privacy'
import {
  adjusted,
  type Cluster,
  clusteredMean,
  clusteredRate,
  difference,
  type Estimate,
  isNotZero,
} from './clustered.ts'
import { type FairnessGroup, fairnessGroupsOf } from './groups.ts'
import type { JudgedPeople, JudgedWeeks } from './judged.ts'

/** What one person worked in some weeks. */
export interface PersonLoad {
  /** Contracted time as full-time weeks. */
  readonly fullWeeks: number
  /** Hours of work of all kinds, and of these those in the inbox. */
  readonly work: number
  readonly inbox: number
  readonly visits: number
}

export interface FairnessReport {
  readonly groups: readonly GroupReport[]
  /** People and weeks whose forecasts were judged. */
  readonly people: number
  readonly weeks: number
}

export interface GroupReport extends Omit<FairnessGroup, 'members'> {
  /** People; left out where there is nothing to tell. */
  readonly n?: number
  /** Why nothing is told. */
  readonly suppressed?: 'too-few' | 'would-disclose'
  /** Left out where nothing was judged, or a share has nothing under it. */
  readonly figures: Readonly<Partial<Record<FairnessFigure, Estimate>>>
  /** The twin serves this group otherwise than others: which figures say so, at one in a hundred. */
  readonly differs: readonly ('error' | 'calibration')[]
}

/** Hours a week for a full-time contract; hours a week; shares 0 to 1. */
export type FairnessFigure =
  /** Work, and hours in the inbox, for a full-time contract. */
  | 'work'
  | 'inbox'
  /** Beside all others with the same panel and visits. */
  | 'work-adjusted'
  | 'inbox-adjusted'
  /** Forecast less what came, hours a week for a person. */
  | 'error'
  | 'coverage'
  | 'overloaded'
  | 'flagged'
  /** Of overloaded weeks those not flagged; of calm weeks those flagged; of flags those that were right. */
  | 'missed'
  | 'false-alarms'
  | 'precision'
  /** Share of weeks overloaded less the chance that was forecast. */
  | 'calibration'
  /** More flags than others, less more overload than others: what of a difference in flags load does not explain. */
  | 'unexplained'

/**
 * How well forecasts and flags hold in groups of people, beside how much those groups really work. Flags follow load: where
 * a group works more, it is flagged more, and nothing here evens that out. What would be unfair is an error that others do
 * not have: a mean error, or a chance that does not come true, that differs between groups.
 *
 * Of fewer people than `minimum` nothing is told, nor of groups from which these would follow.
 */
export function fairnessReport(
  layout: ClinicLayoutDetail,
  judged: JudgedPeople,
  load: Readonly<Record<ProviderCode, PersonLoad>>,
  minimum = Math.max(3, Math.ceil(layout.minimumCell)),
): FairnessReport {
  const known = layout.providers.filter(
    ({ provider }) => (load[provider]?.fullWeeks ?? 0) > 0 || (judged[provider]?.n ?? 0) > 0,
  )
  const people = { ...layout, providers: known }
  const groups = fairnessGroupsOf(people)
  const everybody = { name: 'everybody', members: known.map(({ provider }) => provider) }
  const { suppressed } = suppressGroups({
    groups: [everybody, ...groups.map(({ name, members }) => ({ name, members: [...members] }))],
    minimum,
  })
  const judgedOf = (isIn: (provider: ProviderCode) => boolean) =>
    known.flatMap(({ provider }) => (isIn(provider) && judged[provider] ? [judged[provider]] : []))
  return {
    people: Object.values(judged).filter(({ n }) => n > 0).length,
    weeks: Object.values(judged).reduce((sum, { n }) => sum + n, 0),
    groups: groups.map(({ members, ...group }): GroupReport => {
      const why = suppressed.get(group.name)
      if (why) return { ...group, suppressed: why, figures: {}, differs: [] }
      const inside = judgedOf((provider) => members.has(provider))
      const outside = judgedOf((provider) => !members.has(provider))
      const enough = inside.filter(({ n }) => n > 0).length >= minimum
      const figures = { ...loadFigures(people, load, members), ...(enough ? judgedFigures(inside, outside) : {}) }
      return { ...group, n: members.size, figures: present(figures), differs: enough ? differing(inside, outside) : [] }
    }),
  }
}

const present = (figures: Readonly<Record<string, Estimate | undefined>>) =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined)) as GroupReport['figures']

function loadFigures(
  { providers }: Pick<ClinicLayoutDetail, 'providers'>,
  load: Readonly<Record<ProviderCode, PersonLoad>>,
  members: ReadonlySet<ProviderCode>,
): Partial<Record<FairnessFigure, Estimate | undefined>> {
  const worked = providers.flatMap((provider) => {
    const own = load[provider.provider]
    return own && own.fullWeeks > 0 ? [{ ...provider, ...own, isIn: members.has(provider.provider) }] : []
  })
  const mean = (what: 'work' | 'inbox') =>
    clusteredMean(worked.filter(({ isIn }) => isIn).map((each) => ({ sum: each[what], n: each.fullWeeks })))
  const beside = (what: 'work' | 'inbox') =>
    adjusted(
      worked.map((each) => ({
        y: each[what] / each.fullWeeks,
        x: [
          Number(each.isIn),
          (each.panel * (each.caseMix ?? 1)) / Math.max(0.05, each.clinicalFte) / 1000,
          each.visits / each.fullWeeks / 100,
        ],
      })),
    )
  return {
    work: mean('work'),
    inbox: mean('inbox'),
    'work-adjusted': beside('work'),
    'inbox-adjusted': beside('inbox'),
  }
}

const over = (
  people: readonly JudgedWeeks[],
  sum: (each: JudgedWeeks) => number,
  n: (each: JudgedWeeks) => number = (each) => each.n,
): readonly Cluster[] => people.map((each) => ({ sum: sum(each), n: n(each) }))

const overloads = ({ hits, missed }: JudgedWeeks) => hits + missed
const flags = ({ hits, falseAlarms }: JudgedWeeks) => hits + falseAlarms
const miscalibration = (each: JudgedWeeks) => overloads(each) - each.chance

function judgedFigures(
  inside: readonly JudgedWeeks[],
  outside: readonly JudgedWeeks[],
): Partial<Record<FairnessFigure, Estimate | undefined>> {
  const excess = (each: JudgedWeeks) => flags(each) - overloads(each)
  const [here, there] = [clusteredMean(over(inside, excess)), clusteredMean(over(outside, excess))]
  return {
    error: clusteredMean(over(inside, ({ error }) => error)),
    coverage: clusteredRate(over(inside, ({ within }) => within)),
    overloaded: clusteredRate(over(inside, overloads)),
    flagged: clusteredRate(over(inside, flags)),
    missed: clusteredRate(over(inside, ({ missed }) => missed, overloads)),
    'false-alarms': clusteredRate(
      over(
        inside,
        ({ falseAlarms }) => falseAlarms,
        ({ falseAlarms, calm }) => falseAlarms + calm,
      ),
    ),
    precision: clusteredRate(over(inside, ({ hits }) => hits, flags)),
    calibration: clusteredMean(over(inside, miscalibration)),
    unexplained: here && there && difference(here, there),
  }
}

function differing(inside: readonly JudgedWeeks[], outside: readonly JudgedWeeks[]): GroupReport['differs'] {
  const tests = { error: ({ error }: JudgedWeeks) => error, calibration: miscalibration }
  return (['error', 'calibration'] as const).filter((name) => {
    const [a, b] = [clusteredMean(over(inside, tests[name])), clusteredMean(over(outside, tests[name]))]
    return a !== undefined && b !== undefined && isNotZero(difference(a, b))
  })
}
