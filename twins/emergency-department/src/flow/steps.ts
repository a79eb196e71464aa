import type { Duration, Step } from '@counterpart/discrete'
import type { Acuity } from '@counterpart/kernel'
import { acuities, priors } from '../estimates/priors.ts'
import { type SpaceGroup, spaceGroups } from '../memory/layout.ts'
import { className } from './demand.ts'
import { handsOn, type Member, type Moments, momentsOf, without } from './member.ts'

/** Steps that tell when something happened, by name; see `track.ts`. */
export const STEP = {
  comes: 'comes',
  comesByAmbulance: 'comes by ambulance',
  triage: 'triage',
  space: (acuity: number) => `space, acuity ${acuity}`,
  clinician: 'clinician',
  quickClinician: 'clinician or fast track',
  assessment: 'assessment',
  completion: 'completion',
  handover: 'handover',
  nursing: 'nursing',
  laboratory: 'laboratory',
  results: 'imaging results',
  scan: 'scan',
  rest: 'rest of care',
  home: 'goes home',
  board: 'is admitted',
  bed: 'bed upstairs',
  transfer: 'transfer',
  upstairs: 'goes upstairs',
  holds: (group: SpaceGroup) => `is in ${group}`,
} as const

/** Attributes of a patient: which space they were in already (place of the group + 1, 4: none), and whether admitted. */
export const ATTRIBUTE = { placed: 'placed', admitted: 'admitted' } as const
export const noSpace = 4

/** Minutes of a stay that ends after every horizon. */
export const upstairsForEver = 1e7

/** Where a clinician is waited for: minor cases also by the fast track, while there is one. */
export const clinicianStepOf = (acuity: Acuity, quick: boolean): string =>
  quick && acuity >= 4 ? STEP.quickClinician : STEP.clinician

/** Laboratory, scan and results, all taking this part of their time. */
export function testSteps(member: Member, factor: number, suffix: string): Step[] {
  const scaled = ({ mean, standardDeviation }: Moments) =>
    logNormal({ mean: mean * factor, standardDeviation: standardDeviation * factor })
  return [
    {
      kind: 'delay',
      name: `${STEP.laboratory}${suffix}`,
      stream: STEP.laboratory,
      duration: scaled(momentsOf(member.laboratory)),
      next: STEP.rest,
    },
    {
      kind: 'activity',
      name: `${STEP.scan}${suffix}`,
      stream: STEP.scan,
      needs: { scanner: 1 },
      duration: scaled(handsOn(priors.scanMinutes)),
    },
    {
      kind: 'delay',
      name: `${STEP.results}${suffix}`,
      stream: STEP.results,
      duration: scaled(without(momentsOf(member.imaging), priors.scanMinutes)),
      next: STEP.rest,
    },
  ]
}

/** Tests go to their expedited twin while expediting is in force: then its pass is to be had, otherwise not. */
export function gate(step: string): Step[] {
  return [
    { kind: 'seize', name: `${step}, expedited?`, needs: { expedited: 1 }, lineLimit: 0, onFull: step },
    { kind: 'release', name: `${step} goes faster`, of: `${step}, expedited?`, next: `${step}, expedited` },
  ]
}

/** The space is given back, whichever it is, beginning at the step `name`; then on to `next`. */
export function givingBack(name: string, next: string): Step[] {
  const free = (what: string) => `${name}: ${what}`
  return [
    { kind: 'if-below', name, attribute: ATTRIBUTE.placed, value: 0.5, to: free('own') },
    ...spaceGroups.map(
      (group, g): Step => ({
        kind: 'if-below',
        name: free(`${group}?`),
        attribute: ATTRIBUTE.placed,
        value: g + 1.5,
        to: free(group),
      }),
    ),
    { kind: 'delay', name: free('nothing'), duration: { kind: 'constant', value: 0 }, next },
    { kind: 'by-class', name: free('own'), to: eachClass((acuity) => free(`acuity ${acuity}`)) },
    ...acuities.map(
      (acuity): Step => ({ kind: 'release', name: free(`acuity ${acuity}`), of: STEP.space(acuity), next }),
    ),
    ...spaceGroups.map((group): Step => ({ kind: 'release', name: free(group), of: STEP.holds(group), next })),
  ]
}

/** Who was admitted stays in the bed upstairs for good; everybody else is gone. */
export function ends(): Step[] {
  return [
    { kind: 'if-below', name: 'upstairs?', attribute: ATTRIBUTE.admitted, value: 0.5, to: 'leave' },
    { kind: 'delay', name: 'is upstairs', duration: { kind: 'constant', value: upstairsForEver } },
    { kind: 'release', name: 'leaves the hospital', of: STEP.bed, next: 'leave' },
    // Nobody walks here: what those hold who were in a space when the forecast began.
    ...spaceGroups.map(
      (group): Step => ({ kind: 'seize', name: STEP.holds(group), needs: { [group]: 1 }, next: 'leave' }),
    ),
  ]
}

export const logNormal = (moments: Moments): Duration => ({ kind: 'log-normal', ...moments })

export function byClass(of: (place: number) => Duration) {
  return { byClass: Object.fromEntries(acuities.map((acuity, k) => [className(acuity), of(k)])) }
}

export function eachClass(of: (acuity: Acuity) => string): Record<string, string> {
  return Object.fromEntries(acuities.map((acuity) => [className(acuity), of(acuity)]))
}
