import { type Instant, type Intervention, minute, type PlannedIntervention, type Role } from '@counterpart/kernel'
import type { Effect } from './flow/effects.ts'

/** An intervention with what it does and how long it does so unless its end is given, in minutes. */
interface Lever {
  readonly intervention: Intervention
  readonly lasts: number
  readonly effects: (dose: number, from: number, until: number) => readonly Effect[]
}

const system = 'urn:counterpart:department-action'
const manager: readonly Role[] = ['manager']
const clinical: readonly Role[] = ['clinician', 'manager']

/** From the decision to the effect, minutes (assumed). */
const delays = { callIn: 60, move: 10, overflow: 30, pull: 75, betweenBeds: 15, divert: 15 } as const
/** Beds pulled forward would have opened later anyway: after this they are missing. */
const borrowedAfter = 180
/** Overflow spaces that one nurse looks after (assumed). */
const spacesPerNurse = 4
/** Part of ambulances that still come while others are sent elsewhere; acuity 1 always does (assumed). */
const stillCome = 0.2

const assumed = 'Size and delay are assumptions of this twin; outcomes of approved advice are scored against them.'

function lever(about: Omit<Intervention, 'order'>, lasts: number, effects: Lever['effects']): Lever {
  const code = { system, code: about.name, display: about.label }
  return { intervention: { ...about, order: { resource: 'Task', code } }, lasts, effects }
}

const staff = (role: 'clinician' | 'nurse', label: string, cost: string) =>
  lever(
    {
      name: `call-in-${role}`,
      label,
      unit: '{person}',
      dose: { low: 1, high: 3, step: 1, usual: 1 },
      reversibility: 'Stands down at once; call-out pay is spent',
      mayApprove: manager,
      riskClass: 'low',
      cost,
      undo: 'Tell them not to come, or send them home',
      evidence: `Arrives after ${delays.callIn} minutes and stays six hours. ${assumed}`,
    },
    360,
    (dose, from, until) => [{ kind: 'staff', role, change: dose, from: from + delays.callIn, until }],
  )

