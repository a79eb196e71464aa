import type { Bundle, Pathway, Source, Step } from '@counterpart/discrete'
import type { Acuity } from '@counterpart/kernel'
import { acuities, priors } from '../estimates/priors.ts'
import type { SpaceGroup } from '../memory/layout.ts'
import { className } from './demand.ts'
import { courseOf, type Effect, effectsOfKind } from './effects.ts'
import { assessmentOf, completionOf, handsOn, type Member, restOfCare } from './member.ts'
import {
  ATTRIBUTE,
  byClass,
  clinicianStepOf,
  eachClass,
  ends,
  gate,
  givingBack,
  logNormal,
  noSpace,
  STEP,
  testSteps,
  upstairsForEver,
} from './steps.ts'

/** What a pathway is built of. */
interface Parts {
  readonly name: string
  readonly member: Member
  readonly sources: readonly Source[]
  readonly resources: Pathway['resources']
  /** When beds upstairs are free, minutes, rising. */
  readonly bedTimes: readonly number[]
  /** Groups of spaces in order of preference, by acuity. */
  readonly spaces: readonly (readonly SpaceGroup[])[]
  readonly laboratoryShare: readonly number[]
  readonly imagingShare: readonly number[]
  readonly seatedShare: readonly number[]
  /** Who comes by ambulance and can sit, by acuity, and minutes until they are handed over. */
  readonly sitsShare: readonly number[]
  readonly handoverMinutes: number
  readonly effects: readonly Effect[]
}

