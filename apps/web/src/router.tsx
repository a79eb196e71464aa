import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { RequestError } from './api/client.ts'
import { sessionQuery } from './api/queries.ts'
import { ownWorkOf, queryClient } from './app-context.tsx'
import { Loading, ProblemNote } from './parts/problem.tsx'
import { NotFound, Root, Shell } from './shell.tsx'

/**
 * A branch of "what if", short enough for an address that can be shared: name, dose by intervention, and where it is not
 * from now until taken back, minutes until it begins and minutes that it lasts.
 */
export interface Branch {
  readonly n: string
  readonly d: Readonly<Record<string, number>>
  readonly t?: Readonly<Record<string, readonly [start: number, lasts: number]>>
  /** The parts of the subject that it is confined to, by intervention. */
  readonly o?: Readonly<Record<string, readonly string[]>>
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined

const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  validateSearch: (search: Record<string, unknown>): { why?: string } => ({ why: text(search.why) }),
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } => ({ to: text(search.to) }),
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
})

async function requireSession({ location }: { location: { href: string } }): Promise<void> {
  try {
    await queryClient.ensureQueryData(sessionQuery)
  } catch (error) {
    if (error instanceof RequestError && error.status === 401)
      throw redirect({ to: '/sign-in', search: { to: location.href === '/' ? undefined : location.href } })
    throw error
  }
}

/** Everything behind sign-in. */
const insideRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'inside',
  component: Shell,
  beforeLoad: requireSession,
})

/** A screen on a wall has nothing around it. */
const wallRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/wall/$kind/$id',
  beforeLoad: requireSession,
  component: lazyRouteComponent(() => import('./wall/wall.tsx'), 'WallPage'),
})

const homeRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/',
  beforeLoad: async () => {
    const session = await queryClient.ensureQueryData(sessionQuery)
    const own = session.user.subject
    if (ownWorkOf(own)) throw redirect({ to: '/my-work' })
    if (own && !session.may.includes('view-subject-list')) {
      const [kind = 'patient', ...id] = own.split('/')
      throw redirect({ to: '/subjects/$kind/$id/now', params: { kind, id: id.join('/') } })
    }
    if (session.may.includes('view-subject-list')) throw redirect({ to: '/subjects' })
    if (session.may.includes('view-engineering')) throw redirect({ to: '/sources' })
    if (session.may.includes('view-audit')) throw redirect({ to: '/audit' })
    if (session.may.includes('view-quarantine')) throw redirect({ to: '/quarantine' })
  },
})

const subjectsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/subjects',
  validateSearch: (search: Record<string, unknown>): { q?: string; at?: string; sort?: string; kind?: string } => ({
    q: text(search.q),
    at: text(search.at),
    sort: text(search.sort),
    kind: text(search.kind),
  }),
  component: lazyRouteComponent(() => import('./pages/subjects.tsx'), 'SubjectsPage'),
})

const subjectRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/subjects/$kind/$id',
  validateSearch: (search: Record<string, unknown>): { twin?: string } => ({ twin: text(search.twin) }),
  component: lazyRouteComponent(() => import('./pages/subject.tsx'), 'SubjectPage'),
})
const subjectIndexRoute = createRoute({
  getParentRoute: () => subjectRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/subjects/$kind/$id/now', params, replace: true })
  },
})
const nowRoute = createRoute({
  getParentRoute: () => subjectRoute,
  path: '/now',
  component: lazyRouteComponent(() => import('./pages/now.tsx'), 'NowPage'),
})
const nextRoute = createRoute({
  getParentRoute: () => subjectRoute,
  path: '/next',
  validateSearch: (
    search: Record<string, unknown>,
  ): { span?: 'short' | 'medium' | 'long'; all?: boolean; past?: number; q?: string } => ({
    span: search.span === 'medium' || search.span === 'long' || search.span === 'short' ? search.span : undefined,
    all: search.all === true ? true : undefined,
    past: typeof search.past === 'number' && search.past >= 0 ? search.past : undefined,
    q: text(search.q),
  }),
  component: lazyRouteComponent(() => import('./pages/next.tsx'), 'NextPage'),
})
const whatIfRoute = createRoute({
  getParentRoute: () => subjectRoute,
  path: '/what-if',
  validateSearch: (search: Record<string, unknown>): { b?: Branch[]; a?: number; c?: number; lead?: number } => ({
    b: branches(search.b),
    a: typeof search.a === 'number' ? search.a : undefined,
    c: typeof search.c === 'number' ? search.c : undefined,
    lead: typeof search.lead === 'number' ? search.lead : undefined,
  }),
  component: lazyRouteComponent(() => import('./pages/what-if.tsx'), 'WhatIfPage'),
})
const rotaRoute = createRoute({
  getParentRoute: () => subjectRoute,
  path: '/rota',
  validateSearch: (search: Record<string, unknown>): { proposal?: string; week?: string; pod?: string } => ({
    proposal: text(search.proposal),
    week: text(search.week),
    pod: text(search.pod),
  }),
  component: lazyRouteComponent(() => import('./pages/rota.tsx'), 'RotaPage'),
})
const doRoute = createRoute({
  getParentRoute: () => subjectRoute,
  path: '/do',
  component: lazyRouteComponent(() => import('./pages/do.tsx'), 'DoPage'),
})
const trustRoute = createRoute({
  getParentRoute: () => subjectRoute,
  path: '/trust',
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: text(search.q) }),
  component: lazyRouteComponent(() => import('./pages/trust.tsx'), 'TrustPage'),
})

const myWorkRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/my-work',
  component: lazyRouteComponent(() => import('./my-work/my-work.tsx'), 'MyWorkPage'),
})
const myWeeksRoute = createRoute({
  getParentRoute: () => myWorkRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./my-work/my-weeks.tsx'), 'MyWeeksPage'),
})
const myMeasuresRoute = createRoute({
  getParentRoute: () => myWorkRoute,
  path: '/measures',
  component: lazyRouteComponent(() => import('./my-work/my-measures.tsx'), 'MyMeasuresPage'),
})
const myStatementsRoute = createRoute({
  getParentRoute: () => myWorkRoute,
  path: '/statements',
  component: lazyRouteComponent(() => import('./my-work/my-statements.tsx'), 'MyStatementsPage'),
})
const myPrivateRoute = createRoute({
  getParentRoute: () => myWorkRoute,
  path: '/private',
  component: lazyRouteComponent(() => import('./my-work/my-private.tsx'), 'MyPrivatePage'),
})
const myDataRoute = createRoute({
  getParentRoute: () => myWorkRoute,
  path: '/data',
  component: lazyRouteComponent(() => import('./my-work/my-data.tsx'), 'MyDataPage'),
})

const whyRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/why',
  validateSearch: (search: Record<string, unknown>): { event?: string } => ({ event: text(search.event) }),
  component: lazyRouteComponent(() => import('./pages/why.tsx'), 'WhyPage'),
})
const quarantineRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/quarantine',
  validateSearch: (search: Record<string, unknown>): { state?: string; entry?: string } => ({
    state: text(search.state),
    entry: text(search.entry),
  }),
  component: lazyRouteComponent(() => import('./pages/quarantine.tsx'), 'QuarantinePage'),
})
const auditRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/audit',
  validateSearch: (search: Record<string, unknown>): { subject?: string; user?: string } => ({
    subject: text(search.subject),
    user: text(search.user),
  }),
  component: lazyRouteComponent(() => import('./pages/audit.tsx'), 'AuditPage'),
})
const sourcesRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/sources',
  component: lazyRouteComponent(() => import('./pages/sources.tsx'), 'SourcesPage'),
})

const modelsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/models',
  component: lazyRouteComponent(() => import('./pages/models.tsx'), 'ModelsPage'),
})
const modelRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/models/$model',
  component: lazyRouteComponent(() => import('./pages/model.tsx'), 'ModelPage'),
})

const routeTree = rootRoute.addChildren([
  signInRoute,
  wallRoute,
  insideRoute.addChildren([
    homeRoute,
    subjectsRoute,
    subjectRoute.addChildren([subjectIndexRoute, nowRoute, nextRoute, whatIfRoute, doRoute, trustRoute, rotaRoute]),
    myWorkRoute.addChildren([myWeeksRoute, myMeasuresRoute, myStatementsRoute, myPrivateRoute, myDataRoute]),
    whyRoute,
    quarantineRoute,
    auditRoute,
    sourcesRoute,
    modelsRoute,
    modelRoute,
  ]),
])

export function makeRouter() {
  return createRouter({
    routeTree,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: Loading,
    defaultErrorComponent: ({ error, reset }) => <ProblemNote error={error} retry={reset} />,
  })
}

function branches(value: unknown): Branch[] | undefined {
  if (!Array.isArray(value)) return undefined
  const read = value.slice(0, 12).flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null) return []
    const { n, d, t, o } = each as { n?: unknown; d?: unknown; t?: unknown; o?: unknown }
    const doses: Record<string, number> = {}
    if (typeof d === 'object' && d !== null)
      for (const [name, dose] of Object.entries(d))
        if (typeof dose === 'number' && Number.isFinite(dose)) doses[name] = dose
    const times: Record<string, readonly [number, number]> = {}
    if (typeof t === 'object' && t !== null)
      for (const [name, at] of Object.entries(t)) if (isTimes(at)) times[name] = at
    const parts: Record<string, readonly string[]> = {}
    if (typeof o === 'object' && o !== null)
      for (const [name, on] of Object.entries(o)) if (isParts(on)) parts[name] = on
    const timed = Object.keys(times).length > 0 ? { t: times } : {}
    const placed = Object.keys(parts).length > 0 ? { o: parts } : {}
    return [{ n: typeof n === 'string' ? n.slice(0, 60) : '', d: doses, ...timed, ...placed }]
  })
  return read.length > 0 ? read : undefined
}

function isParts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 200 && value.every((each) => typeof each === 'string' && each !== '')
}

/** Two whole numbers of minutes, each within a week. */
function isTimes(value: unknown): value is readonly [number, number] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((each) => Number.isInteger(each) && each >= 0 && each <= 7 * 24 * 60)
  )
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
