import type { Run } from '@counterpart/discrete'
import { type Acuity, type Instant, minute } from '@counterpart/kernel'
import { normalCumulative, type RandomStream } from '@counterpart/numerics'
import type { Posterior } from '../estimates/posterior.ts'
import { probabilityHere } from '../estimates/silence.ts'
import type { Department } from '../memory/department.ts'
import { type SpaceGroup, spaceGroups } from '../memory/layout.ts'
import { groupIn } from '../memory/pressure.ts'
import { inStateSince, stateOf, type Visit, type VisitState } from '../memory/visit.ts'
import { className } from './demand.ts'
import { assessmentOf, handsOn, type Member, type Moments } from './member.ts'
import { ATTRIBUTE, clinicianStepOf, noSpace, STEP } from './steps.ts'

/** Somebody here, as a run needs to know them; times in minutes from now, so ≤ 0. */
export interface Here {
  readonly visit: string
  readonly acuity: Acuity | null
  readonly state: Exclude<VisitState, 'left'>
  readonly ambulance: boolean
  readonly arrived: number
  /** When triage was done or not needed; `null` before. */
  readonly triaged: number | null
  readonly seen: number | null
  readonly since: number
  /** Minutes since being seen that were not spent with open tests. */
  readonly caredFor: number
  /** Had tests that are done. */
  readonly tested: boolean
  readonly imaging: boolean
  readonly group: SpaceGroup | undefined
  readonly placed: number | null
  /** When first placed anywhere. */
  readonly received: number | null
  /** Probability of being here at all. */
  readonly probability: number
}

/** Who is here, in the order in which they came. */
export function peopleHere(department: Department, asOf: Instant): Here[] {
  const minutes = (at: Instant) => Math.min(0, (at - asOf) / minute)
  return Object.values(department.visits)
    .map((visit: Visit): Here => {
      const seen = visit.seen === null ? null : minutes(visit.seen)
      const testing = visit.testingSince === null ? 0 : -minutes(visit.testingSince)
      const triaged = visit.triaged === null ? null : minutes(visit.triaged)
      const arrived = minutes(visit.arrived)
      return {
        visit: visit.id,
        acuity: visit.acuity,
        state: stateOf(visit) as Here['state'],
        ambulance: visit.mode !== 'walk-in',
        arrived: Math.min(arrived, seen ?? 0, triaged ?? 0),
        triaged,
        seen,
        since: minutes(inStateSince(visit)),
        caredFor: seen === null ? 0 : Math.max(0, -seen - visit.testMinutes - testing),
        tested: visit.lastResult !== null,
        imaging: visit.tests.some(({ imaging }) => imaging),
        group: groupIn(department, visit),
        placed: visit.placed === null ? null : minutes(visit.placed),
        received: visit.received === null ? null : minutes(visit.received),
        probability: probabilityHere(visit, department, asOf),
      }
    })
    .sort((a, b) => a.arrived - b.arrived || (a.visit < b.visit ? -1 : 1))
}

/** Who of those here takes part in one run, in the order in which they were put into it. */
export interface Present {
  readonly here: Here
  readonly acuity: Acuity
}

/** How many of each resource are to be had at the start. */
export type Capacities = Readonly<Record<string, number>>

/**
 * Puts those who are here into a run at its start. What was not observed is drawn: whether somebody silent is still
 * here, the acuity of those not yet triaged, and with whom the clinicians are.
 */