/** The way of a patient through the department, in minutes, as data for `engines/discrete`. */
export function departmentPathway(parts: Parts): Pathway {
  const { member, effects } = parts
  const quick = effectsOfKind(effects, 'staff').some(({ role }) => role === 'fast-track')
  const faster = effectsOfKind(effects, 'tests')[0]?.factor
  const clinicianFor = (acuity: Acuity) => clinicianStepOf(acuity, quick)
  const patience = byClass((k) => {
    const hazard = member.leaving * priors.leaving.relative[k]!
    return { kind: 'exponential', mean: hazard > 0 ? 60 / hazard : upstairsForEver }
  })
  const toSpaces = eachClass((acuity) => STEP.space(acuity))
  const firstStep = eachClass((acuity) => (acuity === 1 ? STEP.space(acuity) : STEP.triage))
  // Who lies on a stretcher needs a space; who can sit is handed over soon and joins those who walked in.
  const byAmbulance = eachClass((acuity) => (acuity === 1 ? STEP.space(acuity) : `handover, acuity ${acuity}`))
  const marker = (name: string): Step => ({ kind: 'delay', name, duration: { kind: 'constant', value: 0 } })
  const clinicianStep = (name: string, needs: Bundle | { oneOf: Bundle[] }): Step => ({
    kind: 'seize',
    name,
    needs,
    patience,
    onLeaving: 'gives back',
    next: STEP.assessment,
  })
  const steps: Step[] = [
    marker(STEP.comes),
    { kind: 'by-class', name: 'first step', to: firstStep },
    marker(STEP.comesByAmbulance),
    { kind: 'by-class', name: 'stretcher or chair', to: byAmbulance },
    ...acuities.map((acuity, k): Step => {
      const probability = acuity === 1 ? 0 : parts.sitsShare[k]!
      return {
        kind: 'branch',
        name: `handover, acuity ${acuity}`,
        stream: 'handover',
        options: [
          { probability, to: STEP.handover },
          { probability: 1 - probability, to: STEP.space(acuity) },
        ],
      }
    }),
    {
      kind: 'delay',
      name: STEP.handover,
      duration: logNormal(handsOn(parts.handoverMinutes)),
      next: 'waits for a space',
    },
    {
      kind: 'activity',
      name: STEP.triage,
      needs: { 'triage nurse': 1 },
      duration: logNormal(handsOn(member.triage)),
      patience,
    },
    { kind: 'by-class', name: 'waits for a space', to: toSpaces },
    ...acuities.map(
      (acuity, k): Step => ({
        kind: 'seize',
        name: STEP.space(acuity),
        needs: { oneOf: parts.spaces[k]!.map((group) => ({ [group]: 1 })) },
        patience,
        next: clinicianFor(acuity),
      }),
    ),
    clinicianStep(STEP.clinician, { clinician: 1 }),
    ...(quick ? [clinicianStep(STEP.quickClinician, { oneOf: [{ 'fast track': 1 }, { clinician: 1 }] })] : []),
    { kind: 'delay', name: STEP.assessment, duration: logNormal(assessmentOf(member)) },
    { kind: 'by-class', name: 'chair', to: eachClass((acuity) => `chair, acuity ${acuity}`) },
    ...acuities.map((acuity, k): Step => {
      const probability = parts.seatedShare[k]!
      return {
        kind: 'branch',
        name: `chair, acuity ${acuity}`,
        stream: 'chair',
        options: [
          { probability, to: 'takes a chair' },
          { probability: 1 - probability, to: STEP.completion },
        ],
      }
    }),
    ...givingBack('takes a chair', 'sits'),
    {
      kind: 'set',
      name: 'sits',
      attribute: ATTRIBUTE.placed,
      value: { kind: 'constant', value: noSpace },
      next: STEP.completion,
    },
    // The clinician is not free yet, wherever the patient sits.
    { kind: 'delay', name: STEP.completion, duration: logNormal(completionOf(member)) },
    ...(quick
      ? ([
          {
            kind: 'by-class',
            name: 'who assessed',
            to: eachClass((a) => (a >= 4 ? 'fast track free' : 'clinician free')),
          },
          { kind: 'release', name: 'fast track free', of: STEP.quickClinician, next: STEP.nursing },
        ] as Step[])
      : []),
    { kind: 'release', name: 'clinician free', of: STEP.clinician },
    { kind: 'activity', name: STEP.nursing, needs: { nurse: 1 }, duration: logNormal(handsOn(member.nurse)) },
    { kind: 'by-class', name: 'tests', to: eachClass((acuity) => `tests, acuity ${acuity}`) },
    ...acuities.map((acuity, k): Step => {
      const [laboratory, imaging] = [parts.laboratoryShare[k]!, parts.imagingShare[k]!]
      const tested = Math.min(1, laboratory + imaging)
      const part = tested / Math.max(laboratory + imaging, 1e-12)
      return {
        kind: 'branch',
        name: `tests, acuity ${acuity}`,
        stream: 'tests',
        options: [
          { probability: laboratory * part, to: faster === undefined ? STEP.laboratory : 'laboratory, expedited?' },
          { probability: imaging * part, to: faster === undefined ? STEP.scan : 'scan, expedited?' },
          { probability: 1 - tested, to: STEP.rest },
        ],
      }
    }),
    ...testSteps(member, 1, ''),
    ...(faster === undefined
      ? []
      : [...gate(STEP.laboratory), ...gate(STEP.scan), ...testSteps(member, faster, ', expedited')]),
    {
      kind: 'delay',
      name: STEP.rest,
      duration: byClass((k) => logNormal(restOfCare(member, k))),
      next: 'decision',
    },
    { kind: 'by-class', name: 'decision', to: eachClass((acuity) => `decision, acuity ${acuity}`) },
    ...acuities.map(
      (acuity, k): Step => ({
        kind: 'branch',
        name: `decision, acuity ${acuity}`,
        stream: 'decision',
        options: [
          { probability: member.admitted[k]!, to: STEP.board },
          { probability: 1 - member.admitted[k]!, to: STEP.home },
        ],
      }),
    ),
    { ...marker(STEP.home), next: 'gives back' },
    marker(STEP.board),
    { kind: 'seize', name: STEP.bed, needs: { 'bed upstairs': 1 } },
    { kind: 'delay', name: STEP.transfer, duration: logNormal(handsOn(priors.transferMinutes)) },
    marker(STEP.upstairs),
    { kind: 'set', name: 'was admitted', attribute: ATTRIBUTE.admitted, value: { kind: 'constant', value: 1 } },
    ...givingBack('gives back', 'upstairs?'),
    ...ends(),
  ]
  return {
    name: parts.name,
    classes: acuities.map((acuity, k) => ({ name: className(acuity), priority: k })),
    attributes: [ATTRIBUTE.placed, ATTRIBUTE.admitted],
    sources: parts.sources,
    resources: [
      ...parts.resources,
      { name: 'bed upstairs', ...courseOf(parts.bedTimes, (at) => parts.bedTimes.filter((time) => time <= at).length) },
    ],
    steps,
  }
}
