import type { PlannedIntervention, Worth } from '@counterpart/kernel'
import { summarise } from '@counterpart/numerics'
import type { AdviceSituation } from './runs.ts'
import type { JudgedMember } from './worth-of.ts'

/** A rise of hours outside scheduled time that is told of a group, hours a week for each of its people. */
const riseTold = 0.1
const sure = 0.7

/** Who is worse off, and how: groups, roles and patients; never a person. */
export function worseOff(
  interventions: readonly PlannedIntervention[],
  members: readonly JudgedMember[],
  groups: readonly { readonly label: string; readonly people: readonly number[] }[],
  { layout }: Pick<AdviceSituation, 'layout'>,
): Worth['worseOff'] {
  const found: { who: string; how: string }[] = []
  const of = (read: (one: JudgedMember) => number) => summarise(Float64Array.from(members, read))
  const has = (name: string) => interventions.some(({ intervention }) => intervention === name)

  const staffHours = of(({ staffMinutes }) => staffMinutes / 60)
  if (staffHours.p50 >= 4)
    found.push({
      who: 'Nurses, assistants and pharmacists',
      how: `${between(staffHours, 0)} hours of work a week more, all together`,
    })
  const visitsLost = of(({ withIt, carryingOn }) => carryingOn.visits - withIt.visits)
  if (visitsLost.p50 >= 1)
    found.push({
      who: 'Patients who want a visit',
      how: `${between(visitsLost, 0)} visits a week fewer`,
    })
  if (has('message-triage'))
    found.push({ who: 'Patients who write', how: 'some are answered by somebody else, or asked to come' })
  if (has('panel-rebalance')) {
    found.push({ who: 'Patients who move', how: 'they lose the clinician they know' })
    found.push({ who: 'Clinicians with smaller panels than the mean', how: 'more patients and more messages' })
  }
  if (has('cross-cover'))
    found.push({ who: 'Colleagues of those who are away', how: 'they deal with messages of patients they do not know' })
  for (const { label, people } of groups) {
    if (people.length === layout.providers.length) continue
    const rise = Float64Array.from(members, ({ withIt, carryingOn }) => {
      const mean = (span: JudgedMember['withIt']) =>
        people.reduce((sum, p) => sum + span.people[p]!.outside, 0) / Math.max(1, people.length)
      return mean(withIt) - mean(carryingOn)
    })
    const certain = rise.filter((value) => value > riseTold).length / members.length
    if (certain >= sure)
      found.push({
        who: label,
        how: `${between(summarise(rise), 1)} hours a week more outside scheduled time for each clinician`,
      })
  }
  return found
}

function between({ p05, p50, p95 }: { p05: number; p50: number; p95: number }, digits: number): string {
  return `${p50.toFixed(digits)} (${p05.toFixed(digits)} to ${p95.toFixed(digits)})`
}
