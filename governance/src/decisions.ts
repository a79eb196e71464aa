import {
  type Decision,
  type DecisionReasonCode,
  type DecisionVerb,
  decisionReasons,
  type Instant,
  type Intervention,
  type PlannedIntervention,
  type RankedOption,
  type Recommendation,
  type RiskClass,
  type Role,
  twinId,
} from '@counterpart/kernel'
import type { EventId, NewEvent } from '@counterpart/thread'

/*
 * What can become of a recommendation:
 *
 *              accept, modify, override            reverse
 *      ┌────► (before it expires) ──► in force ──────────────► reversed   (for good)
 *    open
 *      └────► reject ───────────────► rejected                            (for good: nothing was done)
 *
 * It is decided once. What was done can be taken back at any time, also after the recommendation has expired, also by
 * someone else who may approve it; that is final too, because a twin whose subject has changed recommends anew.
 */

/** What a person asks to do with a recommendation. */
export interface DecisionRequest {
  readonly verb: DecisionVerb
  /** The option meant; for `override` a name for the person's own scenario; not needed for `reverse`. */
  readonly scenarioId?: string
  /** For `modify` and `override`: what shall be done instead. */
  readonly interventions?: readonly PlannedIntervention[]
  readonly reason: { readonly code: DecisionReasonCode; readonly text?: string }
  /** For `reverse`: the decision to take back. */
  readonly reverses?: string
}

export interface DecisionCase {
  readonly recommendation: Recommendation
  /** All decisions about this recommendation so far, in order. */
  readonly earlier: readonly Decision[]
  /** What the twin's definition says may be changed. */
  readonly interventions: readonly Intervention[]
  readonly user: { readonly userId: string; readonly name: string; readonly role: Role }
  readonly request: DecisionRequest
  readonly now: Instant
  /** Id for the decision. */
  readonly id: string
}

export type DecisionRefusalCode =
  | 'expired'
  | 'already-decided'
  | 'unknown-option'
  | 'unknown-intervention'
  | 'role-not-permitted'
  | 'dose-out-of-bounds'
  | 'dose-not-on-step'
  | 'time-invalid'
  | 'intervention-twice'
  | 'interventions-not-wanted'
  | 'unchanged'
  | 'not-a-modification'
  | 'reason-unknown'
  | 'reason-does-not-fit'
  | 'reason-needs-text'
  | 'reason-too-long'
  | 'unknown-decision'
  | 'already-reversed'
  | 'nothing-to-undo'

export type DecisionResult =
  | { readonly ok: true; readonly decision: Decision }
  | { readonly ok: false; readonly refusal: { readonly code: DecisionRefusalCode; readonly message: string } }

export type RecommendationState = 'open' | 'expired' | 'in-force' | 'rejected' | 'reversed'

/** The reasons that fit each verb, in the order to offer them. `other` always needs words of its own. */
export const reasonsFor: Readonly<Record<DecisionVerb, readonly DecisionReasonCode[]>> = {
  accept: ['agrees-with-assessment', 'benefit-outweighs-risk', 'patient-preference', 'other'],
  modify: ['dose-adjusted', 'patient-preference', 'benefit-outweighs-risk', 'condition-changed', 'other'],
  reject: [
    'contraindicated',
    'patient-preference',
    'data-not-trusted',
    'prediction-not-trusted',
    'already-done',
    'condition-changed',
    'other',
  ],
  override: [
    'contraindicated',
    'patient-preference',
    'prediction-not-trusted',
    'data-not-trusted',
    'condition-changed',
    'other',
  ],
  reverse: [
    'adverse-effect',
    'condition-changed',
    'patient-preference',
    'contraindicated',
    'entered-in-error',
    'other',
  ],
}

/** Where a recommendation stands. */
export function recommendationState(
  recommendation: Recommendation,
  decisions: readonly Decision[],
  now: Instant,
): RecommendationState {
  const about = decisions.filter((decision) => decision.recommendation === recommendation.id)
  if (about.some(({ verb }) => verb === 'reverse')) return 'reversed'
  if (about.some(({ verb }) => verb === 'reject')) return 'rejected'
  if (about.length > 0) return 'in-force'
  return now >= recommendation.expires ? 'expired' : 'open'
}

