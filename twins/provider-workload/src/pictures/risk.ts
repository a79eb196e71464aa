import type { Belief, GroupsPicture, GroupValue, TwinContext } from '@counterpart/kernel'
import { type Clinic, clinicOf } from '../memory/clinic.ts'
import { estimateRisk } from '../risk/estimate.ts'
import { surveysOf, type WorkedGroup, workedGroup } from '../risk/group.ts'
import { ceiling } from '../risk/prior.ts'
import { sumsOf, weeksBefore } from './figures-of.ts'
import { minimumCellOf, type ToldGroup, toldGroups } from './pods-told.ts'

const weeks = 4

/** The share with burnout to be expected of each pod and of the clinic; of nobody. */
export function riskPicture(belief: Belief, context: TwinContext): GroupsPicture {
  const clinic = clinicOf(belief)
  const groups = toldGroups(clinic.layout)
  const minimum = minimumCellOf(clinic.layout)
  const span = weeksBefore(clinic, belief.asOf, weeks)
  const worked = new Map(
    groups.flatMap((group) => {
      const known = group.suppressed === undefined ? workedOf(clinic, group, span, minimum) : null
      return known === null ? [] : [[group.name, known] as const]
    }),
  )
  const whole = worked.get('clinic')
  const surveys = surveysOf(Object.values(clinic.cohorts))
  const estimates = new Map(
    whole === undefined
      ? []
      : estimateRisk({
          clinic: whole,
          pods: [...worked.values()].filter((each) => each !== whole),
          surveys,
          minimum,
          random: (...names) => context.random('risk-picture', ...names),
        }).map((each) => [each.name, each] as const),
  )
  const answers = [...surveys.values()].reduce((sum, { answers: n }) => sum + n, 0)
  return {
    kind: 'groups',
    title: 'Burnout to be expected',
    description:
      'The share of each pod and of the clinic with burnout, estimated from the work and from what was answered in surveys, with 90 % intervals.',
    asOf: belief.asOf,
    indicators: [
      {
        name: 'burnout',
        label: 'Share with burnout',
        unit: '%',
        digits: 0,
        definition:
          'Work outside scheduled time and messages move the odds as far as published associations, shrunk to what logs bear out, let them; answers to surveys weigh in (see the model card)',
        beside: { value: 47, label: 'Primary care in publications' },
      },
    ],
    groups: groups.map(({ name, label, providers, suppressed }) => {
      const estimate = estimates.get(name)
      const value: GroupValue = estimate
        ? { estimate: 100 * estimate.share.mean, low: 100 * estimate.share.p05, high: 100 * estimate.share.p95 }
        : { estimate: null, suppressed: suppressed ?? 'Too little is known of the work of enough people' }
      return { name, label, n: providers.length, values: { burnout: value } }
    }),
    notes: [
      ceiling,
      answers > 0
        ? 'Published answers to surveys are in it; who did not answer may differ, and the interval allows for that.'
        : 'No answers to surveys were published for this clinic: it rests on publications and on the work alone.',
    ],
  }
}

/** A group's work, where it is known of enough of its people. */
function workedOf(clinic: Clinic, group: ToldGroup, span: readonly string[], minimum: number): WorkedGroup | null {
  const each = group.providers
    .map(({ provider }) => sumsOf(clinic, provider, span).sums)
    .filter(({ fullWeeks }) => fullWeeks > 0.1)
  if (each.length < minimum) return null
  const known = workedGroup(
    group.name,
    each.map(({ outside, fullWeeks }) => outside / fullWeeks),
    each.map(({ received, fullWeeks }) => received / fullWeeks),
    minimum,
  )
  return { ...known, people: group.providers.length }
}
