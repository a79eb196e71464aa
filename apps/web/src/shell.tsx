import { Popover } from '@base-ui/react/popover'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useId, useSyncExternalStore } from 'react'
import { RequestError } from './api/client.ts'
import { kindsQuery, signInOptionsQuery, signOut } from './api/queries.ts'
import { live, ownWorkOf, useSession, whenSignedOut } from './app-context.tsx'
import { writeDuration, writeMoment, writeWhen } from './format/time.ts'
import { serverNow, useNow } from './live/clock.ts'
import p from './parts/parts.module.css'
import { setPreferences, usePreferences } from './parts/preferences.ts'
import { Loading, ProblemNote } from './parts/problem.tsx'
import s from './shell.module.css'
import { strings as t } from './strings.ts'

const WhyDrawer = lazy(() => import('./pages/why.tsx').then((module) => ({ default: module.WhyDrawer })))

export function Root() {
  return <Outlet />
}

export function Shell() {
  const session = useSession()
  const client = useQueryClient()
  const navigate = useNavigate()
  const location = useLocation()
  const { kind, id } = useParams({ strict: false })
  const { why } = useSearch({ strict: false })
  const options = useQuery(signInOptionsQuery)
  const kinds = useQuery({ ...kindsQuery, enabled: session.may.includes('view-subject-list') })
  const has = (of: string) => kinds.data?.kinds.some((each) => each.subjectKind === of) ?? false
  const list = has('clinic') ? t.clinics.both : has('department') ? t.departments.both : t.shell.subjects
  const subject = kind && id ? `${kind}/${id}` : session.may.includes('view-subject-list') ? null : session.user.subject

  useEffect(() => live.open(subject), [subject])
  useEffect(() => {
    whenSignedOut(() => {
      live.close()
      client.clear()
      void navigate({ to: '/sign-in', search: { to: location.href } })
    })
  }, [client, navigate, location.href])

  async function leave() {
    await signOut().catch((error: unknown) => {
      if (!(error instanceof RequestError)) throw error
    })
    live.close()
    client.clear()
    await navigate({ to: '/sign-in' })
  }

  const may = (permission: (typeof session.may)[number]) => session.may.includes(permission)
  return (
    <>
      <a className={s.skip} href="#content">
        {t.skipLink}
      </a>
      <header className={s.top}>
        <Link to="/" className={s.brand}>
          <Mark />
          <span>{t.product}</span>
        </Link>
        <nav className={s.nav} aria-label={t.shell.mainNavigation}>
          {ownWorkOf(session.user.subject) ? <Link to="/my-work">{t.clinics.myWork}</Link> : null}
          {may('view-subject-list') ? <Link to="/subjects">{list}</Link> : null}
          {may('use-models') ? <Link to="/models">{t.shell.models}</Link> : null}
          {may('view-quarantine') ? <Link to="/quarantine">{t.shell.quarantine}</Link> : null}
          {may('view-engineering') ? <Link to="/sources">{t.shell.sources}</Link> : null}
          {may('view-audit') ? <Link to="/audit">{t.shell.audit}</Link> : null}
        </nav>
        <div className={s.person}>
          {options.data?.sandbox ? <span className={s.simulated}>{t.shell.simulated}</span> : null}
          <span className={s.name}>
            {t.shell.signedInAs(session.user.name, t.roles[session.user.role] ?? session.user.role)}
          </span>
          <DisplaySettings />
          <button type="button" className={p.link} onClick={() => void leave()}>
            {t.shell.signOut}
          </button>
        </div>
      </header>
      <main id="content" className={s.main} tabIndex={-1}>
        <p className="print-only small">
          {t.shell.printed(writeMoment(serverNow()), session.user.name)} · {t.shell.notADevice}
        </p>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <StatusBar version={options.data?.version} />
      {why ? (
        <Suspense fallback={null}>
          <WhyDrawer
            event={why}
            onClose={() =>
              void navigate({
                to: '.',
                search: (before: Record<string, unknown>) => ({ ...before, why: undefined }),
                resetScroll: false,
              })
            }
          />
        </Suspense>
      ) : null}
    </>
  )
}