/** Applies the rules of deciding. Pure: whether it then stands is settled when {@link decisionEvent} is appended. */
export function decide(about: DecisionCase): DecisionResult {
  try {
    return { ok: true, decision: about.request.verb === 'reverse' ? reversal(about) : firstDecision(about) }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, refusal: { code: error.code, message: error.message } }
    throw error
  }
}

/**
 * The event of a decision, for the twin's own stream. Its key makes a second decision about one recommendation, or a
 * second reversal of one decision, an `idempotency-conflict` in the thread, whoever else decides at the same moment.
 *
 * @param basis the event `recommendation.made`; for a reversal, also the event of the decision that it takes back
 */
export function decisionEvent(decision: Decision, basis: readonly EventId[]): NewEvent {
  return {
    stream: decision.twin,
    type: 'decision.taken',
    effective: decision.at,
    idempotencyKey:
      decision.reverses === undefined ? `decision:${decision.recommendation}` : `reversal:${decision.reverses}`,
    subject: decision.subject,
    payload: { decision: { ...decision, interventions: decision.interventions.map((i) => ({ ...i })) } },
    derivedFrom: basis,
  }
}

export interface ApprovalNeeds {
  readonly riskClass: RiskClass
  readonly mayApprove: readonly Role[]
}

/**
 * What the policy needs to know of a request to say whether its maker may decide so: the highest risk and the roles common
 * to all parts; for `reject`, the roles that may approve any option, since declining one does nothing.
 */
export function approvalNeeds(
  about: Pick<DecisionCase, 'recommendation' | 'earlier' | 'interventions' | 'request'>,
): ApprovalNeeds {
  const { request, recommendation, earlier, interventions } = about
  const option = recommendation.options.find(({ scenario }) => scenario.id === request.scenarioId)
  switch (request.verb) {
    case 'reject':
      return { riskClass: 'low', mayApprove: [...new Set(recommendation.options.flatMap((o) => o.mayApprove))] }
    case 'reverse':
      return needsOf(earlier.find(({ id }) => id === request.reverses)?.interventions ?? [], interventions)
    case 'override':
      return needsOf(request.interventions ?? [], interventions)
    case 'modify':
      return needsOf(request.interventions ?? [], interventions, option)
    case 'accept':
      return needsOf(option?.scenario.interventions ?? [], interventions, option)
  }
}

function needsOf(
  planned: readonly PlannedIntervention[],
  interventions: readonly Intervention[],
  option?: RankedOption,
): ApprovalNeeds {
  // What the definition does not know, nobody may approve.
  const concerned: readonly ApprovalNeeds[] = planned.map(
    ({ intervention }) =>
      interventions.find(({ name }) => name === intervention) ?? { riskClass: 'high', mayApprove: [] },
  )
  const grades: readonly RiskClass[] = ['low', 'moderate', 'high']
  const parts = option ? [...concerned, option] : concerned
  return {
    riskClass: grades[Math.max(0, ...parts.map(({ riskClass }) => grades.indexOf(riskClass)))]!,
    mayApprove: (parts[0]?.mayApprove ?? []).filter((role) =>
      parts.every(({ mayApprove }) => mayApprove.includes(role)),
    ),
  }
}

class Refusal extends Error {
  readonly code: DecisionRefusalCode
  constructor(code: DecisionRefusalCode, message: string) {
    super(message)
    this.code = code
  }
}

function refuse(code: DecisionRefusalCode, message: string): never {
  throw new Refusal(code, message)
}

