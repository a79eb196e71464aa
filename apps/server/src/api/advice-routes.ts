import { approvalNeeds, type DecisionRequest, decide, decisionEvent, reasonsFor } from '@counterpart/governance'
import {
  type DecisionReasonCode,
  decisionReasons,
  type PlannedIntervention,
  type TwinDefinition,
  type TwinId,
} from '@counterpart/kernel'
import { type EventId, ThreadError } from '@counterpart/thread'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  decisionReasonList,
  decisionRequest,
  type RankedOption,
  type RecommendationThread,
  recommendations,
  recommendationThread,
} from '../contract/index.ts'
import { type Access, accessOf, type Env, requireKnown } from '../http/access.ts'
import { notFound, RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { isNewest, type RecommendationState, recommendationStatus } from '../twins/twin-state.ts'
import { areAboutGroups } from '../work/require-groups.ts'
import { deIdentifiedAdvice } from './de-identify.ts'
import { jsonBody, jsonOf, problems } from './openapi.ts'
import { twinFrom } from './twin-routes.ts'

/** Advice, what people decided, and what came of it. */
export function adviceRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/twins/{id}/recommendations',
      summary: 'Recommendations with their decisions, actions and outcomes',
      request: { params: z.object({ id: z.string() }) },
      responses: { 200: jsonOf(recommendations, 'Newest first'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { definition, subject, twin } = twinFrom(platform, context.req.valid('param').id)
      const access = await accessOf(platform, context)
      const { obligations } = await access.require('view-observations', { subject })
      await requireKnown(platform, subject)
      const state = await platform.twins.get(twin)
      const all = await Promise.all(
        state.recommendations.map((each) => describe(platform, access, definition, twin, each, isNewest(state, each))),
      )
      return context.json({
        recommendations: obligations.includes('de-identify') ? all.map(deIdentifiedAdvice) : all,
      })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/decision-reasons',
      summary: 'The reasons a decision can be given, and which fit which verb',
      responses: { 200: jsonOf(decisionReasonList, 'The reasons'), ...problems(401) },
    }),
    async (context) => {
      await accessOf(platform, context)
      const verbs = Object.entries(reasonsFor) as [DecisionRequest['verb'], readonly DecisionReasonCode[]][]
      return context.json({
        reasons: (Object.entries(decisionReasons) as [DecisionReasonCode, string][]).map(([code, label]) => ({
          code,
          label,
          verbs: verbs.filter(([, codes]) => codes.includes(code)).map(([verb]) => verb),
        })),
      })
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/recommendations/{id}/decisions',
      summary: 'Accept, modify, reject, override or reverse',
      request: { params: z.object({ id: z.string() }), body: jsonBody(decisionRequest) },
      responses: { 200: jsonOf(recommendationThread, 'What now stands'), ...problems(400, 401, 403, 404, 409, 422) },
    }),
    async (context) => {
      const body = context.req.valid('json')
      const { definition, subject, twin } = twinFrom(platform, body.twin)
      const access = await accessOf(platform, context)
      const state = await platform.twins.get(twin)
      const id = context.req.valid('param').id
      const about = state.recommendations.find((each) => each.recommendation.id === id)
      if (!about) throw notFound(`recommendation "${id}" of this twin`)
      const earlier = about.decisions.map(({ decision }) => decision)
      if (body.verb !== 'reverse' && earlier.length === 0 && !isNewest(state, about))
        throw new RequestError(
          409,
          'superseded',
          'A newer recommendation has taken the place of this one; the patient has changed since. Decide on that.',
        )
      const now = platform.clock()
      const request: DecisionRequest = {
        verb: body.verb,
        reason: {
          code: body.reason.code as DecisionReasonCode,
          ...(body.reason.text ? { text: body.reason.text } : {}),
        },
        ...(body.scenarioId === undefined ? {} : { scenarioId: body.scenarioId }),
        ...(body.reverses === undefined ? {} : { reverses: body.reverses }),
        ...(body.interventions === undefined
          ? {}
          : {
              interventions: body.interventions.map(
                (each): PlannedIntervention => ({ ...each, from: each.from ?? now }),
              ),
            }),
      }
      await access.require(body.verb === 'reverse' ? 'reverse-decision' : 'take-decision', {
        subject,
        ...approvalNeeds({
          recommendation: about.recommendation,
          earlier,
          interventions: definition.interventions,
          request,
        }),
      })
      const { principal } = access
      const result = decide({
        recommendation: about.recommendation,
        earlier,
        interventions: definition.interventions,
        user: { userId: principal.userId, name: principal.name, role: principal.role },
        request,
        now,
        id: `${id}/${platform.newId()}`,
      })
      if (!result.ok) {
        const status = ['already-decided', 'already-reversed', 'expired'].includes(result.refusal.code) ? 409 : 422
        throw new RequestError(status, result.refusal.code, result.refusal.message)
      }
      const reversed = about.decisions.find(({ decision }) => decision.id === body.reverses)
      const basis = [about.event, ...(reversed ? [reversed.event] : [])] as EventId[]
      try {
        const [taken] = await platform.thread.append([decisionEvent(result.decision, basis)])
        // What is expected of a change to one person's work would tell of that person.
        if (body.verb !== 'reverse' && (await areAboutGroups(platform, subject, result.decision.interventions)))
          // Outcomes are judged against this; that it failed must not undo what was decided.
          await platform.host
            .forecastDecision(result.decision, taken!.id)
            .catch((error: unknown) =>
              platform.log.error('forecast of a decision failed', error, { decision: taken!.id }),
            )
      } catch (error) {
        if (error instanceof ThreadError && error.code === 'idempotency-conflict')
          throw new RequestError(409, 'already-decided', 'Someone else decided on this a moment ago; look again.')
        throw error
      }
      const standing = (await platform.twins.get(twin)).recommendations.find((each) => each.recommendation.id === id)!
      return context.json(await describe(platform, access, definition, twin, standing, true))
    },
  )
}

