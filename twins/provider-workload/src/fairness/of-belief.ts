import type { Belief, GroupsPicture } from '@counterpart/kernel'
import { clinicOf } from '../memory/clinic.ts'
import { sumsOf, weeksBefore } from '../pictures/figures-of.ts'
import { activities } from '../work/figures.ts'
import type { JudgedPeople } from './judged.ts'
import { fairnessShown } from './picture.ts'
import { fairnessReport, type PersonLoad } from './report.ts'

/** Weeks of work that load is measured over. */
const weeks = 8

/** Load, and errors of the twin's own forecasts, by sex, years qualified, contract and profession, after disclosure control. */
export function fairnessPicture(belief: Belief, judged: JudgedPeople): GroupsPicture {
  const clinic = clinicOf(belief)
  const span = weeksBefore(clinic, belief.asOf, weeks)
  const load = Object.fromEntries(
    clinic.layout.providers.map(({ provider }): readonly [string, PersonLoad] => {
      const { sums } = sumsOf(clinic, provider, span)
      const inbox = sums.ehr[activities.indexOf('inbox')]!
      return [provider, { fullWeeks: sums.fullWeeks, work: sums.scheduled + sums.outside, inbox, visits: sums.visits }]
    }),
  )
  return {
    kind: 'groups',
    title: 'Fairness',
    description:
      'What groups of people really work, and how well the twin’s forecasts and flags hold for each of them, with 90 % intervals.',
    asOf: belief.asOf,
    ...fairnessShown(fairnessReport(clinic.layout, judged, load)),
  }
}