function firstDecision(about: DecisionCase): Decision {
  const { recommendation, earlier, request, now } = about
  switch (recommendationState(recommendation, earlier, now)) {
    case 'open':
      break
    case 'expired':
      refuse(
        'expired',
        `this recommendation expired at ${iso(recommendation.expires)}; ask for advice anew, the subject may have changed`,
      )
      break
    default: {
      const by = earlier.find((decision) => decision.recommendation === recommendation.id)!
      refuse(
        'already-decided',
        `${by.by.name} decided ("${by.verb}") on this recommendation at ${iso(by.at)}; it is decided once`,
      )
    }
  }
  const reason = checkReason(request)
  const decision = (scenarioId: string, interventions: readonly PlannedIntervention[]): Decision => ({
    id: about.id,
    recommendation: recommendation.id,
    twin: twinId(recommendation.twin),
    subject: recommendation.twin.subject,
    verb: request.verb,
    scenarioId,
    interventions,
    reason,
    by: about.user,
    at: now,
  })
  if (request.verb === 'override') {
    const own = checkPlan(request.interventions ?? [], about)
    const same = recommendation.options.find((option) => samePlan(option.scenario.interventions, own))
    if (same)
      refuse(
        'unchanged',
        `this is the option "${same.scenario.name}" of the recommendation; accept that instead of overriding`,
      )
    checkRole(about)
    const name = request.scenarioId?.trim() || 'own'
    if (recommendation.options.some((option) => option.scenario.id === name))
      refuse('unchanged', `"${name}" is an option of the recommendation; give your own scenario another name`)
    return decision(name, own)
  }
  const option = recommendation.options.find(({ scenario }) => scenario.id === request.scenarioId)
  if (option === undefined)
    return refuse(
      'unknown-option',
      `the recommendation has no option "${request.scenarioId ?? ''}"; it has ${recommendation.options.map((o) => o.scenario.id).join(', ')}`,
    )
  const proposed = option.scenario.interventions
  if (request.verb === 'modify') {
    const changed = checkPlan(request.interventions ?? [], about)
    if (changed.length === 0)
      refuse('not-a-modification', 'nothing would be left to do; to decline the option, reject it')
    if (samePlan(proposed, changed))
      refuse('unchanged', 'nothing was changed; accept the option, or change its dose or time')
    if (names(proposed) !== names(changed))
      refuse(
        'not-a-modification',
        `a modification keeps the option's interventions (${names(proposed) || 'none'}) and changes dose or time; for others, override`,
      )
    checkRole(about)
    return decision(option.scenario.id, changed)
  }
  if (request.interventions !== undefined && !samePlan(request.interventions, proposed))
    refuse(
      'interventions-not-wanted',
      `"${request.verb}" takes the option as it stands; to change it, modify or override`,
    )
  if (request.verb === 'reject') {
    checkRole(about)
    return decision(option.scenario.id, [])
  }
  checkPlan(proposed, about)
  checkRole(about)
  return decision(option.scenario.id, proposed)
}

function reversal(about: DecisionCase): Decision {
  const { recommendation, earlier, request } = about
  const taken = earlier.find(({ id, recommendation: of }) => id === request.reverses && of === recommendation.id)
  if (taken === undefined)
    return refuse(
      'unknown-decision',
      `there is no decision "${request.reverses ?? ''}" about this recommendation to take back`,
    )
  if (taken.verb === 'reject' || taken.verb === 'reverse' || taken.interventions.length === 0)
    refuse('nothing-to-undo', `the decision "${taken.verb}" of ${iso(taken.at)} did nothing that could be taken back`)
  const before = earlier.find(({ reverses }) => reverses === taken.id)
  if (before) refuse('already-reversed', `${before.by.name} took this decision back at ${iso(before.at)} already`)
  if (request.interventions !== undefined && !samePlan(request.interventions, taken.interventions))
    refuse(
      'interventions-not-wanted',
      'a reversal takes back the whole decision; to change a part, decide on a new recommendation',
    )
  const reason = checkReason(request)
  checkRole(about)
  return {
    id: about.id,
    recommendation: recommendation.id,
    twin: taken.twin,
    subject: taken.subject,
    verb: 'reverse',
    scenarioId: taken.scenarioId,
    interventions: taken.interventions,
    reason,
    by: about.user,
    at: about.now,
    reverses: taken.id,
  }
}

