import type { Intervention, PlannedIntervention } from '@counterpart/kernel'
import { RadiologyError } from './errors.ts'

const order = (code: string, display: string): Intervention['order'] => ({
  resource: 'Task',
  code: { system: 'urn:counterpart:department-action', code, display },
})

export const interventions: readonly Intervention[] = [
  {
    name: 'extend-session',
    label: 'Run the sessions on',
    unit: 'min',
    dose: { low: 30, high: 180, step: 30, usual: 60 },
    reversibility: 'Until the session’s planned end at no cost; afterwards it can be stopped after the exam under way',
    mayApprove: ['manager'],
    riskClass: 'moderate',
    cost: 'One technologist per machine stays on overtime pay',
    order: order('extend-session', 'Run today’s imaging sessions on'),
    undo: 'Tell the technologists that the session ends as planned',
    evidence: 'Its effect is simulated: unbooked patients are taken longer, technologists stay',
  },
  {
    name: 'reserve-emergency-slots',
    label: 'Hold slots for emergencies',
    unit: '{slot}',
    dose: { low: 1, high: 6, step: 1, usual: 2 },
    reversibility: 'At once',
    mayApprove: ['manager', 'clinician'],
    riskClass: 'low',
    cost: 'Inpatients and walk-ins wait half an hour per slot; the machine may stand idle',
    order: order('reserve-emergency-slots', 'Hold the next half-hours for emergencies'),
    undo: 'Release the slots',
    evidence:
      'Luo et al., BMC Health Serv Res 2018;18: reserving for emergencies shortened other waits; simulated here',
  },
  {
    name: 'release-emergency-slots',
    label: 'Release reserved slots',
    unit: '{slot}',
    dose: { low: 1, high: 6, step: 1, usual: 2 },
    reversibility: 'Until somebody is on the table',
    mayApprove: ['manager', 'clinician'],
    riskClass: 'low',
    cost: 'An emergency may have to wait for the end of a routine exam',
    order: order('release-emergency-slots', 'Open reserved half-hours to inpatients and walk-ins'),
    undo: 'Hold the slots again',
    evidence: 'Its effect is simulated',
  },
  {
    name: 'move-patients',
    label: 'Move booked patients to another machine',
    unit: '{patient}',
    dose: { low: 1, high: 8, step: 1, usual: 2 },
    reversibility: 'Until the patient is on the table',
    mayApprove: ['manager', 'clinician'],
    riskClass: 'low',
    cost: 'Patients are told of another room; the protocol is checked for the other machine',
    order: order('move-patients', 'Move booked patients to the machine whose list ends first'),
    undo: 'Give them back their first machine',
    evidence: 'Its effect is simulated; who moves is found by moving the exam that shortens the longest list most',
  },
  {
    name: 'call-in-technologist',
    label: 'Call in a technologist',
    unit: '{person}',
    dose: { low: 1, high: 3, step: 1, usual: 1 },
    reversibility: 'Persons called in are paid for the shift',
    mayApprove: ['manager'],
    riskClass: 'moderate',
    cost: 'Six hours of overtime pay each',
    order: order('call-in-technologist', 'Call in technologists'),
    undo: 'Send them home',
    evidence: 'Its effect is simulated; it helps only where machines stand for want of staff',
  },
  {
    name: 'outsource-reporting',
    label: 'Send reporting out',
    unit: '{report}',
    dose: { low: 5, high: 40, step: 5, usual: 10 },
    reversibility: 'Until a report is begun outside',
    mayApprove: ['manager'],
    riskClass: 'moderate',
    cost: 'A fee per report; outside readers do not know the patient',
    order: order('outsource-reporting', 'Send the oldest unreported routine exams to outside reporting'),
    undo: 'Recall what was not begun',
    evidence: 'Assumption: outside reports are there after four hours',
  },
  {
    name: 'prioritise-inpatients',
    label: 'Take inpatients before booked patients',
    unit: '1',
    dose: { low: 1, high: 1, step: 1, usual: 1 },
    reversibility: 'At once',
    mayApprove: ['clinician', 'manager'],
    riskClass: 'low',
    cost: 'Booked patients wait longer',
    order: order('prioritise-inpatients', 'Take inpatients before booked patients'),
    undo: 'Go back to the list',
    evidence: 'Its effect is simulated',
  },
]

/** Throws {@link RadiologyError} `scenario-invalid` for an unknown intervention or a dose out of bounds. */
export function checkPlanned(planned: readonly PlannedIntervention[]): void {
  for (const { intervention, dose, from, until } of planned) {
    const known = interventions.find(({ name }) => name === intervention)
    if (!known)
      throw new RadiologyError(
        'scenario-invalid',
        `unknown intervention "${intervention}"; this twin knows ${interventions.map(({ name }) => name).join(', ')}`,
      )
    if (!(dose >= known.dose.low && dose <= known.dose.high))
      throw new RadiologyError(
        'scenario-invalid',
        `dose ${dose} of ${intervention}; expected ${known.dose.low} to ${known.dose.high} ${known.unit}`,
      )
    if (!Number.isFinite(from) || (until !== undefined && !(until > from)))
      throw new RadiologyError('scenario-invalid', `${intervention} must have a start, and an end after it if any`)
  }
}
