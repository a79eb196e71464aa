import type { ClinicLayoutDetail, Instant, PlannedIntervention, Scenario } from '@counterpart/kernel'
import { interventionNamed } from './interventions.ts'

export interface Candidate {
  readonly scenario: Scenario
}

/** Doses that are tried of each intervention for the whole clinic. */
const doses: Readonly<Record<string, readonly number[]>> = {
  'protected-inbox-time': [20, 40],
  'team-inbox': [30, 60],
  'message-triage': [15, 30],
  'refill-protocol': [60, 90],
  scribe: [1],
  'slot-length': [-5, 5],
  'panel-rebalance': [50, 100],
  'cross-cover': [1],
  hire: [1, 2],
}

/** What is also tried for one pod alone, where that pod has the most work outside scheduled time. */
const forOnePod: readonly string[] = ['protected-inbox-time', 'team-inbox', 'scribe']

/**
 * Every intervention that is not at work already, for the whole clinic and some for each pod of `pods`. People are never
 * singled out: who has a scribe within a pod is for the pod to say.
 */
export function singleCandidates(
  layout: Pick<ClinicLayoutDetail, 'pods' | 'practice' | 'providers'>,
  from: Instant,
  running: readonly PlannedIntervention[],
  pods: readonly string[],
): Candidate[] {
  const inForce = new Set(
    running.filter(({ until }) => until === undefined || until > from).map(({ intervention }) => intervention),
  )
  if (layout.practice.teamInbox) inForce.add('team-inbox')
  if (layout.practice.refillProtocol) inForce.add('refill-protocol')
  if (layout.practice.scribes.length >= layout.providers.length) inForce.add('scribe')
  return Object.entries(doses).flatMap(([name, tried]) => {
    if (inForce.has(name)) return []
    const usual = tried[Math.min(1, tried.length - 1)]!
    const whole = tried.map((dose) => single(name, dose, from))
    const parts = forOnePod.includes(name)
      ? pods.map((pod) =>
          single(
            name,
            usual,
            from,
            layout.pods.find(({ code }) => code === pod),
          ),
        )
      : []
    return [...whole, ...parts]
  })
}

/** Two different interventions at once. */
export function pairOf(a: Candidate, b: Candidate): Candidate {
  return {
    scenario: {
      id: `${a.scenario.id}+${b.scenario.id}`,
      name: `${a.scenario.name} and ${b.scenario.name.charAt(0).toLowerCase()}${b.scenario.name.slice(1)}`,
      interventions: [...a.scenario.interventions, ...b.scenario.interventions],
    },
  }
}

function single(name: string, dose: number, from: Instant, pod?: ClinicLayoutDetail['pods'][number]): Candidate {
  const { label, unit, dose: range } = interventionNamed(name)
  const much = range.low === 1 && range.high === 1 ? '' : ` (${doseWords(dose, unit)})`
  return {
    scenario: {
      id: `${name}-${dose}${pod ? `@${pod.code}` : ''}`,
      name: `${label}${much}${pod ? `, ${pod.label}` : ''}`,
      interventions: [{ intervention: name, dose, from, ...(pod ? { on: [pod.code] } : {}) }],
    },
  }
}

/** A dose as people say it. */
function doseWords(dose: number, unit: string): string {
  if (unit === '%') return `${dose} %`
  if (unit === 'min/d') return `${dose} minutes a clinic day`
  if (unit === 'min') return dose > 0 ? `${dose} minutes longer` : `${-dose} minutes shorter`
  if (unit === '{cFTE}') return dose === 1 ? 'one full-time' : `${dose} full-time equivalents`
  return `${dose} ${unit.replaceAll(/[{}]/g, '')}`
}