function checkReason({ verb, reason }: DecisionRequest): Decision['reason'] {
  if (reason === undefined || !Object.hasOwn(decisionReasons, reason.code))
    refuse('reason-unknown', `a decision needs a reason; choose one of ${reasonsFor[verb].join(', ')}`)
  if (!reasonsFor[verb].includes(reason.code))
    refuse(
      'reason-does-not-fit',
      `"${decisionReasons[reason.code]}" is no reason to ${verb}; choose one of ${reasonsFor[verb].join(', ')}`,
    )
  const text = reason.text?.trim()
  if (reason.code === 'other' && (text ?? '').length < 3)
    refuse('reason-needs-text', 'say in a few words what the other reason is')
  if (text !== undefined && text.length > 2_000)
    refuse('reason-too-long', `the reason has ${text.length} characters; at most 2000 are kept`)
  return { code: reason.code, ...(text && { text }) }
}

function checkPlan(
  planned: readonly PlannedIntervention[],
  { interventions, recommendation, now }: DecisionCase,
): readonly PlannedIntervention[] {
  const earliest = Math.min(
    recommendation.madeAt,
    ...recommendation.options.flatMap(({ scenario }) => scenario.interventions.map(({ from }) => from)),
  )
  for (const { intervention, dose, from, until } of planned) {
    const { dose: bounds, unit, label } = definitionOf(intervention, interventions)
    if (!(dose >= bounds.low && dose <= bounds.high))
      refuse('dose-out-of-bounds', `${label}: ${dose} ${unit} is outside ${bounds.low} to ${bounds.high} ${unit}`)
    const steps = (dose - bounds.low) / bounds.step
    // 1e-6 of a step: what decimal steps such as 0.1 lose in binary, and far less than anyone can set.
    if (Math.abs(steps - Math.round(steps)) > 1e-6)
      refuse(
        'dose-not-on-step',
        `${label}: ${dose} ${unit} cannot be set; from ${bounds.low} it goes in steps of ${bounds.step} ${unit}`,
      )
    if (!Number.isSafeInteger(from) || from < earliest)
      refuse('time-invalid', `${label}: it needs a start that is not before the recommendation (${iso(earliest)})`)
    if (until !== undefined && !(Number.isSafeInteger(until) && until > from && until > now))
      refuse('time-invalid', `${label}: its end must come after its start and after now`)
  }
  for (const [i, one] of planned.entries())
    for (const other of planned.slice(i + 1))
      if (one.intervention === other.intervention && atOnce(one, other) && overlap(one, other))
        refuse('intervention-twice', `"${one.intervention}" would run twice at once; give it one dose at a time`)
  return planned
}

function checkRole(about: DecisionCase): void {
  const { mayApprove } = approvalNeeds(about)
  if (!mayApprove.includes(about.user.role)) roleRefused(about, mayApprove)
}

function roleRefused({ user }: DecisionCase, circle: readonly Role[]): never {
  refuse(
    'role-not-permitted',
    `a ${user.role} may not decide this; ${circle.length > 0 ? `it takes a ${circle.join(' or ')}` : 'no single role may approve all its parts'}`,
  )
}

function definitionOf(name: string, interventions: readonly Intervention[]): Intervention {
  return (
    interventions.find((intervention) => intervention.name === name) ??
    refuse(
      'unknown-intervention',
      `this twin knows no intervention "${name}"; it knows ${interventions.map((i) => i.name).join(', ')}`,
    )
  )
}

function atOnce(a: PlannedIntervention, b: PlannedIntervention): boolean {
  return a.from < (b.until ?? Infinity) && b.from < (a.until ?? Infinity)
}

/** Whether two plans concern a common part of the subject; one that names none concerns all of it. */
function overlap(a: PlannedIntervention, b: PlannedIntervention): boolean {
  return a.on === undefined || b.on === undefined || a.on.some((part) => b.on!.includes(part))
}

function samePlan(a: readonly PlannedIntervention[], b: readonly PlannedIntervention[]): boolean {
  return planKey(a) === planKey(b)
}

function planKey(planned: readonly PlannedIntervention[]): string {
  return JSON.stringify(
    planned
      .map(({ intervention, dose, on, from, until }) =>
        JSON.stringify([intervention, dose, from, until ?? null, on === undefined ? null : [...on].sort()]),
      )
      .sort(),
  )
}

function names(planned: readonly PlannedIntervention[]): string {
  return planned
    .map(({ intervention }) => intervention)
    .sort()
    .join(', ')
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}
