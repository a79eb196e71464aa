import { type Acuity, type Belief, hour, type PersonMark } from '@counterpart/kernel'
import { attentionFor } from '../attention.ts'
import { departmentOf } from '../memory/department.ts'
import { stateOf, type Visit } from '../memory/visit.ts'
import { emptyRisk } from './examples.ts'
import { featuresOf } from './features.ts'
import { admissionRisk, type Risk, worseningRisk } from './risk.ts'

/** Somebody who waits, with what is known and what may come. */
export interface WaitingRisk {
  readonly visit: string
  readonly acuity: Acuity | null
  readonly news2: number | null
  /** Since the last look, or since arriving. */
  readonly hoursSinceLook: number
  /** That a look in an hour would find them worse than the last one did. */
  readonly worsening: Risk
  /** That they will be admitted once cared for, by what was known at triage. */
  readonly admission: Risk
  /** Both as published, before this department taught anything. */
  readonly published: { readonly worsening: Risk; readonly admission: Risk }
  /** As on the floor: whether to look again, and why. */
  readonly attention: PersonMark['attention'] | null
}

/** The risks of all who wait for a clinician, in order of their visits' names. */
export function waitingRisks(belief: Belief): WaitingRisk[] {
  const { visits, risk } = departmentOf(belief)
  const { asOf } = belief
  return Object.values(visits)
    .filter((visit) => ['waiting', 'arriving'].includes(stateOf(visit)))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((visit) => {
      const last = visit.looks?.last ?? null
      const hoursSinceLook = (asOf - (last?.at ?? visit.arrived)) / hour
      return {
        visit: visit.id,
        acuity: visit.acuity,
        news2: last?.news2 ?? null,
        hoursSinceLook,
        worsening: worseningRisk(risk, featuresOf(visit, last), hoursSinceLook + 1),
        admission: admissionChance(belief, visit),
        published: {
          worsening: worseningRisk(emptyRisk, featuresOf(visit, last), hoursSinceLook + 1),
          admission: admissionRisk(emptyRisk, featuresOf(visit, visit.looks?.first ?? null)),
        },
        attention: attentionFor(risk, visit, asOf) ?? null,
      }
    })
}

/** That a visit will end in an admission once a clinician has cared for it, by what was known at triage. */
const admissionChance = (belief: Belief, visit: Visit): Risk =>
  admissionRisk(departmentOf(belief).risk, featuresOf(visit, visit.looks?.first ?? null))