export function admitPresent(
  run: Run,
  people: readonly Here[],
  member: Member,
  { mix, sitsShare }: Pick<Posterior, 'mix' | 'sitsShare'>,
  capacities: Capacities,
  lastTriaged: number | null,
  random: RandomStream,
): Present[] {
  const present: Present[] = []
  for (const here of people) {
    const [isHere, drawn] = [random.uniform(), random.uniform()]
    if (isHere < here.probability) present.push({ here, acuity: here.acuity ?? drawAcuity(mix, drawn) })
  }
  const admitted: Present[] = []
  const left = { ...capacities }
  const quick = 'fast track' in capacities
  const clinicianFor = ({ acuity }: Present) => clinicianStepOf(acuity, quick)
  const admit = (one: Present, step: string, since: number, waiting: boolean, holding: readonly string[] = []) => {
    const { here, acuity } = one
    const group = here.group !== undefined && left[here.group]! > 0 && !queuesForSpace(here) ? here.group : undefined
    if (group !== undefined) left[group]!--
    const placed = queuesForSpace(here) ? 0 : group === undefined ? noSpace : spaceGroups.indexOf(group) + 1
    run.admit({
      class: className(acuity),
      arrived: here.arrived,
      step,
      since: Math.max(since, here.arrived),
      waiting,
      holding: group === undefined ? holding : [...holding, STEP.holds(group)],
      attributes: { [ATTRIBUTE.placed]: placed },
    })
    admitted.push(one)
  }

  const whereabouts = inCareWhereabouts(present, member, left.clinician!, random)
  for (const one of present) {
    const { here } = one
    if (here.state === 'in-care') {
      const { step, since } = whereabouts.get(one)!
      admit(one, step, since, false, step === STEP.rest ? [] : [clinicianFor(one)])
    } else if (here.state === 'tests') admit(one, here.imaging ? STEP.results : STEP.laboratory, here.since, false)
  }
  let nurses = left['triage nurse']!
  const arriving = present.filter(({ here }) => here.state === 'arriving' && here.group === undefined)
  const lying: Present[] = []
  for (const one of arriving)
    if (one.here.ambulance) {
      // In the vehicle: whether this one can sit is seen when somebody looks.
      const sits = random.uniform() < sitsShare[one.acuity - 1]!
      if (sits) admit(one, STEP.handover, one.here.arrived, false)
      else lying.push(one)
    } else if (nurses > 0) {
      nurses--
      admit(one, STEP.triage, Math.max(one.here.arrived, lastTriaged ?? one.here.arrived), false)
    } else admit(one, STEP.triage, one.here.arrived, true)
  for (const one of present) if (one.here.state === 'boarding') admit(one, STEP.bed, one.here.since, true)
  const waiting = present
    .filter((one) => one.here.state === 'waiting' || (one.here.state === 'arriving' && one.here.group !== undefined))
    .concat(lying)
    .sort((a, b) => (a.here.triaged ?? a.here.arrived) - (b.here.triaged ?? b.here.arrived))
  // Those in a space first: their clinician comes before anybody new is placed.
  for (const one of waiting)
    if (!queuesForSpace(one.here)) admit(one, clinicianFor(one), one.here.triaged ?? one.here.arrived, true)
  for (const one of waiting)
    if (queuesForSpace(one.here)) admit(one, STEP.space(one.acuity), one.here.triaged ?? one.here.arrived, true)
  return admitted
}

/** Triaged (or about to be), not in a treatment space and not yet seen. */
const queuesForSpace = (here: Here): boolean =>
  here.seen === null && here.state !== 'boarding' && here.group === undefined

function drawAcuity(mix: readonly number[], u: number): Acuity {
  let below = 0
  for (const [k, share] of mix.entries()) {
    below += share
    if (u < below) return (k + 1) as Acuity
  }
  return 3
}

interface Whereabouts {
  readonly step: string
  readonly since: number
}

/**
 * Where those are who are in care without open tests. Nobody tells whom the clinicians are with, so it is drawn with the
 * probability that their time for a patient exceeds the time since that patient was seen. While somebody in a space
 * waits, no clinician is idle, as far as there are patients.
 */
function inCareWhereabouts(
  present: readonly Present[],
  member: Member,
  clinicians: number,
  random: RandomStream,
): ReadonlyMap<Present, Whereabouts> {
  const [whole, first] = [handsOn(member.clinician), assessmentOf(member).mean]
  const waits = present.some(({ here }) => here.seen === null && here.group !== undefined && here.since < -5)
  const drawn = present
    .filter(({ here }) => here.state === 'in-care')
    .map((one) => {
      const elapsed = -one.here.seen!
      return { one, elapsed, ahead: 1 - cumulative(whole, elapsed) - random.uniform() }
    })
    .sort((a, b) => b.ahead - a.ahead)
  return new Map(
    drawn.map(({ one, elapsed, ahead }, rank): [Present, Whereabouts] => {
      const isWith = rank < clinicians && (ahead > 0 || waits)
      const took = Math.min(elapsed, whole.mean)
      if (!isWith) return [one, { step: STEP.rest, since: -Math.max(0, one.here.caredFor - took - member.nurse) }]
      // Whoever has had tests, sits in a chair, or was seen long ago, is assessed; the clinician is not free yet.
      const isAssessed = one.here.tested || one.here.group === undefined || elapsed > first
      return [
        one,
        isAssessed
          ? { step: STEP.completion, since: -Math.max(0, elapsed - first) }
          : { step: STEP.assessment, since: -elapsed },
      ]
    }),
  )
}

/** How likely a log-normal duration with these moments is over after so many minutes. */
function cumulative({ mean, standardDeviation }: Moments, minutes: number): number {
  if (minutes <= 0) return 0
  const square = Math.log1p((standardDeviation / mean) ** 2)
  return normalCumulative((Math.log(minutes / mean) + square / 2) / Math.sqrt(square))
}
