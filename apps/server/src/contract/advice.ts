import { z } from '@hono/zod-openapi'
import { instant, role, summary } from './common.ts'
import { plannedIntervention } from './twin.ts'

export const rankedOption = z
  .object({
    rank: z.number().int(),
    scenario: z.object({
      id: z.string(),
      name: z.string(),
      interventions: z.array(plannedIntervention.required({ from: true })),
    }),
    effects: z.array(
      z.object({
        quantity: z.string(),
        label: z.string(),
        unit: z.string(),
        digits: z.number(),
        at: instant,
        withIt: summary,
        carryingOn: summary,
        difference: summary,
      }),
    ),
    gain: summary,
    probabilityBetter: z.number(),
    probabilityOfHarm: z.number(),
    reason: z.string(),
    riskClass: z.enum(['low', 'moderate', 'high']),
    cost: z.string(),
    mayApprove: z.array(role),
    undo: z.string(),
    worth: z
      .object({
        unit: z.string(),
        cost: summary,
        benefit: summary,
        net: summary,
        probabilityPays: z.number(),
        daysToBenefit: summary,
        burden: summary.openapi({ description: 'Minutes a week that it asks of everybody together' }),
        worseOff: z.array(z.object({ who: z.string(), how: z.string() })).readonly(),
        evidence: z
          .array(z.object({ finding: z.string(), source: z.string(), agrees: z.enum(['yes', 'no', 'mixed']) }))
          .readonly(),
      })
      .optional()
      .openapi({ description: 'What it asks and brings in money and time, and to whom' }),
    /** Whether the person who asks may approve it. */
    youMayApprove: z.boolean(),
  })
  .openapi('RankedOption')

export const decision = z
  .object({
    id: z.string(),
    verb: z.enum(['accept', 'modify', 'reject', 'override', 'reverse']),
    scenarioId: z.string(),
    interventions: z.array(plannedIntervention),
    reason: z.object({ code: z.string(), text: z.string().optional() }),
    by: z.object({ userId: z.string(), name: z.string(), role }),
    at: instant,
    reverses: z.string().optional(),
    event: z.string(),
  })
  .openapi('Decision')

export const action = z
  .object({
    id: z.string(),
    decision: z.string(),
    intervention: plannedIntervention,
    label: z.string(),
    unit: z.string(),
    purpose: z.enum(['start', 'stop']),
    delivery: z.enum(['queued', 'sent', 'acknowledged', 'failed', 'undone']),
    attempts: z.number().int(),
    lastError: z.string().nullable(),
    changed: instant,
    event: z.string(),
  })
  .openapi('Action')

export const outcome = z
  .object({
    id: z.string(),
    decision: z.string(),
    quantity: z.string(),
    label: z.string(),
    unit: z.string(),
    digits: z.number(),
    at: instant,
    predicted: summary,
    predictedCarryingOn: summary,
    observed: z.number(),
    crps: z.number(),
    within90: z.boolean(),
    event: z.string(),
  })
  .openapi('Outcome')

/** One recommendation with all that came of it. */
export const recommendationThread = z
  .object({
    id: z.string(),
    twin: z.string(),
    subject: z.string(),
    madeAt: instant,
    expires: instant,
    state: z.enum(['open', 'decided', 'reversed', 'expired', 'superseded']),
    finding: z.string(),
    objective: z.object({
      name: z.string(),
      statement: z.string(),
      unit: z.string(),
      limit: z.string().optional().openapi({ description: 'The safety limit that `probabilityOfHarm` is about' }),
    }),
    options: z.array(rankedOption),
    decisions: z.array(decision),
    actions: z.array(action),
    outcomes: z.array(outcome),
    event: z.string(),
  })
  .openapi('RecommendationThread')

/** GET /api/twins/{id}/recommendations → newest first */
export const recommendations = z.object({ recommendations: z.array(recommendationThread) }).openapi('Recommendations')

/** POST /api/recommendations/{id}/decisions (the recommendation's id, URL-encoded) → RecommendationThread */
export const decisionRequest = z
  .object({
    twin: z.string(),
    verb: z.enum(['accept', 'modify', 'reject', 'override', 'reverse']),
    /** accept, modify, reject: the option it is about. */
    scenarioId: z.string().optional(),
    /** modify, override: what shall be done instead. */
    interventions: z.array(plannedIntervention).max(8).optional(),
    reason: z.object({ code: z.string(), text: z.string().max(2000).optional() }),
    /** reverse: the decision to take back. */
    reverses: z.string().optional(),
  })
  .openapi('DecisionRequest')

/** GET /api/decision-reasons → { reasons: [{ code, label, verbs }] } */
export const decisionReasonList = z
  .object({
    reasons: z.array(
      z.object({
        code: z.string(),
        label: z.string(),
        verbs: z.array(z.string()).openapi({ description: 'Verbs it fits' }),
      }),
    ),
  })
  .openapi('DecisionReasons')

export type RankedOption = z.infer<typeof rankedOption>
export type RecommendationThread = z.infer<typeof recommendationThread>
export type Recommendations = z.infer<typeof recommendations>
export type DecisionRequest = z.infer<typeof decisionRequest>
export type DecisionRecord = z.infer<typeof decision>
export type ActionRecord = z.infer<typeof action>
export type OutcomeRecord = z.infer<typeof outcome>
