import type { Session } from '@counterpart/server/contract'
import { QueryCache, QueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { RequestError } from './api/client.ts'
import { sessionQuery } from './api/queries.ts'
import { cacheUpdater } from './live/apply.ts'
import { LiveConnection } from './live/connection.ts'

/** Called when the server says that nobody is signed in any more. */
let onSignedOut: () => void = () => undefined
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler
}

/** What the whole app shares: one cache, one live line. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof RequestError && error.status === 401) onSignedOut()
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 3 && (!(error instanceof RequestError) || error.status === 0 || error.status >= 502),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always', retry: false },
  },
})

export const live = new LiveConnection(() => void queryClient.invalidateQueries())
live.onBatch(cacheUpdater(queryClient, (work, milliseconds) => setTimeout(work, milliseconds)))

export type Permission = Session['may'][number]

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data
}

/** Whether an account is bound to a provider, who sees their own work. */
export function ownWorkOf(subject: string | null): boolean {
  return subject?.startsWith('provider/') ?? false
}

/** Whether the person may do this: of a department or a clinic on its own pages, of patients everywhere else. */
export function useMay(permission: Permission): boolean {
  const session = useSession()
  const { kind } = useParams({ strict: false })
  const own = kind === 'department' ? session.mayOnDepartments : kind === 'clinic' ? session.mayOnClinics : session.may
  return own.includes(permission)
}
