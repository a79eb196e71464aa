import { z } from '@hono/zod-openapi'
import { instant, summary } from './common.ts'

const titled = { title: z.string(), description: z.string() }
const axis = z.object({ label: z.string(), unit: z.string() })
const curve = z.object({ label: z.string(), x: z.array(z.number()), y: z.array(z.number()) })

export const curvesPicture = z
  .object({ kind: z.literal('curves'), ...titled, x: axis, y: axis, members: z.array(curve), central: curve })
  .openapi('CurvesPicture')

export const personMark = z
  .object({
    id: z.string(),
    patient: z.string(),
    label: z.string(),
    acuity: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]).nullable(),
    arrived: instant,
    since: instant,
    state: z.enum(['arriving', 'waiting', 'in-care', 'tests', 'decided', 'boarding']),
    breachAt: instant.optional(),
    attention: z.object({ sentence: z.string(), reasons: z.array(z.string()), risk: summary }).optional(),
    doubt: z.string().optional(),
  })
  .openapi('PersonMark')

export const floorPicture = z
  .object({
    kind: z.literal('floor'),
    ...titled,
    asOf: instant,
    areas: z.array(
      z.object({
        code: z.string(),
        label: z.string(),
        role: z.string(),
        spaces: z.array(z.object({ code: z.string(), person: personMark.nullable(), closed: z.string().optional() })),
        people: z.array(personMark),
      }),
    ),
    staff: z.array(z.object({ role: z.string(), label: z.string(), onDuty: z.number(), busy: z.number().nullable() })),
  })
  .openapi('FloorPicture')

const course = z.object({ p05: z.array(z.number()), p50: z.array(z.number()), p95: z.array(z.number()) })

export const pressurePicture = z
  .object({
    kind: z.literal('pressure'),
    ...titled,
    times: z.array(instant),
    rows: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        use: course,
        waiting: course,
        holdsUp: z.array(z.number()),
      }),
    ),
    findings: z.array(
      z.object({
        resource: z.string(),
        from: instant,
        until: instant,
        probability: z.number(),
        sentence: z.string(),
        cause: z.string(),
      }),
    ),
  })
  .openapi('PressurePicture')

const chance = z.object({ estimate: z.number(), low: z.number(), high: z.number() })

export const stressPicture = z
  .object({
    kind: z.literal('stress'),
    ...titled,
    measures: z.array(z.object({ name: z.string(), label: z.string(), unit: z.string(), digits: z.number() })),
    rows: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        assumption: z.string(),
        under: z.record(z.string(), summary),
        difference: z.record(z.string(), summary),
        worst: z.record(z.string(), z.number()).optional(),
        limits: z
          .array(z.object({ name: z.string(), label: z.string(), under: chance, without: chance }))
          .optional()
          .openapi({ description: 'Lines that should not be crossed, and how likely that is' }),
        recovery: z.object({
          median: z.number().nullable(),
          medianBetween: z.tuple([z.number().nullable(), z.number().nullable()]).optional(),
          p05: z.number().nullable().optional(),
          p95: z.number().nullable(),
          withinHorizon: z.number(),
        }),
        remedy: z
          .object({
            label: z.string(),
            interventions: z.array(
              z.object({ intervention: z.string(), dose: z.number(), from: instant, until: instant.optional() }),
            ),
            spared: summary,
            better: z.number(),
          })
          .nullable()
          .optional()
          .openapi({ description: 'What would help most: hours of waiting that it spares' }),
      }),
    ),
  })
  .openapi('StressPicture')

export const pathwayPicture = z
  .object({
    kind: z.literal('pathway'),
    ...titled,
    nodes: z.array(
      z.object({
        id: z.string(),
        label: z.string(),
        kind: z.string(),
        needs: z.array(z.string()),
        duration: z.string().optional(),
        present: z.number().optional(),
        waiting: z.number().optional(),
      }),
    ),
    edges: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        label: z.string().optional(),
        share: z.number().optional(),
      }),
    ),
  })
  .openapi('PathwayPicture')

