import type { Summary } from './forecast.ts'
import type { Role } from './recommendation.ts'
import type { PlannedIntervention } from './scenario.ts'
import type { SubjectId, TwinId } from './subject.ts'
import type { Instant } from './time.ts'

export const decisionVerbs = ['accept', 'modify', 'reject', 'override', 'reverse'] as const
export type DecisionVerb = (typeof decisionVerbs)[number]

/** Why a person decided so; the codes are few so that they can be counted, the text is theirs. */
export const decisionReasons = {
  'agrees-with-assessment': 'It agrees with my assessment',
  'benefit-outweighs-risk': 'The expected benefit outweighs the risk',
  'patient-preference': 'The patient prefers otherwise',
  contraindicated: 'Contraindicated for this patient',
  'data-not-trusted': 'I do not trust the data behind it',
  'prediction-not-trusted': 'I do not trust the prediction',
  'already-done': 'Already done or planned',
  'dose-adjusted': 'Right idea, different dose or time',
  'condition-changed': 'The situation has changed',
  'adverse-effect': 'An adverse effect was seen or is feared',
  'entered-in-error': 'Entered in error',
  other: 'Another reason (say which)',
} as const
export type DecisionReasonCode = keyof typeof decisionReasons

/** What a person did with a recommendation. */
export interface Decision {
  readonly id: string
  readonly recommendation: string
  readonly twin: TwinId
  readonly subject: SubjectId
  readonly verb: DecisionVerb
  /** Which scenario of the recommendation it is about; for `override`, the person's own. */
  readonly scenarioId: string
  /** What shall be done: empty for `reject`; for `reverse`, what is undone. */
  readonly interventions: readonly PlannedIntervention[]
  readonly reason: { readonly code: DecisionReasonCode; readonly text?: string }
  readonly by: { readonly userId: string; readonly name: string; readonly role: Role }
  readonly at: Instant
  /** For `reverse`: the decision that it takes back. */
  readonly reverses?: string
}

export const deliveryStates = ['queued', 'sent', 'acknowledged', 'failed', 'undone'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** A message on its way back to the real world. */
export interface Action {
  readonly id: string
  readonly decision: string
  readonly twin: TwinId
  readonly subject: SubjectId
  readonly intervention: PlannedIntervention
  /** What it asks of the outside: start the intervention, or stop it again. */
  readonly purpose: 'start' | 'stop'
  readonly delivery: DeliveryState
  readonly attempts: number
  readonly lastError?: string
  /** The action that this one takes back. */
  readonly undoes?: string
}

/** What then happened, beside what was predicted. */
export interface Outcome {
  readonly id: string
  readonly decision: string
  readonly twin: TwinId
  readonly quantity: string
  readonly unit: string
  /** When the prediction was for. */
  readonly at: Instant
  readonly predicted: Summary
  readonly predictedCarryingOn: Summary
  readonly observed: number
  /** Event that holds the observation. */
  readonly observation: string
  readonly crps: number
  readonly within90: boolean
}
