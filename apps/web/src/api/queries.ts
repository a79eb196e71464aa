import type {
  AuditList,
  BeliefHistory,
  DecisionRequest,
  DrawingProgress,
  ForecastBands,
  ForecastHistory,
  ModelCheck,
  ModelList,
  ModelRun,
  ModelRunRequest,
  PictureData,
  QuarantineEntry,
  QuarantineList,
  Recommendations,
  RecommendationThread,
  ResubmitResult,
  Scores,
  Series,
  Session,
  SignInOptions,
  SourceList,
  StoredModel,
  SubjectDetail,
  SubjectList,
  Trace,
  TwinKind,
  TwinState,
  Waveform,
  WhatIf,
  WhatIfRequest,
} from '@counterpart/server/contract'
import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query'
import { query, request } from './client.ts'

const part = encodeURIComponent
const subjectPath = (kind: string, id: string) => `/subjects/${part(kind)}/${part(id)}`

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => request<Session>('/session', { signal }),
  staleTime: 60_000,
})

export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: ({ signal }) => request<SignInOptions>('/sign-in-options', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const kindsQuery = queryOptions({
  queryKey: ['twin-kinds'],
  queryFn: ({ signal }) => request<{ kinds: TwinKind[] }>('/twin-kinds', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

/** `place`: a key of the list's places, or `here`; left out: wherever they are. */
export const subjectsQuery = (search: string, limit: number, kind?: string, place?: string) =>
  queryOptions({
    queryKey: ['subjects', search, limit, kind ?? null, place ?? null],
    queryFn: ({ signal }) =>
      request<SubjectList>(`/subjects${query({ search, kind, place, limit, offset: 0 })}`, { signal }),
    placeholderData: keepPreviousData,
  })

export const subjectQuery = (kind: string, id: string) =>
  queryOptions({
    queryKey: ['subject', `${kind}/${id}`],
    queryFn: ({ signal }) => request<SubjectDetail>(subjectPath(kind, id), { signal }),
  })

export const seriesQuery = (subject: string, channel: string, from: number, to?: number) => {
  const [kind = '', ...id] = subject.split('/')
  return queryOptions({
    queryKey: ['series', subject, channel, from, to ?? null],
    queryFn: ({ signal }) =>
      request<Series>(`${subjectPath(kind, id.join('/'))}/series${query({ channel, from, to })}`, { signal }),
    staleTime: 5 * 60_000,
  })
}

/** Without a channel: the subject's first waveform channel. */
export function fetchWaveform(
  subject: string,
  channel: string | undefined,
  from: number | undefined,
  to: number | undefined,
  signal?: AbortSignal,
) {
  const [kind = '', ...id] = subject.split('/')
  return request<Waveform>(`${subjectPath(kind, id.join('/'))}/waveform${query({ channel, from, to })}`, { signal })
}

export const twinQuery = (twin: string) =>
  queryOptions({
    queryKey: ['twin', twin],
    queryFn: ({ signal }) => request<TwinState>(`/twins/${part(twin)}`, { signal }),
  })

export const historyQuery = (twin: string, from: number) =>
  queryOptions({
    queryKey: ['history', twin, from],
    queryFn: ({ signal }) => request<BeliefHistory>(`/twins/${part(twin)}/history${query({ from })}`, { signal }),
    staleTime: 5 * 60_000,
  })

export const forecastQuery = (twin: string) =>
  queryOptions({
    queryKey: ['forecast', twin],
    queryFn: ({ signal }) => request<ForecastBands>(`/twins/${part(twin)}/forecast`, { signal }),
  })

/** `lead`: only those made so long before, in milliseconds. */
export const forecastHistoryQuery = (twin: string, quantity: string, from: number, lead?: number) =>
  queryOptions({
    queryKey: ['forecasts', twin, quantity, from, lead ?? null],
    queryFn: ({ signal }) =>
      request<ForecastHistory>(`/twins/${part(twin)}/forecasts${query({ quantity, from, lead })}`, { signal }),
    staleTime: 60_000,
  })

export const scoresQuery = (twin: string) =>
  queryOptions({
    queryKey: ['scores', twin],
    queryFn: ({ signal }) => request<Scores>(`/twins/${part(twin)}/scores`, { signal }),
  })

export const recommendationsQuery = (twin: string) =>
  queryOptions({
    queryKey: ['recommendations', twin],
    queryFn: ({ signal }) => request<Recommendations>(`/twins/${part(twin)}/recommendations`, { signal }),
  })

export const reasonsQuery = queryOptions({
  queryKey: ['decision-reasons'],
  queryFn: ({ signal }) => request<{ reasons: { code: string; label: string }[] }>('/decision-reasons', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const whatIfQuery = (twin: string, ask: WhatIfRequest) =>
  queryOptions({
    queryKey: ['what-if', twin, ask],
    queryFn: ({ signal }) => request<WhatIf>(`/twins/${part(twin)}/what-if`, { method: 'POST', body: ask, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  })

/** The picture of carrying on as now: part of an empty what-if. `version` says when it is worth drawing anew. */
export const nowPictureQuery = (twin: string, version: number) =>
  queryOptions({
    queryKey: ['picture', twin, version],
    queryFn: ({ signal }) =>
      request<WhatIf>(`/twins/${part(twin)}/what-if`, {
        method: 'POST',
        body: { interventions: [], picture: true },
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

/** Long drawings go on when the page is left; these stop them. */
const stops = new Map<string, AbortController>()
const picturePath = (twin: string, name: string) => `/twins/${part(twin)}/pictures/${part(name)}`

/** A picture of the belief as it stands. Live ones are drawn anew as events come in, others when asked for. */
export const pictureQuery = (twin: string, offer: { readonly name: string; readonly live: boolean }) =>
  queryOptions({
    queryKey: [offer.live ? 'live-picture' : 'drawn-picture', twin, offer.name],
    queryFn: async (context) => {
      const began = Date.now()
      const path = picturePath(twin, offer.name)
      const stop = new AbortController()
      if (!offer.live) stops.set(path, stop)
      const picture = await request<PictureData>(path, { signal: offer.live ? context.signal : stop.signal })
      return { picture, took: Date.now() - began, at: Date.now() }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: offer.live ? 60_000 : 60 * 60_000,
    retry: false,
  })

/** Gives up a long drawing: what was drawn before stays. */
export async function stopDrawing(client: QueryClient, twin: string, name: string): Promise<void> {
  await client.cancelQueries({ queryKey: ['drawn-picture', twin, name] })
  stops.get(picturePath(twin, name))?.abort()
}

export const drawingQuery = (twin: string, name: string) =>
  queryOptions({
    queryKey: ['drawing', twin, name],
    queryFn: ({ signal }) => request<DrawingProgress>(`${picturePath(twin, name)}/progress`, { signal }),
    refetchInterval: 1_000,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })

export const traceQuery = (event: string) =>
  queryOptions({
    queryKey: ['trace', event],
    queryFn: ({ signal }) => request<Trace>(`/trace${query({ event })}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const quarantineQuery = (state: string) =>
  queryOptions({
    queryKey: ['quarantine', state],
    queryFn: ({ signal }) => request<QuarantineList>(`/quarantine${query({ state, limit: 200 })}`, { signal }),
    placeholderData: keepPreviousData,
  })

export const quarantineEntryQuery = (id: string) =>
  queryOptions({
    queryKey: ['quarantine-entry', id],
    queryFn: ({ signal }) => request<QuarantineEntry>(`/quarantine/${part(id)}`, { signal }),
  })

export const auditQuery = (filter: { readonly subject?: string; readonly user?: string; readonly limit?: number }) =>
  queryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ signal }) =>
      request<AuditList>(`/audit${query({ ...filter, limit: filter.limit ?? 200 })}`, { signal }),
    placeholderData: keepPreviousData,
  })

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => request<SourceList>('/sources', { signal }),
  refetchInterval: 5_000,
})

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => request<ModelList>('/models', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const storedModelQuery = (id: string) =>
  queryOptions({
    queryKey: ['models', id],
    queryFn: ({ signal }) => request<StoredModel>(`/models/${part(id)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** What is in a model’s text: always the same for the same text. */
export const modelCheckQuery = (text: string) =>
  queryOptions({
    queryKey: ['model-check', text],
    queryFn: ({ signal }) => request<ModelCheck>('/models/check', { method: 'POST', body: { text }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

export const modelRunQuery = (ask: ModelRunRequest) =>
  queryOptions({
    queryKey: ['model-run', ask],
    queryFn: ({ signal }) => request<ModelRun>('/models/run', { method: 'POST', body: ask, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

export const signIn = (username: string, password: string) =>
  request<Session>('/session', { method: 'POST', body: { username, password } })
export const signOut = () => request<null>('/session', { method: 'DELETE' })
export const decide = (recommendation: string, body: DecisionRequest) =>
  request<RecommendationThread>(`/recommendations/${part(recommendation)}/decisions`, { method: 'POST', body })
export const resubmit = (id: string, body: string | undefined) =>
  request<ResubmitResult>(`/quarantine/${part(id)}/resubmit`, {
    method: 'POST',
    body: body === undefined ? {} : { body },
  })
export const discard = (id: string, reason: string) =>
  request<unknown>(`/quarantine/${part(id)}/discard`, { method: 'POST', body: { reason } })