export const dayPicture = z
  .object({
    kind: z.literal('day'),
    ...titled,
    from: instant,
    until: instant,
    rows: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        slots: z.array(
          z.object({
            from: instant,
            until: instant,
            label: z.string(),
            kind: z.enum([
              'booked',
              'walk-in',
              'inpatient',
              'emergency',
              'maintenance',
              'breakdown',
              'overtime',
              'free',
            ]),
            overrun: z.number().optional(),
          }),
        ),
      }),
    ),
    notes: z.array(z.string()),
  })
  .openapi('DayPicture')

const loadCell = z.object({
  known: z.enum(['measured', 'partly', 'forecast']),
  contracted: z.number(),
  scheduled: z.number(),
  work: summary,
  outside: summary,
  backlog: summary.optional(),
  overload: chance.nullable(),
  completeness: z.number().optional(),
  away: z.number(),
  suppressed: z.string().optional(),
})

export const loadPicture = z
  .object({
    kind: z.literal('load'),
    ...titled,
    asOf: instant,
    periods: z.array(z.object({ from: instant, until: instant, label: z.string() })),
    rows: z.array(z.object({ name: z.string(), label: z.string(), people: z.number(), cells: z.array(loadCell) })),
    findings: z.array(z.object({ row: z.string(), sentence: z.string(), probability: chance.optional() })),
  })
  .openapi('LoadPicture')

const groupValue = z.object({
  estimate: z.number().nullable(),
  low: z.number().optional(),
  high: z.number().optional(),
  completeness: z.number().optional(),
  suppressed: z.string().optional(),
})

export const groupsPicture = z
  .object({
    kind: z.literal('groups'),
    ...titled,
    asOf: instant,
    indicators: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        unit: z.string(),
        digits: z.number(),
        definition: z.string().optional(),
        beside: z.object({ value: z.number(), label: z.string() }).optional(),
      }),
    ),
    groups: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        heading: z.string().optional(),
        n: z.number().optional(),
        values: z.record(z.string(), groupValue),
      }),
    ),
    notes: z.array(z.string()),
  })
  .openapi('GroupsPicture')

/** GET /api/twins/{id}/pictures/{name} → what the twin can draw of its subject as it stands; names: `TwinKind.pictures`. */
export const picture = z
  .discriminatedUnion('kind', [
    curvesPicture,
    floorPicture,
    pressurePicture,
    stressPicture,
    pathwayPicture,
    dayPicture,
    loadPicture,
    groupsPicture,
  ])
  .openapi('Picture')

/** What a twin can draw, before it is drawn. */
export const pictureOffer = z
  .object({
    name: z.string(),
    label: z.string(),
    kind: z.enum(['curves', 'floor', 'pressure', 'stress', 'pathway', 'day', 'load', 'groups']),
    live: z
      .boolean()
      .openapi({ description: 'Changes with every event; otherwise it takes long and is drawn on request' }),
    audience: z
      .enum(['member'])
      .optional()
      .openapi({ description: 'It is about one member of the subject, and drawn for that person alone' }),
  })
  .openapi('PictureOffer')

/** GET /api/twins/{id}/pictures/{name}/progress */
export const drawingProgress = z
  .object({
    drawing: z
      .object({
        done: z.number().nullable().openapi({ description: 'Parts done; null where the twin does not tell' }),
        of: z.number().nullable(),
        elapsed: z.number().openapi({ description: 'Milliseconds' }),
        usual: z.number().nullable().openapi({ description: 'Milliseconds that the last one took' }),
      })
      .nullable(),
  })
  .openapi('DrawingProgress')

export type PictureData = z.infer<typeof picture>
export type CurvesPicture = z.infer<typeof curvesPicture>
export type FloorPicture = z.infer<typeof floorPicture>
export type PersonMark = z.infer<typeof personMark>
export type PressurePicture = z.infer<typeof pressurePicture>
export type StressPicture = z.infer<typeof stressPicture>
export type PathwayPicture = z.infer<typeof pathwayPicture>
export type DayPicture = z.infer<typeof dayPicture>
export type LoadPicture = z.infer<typeof loadPicture>
export type GroupsPicture = z.infer<typeof groupsPicture>
export type PictureOffer = z.infer<typeof pictureOffer>
export type DrawingProgress = z.infer<typeof drawingProgress>
