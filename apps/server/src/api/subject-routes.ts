import { minute, type Observation, type SubjectId, supersedes, twinId } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { eraseRequest, type SubjectSummary, series, subjectDetail, subjectList, waveform } from '../contract/index.ts'
import { type Access, accessOf, type Env, requireKnown, subjectFrom } from '../http/access.ts'
import { notFound } from '../http/problem.ts'
import { definitionsFor, type Platform } from '../platform.ts'
import { isKnown } from '../subjects.ts'
import { observationTypes } from '../twins/facts.ts'
import { eraseOwnRecord, hasOwnRecord } from '../work/own-record.ts'
import { describeReading, describeSubject, openRecommendations, recordNumberOf } from './describe.ts'
import { instantParameter, jsonBody, jsonOf, pageParameters, problems } from './openapi.ts'
import { countPlaces, isAt, placesOf } from './places.ts'

const subjectPath = z.object({ kind: z.string(), id: z.string() })
const twoHours = 2 * 3_600_000
/** More samples than any screen has pixels are thinned by leaving the window to the asker. */
const waveformSpanAtMost = 10 * 60_000

/** Who is followed here, and what was measured of them. */
export function subjectRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  const placeOf = placesOf(platform.departments)
  const twinsOf = (id: SubjectId) =>
    Promise.all(
      definitionsFor(platform, id).map(async (definition) => ({
        definition,
        state: await platform.twins.get(twinId({ kind: definition.kind, subject: id })),
      })),
    )
  const shownOf = async (id: SubjectId, access: Access) => {
    const seen = await platform.policy.decide(access.principal, 'view-subject', { subject: id })
    return {
      // A department is nobody: its name is no secret to those who may know that it is there.
      identity: !id.startsWith('patient/') || (await access.may('view-identity', { subject: id })),
      content: seen.allowed && !seen.obligations.includes('no-clinical-content'),
    }
  }
  const summaryOf = async (id: SubjectId, access: Access): Promise<SubjectSummary> =>
    describeSubject(await platform.subjects.get(id), await twinsOf(id), await shownOf(id, access), platform.clock())
  /** What a list is narrowed and put in order by; the rest is looked up for those who are on the page. */
  const entryOf = async (id: SubjectId, access: Access) => {
    const state = await platform.subjects.get(id)
    // Who was merged into somebody else is that one.
    if (!isKnown(state) || platform.intake.ownerOf(id) !== id) return undefined
    const show = await shownOf(id, access)
    const name = show.identity ? state.name : null
    return {
      id,
      name: name ?? id,
      place: placeOf(state),
      words: [id, state.encounter?.location, name, show.identity ? recordNumberOf(state) : null],
      toDecide: show.content ? openRecommendations(await twinsOf(id), platform.clock()) : 0,
    }
  }

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/subjects',
      summary: 'Everyone and everything with a twin',
      request: {
        query: z.object({
          search: z.string().max(200).optional(),
          kind: z.string().optional(),
          place: z
            .string()
            .max(200)
            .optional()
            .openapi({ description: 'A key of `places`, or "here": all whose visit is not over' }),
          ...pageParameters,
        }),
      },
      responses: { 200: jsonOf(subjectList, 'The subjects'), ...problems(401, 403) },
    }),
    async (context) => {
      const access = await accessOf(platform, context)
      const { obligations } = await access.require('view-subject-list')
      const { search, kind, place, limit, offset } = context.req.valid('query')
      const ids = obligations.includes('own-only')
        ? [access.principal.subject!]
        : (
            await Promise.all(
              ['patient/', 'department/', 'clinic/', 'population/'].map((prefix) => platform.thread.streams(prefix)),
            )
          )
            .flat()
            .map(({ stream }) => stream as SubjectId)
      const all = await Promise.all(
        ids.filter((id) => kind === undefined || id.startsWith(`${kind}/`)).map((id) => entryOf(id, access)),
      )
      const needle = search?.trim().toLowerCase()
      const found = all.flatMap((each) =>
        each && (!needle || each.words.some((word) => word?.toLowerCase().includes(needle))) ? [each] : [],
      )
      const shown = found
        .filter((each) => isAt(each.place, place))
        .sort((a, b) => b.toDecide - a.toDecide || a.name.localeCompare(b.name))
      const page = await Promise.all(shown.slice(offset, offset + limit).map(({ id }) => summaryOf(id, access)))
      const places = countPlaces(found.map((each) => each.place))
      return context.json({ subjects: page, total: shown.length, places })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/subjects/{kind}/{id}',
      summary: 'One subject, with the newest value of each channel',
      request: { params: subjectPath },
      responses: { 200: jsonOf(subjectDetail, 'The subject'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const access = await accessOf(platform, context)
      const { kind, id } = context.req.valid('param')
      const subject = subjectFrom(kind, id)
      const { obligations } = await access.require('view-subject', { subject })
      // Of what somebody keeps of themselves a steward may know that it is there, and no more.
      if (subject.startsWith('provider/') && !(await hasOwnRecord(platform.thread, subject)))
        throw notFound('such subject')
      if (!subject.startsWith('provider/')) await requireKnown(platform, subject)
      const state = await platform.subjects.get(subject)
      const content = !obligations.includes('no-clinical-content')
      const latest = content ? Object.values(state.latest).map((each) => describeReading(each, platform.catalogue)) : []
      return context.json({
        ...(await summaryOf(subject, access)),
        // A measurement that is words may say who it is.
        latest: obligations.includes('de-identify') ? latest.map((each) => ({ ...each, text: null })) : latest,
      })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/subjects/{kind}/{id}/series',
      summary: 'What was measured over time, as known now or at an earlier time',
      request: {
        params: subjectPath,
        query: z.object({
          channel: z.string(),
          from: instantParameter.optional(),
          to: instantParameter.optional(),
          knownAt: instantParameter.optional(),
        }),
      },
      responses: { 200: jsonOf(series, 'The values, oldest first'), ...problems(401, 403) },
    }),
    async (context) => {
      const access = await accessOf(platform, context)
      const { kind, id } = context.req.valid('param')
      const subject = subjectFrom(kind, id)
      await access.require('view-observations', { subject })
      await requireKnown(platform, subject)
      const { channel, from, to, knownAt } = context.req.valid('query')
      const until = to ?? platform.clock()
      const points = new Map<string, { observation: Observation; recorded: number; event: string }>()
      const reading = platform.thread.read(subject, {
        types: observationTypes,
        validFrom: from ?? until - twoHours,
        validAt: until,
        ...(knownAt === undefined ? {} : { knownAt }),
      })
      for await (const event of reading) {
        const { observation } = event.payload as unknown as { observation: Observation }
        if (event.payload === null || observation.channel !== channel) continue
        const known = points.get(observation.id)
        if (!known || supersedes(observation, known.observation))
          points.set(observation.id, { observation, recorded: event.recorded, event: event.id })
      }
      const known = platform.catalogue.channel(channel)
      const standing = [...points.values()].filter(({ observation }) => observation.status !== 'retracted')
      return context.json({
        channel,
        label: known?.label ?? standing[0]?.observation.code.display ?? channel,
        unit: known?.unit ?? standing[0]?.observation.unit ?? '',
        points: standing
          .filter(({ observation }) => observation.value !== null)
          .sort((a, b) => a.observation.effective - b.observation.effective)
          .map(({ observation, recorded, event }) => ({
            effective: observation.effective,
            recorded,
            value: observation.value!,
            quality: observation.quality.score,
            event,
          })),
      })
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/subjects/{kind}/{id}/erase',
      summary: 'Erase a subject for ever; the chain still verifies, the content is gone',
      request: { params: subjectPath, body: jsonBody(eraseRequest) },
      responses: { 204: { description: 'Erased' }, ...problems(401, 403, 404) },
    }),
    async (context) => {
      const access = await accessOf(platform, context)
      const { kind, id } = context.req.valid('param')
      const subject = subjectFrom(kind, id)
      await access.require('erase-subject', { subject })
      const { userId, role } = access.principal
      const by = { userId, role, reason: context.req.valid('json').reason }
      const isProvider = subject.startsWith('provider/')
      if (!(isProvider ? await hasOwnRecord(platform.thread, subject) : platform.intake.knows(subject)))
        throw notFound('such subject')
      if (isProvider) await eraseOwnRecord(platform.thread, subject, by)
      else await platform.thread.eraseSubject(subject, by)
      return context.body(null, 204)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/subjects/{kind}/{id}/waveform',
      summary: 'Samples of a waveform, at most ten minutes at a time',
      request: {
        params: subjectPath,
        query: z.object({
          channel: z.string().optional(),
          from: instantParameter.optional(),
          to: instantParameter.optional(),
        }),
      },
      responses: { 200: jsonOf(waveform, 'The samples'), ...problems(401, 403) },
    }),
    async (context) => {
      const access = await accessOf(platform, context)
      const { kind, id } = context.req.valid('param')
      const subject = subjectFrom(kind, id)
      await access.require('view-observations', { subject })
      await requireKnown(platform, subject)
      const query = context.req.valid('query')
      const newest = await newestWaveform(platform.thread, subject, query.channel)
      if (!newest) return context.json({ channel: query.channel ?? '', unit: '', pieces: [] })
      const to = query.to ?? newest.finish
      const from = Math.max(query.from ?? to - 10_000, to - waveformSpanAtMost)
      const pieces: { start: number; samplesPerSecond: number; values: number[] }[] = []
      let unit = ''
      for await (const segment of platform.thread.waveforms(subject, newest.channel, from, to)) {
        unit = segment.unit
        const first = Math.max(0, Math.ceil(((from - segment.start) * segment.samplesPerSecond) / 1_000))
        const last = Math.min(
          segment.samples.length,
          Math.floor(((to - segment.start) * segment.samplesPerSecond) / 1_000) + 1,
        )
        if (last <= first) continue
        pieces.push({
          start: segment.start + (first * 1_000) / segment.samplesPerSecond,
          samplesPerSecond: segment.samplesPerSecond,
          values: Array.from(
            segment.samples.subarray(first, last),
            (sample) => (sample - segment.baseline) / segment.gain,
          ),
        })
      }
      return context.json({ channel: newest.channel, unit, pieces })
    },
  )
}

interface RecordedWaveform {
  readonly channel: string
  readonly finish: number
}

/**
 * The newest segment of a channel; without one named, of the first by name among those still coming (of an ECG's leads the
 * limb leads before the chest leads).
 */
async function newestWaveform(
  thread: Thread,
  subject: SubjectId,
  channel: string | undefined,
): Promise<RecordedWaveform | undefined> {
  const newest = new Map<string, RecordedWaveform>()
  for await (const event of thread.read(subject, { types: ['waveform.recorded'], descending: true, limit: 64 })) {
    const recorded = event.payload as unknown as RecordedWaveform | null
    if (recorded && !newest.has(recorded.channel)) newest.set(recorded.channel, recorded)
  }
  if (channel !== undefined) return newest.get(channel)
  const last = Math.max(...[...newest.values()].map(({ finish }) => finish))
  const coming = [...newest.values()].filter(({ finish }) => finish > last - minute)
  return coming.sort((a, b) => (a.channel < b.channel ? -1 : 1))[0]
}
