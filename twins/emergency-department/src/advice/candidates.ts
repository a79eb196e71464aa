import type { Instant, Intervention, PlannedIntervention, Scenario } from '@counterpart/kernel'
import { interventions, isRunning, queueRuleName } from '../interventions.ts'
import { minutesPerLevel, orderWords } from '../policy/line-order.ts'

/** Doses that are tried of each intervention. */
const doses: Readonly<Record<string, readonly number[]>> = {
  'call-in-clinician': [1, 2, 3],
  'call-in-nurse': [1],
  'move-to-triage': [1],
  'open-overflow': [4],
  'expedite-diagnostics': [30, 50],
  'early-inpatient-pull': [3, 6],
  'stream-to-minors': [1],
  'divert-ambulances': [1],
}

/** Minutes of patients that an hour of somebody called in must spare. */
export const perHourCalledIn = 100

/**
 * Minutes of people that an intervention must spare before it is worth what it asks of the staff (assumed, stated so that
 * a reader can disagree): once, and for each unit of its dose.
 */
const burdens: Readonly<Record<string, readonly [once: number, each: number]>> = {
  'call-in-clinician': [30, 6 * perHourCalledIn],
  'call-in-nurse': [30, 6 * perHourCalledIn],
  'move-to-triage': [15, 15],
  'open-overflow': [60, 10],
  'expedite-diagnostics': [30, 1],
  'early-inpatient-pull': [30, 20],
  'stream-to-minors': [30, 0],
  'divert-ambulances': [400, 0],
}

export interface Candidate {
  readonly scenario: Scenario
  readonly burden: number
}

/** All single interventions that are not in force already. */
export function singleCandidates(from: Instant, running: readonly PlannedIntervention[]): Candidate[] {
  const inForce = new Set(running.filter((each) => isRunning(each, from)).map(({ intervention }) => intervention))
  return interventions.flatMap((intervention) =>
    (inForce.has(intervention.name) ? [] : (doses[intervention.name] ?? [])).map((dose) =>
      single(intervention, dose, from),
    ),
  )
}

/** Rules of order, unless one is in force already. */
export function orderCandidates(from: Instant, running: readonly PlannedIntervention[]): Candidate[] {
  if (running.some((each) => each.intervention === queueRuleName && isRunning(each, from))) return []
  return minutesPerLevel.map((dose) => ({
    scenario: {
      id: `${queueRuleName}-${dose}`,
      name: orderWords(dose),
      interventions: [{ intervention: queueRuleName, dose, from }],
    },
    burden: 60,
  }))
}

function single(intervention: Intervention, dose: number, from: Instant): Candidate {
  const [once, each] = burdens[intervention.name] ?? [0, 0]
  const much = intervention.dose.high === 1 ? '' : ` (${dose}${unitWords(intervention.unit, dose)})`
  return {
    scenario: {
      id: `${intervention.name}-${dose}`,
      name: `${intervention.label}${much}`,
      interventions: [{ intervention: intervention.name, dose, from }],
    },
    burden: once + each * dose,
  }
}

function unitWords(unit: string, dose: number): string {
  if (unit === '%') return ' %'
  const word = unit.replaceAll(/[{}]/g, '')
  return ` ${dose === 1 ? word : word === 'person' ? 'people' : `${word}s`}`
}

/** Two different interventions at once. */
export function pairOf(a: Candidate, b: Candidate): Candidate {
  return {
    scenario: {
      id: `${a.scenario.id}+${b.scenario.id}`,
      name: `${a.scenario.name} and ${b.scenario.name.charAt(0).toLowerCase()}${b.scenario.name.slice(1)}`,
      interventions: [...a.scenario.interventions, ...b.scenario.interventions],
    },
    burden: a.burden + b.burden,
  }
}
