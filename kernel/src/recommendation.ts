import type { Summary } from './forecast.ts'
import type { Scenario } from './scenario.ts'
import type { TwinReference } from './subject.ts'
import type { Instant } from './time.ts'

export type RiskClass = 'low' | 'moderate' | 'high'

/** The jobs people do here; what each may see and do is decided in `governance/`. */
export type Role = 'patient' | 'clinician' | 'manager' | 'researcher' | 'engineer' | 'steward'

/** A predicted effect on one quantity, member by member against carrying on as now. */
export interface PredictedEffect {
  readonly quantity: string
  readonly unit: string
  /** At this time after the change. */
  readonly at: Instant
  readonly withIt: Summary
  readonly carryingOn: Summary
  /** Difference of paired members. */
  readonly difference: Summary
}

/** What an option asks of people and means, where whoever decides has to weigh it. */
export interface Worth {
  /** The currency, UCUM-like, e.g. `USD/a`. */
  readonly unit: string
  readonly cost: Summary
  readonly benefit: Summary
  /** Benefit less cost, paired; negative: it costs more than it brings. */
  readonly net: Summary
  /** Probability that it pays. */
  readonly probabilityPays: number
  /** Days until half of the effect is there. */
  readonly daysToBenefit: Summary
  /** Minutes a week of work that the change itself, and following the twin's advice, ask of everybody together. */
  readonly burden: Summary
  /** Who is worse off, and how; groups and roles, or posts, in words. Empty: nobody is expected to be. */
  readonly worseOff: readonly { readonly who: string; readonly how: string }[]
  /** What published trials found, also where they disagree. */
  readonly evidence: readonly {
    readonly finding: string
    readonly source: string
    readonly agrees: 'yes' | 'no' | 'mixed'
  }[]
}

/** One scenario with what it is expected to do. */
export interface RankedOption {
  readonly rank: number
  readonly scenario: Scenario
  readonly effects: readonly PredictedEffect[]
  /** Expected gain in the objective over carrying on, in the objective's own unit, with its spread. */
  readonly gain: Summary
  /** Probability, over the ensemble, that it does better than carrying on. */
  readonly probabilityBetter: number
  /** Probability that it breaks a safety limit of the objective. */
  readonly probabilityOfHarm: number
  readonly reason: string
  readonly riskClass: RiskClass
  /** What it costs people and means, in words a manager would use. */
  readonly cost: string
  readonly mayApprove: readonly Role[]
  readonly undo: string
  readonly worth?: Worth
}

/** Scenarios ranked by predicted effect against carrying on as now. */
export interface Recommendation {
  readonly id: string
  readonly twin: TwinReference
  readonly madeAt: Instant
  readonly expires: Instant
  readonly objective: {
    readonly name: string
    readonly statement: string
    readonly unit: string
    readonly limit?: string
  }
  /** Best first; "carry on as now" is always among them, so a reader sees where it ranks. */
  readonly options: readonly RankedOption[]
  /** Why now: the finding that led to it, in a sentence. */
  readonly finding: string
}
