import { readFileSync } from 'node:fs'
import type { RiskClass, Role, SubjectId, SubjectKind } from '@counterpart/kernel'
import { type Principal, roles } from './accounts.ts'
import { GovernanceError } from './errors.ts'

/** Everything that somebody may be permitted to do. */
export const accessActions = [
  'view-subject-list',
  'view-subject',
  'view-identity',
  'view-observations',
  'view-raw-message',
  'run-what-if',
  'take-decision',
  'reverse-decision',
  'view-trust',
  'view-audit',
  'view-quarantine',
  'resubmit-quarantine',
  'view-engineering',
  'use-models',
  'ingest',
  'set-roster',
  'view-staff',
  'view-own-work',
  'record-own-work',
  'erase-subject',
  'manage-accounts',
] as const
export type AccessAction = (typeof accessActions)[number]

/** What the action is on. Leave out what does not apply; a policy that needs it then does not permit. */
export interface AccessedThing {
  readonly subject?: SubjectId
  /** For `view-audit`: whose trail. */
  readonly user?: string
  /** For decisions: the highest risk class and the roles common to all interventions concerned. */
  readonly riskClass?: RiskClass
  readonly mayApprove?: readonly Role[]
}

export type Obligation = 'de-identify' | 'no-clinical-content' | 'own-only'

/** The answer, with what it rests on. */
export interface AccessDecision {
  readonly allowed: boolean
  /** Ids of the policies that settled it; none when nothing permits. */
  readonly reasons: readonly string[]
  /** What the caller must do with what it shows. */
  readonly obligations: readonly Obligation[]
}

export interface Policy {
  /** Throws {@link GovernanceError} `access-request-invalid` for an action or a role that there is not. */
  decide(principal: Principal, action: AccessAction, thing?: AccessedThing): Promise<AccessDecision>
  /** Loads the engine ahead of the first question (about 0.1 s). Throws `policy-invalid`. */
  ready(): Promise<void>
  /** The policies as text, for those who want to read them. */
  readonly text: string
}

/** The clinic in which a provider works: `provider/<clinic>.<code>`, of which codes have no dots. */
export function clinicOfProvider(subject: SubjectId): SubjectId | undefined {
  const clinic = /^provider\/(.+)\.[^.]+$/.exec(subject)?.[1]
  return clinic === undefined ? undefined : `clinic/${clinic}`
}

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs')

/**
 * Authorisation by Cedar. An answer depends on nothing but the question and the policies, and these stay the same for the
 * life of the object, so the last `remember` answers are kept.
 */
export function openPolicy(options: { readonly policies?: string; readonly remember?: number } = {}): Policy {
  const { policies: text = readFileSync(new URL('./policies.cedar', import.meta.url), 'utf8'), remember = 10_000 } =
    options
  let loaded: Promise<Evaluator> | undefined
  const evaluator = () => {
    loaded ??= load(text)
    return loaded
  }
  const answers = new Map<string, AccessDecision>()
  return {
    text,
    ready: async () => void (await evaluator()),
    async decide(principal, action, thing = {}) {
      checkRequest(principal, action)
      const { userId, role, subject } = principal
      const mayApprove = thing.mayApprove && [...thing.mayApprove].sort()
      const question = JSON.stringify([
        userId,
        role,
        subject,
        action,
        thing.subject,
        thing.user,
        thing.riskClass,
        mayApprove,
      ])
      const known = answers.get(question)
      if (known !== undefined) return known
      const clinic = subject && clinicOfProvider(subject)
      const user = { userId, role, ...(subject !== undefined && { subject }), ...(clinic !== undefined && { clinic }) }
      const answer = (await evaluator())(user, action, thing)
      if (answers.size >= remember) answers.delete(answers.keys().next().value!)
      answers.set(question, answer)
      return answer
    },
  }
}

type Evaluator = (
  user: { userId: string; role: Role; subject?: string; clinic?: string },
  action: AccessAction,
  thing: AccessedThing,
) => AccessDecision

