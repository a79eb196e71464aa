import { z } from '@hono/zod-openapi'
import { instant, summary } from './common.ts'
import { picture } from './picture.ts'

/** GET /api/twins/{id}: what the twin holds true now. `{id}` is URL-encoded, e.g. cardiovascular%3Apatient%2F7f3a */
export const twinState = z
  .object({
    id: z.string(),
    kind: z.string(),
    version: z.string(),
    subject: z.string(),
    asOf: instant
      .nullable()
      .openapi({ description: 'Effective time of the last thing it took in; null before the first' }),
    beliefHash: z.string().openapi({ description: 'SHA-256 of the belief as it is now' }),
    beliefEvent: z
      .string()
      .nullable()
      .openapi({ description: 'The newest belief in the thread, to trace it by; it may be a few seconds older' }),
    /** What nobody measures: inferred variables, with the prior beside so that a reader sees what the data added. */
    variables: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        unit: z.string(),
        meaning: z.string().optional(),
        auxiliary: z.boolean().optional(),
        belief: summary,
        prior: summary,
      }),
    ),
    /** What it estimates now, measured or not. */
    quantities: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        unit: z.string(),
        digits: z.number(),
        headline: z.boolean(),
        channel: z.string().nullable(),
        reference: z.tuple([z.number(), z.number()]).nullable(),
        estimate: summary,
      }),
    ),
    treatments: z.array(
      z.object({
        intervention: z.string(),
        label: z.string(),
        dose: z.number(),
        unit: z.string(),
        from: instant,
        until: instant.nullable(),
        event: z.string().nullable(),
      }),
    ),
  })
  .openapi('TwinState')

/** GET /api/twins/{id}/history?from=&to= : how belief and estimates moved, oldest first, thinned to at most 500 points. */
export const beliefHistory = z
  .object({
    points: z.array(
      z.object({
        asOf: instant,
        recorded: instant,
        event: z.string(),
        quantities: z.record(z.string(), summary),
        variables: z.record(z.string(), summary),
      }),
    ),
  })
  .openapi('BeliefHistory')

export const plannedIntervention = z
  .object({
    intervention: z.string(),
    dose: z.number(),
    on: z
      .array(z.string().max(64))
      .max(200)
      .readonly()
      .optional()
      .openapi({ description: 'The parts of the subject it concerns; left out: all of it' }),
    from: instant.optional(),
    until: instant.optional(),
  })
  .openapi('PlannedIntervention')

/** POST /api/twins/{id}/what-if */
export const whatIfRequest = z
  .object({
    interventions: z.array(plannedIntervention).max(8),
    /** A second plan, to be seen beside the first: paired with it, member by member. */
    beside: z.array(plannedIntervention).max(8).optional(),
    /** How far ahead; default: the definition's own horizon. */
    horizon: z
      .number()
      .positive()
      .max(7 * 86_400_000)
      .optional(),
    /** Also draw the twin's first picture, or the one of this name (slower). */
    picture: z.union([z.boolean(), z.string()]).optional(),
  })
  .openapi('WhatIfRequest')

const band = z.object({
  p05: z.array(z.number()),
  p25: z.array(z.number()),
  p50: z.array(z.number()),
  p75: z.array(z.number()),
  p95: z.array(z.number()),
})

export const forecastBands = z
  .object({
    madeAt: instant,
    times: z.array(instant),
    scenario: z.object({ id: z.string(), name: z.string() }),
    quantities: z.record(z.string(), band.extend({ unit: z.string() })),
    outdated: z
      .boolean()
      .optional()
      .openapi({ description: 'It no longer stands for what is known, and is being made anew' }),
  })
  .openapi('ForecastBands')

/** POST /api/twins/{id}/what-if → the scenario, carrying on, and the paired difference at each time. */
export const whatIf = z
  .object({
    carryOn: forecastBands,
    scenario: forecastBands,
    difference: z.record(z.string(), band.extend({ unit: z.string() })),
    beside: z
      .object({
        scenario: forecastBands,
        difference: z.record(z.string(), band.extend({ unit: z.string() })),
        /** The first plan less the second. */
        between: z.record(z.string(), band.extend({ unit: z.string() })),
      })
      .nullable()
      .optional(),
    picture: z.object({ carryOn: picture, scenario: picture }).nullable(),
    milliseconds: z.number(),
  })
  .openapi('WhatIf')

/** GET /api/twins/{id}/forecast → the newest issued forecast, carrying on as now. */
/** GET /api/twins/{id}/forecasts?quantity=&from=&to= → past forecasts beside what happened. */
export const forecastHistory = z
  .object({
    quantity: z.string(),
    unit: z.string(),
    scored: z.array(
      z.object({
        madeAt: instant,
        at: instant,
        lead: z.number(),
        predicted: summary,
        observed: z.number(),
        crps: z.number(),
        persistenceCrps: z.number(),
        event: z.string(),
      }),
    ),
  })
  .openapi('ForecastHistory')

/** GET /api/twins/{id}/scores : live scoring, all leads together and by lead. */
export const score = z
  .object({
    quantity: z.string(),
    label: z.string(),
    unit: z.string(),
    lead: z.number().nullable().openapi({ description: 'Milliseconds ahead; null: all leads together' }),
    count: z.number().int(),
    meanCrps: z.number().nullable(),
    persistenceCrps: z.number().nullable(),
    skill: z
      .number()
      .nullable()
      .openapi({ description: '1 − CRPS / persistence CRPS; above 0 is better than persistence' }),
    coverage: z.array(z.object({ level: z.number(), observed: z.number(), low: z.number(), high: z.number() })),
    pit: z.array(z.number()).openapi({ description: 'Ten equal bins; flat when calibrated' }),
  })
  .openapi('Score')
export const scores = z.object({ scores: z.array(score) }).openapi('Scores')

export type TwinState = z.infer<typeof twinState>
export type BeliefHistory = z.infer<typeof beliefHistory>
export type WhatIfRequest = z.infer<typeof whatIfRequest>
export type WhatIf = z.infer<typeof whatIf>
export type ForecastBands = z.infer<typeof forecastBands>
export type ForecastHistory = z.infer<typeof forecastHistory>
export type Scores = z.infer<typeof scores>
export type Score = z.infer<typeof score>