const levers: readonly Lever[] = [
  staff('clinician', 'Call in a clinician', 'Call-out pay for up to six hours each; a tired colleague tomorrow'),
  staff('nurse', 'Call in a nurse', 'Call-out pay for up to six hours each'),
  lever(
    {
      name: 'move-to-triage',
      label: 'Move a nurse to triage',
      unit: '{nurse}',
      dose: { low: 1, high: 2, step: 1, usual: 1 },
      reversibility: 'At once',
      mayApprove: manager,
      riskClass: 'low',
      cost: 'As many nurses fewer on the floor',
      undo: 'Send the nurse back to the floor',
      evidence: `After ${delays.move} minutes, for four hours. ${assumed}`,
    },
    240,
    (dose, from, until) => [
      { kind: 'staff', role: 'triage-nurse', change: dose, from: from + delays.move, until },
      { kind: 'staff', role: 'nurse', change: -dose, from: from + delays.move, until },
    ],
  ),
  lever(
    {
      name: 'open-overflow',
      label: 'Open overflow spaces',
      unit: '{space}',
      dose: { low: 2, high: 8, step: 1, usual: 4 },
      reversibility: 'Closed when the patients in them have left',
      mayApprove: manager,
      riskClass: 'moderate',
      cost: 'Spaces to staff and clean; nurses are missing where they were',
      undo: 'Put nobody more into the overflow spaces',
      evidence: `Opens after ${delays.overflow} minutes, for eight hours; like majors, with a nurse of the floor for every ${spacesPerNurse}. ${assumed}`,
    },
    480,
    (dose, from, until) => [
      { kind: 'spaces', group: 'majors', change: dose, from: from + delays.overflow, until },
      { kind: 'staff', role: 'nurse', change: -Math.ceil(dose / spacesPerNurse), from: from + delays.overflow, until },
    ],
  ),
  lever(
    {
      name: 'expedite-diagnostics',
      label: 'Expedite diagnostics',
      unit: '%',
      dose: { low: 10, high: 50, step: 10, usual: 30 },
      reversibility: 'At once',
      mayApprove: clinical,
      riskClass: 'low',
      cost: 'Laboratory and imaging serve the department first; other wards wait',
      undo: 'Return to the usual order of tests',
      evidence: `Tests ordered during four hours take so much less time. ${assumed}`,
    },
    240,
    (dose, from, until) => [{ kind: 'tests', factor: 1 - dose / 100, from, until }],
  ),
  lever(
    {
      name: 'early-inpatient-pull',
      label: 'Pull patients to beds upstairs early',
      unit: '{bed}',
      dose: { low: 1, high: 6, step: 1, usual: 3 },
      reversibility: 'A patient who has gone up stays up',
      mayApprove: manager,
      riskClass: 'moderate',
      cost: 'Wards discharge or move patients ahead of time; these beds are then missing from later openings',
      undo: 'Stop the pull; beds already given stay given',
      evidence: `The first after ${delays.pull} minutes, then one every ${delays.betweenBeds}; borrowed from openings more than ${borrowedAfter / 60} hours later. ${assumed}`,
    },
    borrowedAfter,
    (dose, from) => {
      const at = Array.from({ length: dose }, (_, i) => from + delays.pull + i * delays.betweenBeds)
      // What came before now is in the hospital's own openings by now.
      return [{ kind: 'beds', at: at.filter((time) => time > 0), borrowed: dose, borrowedAfter: from + borrowedAfter }]
    },
  ),
  lever(
    {
      name: 'stream-to-minors',
      label: 'Stream minor cases to a clinician of their own',
      unit: '1',
      dose: { low: 1, high: 1, step: 1, usual: 1 },
      reversibility: 'At once',
      mayApprove: clinical,
      riskClass: 'low',
      cost: 'One clinician fewer for the sicker patients',
      undo: 'The clinician sees all patients again',
      evidence: `One clinician sees only acuity 4 and 5 for six hours. ${assumed}`,
    },
    360,
    (_, from, until) => [
      { kind: 'staff', role: 'clinician', change: -1, from, until },
      { kind: 'staff', role: 'fast-track', change: 1, from, until },
    ],
  ),
  lever(
    {
      name: 'divert-ambulances',
      label: 'Divert ambulances',
      unit: '1',
      dose: { low: 1, high: 1, step: 1, usual: 1 },
      reversibility: 'At once; ambulances under way elsewhere stay elsewhere',
      mayApprove: manager,
      riskClass: 'high',
      cost: 'Longer journeys for patients, and pressure on the neighbours',
      undo: 'Tell the ambulance service that the department is open',
      evidence: `From ${delays.divert} minutes on, for two hours, ${100 * stillCome} % of ambulances of acuity 2 to 5 still come, and all of acuity 1. ${assumed}`,
    },
    120,
    (_, from, until) => [{ kind: 'ambulances', factor: stillCome, from: from + delays.divert, until }],
  ),
  lever(
    {
      name: 'queue-rule',
      label: 'See people by a rule of order',
      unit: 'min',
      dose: { low: 15, high: 480, step: 15, usual: 120 },
      reversibility: 'At once',
      mayApprove: clinical,
      riskClass: 'moderate',
      cost: 'People are called in another order than they expect; whoever is at the desk may depart from it',
      undo: 'Go back to the usual order',
      evidence:
        'Who has waited longest is next, each level of acuity counting for so many minutes of waiting; for eight hours. What it changes is told against the order in which people are seen now, as far as that can be told from who was seen. Accumulating priority: L. Kleinrock, Nav. Res. Logist. Q. 11 (1964) 329–341; targets by class: D. A. Stanford, P. Taylor, I. Ziedins, Queueing Syst. 77 (2014) 297–330.',
    },
    480,
    (dose, from, until) => [{ kind: 'order', minutesPerLevel: dose, from, until }],
  ),
]

/** The name of the rule of order, whose dose is the minutes that a level of acuity counts for. */
export const queueRuleName = 'queue-rule'

export const interventions: readonly Intervention[] = levers.map(({ intervention }) => intervention)

/** Whether an intervention is still under way; without an end it lasts as long as its kind usually does. */
export function isRunning({ intervention: name, from, until }: PlannedIntervention, at: Instant): boolean {
  const known = levers.find(({ intervention }) => intervention.name === name)
  return known !== undefined && (until ?? from + known.lasts * minute) > at
}

/** What planned or running interventions do, on the clock of minutes from `asOf`. Unknown ones do nothing here. */
export function effectsOf(planned: readonly PlannedIntervention[], asOf: Instant): readonly Effect[] {
  return planned.flatMap((each) => {
    const known = levers.find(({ intervention }) => intervention.name === each.intervention)
    if (known === undefined || !(each.dose > 0)) return []
    const from = (each.from - asOf) / minute
    const until = each.until === undefined ? from + known.lasts : (each.until - asOf) / minute
    // What is over does nothing any more, but for beds that are still owed.
    if (until <= 0 && known.intervention.name !== 'early-inpatient-pull') return []
    return known.effects(each.dose, from, until)
  })
}