/** Always there and always as high, so that losing the connection moves nothing. */
function StatusBar({ version }: { version: string | undefined }) {
  const link = useSyncExternalStore(live.subscribeState, live.getState)
  useNow()
  const now = Date.now()
  const last = live.getState().lastEvent
  const text =
    link.status === 'lost'
      ? t.shell.lost(writeDuration(now - link.since), writeWhen(last ?? link.since, now))
      : link.status === 'live'
        ? `${t.shell.live} · ${last ? t.shell.liveAge(writeDuration(now - last)) : t.shell.liveQuiet}`
        : t.shell.connecting
  return (
    <footer className={s.bar} data-status={link.status} data-testid="connection">
      <span>
        <span className={s.dot} aria-hidden="true" />
        {text}
      </span>
      <span className="hidden" role="status">
        {link.status === 'lost' ? t.problem.noConnectionTitle : ''}
      </span>
      <span className={s.aside}>
        {t.shell.notADevice}
        {version ? ` · ${t.shell.version(version)}` : ''}
      </span>
    </footer>
  )
}

function DisplaySettings() {
  const preferences = usePreferences()
  const id = useId()
  const scale = preferences.pixelsPerMillimetre ?? 96 / 25.4
  return (
    <Popover.Root>
      <Popover.Trigger className={p.link}>{t.shell.settings}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" style={{ zIndex: 40 }}>
          <Popover.Popup className={s.settings} aria-label={t.shell.settings}>
            <div className={s.row}>
              <label htmlFor={`${id}theme`}>{t.shell.theme}</label>
              <select
                id={`${id}theme`}
                className={p.input}
                value={preferences.theme}
                onChange={(event) => setPreferences({ theme: event.target.value as 'system' | 'light' | 'dark' })}
              >
                {(['system', 'light', 'dark'] as const).map((theme) => (
                  <option key={theme} value={theme}>
                    {t.shell.themes[theme]}
                  </option>
                ))}
              </select>
            </div>
            <UnitChoice
              id={`${id}p`}
              name="pressure"
              label={t.shell.pressureUnit}
              choices={[
                ['mm[Hg]', 'mmHg'],
                ['kPa', 'kPa'],
              ]}
            />
            <UnitChoice
              id={`${id}g`}
              name="glucose"
              label={t.shell.glucoseUnit}
              choices={[
                ['mmol/L', 'mmol/L'],
                ['mg/dL', 'mg/dL'],
              ]}
            />
            <UnitChoice
              id={`${id}t`}
              name="temperature"
              label={t.shell.temperatureUnit}
              choices={[
                ['Cel', '°C'],
                ['[degF]', '°F'],
              ]}
            />
            <div>
              <label htmlFor={`${id}scale`}>{t.shell.screenScale}</label>
              <div className={s.card} style={{ width: `${Math.min(340, scale * 85.6)}px` }} />
              <input
                id={`${id}scale`}
                type="range"
                min={2}
                max={8}
                step={0.02}
                value={scale}
                style={{ width: '100%' }}
                onChange={(event) => setPreferences({ pixelsPerMillimetre: Number(event.target.value) })}
              />
              <p className="small quiet">{t.shell.screenScaleHelp}</p>
              <button type="button" className={p.link} onClick={() => setPreferences({ pixelsPerMillimetre: null })}>
                {t.shell.screenScaleReset}
              </button>
            </div>
            <button type="button" className={p.button} onClick={() => window.print()}>
              {t.shell.print}
            </button>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function UnitChoice(props: {
  id: string
  name: 'pressure' | 'glucose' | 'temperature'
  label: string
  choices: readonly (readonly [string, string])[]
}) {
  const { units } = usePreferences()
  return (
    <div className={s.row}>
      <label htmlFor={props.id}>{props.label}</label>
      <select
        id={props.id}
        className={p.input}
        value={units[props.name]}
        onChange={(event) => setPreferences({ units: { ...units, [props.name]: event.target.value } })}
      >
        {props.choices.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}

export function Mark() {
  return (
    <svg
      viewBox="0 0 26 16"
      aria-hidden="true"
      fill="none"
      stroke="var(--accent)"
      strokeWidth="2"
      strokeLinejoin="round"
    >
      <path d="M0 9h6l3-7 4 13 3-9 2 3h8" />
    </svg>
  )
}

export function NotFound() {
  return (
    <ProblemNote
      error={new RequestError(404, 'page-not-found', t.problem.notFoundTitle, t.problem.notFoundDetail, null)}
    />
  )
}
