import type {
  Clinic,
  Consent,
  ConsentName,
  Looked,
  OwnWork,
  PictureData,
  PrivateRecord,
  RotaProposal,
  Statement,
  SurveyRecord,
} from '@counterpart/server/contract'
import { queryOptions } from '@tanstack/react-query'
import { query, request } from './client.ts'

const part = encodeURIComponent

/** Who works in a clinic, with the rota from this week on. */
export const clinicQuery = (id: string) =>
  queryOptions({
    queryKey: ['clinic', id],
    queryFn: ({ signal }) => request<Clinic>(`/clinics/${part(id)}`, { signal }),
    staleTime: 60_000,
  })

const proposalPath = (clinic: string, proposal: string) => `/clinics/${part(clinic)}/rota-proposals/${part(proposal)}`

/** A proposal for a rota: asked for again each second while it is being made. */
export const rotaProposalQuery = (clinic: string, proposal: string) =>
  queryOptions({
    queryKey: ['rota-proposal', clinic, proposal],
    queryFn: ({ signal }) => request<RotaProposal>(proposalPath(clinic, proposal), { signal }),
    refetchInterval: ({ state: { data } }) =>
      data && data.state !== 'running' && data.state !== 'waiting' ? false : 1_000,
    staleTime: 0,
    retry: false,
  })

export const askForRota = (clinic: string, ask: { readonly weeks: number; readonly secondsAtMost: number }) =>
  request<RotaProposal>(`/clinics/${part(clinic)}/rota-proposals`, { method: 'POST', body: ask })

export const stopRota = (clinic: string, proposal: string) =>
  request<RotaProposal>(proposalPath(clinic, proposal), { method: 'DELETE' })

/** Where a finished proposal is downloaded from. */
export const rotaTable = (clinic: string, proposal: string) => `/api${proposalPath(clinic, proposal)}/rota.csv`

export const ownWorkQuery = queryOptions({
  queryKey: ['own-work'],
  queryFn: ({ signal }) => request<OwnWork>('/me/work', { signal }),
})

export const ownPictureQuery = (name: string) =>
  queryOptions({
    queryKey: ['own-picture', name],
    queryFn: ({ signal }) => request<PictureData>(`/me/pictures/${part(name)}`, { signal }),
    staleTime: 5 * 60_000,
    retry: false,
  })

export const privateRecordQuery = queryOptions({
  queryKey: ['own-private'],
  queryFn: ({ signal }) => request<PrivateRecord>('/me/private', { signal }),
})

export const statementsQuery = queryOptions({
  queryKey: ['own-statements'],
  queryFn: ({ signal }) => request<{ statements: Statement[] }>('/me/statements', { signal }),
})

export const ownLookedQuery = queryOptions({
  queryKey: ['own-looked'],
  queryFn: ({ signal }) => request<Looked>(`/me/looked${query({ limit: 200 })}`, { signal }),
})

export const setConsent = (
  what: ConsentName,
  body: { readonly state: 'given' | 'paused' | 'withdrawn'; readonly until?: number },
) => request<Consent>(`/me/consents/${part(what)}`, { method: 'PUT', body })

export const answerSurvey = (body: {
  readonly instrument: SurveyRecord['instrument']
  readonly answers: Readonly<Record<string, number>>
}) => request<SurveyRecord>('/me/surveys', { method: 'POST', body })

/** `csv`: columns `day,sleep,heart-rate-variability,steps`. */
export const sendWearable = (csv: string) =>
  request<{ days: number }>('/me/wearable', { method: 'POST', text: { type: 'text/csv', content: csv } })

export type NewStatement = Pick<Statement, 'kind' | 'about' | 'text'>

export const makeStatement = (body: NewStatement) => request<Statement>('/me/statements', { method: 'POST', body })

export const withdrawStatement = (id: string) =>
  request<Statement>(`/me/statements/${part(id)}/withdraw`, { method: 'POST' })

export const erasePrivate = () => request<unknown>('/me/erase-private', { method: 'POST', body: { confirm: 'erase' } })
