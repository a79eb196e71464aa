import { z } from '@hono/zod-openapi'
import { role } from './common.ts'
import { pictureOffer } from './picture.ts'

const range = z.tuple([z.number(), z.number()])

/** GET /api/twin-kinds → { kinds: TwinKind[] }: everything a screen needs to draw a twin it has never heard of. */
export const twinKind = z
  .object({
    kind: z.string(),
    version: z.string(),
    label: z.string(),
    subjectKind: z.string(),
    intendedUse: z.object({
      user: z.string(),
      decision: z.string(),
      validFor: z.string(),
      notFor: z.string(),
      riskClass: z.enum(['low', 'moderate', 'high']),
    }),
    channels: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        unit: z.string(),
        codes: z.array(z.object({ system: z.string(), code: z.string(), display: z.string().optional() })),
        plausible: range,
        staleAfter: z.number(),
        digits: z.number(),
        errorSource: z.string(),
      }),
    ),
    variables: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        unit: z.string(),
        meaning: z.string().optional(),
        auxiliary: z.boolean().optional(),
      }),
    ),
    quantities: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        unit: z.string(),
        plausible: range,
        reference: range.nullable(),
        channel: z.string().nullable(),
        digits: z.number(),
        headline: z.boolean(),
      }),
    ),
    interventions: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        unit: z.string(),
        dose: z.object({ low: z.number(), high: z.number(), step: z.number(), usual: z.number() }),
        reversibility: z.string(),
        mayApprove: z.array(role),
        riskClass: z.enum(['low', 'moderate', 'high']),
        cost: z.string(),
        undo: z.string(),
        evidence: z.string(),
      }),
    ),
    objectives: z.array(
      z.object({ name: z.string(), statement: z.string(), unit: z.string(), limit: z.string().optional() }),
    ),
    modelCard: z.string().openapi({ description: 'Markdown' }),
    forecastSteps: z.array(z.number()).openapi({ description: 'Milliseconds after the start of a forecast' }),
    /** What it can draw; the first stands beside the vital few numbers. */
    pictures: z.array(pictureOffer),
  })
  .openapi('TwinKind')

export type TwinKind = z.infer<typeof twinKind>
