import type { Belief, LoadCell, LoadPicture, Scenario, TwinContext } from '@counterpart/kernel'
import { type CivilTime, civilTime } from '@counterpart/numerics'
import { clinicOf } from '../memory/clinic.ts'
import { mondayOf } from '../memory/rota.ts'
import { type Weeks, weeksOf } from '../weeks.ts'
import type { ClinicPlan } from '../work/plan.ts'
import { emptyCell, forecastCell, measuredCell } from './load-cells.ts'
import { toldGroups } from './pods-told.ts'

/** Which weeks a picture shows: so many that are over, and so many from the present one on. */
export interface ShownWeeks {
  readonly back: number
  readonly ahead: number
}

/** What a row is about. */
export interface RowAbout {
  readonly name: string
  readonly label: string
  /** Places in the plan. */
  readonly people: readonly number[]
  readonly suppressed?: string
}

/** Rows of people over weeks that are over and weeks to come, on one time axis. */
export function loadRows(
  belief: Belief,
  scenario: Scenario,
  context: TwinContext,
  shown: ShownWeeks,
  rowsOf: (plan: ClinicPlan) => readonly RowAbout[],
): Pick<LoadPicture, 'asOf' | 'periods' | 'rows'> {
  const clinic = clinicOf(belief)
  const { timeZone } = clinic.layout
  const civil = civilTime(timeZone)
  const thisWeek = mondayOf(civil, civil.dayOf(belief.asOf))
  const simulated = weeksOf(belief, scenario, context, { weeks: shown.ahead })
  const { plan } = simulated.situation
  const past = Array.from({ length: shown.back }, (_, i) => civil.dayAfter(thisWeek, -7 * (shown.back - i)))
  return {
    asOf: belief.asOf,
    periods: [...past, ...simulated.situation.weeks.map(({ week }) => week)].map((week) => ({
      from: civil.startOf(week),
      until: civil.startOf(civil.dayAfter(week, 7)),
      label: weekLabel(week),
    })),
    rows: rowsOf(plan).map(({ name, label, people, suppressed }) => {
      const codes = people.map((p) => plan.providers[p]!.provider)
      const cells = (): LoadCell[] => [
        ...past.map(
          (week) => measuredCell(clinic, codes, week)?.cell ?? emptyCell('Nothing is remembered of this week'),
        ),
        ...simulated.situation.weeks.map((_, w) => comingCell(simulated, people, w, civil)),
      ]
      return {
        name,
        label,
        people: people.length,
        cells:
          suppressed === undefined ? cells() : [...past, ...simulated.situation.weeks].map(() => emptyCell(suppressed)),
      }
    }),
  }
}

function comingCell(
  { situation, figures }: Weeks,
  people: readonly number[],
  week: number,
  civil: CivilTime,
): LoadCell {
  const { plan, asOf, weeks } = situation
  const away = people.reduce((sum, p) => {
    const days = plan.providers[p]!.days.slice(7 * week, 7 * week + 5)
    return sum + days.reduce((of, day) => of + day.away, 0) / 5
  }, 0)
  const begun = week === 0 && civil.dayOf(asOf) > civil.dayOf(weeks[0]!.from)
  return forecastCell(figures, people, week, plan.weeks, { begun, away: Math.round(10 * away) / 10 })
}

/** The pods that may be told of, and the clinic; others with why not. */
export function podRows(belief: Belief): (plan: ClinicPlan) => readonly RowAbout[] {
  return (plan) => {
    const place = new Map(plan.providers.map(({ provider }, p) => [provider, p]))
    const groups = toldGroups(clinicOf(belief).layout)
    const rows = groups.map(({ name, label, providers, suppressed }) => ({
      name,
      label,
      people: providers.flatMap(({ provider }) => place.get(provider) ?? []),
      ...(suppressed ? { suppressed } : {}),
    }))
    // The clinic last: it is the sum.
    return [...rows.filter(({ name }) => name !== 'clinic'), ...rows.filter(({ name }) => name === 'clinic')]
  }
}

/** `2 Mar`: the Monday. */
function weekLabel(week: string): string {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  return `${Number(week.slice(8, 10))} ${months[Number(week.slice(5, 7)) - 1]}`
}
