import { z } from '@hono/zod-openapi'
import { instant, summary } from './common.ts'

/** One number as a sentence: value, unit, how old, how good, and the event that explains it. */
export const reading = z
  .object({
    channel: z.string(),
    label: z.string(),
    value: z.number().nullable(),
    text: z.string().nullable(),
    unit: z.string(),
    digits: z.number(),
    effective: instant,
    recorded: instant,
    staleAfter: z.number().nullable(),
    quality: z.object({ score: z.number(), flags: z.array(z.string()) }),
    protocol: z.string(),
    device: z.string().nullable(),
    event: z.string().openapi({ description: 'Event id; GET /api/trace?event=… says where it comes from' }),
  })
  .openapi('Reading')

export const subjectSummary = z
  .object({
    id: z.string(),
    kind: z.string(),
    /** Null when the viewer's role sees no identities: then `id` is all there is. */
    name: z.string().nullable(),
    identifier: z.string().nullable().openapi({ description: 'Record number as people there say it' }),
    birthDate: z.string().nullable(),
    sex: z.string().nullable(),
    location: z.string().nullable(),
    encounterStatus: z.string().nullable(),
    twins: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        asOf: instant.nullable(),
        headlines: z.array(
          z.object({
            quantity: z.string(),
            label: z.string(),
            unit: z.string(),
            digits: z.number(),
            summary,
            reference: z.tuple([z.number(), z.number()]).nullable(),
          }),
        ),
        openRecommendations: z.number().int(),
      }),
    ),
    lastObservation: instant.nullable(),
  })
  .openapi('SubjectSummary')

/** GET /api/subjects?search=&place=&limit=&offset= → { subjects, total, places }; GET /api/subjects/{kind}/{id} → SubjectSummary & { latest } */
export const subjectList = z
  .object({
    subjects: z.array(subjectSummary),
    total: z.number().int(),
    /** Where those found are, whatever place the list is narrowed to. */
    places: z.array(z.object({ key: z.string(), name: z.string(), count: z.number().int() })),
  })
  .openapi('SubjectList')
export const subjectDetail = subjectSummary.extend({ latest: z.array(reading) }).openapi('SubjectDetail')

/** GET /api/subjects/{kind}/{id}/series?channel=&from=&to=&knownAt= : measured values over time, oldest first. */
export const series = z
  .object({
    channel: z.string(),
    label: z.string(),
    unit: z.string(),
    points: z.array(
      z.object({ effective: instant, recorded: instant, value: z.number(), quality: z.number(), event: z.string() }),
    ),
  })
  .openapi('Series')

/** GET /api/subjects/{kind}/{id}/waveform?channel=&from=&to= : samples at a fixed rate, for the last seconds or any span. */
export const waveform = z
  .object({
    channel: z.string(),
    unit: z.string(),
    pieces: z.array(z.object({ start: instant, samplesPerSecond: z.number(), values: z.array(z.number()) })),
  })
  .openapi('Waveform')

/** POST /api/subjects/{kind}/{id}/erase : destroys the subject's key; everything held of them is gone for ever. */
export const eraseRequest = z.object({ reason: z.string().min(3).max(1000) }).openapi('EraseRequest')

export type Reading = z.infer<typeof reading>
export type SubjectSummary = z.infer<typeof subjectSummary>
export type SubjectDetail = z.infer<typeof subjectDetail>
export type SubjectList = z.infer<typeof subjectList>
export type Series = z.infer<typeof series>
export type Waveform = z.infer<typeof waveform>