async function describe(
  platform: Platform,
  access: Access,
  definition: TwinDefinition,
  twin: TwinId,
  each: RecommendationState,
  newest: boolean,
): Promise<RecommendationThread> {
  const { recommendation } = each
  const quantity = (name: string) => definition.quantities.find((known) => known.name === name)
  const intervention = (name: string) => definition.interventions.find((known) => known.name === name)
  const { subject } = recommendation.twin
  const options = await Promise.all(
    recommendation.options.map(async (option) => ({
      rank: option.rank,
      scenario: { ...option.scenario, interventions: option.scenario.interventions.map((planned) => ({ ...planned })) },
      effects: option.effects.map((effect) => ({
        ...effect,
        label: quantity(effect.quantity)?.label ?? effect.quantity,
        digits: quantity(effect.quantity)?.digits ?? 1,
      })),
      gain: option.gain,
      probabilityBetter: option.probabilityBetter,
      probabilityOfHarm: option.probabilityOfHarm,
      reason: option.reason,
      riskClass: option.riskClass,
      cost: option.cost,
      mayApprove: [...option.mayApprove],
      undo: option.undo,
      ...(option.worth && { worth: option.worth as NonNullable<RankedOption['worth']> }),
      youMayApprove:
        option.mayApprove.includes(access.principal.role) &&
        (await access.may('take-decision', { subject, riskClass: option.riskClass, mayApprove: option.mayApprove })),
    })),
  )
  return {
    id: recommendation.id,
    twin,
    subject,
    madeAt: recommendation.madeAt,
    expires: recommendation.expires,
    state: recommendationStatus(each, newest, platform.clock()),
    finding: recommendation.finding,
    objective: { ...recommendation.objective },
    options,
    decisions: each.decisions.map(({ decision, event }) => ({
      id: decision.id,
      verb: decision.verb,
      scenarioId: decision.scenarioId,
      interventions: decision.interventions.map((planned) => ({ ...planned })),
      reason: { ...decision.reason },
      by: { ...decision.by },
      at: decision.at,
      ...(decision.reverses === undefined ? {} : { reverses: decision.reverses }),
      event,
    })),
    actions: Object.values(each.actions).map(({ action, event, changed }) => ({
      id: action.id,
      decision: action.decision,
      intervention: { ...action.intervention },
      label: intervention(action.intervention.intervention)?.label ?? action.intervention.intervention,
      unit: intervention(action.intervention.intervention)?.unit ?? '',
      purpose: action.purpose,
      delivery: action.delivery,
      attempts: action.attempts,
      lastError: action.lastError ?? null,
      changed,
      event,
    })),
    outcomes: each.outcomes.map(({ outcome, event }) => ({
      id: outcome.id,
      decision: outcome.decision,
      quantity: outcome.quantity,
      label: quantity(outcome.quantity)?.label ?? outcome.quantity,
      unit: outcome.unit,
      digits: quantity(outcome.quantity)?.digits ?? 1,
      at: outcome.at,
      predicted: outcome.predicted,
      predictedCarryingOn: outcome.predictedCarryingOn,
      observed: outcome.observed,
      crps: outcome.crps,
      within90: outcome.within90,
      event,
    })),
    event: each.event,
  }
}
