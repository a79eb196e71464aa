import type { Intervention, Role } from '@counterpart/kernel'

const system = 'urn:counterpart:clinic-action'
const manager: readonly Role[] = ['manager']

const action = (about: Omit<Intervention, 'order' | 'mayApprove'>): Intervention => ({
  ...about,
  mayApprove: manager,
  order: { resource: 'Task', code: { system, code: about.name, display: about.label } },
})

/** What can be changed about the work of a clinic: the work, never the worker. */
export const interventions: readonly Intervention[] = [
  action({
    name: 'protected-inbox-time',
    label: 'Keep time for messages',
    unit: 'min/d',
    dose: { low: 15, high: 60, step: 5, usual: 40 },
    reversibility: 'From the next schedule on; visits already given up stay given up',
    riskClass: 'low',
    cost: 'Minutes of every clinic day without visits; some visits are lost, at first more than later',
    undo: 'Open the kept slots for booking again',
    evidence:
      'Disagree. Michigan Medicine: no measured change of work after hours, though 88 % of those asked believed it; JAMA Netw Open, December 2025: it fell, with a small dip in visits. Both are kept as they are: half of the ensemble holds one to be true, half the other.',
  }),
  action({
    name: 'team-inbox',
    label: 'Let a team deal with messages first',
    unit: '%',
    dose: { low: 10, high: 60, step: 10, usual: 30 },
    reversibility: 'Within a week; what the team learned is lost slowly',
    riskClass: 'moderate',
    cost: 'Hours of nurses and assistants, and their training; some messages are read twice',
    undo: 'Route messages to the clinicians again',
    evidence:
      'Six family medicine clinics: 12.2 messages and 6.3 minutes outside hours fewer a day, each message left 13.7 s longer (Appl Clin Inform 2024). One clinic against two: 16 % fewer messages (J Gen Intern Med 2025). Fewer notifications alone did not change burnout (VHA, 6,459 clinicians).',
  }),
  action({
    name: 'message-triage',
    label: 'Turn messages into visits or answers by staff',
    unit: '%',
    dose: { low: 5, high: 30, step: 5, usual: 15 },
    reversibility: 'At once',
    riskClass: 'moderate',
    cost: 'Hours of staff who triage; patients who wrote are asked to come, and wait for a visit',
    undo: 'Take messages without triage again',
    evidence:
      'As for a team: agreed roles and routing brought 16 % fewer messages (J Gen Intern Med 2025). That each message costs 1.2 minutes outside hours is an association (Cleveland Clinic, 150 clinicians).',
  }),
  action({
    name: 'refill-protocol',
    label: 'Do refills by protocol',
    unit: '%',
    dose: { low: 20, high: 90, step: 10, usual: 60 },
    reversibility: 'At once',
    riskClass: 'moderate',
    cost: 'Hours of pharmacists or nurses; writing and keeping the protocols',
    undo: 'Send refills to the clinicians again',
    evidence:
      'A pharmacy team took 80 % of refills; physicians put what it spared at 20 to 30 minutes a day, not measured (Sharp Rees-Stealy). It took Penn Medicine two years to cover 82 %.',
  }),
  action({
    name: 'scribe',
    label: 'Ambient scribe',
    unit: '1',
    dose: { low: 1, high: 1, step: 1, usual: 1 },
    reversibility: 'At once; licences run to the end of their term',
    riskClass: 'moderate',
    cost: 'A licence for each clinician; drafts must be read, and may be wrong; consent of patients',
    undo: 'Stop using it; notes are written as before',
    evidence:
      'Disagree on time: −9.5 % and −1.7 % in notes in two arms of one trial (NEJM AI 2025), −30 min a day in another, no difference at Atrium. Agree more on burnout: 51.9 to 38.8 % without a control group (Olson 2025), lower task load in the trial. Each is a part of the ensemble.',
  }),
  action({
    name: 'slot-length',
    label: 'Change the length of visits',
    unit: 'min',
    dose: { low: -5, high: 10, step: 5, usual: 5 },
    reversibility: 'For visits not yet booked',
    riskClass: 'moderate',
    cost: 'Longer: fewer visits, and a longer wait for one. Shorter: more work after hours',
    undo: 'Book visits of the former length again',
    evidence:
      'No trial. Under half of the minutes added to a slot is spent face to face (21 million visits, Neprash 2021); the rest is left for the note.',
  }),
  action({
    name: 'panel-rebalance',
    label: 'Even out panels',
    unit: '%',
    dose: { low: 25, high: 100, step: 25, usual: 50 },
    reversibility: 'Not really: patients have changed their clinician',
    riskClass: 'high',
    cost: 'Patients lose the clinician they know; those with small panels get more work',
    undo: 'Stop moving patients; those who moved stay where they are unless they ask',
    evidence:
      'No trial. Messages go with the size of the panel (86 clinicians, Margolius 2020); slow, as patients move when they next come.',
  }),
  action({
    name: 'cross-cover',
    label: 'Cover the inboxes of those who are away',
    unit: '1',
    dose: { low: 1, high: 1, step: 1, usual: 1 },
    reversibility: 'At once',
    riskClass: 'low',
    cost: 'Colleagues in the pod deal with messages of patients whom they do not know',
    undo: 'Messages wait for their owner again',
    evidence:
      'No trial. Without cover, people are at the record for a median of 16 minutes on days of leave (JAMA Netw Open, March 2025). It moves work; it makes none go away.',
  }),
  action({
    name: 'hire',
    label: 'Hire a clinician',
    unit: '{cFTE}',
    dose: { low: 0.2, high: 2, step: 0.2, usual: 1 },
    reversibility: 'Months',
    riskClass: 'moderate',
    cost: 'Salary, search and onboarding; colleagues teach; nothing is gained for months',
    undo: 'Close the search; once somebody is hired, the contract holds',
    evidence:
      'Three months to fill a post and three or four more until somebody may work (AAPPR 2025); then a panel grows for about a year. No trial of the effect on colleagues.',
  }),
]

/** The intervention of this name. Throws `RangeError` when there is none. */
export function interventionNamed(name: string): Intervention {
  const found = interventions.find((each) => each.name === name)
  if (found === undefined)
    throw new RangeError(`no intervention "${name}"; there are ${interventions.map((each) => each.name).join(', ')}`)
  return found
}
