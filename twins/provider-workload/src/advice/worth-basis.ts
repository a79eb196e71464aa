import type { CohortDetail, JsonObject } from '@counterpart/kernel'
import { minimumCellOf, toldGroups } from '../pictures/pods-told.ts'
import { estimateRisk } from '../risk/estimate.ts'
import { surveysOf, workedGroup } from '../risk/group.ts'
import { worthInputs } from '../worth/inputs.ts'
import type { WorthValues } from '../worth/worth.ts'
import type { Span } from './outcome.ts'
import type { AdviceSituation } from './runs.ts'

/** What a clinic says of itself that the worth of a change depends on. */
export interface OwnFigures {
  /** Its own figures in place of the usual ones, without spread. */
  readonly replaced: Partial<WorthValues>
  readonly cohorts: readonly CohortDetail[]
}

/** What is given for reckoning the worth of options beside their runs. */
export interface WorthBasis {
  readonly situation: AdviceSituation
  /** Draws of the share of the clinic with burnout; one of nothing known where the clinic is too small to tell. */
  readonly burnout: Float64Array
  readonly replaced: Partial<WorthValues>
  /** Members that are reckoned; carrying on must have been run as often. */
  readonly members: number
  /** Groups that may be told of, with the places of their people in the plan. */
  readonly groups: readonly { readonly name: string; readonly label: string; readonly people: readonly number[] }[]
}

/** The usual share with burnout in primary care, where a clinic is too small to be told of. */
const usualShare = 0.47

export function basisOf(
  situation: AdviceSituation,
  spans: readonly Span[],
  members: number,
  own: OwnFigures,
): WorthBasis {
  const { layout, plan } = situation
  const place = new Map(plan.providers.map(({ provider }, p) => [provider, p]))
  const groups = toldGroups(layout)
    .filter(({ suppressed }) => suppressed === undefined)
    .map(({ name, label, providers }) => ({
      name,
      label,
      people: providers.flatMap(({ provider }) => place.get(provider) ?? []),
    }))
  const minimum = minimumCellOf(layout)
  const all = groups.find(({ name }) => name === 'clinic')
  const mean = (p: number, of: (one: Span['people'][number]) => number) =>
    spans.reduce((sum, span) => sum + of(span.people[p]!), 0) /
    Math.max(1, spans.length) /
    Math.max(0.1, plan.providers[p]!.clinicalFte)
  const burnout =
    all === undefined
      ? Float64Array.of(usualShare)
      : estimateRisk({
          clinic: workedGroup(
            all.name,
            all.people.map((p) => mean(p, ({ outside }) => outside)),
            all.people.map((p) => mean(p, ({ received }) => received)),
            minimum,
          ),
          pods: [],
          surveys: surveysOf(own.cohorts),
          minimum,
          random: (...names) => situation.random('worth', ...names),
          size: 400,
        })[0]!.draws
  return { situation, burnout, replaced: own.replaced, members, groups }
}

/** What the clinic's prior (`worth`, a figure for each name of {@link worthInputs}) and its surveys say. */
export function ownFiguresOf({
  prior,
  cohorts,
}: {
  readonly prior: JsonObject
  readonly cohorts: Readonly<Record<string, CohortDetail>>
}): OwnFigures {
  const said = prior.worth
  const own = typeof said === 'object' && said !== null && !Array.isArray(said) ? (said as JsonObject) : {}
  const replaced = worthInputs.flatMap(({ name }) => {
    const value = own[name]
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? [[name, value] as const] : []
  })
  return { replaced: Object.fromEntries(replaced), cohorts: Object.values(cohorts) }
}
