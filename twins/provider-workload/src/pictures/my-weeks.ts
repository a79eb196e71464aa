import type { Belief, LoadPicture, Scenario, TwinContext } from '@counterpart/kernel'
import { clinicOf } from '../memory/clinic.ts'
import { loadRows } from './load.ts'

const shown = { back: 4, ahead: 5 } as const
/** A probability of an overloaded week that is told in words. */
const told = 0.3

/** One person's own weeks, for that person. Throws `RangeError` when nobody of this code works in the clinic. */
export function myWeeksPicture(belief: Belief, scenario: Scenario, context: TwinContext, member: string): LoadPicture {
  requireMember(belief, member)
  const drawn = loadRows(belief, scenario, context, shown, (plan) => [
    { name: 'you', label: 'You', people: [plan.providers.findIndex(({ provider }) => provider === member)] },
  ])
  const [row] = drawn.rows
  const { overloadRatio } = clinicOf(belief).layout
  const findings = row!.cells.flatMap(
    ({ overload, contracted, work, completeness }, i): LoadPicture['findings'][number][] => {
      const week = drawn.periods[i]!.label
      if (completeness !== undefined && completeness < 0.95)
        return [
          {
            row: 'you',
            sentence: `Of the week of ${week}, ${Math.round(100 * completeness)} % of your log is there: the hours are an estimate.`,
          },
        ]
      if (i < shown.back || overload === null || overload.estimate < told) return []
      return [
        {
          row: 'you',
          sentence: `The week of ${week} may go beyond ${(overloadRatio * contracted).toFixed(0)} hours (${overloadRatio} times what you are contracted for): about ${work.p50.toFixed(0)} are expected (90 %: ${work.p05.toFixed(0)} to ${work.p95.toFixed(0)}).`,
          probability: overload,
        },
      ]
    },
  )
  return {
    kind: 'load',
    title: 'Your weeks',
    description:
      'Your own hours in the last four weeks, this one and the next four: scheduled, and at the record outside scheduled time. It is shown to you and to nobody else.',
    ...drawn,
    findings,
  }
}

export function requireMember(belief: Belief, member: string): void {
  if (!clinicOf(belief).layout.providers.some(({ provider }) => provider === member))
    throw new RangeError(`nobody with the code "${member}" works in ${belief.twin.subject}; expected a provider's code`)
}
