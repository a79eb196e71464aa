import type { CohortDetail } from '@counterpart/kernel'
import { RiskError } from './errors.ts'

/** What is known of the work of a group of people: figures of the group, none of a person. */
export interface WorkedGroup {
  /** `clinic` or a pod's code. */
  readonly name: string
  readonly people: number
  /** Hours outside scheduled time a week for each full-time equivalent: mean over its people, and how much they differ. */
  readonly outside: { readonly mean: number; readonly standardDeviation: number }
  /** Messages a week for each full-time equivalent. */
  readonly messages: { readonly mean: number; readonly standardDeviation: number }
}

/** Answers of a group to a survey about burnout. */
export interface SurveyedGroup {
  readonly name: string
  readonly answers: number
  readonly burnedOut: number
}

/**
 * The figures of a group as {@link WorkedGroup}. Throws {@link RiskError} `group-too-small` for fewer people than `minimum`
 * (itself at least 3): the risk of burnout is never computed of one person or of a few.
 */
export function workedGroup(
  name: string,
  outside: readonly number[],
  messages: readonly number[],
  minimum: number,
): WorkedGroup {
  requireEnough(name, outside.length, minimum)
  if (messages.length !== outside.length || ![...outside, ...messages].every(Number.isFinite))
    throw new RiskError(
      'figure-invalid',
      `group "${name}": ${outside.length} figures of hours and ${messages.length} of messages; expected as many finite numbers of each, one for each person`,
    )
  return { name, people: outside.length, outside: spreadOf(outside), messages: spreadOf(messages) }
}

export function requireEnough(name: string, people: number, minimum: number): void {
  const least = Math.max(3, minimum)
  if (people < least)
    throw new RiskError(
      'group-too-small',
      `group "${name}" has ${people} people; risk is told of ${least} and more only. Put it together with another group.`,
    )
}

/** The newest answers about burnout of each group that were published; suppressed ones are none. */
export function surveysOf(cohorts: readonly CohortDetail[]): ReadonlyMap<string, SurveyedGroup> {
  const newest = new Map<string, CohortDetail>()
  for (const each of cohorts) {
    if (each.measure !== 'burnout' || each.suppressed || each.n === undefined || each.above === undefined) continue
    const known = newest.get(each.group)
    if (known === undefined || each.until > known.until) newest.set(each.group, each)
  }
  return new Map([...newest].map(([group, { n, above }]) => [group, { name: group, answers: n!, burnedOut: above! }]))
}

function spreadOf(values: readonly number[]): { mean: number; standardDeviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, standardDeviation: Math.sqrt(squares / Math.max(1, values.length - 1)) }
}
