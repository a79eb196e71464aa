import { z } from '@hono/zod-openapi'

/** Longest text of a model that is taken; published ones have at most a few megabytes. */
export const modelTextAtMost = 8_000_000
/** Most numbers that one run answers with: rows · columns · runs. */
export const modelValuesAtMost = 1_000_000

const symbol = z.string().min(1).max(1_000)

export const modelMethods = ['auto', 'dormand-prince', 'rodas', 'runge-kutta-4', 'rush-larsen'] as const

/** How to run a model, and what of it to show. */
const modelRunSettings = z.object({
  end: z.number(),
  steps: z.number().int().min(1).max(100_000),
  observed: z.array(symbol).min(1).max(200),
})

/** GET /api/models */
export const modelList = z
  .object({
    models: z.array(z.object({ id: z.string(), title: z.string(), summary: z.string(), citation: z.string() })),
  })
  .openapi('ModelList')

/** GET /api/models/{id} */
export const storedModel = z
  .object({
    id: z.string(),
    title: z.string(),
    summary: z.string(),
    citation: z.string(),
    text: z.string(),
    suggested: modelRunSettings.extend({
      sets: z.array(z.object({ name: z.string(), given: z.record(symbol, z.number()) })),
    }),
  })
  .openapi('StoredModel')

/** Why a model cannot be understood or run: the reader's words, and the place in the text they are about. */
const modelRefusal = z
  .object({
    code: z.string(),
    message: z.string(),
    element: z.string().nullable(),
    line: z.number().int().nullable(),
    column: z.number().int().nullable(),
  })
  .openapi('ModelRefusal')

const refused = z.object({ outcome: z.literal('refused'), refusal: modelRefusal })

const labelled = { symbol: z.string(), label: z.string(), unit: z.string().nullable() }

const modelDescription = z
  .object({
    name: z.string(),
    format: z.enum(['antimony', 'sbml', 'cellml']),
    version: z.string(),
    notes: z.string().nullable(),
    identity: z.string().openapi({ description: 'SHA-256 of the equations in normal form' }),
    timeUnit: z.string().nullable(),
    states: z.array(z.object({ ...labelled, value: z.number().nullable(), line: z.number().nullable() })),
    parameters: z.array(
      z.object({
        ...labelled,
        value: z.number().nullable(),
        line: z.number().nullable(),
        note: z.string().nullable().openapi({ description: 'What its author wrote behind it: source, meaning' }),
        computed: z.boolean(),
        discrete: z.boolean(),
      }),
    ),
    unknowns: z.array(z.string()),
    events: z.array(z.string()),
    quantities: z.array(z.object({ ...labelled, kind: z.string() })),
    equations: z.array(
      z.object({
        ...labelled,
        kind: z.string(),
        mathml: z.string().openapi({ description: 'MathML Core, escaped' }),
        latex: z.string(),
        text: z.string(),
      }),
    ),
    equationsLeftOut: z.number().int().openapi({ description: 'Equations beyond what a page can hold' }),
    unitFindings: z.array(
      z.object({
        severity: z.enum(['error', 'warning', 'remark']),
        element: z.string(),
        line: z.number().nullable(),
        message: z.string(),
      }),
    ),
    warnings: z.array(z.string()),
  })
  .openapi('ModelDescription')

/** POST /api/models/check. A model that is refused is an answer, not a failure of the request. */
export const modelCheckRequest = z.object({ text: z.string().max(modelTextAtMost) }).openapi('ModelCheckRequest')
export const modelCheck = z
  .discriminatedUnion('outcome', [z.object({ outcome: z.literal('understood'), model: modelDescription }), refused])
  .openapi('ModelCheck')

/** POST /api/models/run */
export const modelRunRequest = modelRunSettings
  .extend({
    text: z.string().max(modelTextAtMost),
    start: z.number().default(0),
    method: z.enum(modelMethods).default('auto'),
    step: z.number().positive().optional(),
    relativeTolerance: z.number().min(1e-13).max(0.1).optional(),
    sets: z
      .array(z.object({ name: z.string().max(100), given: z.record(symbol, z.number()) }))
      .min(1)
      .max(8),
  })
  .refine(({ start, end }) => end > start, { error: 'must be after the start', path: ['end'] })
  .refine(({ steps, observed, sets }) => (steps + 1) * observed.length * sets.length <= modelValuesAtMost, {
    error: `steps × quantities × sets must be at most ${modelValuesAtMost}`,
    path: ['steps'],
  })
  .openapi('ModelRunRequest')
export const modelRun = z
  .discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('ran'),
      identity: z.string(),
      times: z.array(z.number()),
      columns: z.array(z.object(labelled)),
      runs: z.array(
        z.object({
          name: z.string(),
          values: z
            .array(z.array(z.number().nullable()))
            .openapi({ description: 'A list for each column; null where it is not a number' }),
          warnings: z.array(z.string()),
        }),
      ),
      milliseconds: z.number(),
    }),
    refused.extend({ set: z.string().nullable().openapi({ description: 'The set of parameters that failed' }) }),
  ])
  .openapi('ModelRun')

export type ModelList = z.infer<typeof modelList>
export type StoredModel = z.infer<typeof storedModel>
export type ModelRefusal = z.infer<typeof modelRefusal>
export type ModelDescription = z.infer<typeof modelDescription>
export type ModelCheck = z.infer<typeof modelCheck>
export type ModelRunRequest = z.infer<typeof modelRunRequest>
export type ModelRun = z.infer<typeof modelRun>