async function load(text: string): Promise<Evaluator> {
  const cedar: Cedar = await import('@cedar-policy/cedar-wasm/nodejs')
  const schema = readFileSync(new URL('./policies.cedarschema', import.meta.url), 'utf8')
  const { named, obligations } = namePolicies(cedar, text)
  const policies = { staticPolicies: named }
  const validation = cedar.validate({ schema, policies, validationSettings: { mode: 'strict' } })
  const wrong =
    validation.type === 'failure'
      ? validation.errors
      : validation.validationErrors.map(({ error, policyId }) => ({ message: `${policyId}: ${error.message}` }))
  if (wrong.length > 0) throw invalid(wrong)
  // The store of parsed policies is shared by the whole process: name this set by its content.
  const id = `counterpart-${text.length}-${text}`
  for (const parsed of [cedar.preparsePolicySet(id, policies), cedar.preparseSchema(id, schema)])
    if (parsed.type === 'failure') throw invalid(parsed.errors)

  return (user, action, thing) => {
    const kind: SubjectKind | undefined = thing.subject?.split('/')[0] as SubjectKind | undefined
    const attributes = {
      ...(kind !== undefined && { kind, subject: thing.subject! }),
      ...(thing.user !== undefined && { user: thing.user }),
      ...(thing.riskClass !== undefined && { riskClass: thing.riskClass }),
      ...(thing.mayApprove !== undefined && { mayApprove: [...thing.mayApprove] }),
    }
    const principal = { type: 'User', id: user.userId }
    const resource = { type: 'Thing', id: thing.subject ?? thing.user ?? 'platform' }
    const answer = cedar.statefulIsAuthorized({
      principal,
      action: { type: 'Action', id: action },
      resource,
      context: {},
      entities: [
        { uid: principal, attrs: { ...user }, parents: [] },
        { uid: resource, attrs: attributes, parents: [] },
      ],
      preparsedPolicySetId: id,
      preparsedSchemaName: id,
      validateRequest: true,
    })
    // A policy that cannot be evaluated may have been a forbid: then nobody is let through (Cedar would skip it).
    if (answer.type === 'failure' || answer.response.diagnostics.errors.length > 0)
      return { allowed: false, reasons: [], obligations: [] }
    const { decision, diagnostics } = answer.response
    const reasons = [...diagnostics.reason].sort()
    const allowed = decision === 'allow'
    const due = allowed ? reasons.flatMap((reason) => obligations.get(reason) ?? []) : []
    return { allowed, reasons, obligations: [...new Set(due)].sort() }
  }
}

/** Cedar numbers the policies of a text; answers shall bear their `@id` instead. */
function namePolicies(cedar: Cedar, text: string) {
  const parts = cedar.policySetTextToParts(text)
  if (parts.type === 'failure') throw invalid(parts.errors)
  const named: Record<string, string> = {}
  const obligations = new Map<string, Obligation>()
  for (const policy of parts.policies) {
    const json = cedar.policyToJson(policy)
    if (json.type === 'failure') throw invalid(json.errors)
    const { id, obligation } = json.json.annotations ?? {}
    if (id === undefined || named[id] !== undefined)
      throw invalid([{ message: `every policy needs an @id of its own; look at: ${policy.slice(0, 120)}` }])
    named[id] = policy
    if (obligation === undefined) continue
    if (obligation !== 'de-identify' && obligation !== 'no-clinical-content' && obligation !== 'own-only')
      throw invalid([{ message: `policy "${id}" has the unknown @obligation "${obligation}"` }])
    obligations.set(id, obligation)
  }
  return { named, obligations }
}

function checkRequest(principal: Principal, action: AccessAction): void {
  if (!accessActions.includes(action))
    throw new GovernanceError(
      'access-request-invalid',
      `there is no action "${action}"; expected one of ${accessActions.join(', ')}`,
    )
  if (!roles.includes(principal.role))
    throw new GovernanceError(
      'access-request-invalid',
      `there is no role "${principal.role}"; expected one of ${roles.join(', ')}`,
    )
}

function invalid(errors: readonly { readonly message: string }[]): GovernanceError {
  return new GovernanceError(
    'policy-invalid',
    `the policies cannot be used: ${errors.map((e) => e.message).join('; ')}`,
  )
}
