import { portableExp, type RandomStream, sample } from '@counterpart/numerics'
import { type CausalMember, logOddsOfChange, movedShare, type WorkedDifference } from '../risk/change.ts'
import type { RiskMember } from '../risk/prior.ts'
import { type WorthInput, type WorthInputName, workingWeeks, worthInputs } from './inputs.ts'

/** What a change does in an average week once it is settled, for the clinic as a whole. */
export interface SettledWeek {
  /** Hours outside scheduled time that are spared. */
  readonly hoursSpared: number
  /** Visits more (or fewer). */
  readonly visits: number
  /** Minutes of work of nurses, assistants, pharmacists and managers that it takes. */
  readonly staffMinutes: number
  /** Clinicians with a scribe, and full-time equivalents that were hired. */
  readonly scribes: number
  readonly hired: number
  readonly people: number
  /** For the risk of burnout: in the mean over the people, for a full-time equivalent. */
  readonly worked: WorkedDifference
}

/** Money of one member: the first year, in US dollars. */
export interface MoneyOfYear {
  readonly cost: number
  readonly benefit: number
  /** Part of the benefit that no money changes hands for: unpaid hours. */
  readonly unpaid: number
  /** Fewer people with burnout at the end, as a share. */
  readonly burnoutFallsBy: number
}

export type WorthValues = Readonly<Record<WorthInputName, number>>

/** One member's inputs: equal streams, equal values. `replaced`: the clinic's own figures, which then have no spread. */
export function drawWorthValues(random: RandomStream, replaced: Partial<WorthValues> = {}): WorthValues {
  return Object.fromEntries(
    worthInputs.map(({ name, spread }: WorthInput) => {
      const drawn = sample(spread, random)
      return [name, replaced[name as WorthInputName] ?? Math.max(0, drawn)]
    }),
  ) as unknown as WorthValues
}

/**
 * Cost and benefit of the first year: what is there after `daysToHalf` counts for the rest of it, licences and salaries from
 * then on, searches and training once.
 */
export function moneyOfYear(
  week: SettledWeek,
  values: WorthValues,
  daysToHalf: number,
  burnout: { readonly share: number; readonly member: RiskMember; readonly how: CausalMember },
): MoneyOfYear {
  const part = Math.max(0, 1 - daysToHalf / 365)
  const weeks = workingWeeks * part
  const after = movedShare(burnout.share, logOddsOfChange(burnout.member, burnout.how, week.worked))
  const burnoutFallsBy = burnout.share - after
  const leaversFewer = week.people * burnoutFallsBy * (leavingOf(values) - values.leaving) * part
  const unpaid = weeks * week.hoursSpared * values['hour-spared'] * values['clinician-hour']
  const visits = weeks * week.visits * values.visit
  const hired = week.hired * part
  return {
    cost:
      (weeks * week.staffMinutes * values['staff-hour']) / 60 +
      week.scribes * values['scribe-licence'] +
      hired * values['clinician-year'] +
      (week.hired > 0 ? values.search * Math.ceil(week.hired) : 0) +
      Math.max(0, -visits),
    benefit: unpaid + Math.max(0, visits) + leaversFewer * values.replacement,
    unpaid,
    burnoutFallsBy,
  }
}

/** Part of people with burnout who leave in a year. */
function leavingOf(values: WorthValues): number {
  const odds = (values.leaving / (1 - values.leaving)) * portableExp(values['leaving-burned-out'])
  return odds / (1 + odds)
}
