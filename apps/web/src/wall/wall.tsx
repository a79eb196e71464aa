import type { PictureOffer, SubjectDetail, TwinKind, TwinState } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import {
  forecastQuery,
  kindsQuery,
  pictureQuery,
  recommendationsQuery,
  signInOptionsQuery,
  subjectQuery,
  twinQuery,
} from '../api/queries.ts'
import { live, whenSignedOut } from '../app-context.tsx'
import { writeDuration, writeMinute } from '../format/time.ts'
import { useMinute, useNow } from '../live/clock.ts'
import { tempoOf } from '../pages/tempo.ts'
import { CountWord } from '../parts/numbers.tsx'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { DaySheet } from '../pictures/day-sheet.tsx'
import { strings as t } from '../strings.ts'
import { freshnessOf } from './freshness.ts'
import s from './wall.module.css'
import { WallAdvice } from './wall-advice.tsx'
import { WallFloor } from './wall-floor.tsx'
import { WallVitals } from './wall-vitals.tsx'

/** How often a wall looks whether the server has a newer version of this page. */
const versionEvery = 10 * 60_000

/** A department for a screen on a wall: nothing to press, nobody's name, and plain to see when it is no longer so. */
export function WallPage() {
  const { kind, id } = useParams({ from: '/wall/$kind/$id' })
  const subject = `${kind}/${id}`
  const navigate = useNavigate()
  const { href } = useLocation()
  useEffect(() => live.open(subject), [subject])
  useEffect(() => whenSignedOut(() => void navigate({ to: '/sign-in', search: { to: href } })), [navigate, href])
  useNewVersion()
  const detail = useQuery(subjectQuery(kind, id))
  const kinds = useQuery(kindsQuery)
  const twin = detail.data?.twins[0]
  const twinKind = kinds.data?.kinds.find((each) => each.kind === twin?.kind)
  const name = detail.data?.name ?? subject
  useEffect(() => {
    document.title = `${name} – ${t.product}`
  }, [name])
  const state = useQuery({ ...twinQuery(twin?.id ?? ''), enabled: twin !== undefined })
  const failed = [detail, kinds, state].find((each) => each.error && !each.data)
  return (
    <CountWord value={t.people}>
      <main className={s.wall}>
        <Head name={name} detail={detail.data} kind={twinKind} />
        {failed ? (
          <ProblemNote error={failed.error} />
        ) : detail.data && !twin ? (
          <p>{t.departments.noTwin}</p>
        ) : !state.data || !twinKind ? (
          <Loading />
        ) : (
          <Body state={state.data} kind={twinKind} />
        )}
        <footer className={s.foot}>{t.shell.notADevice}</footer>
      </main>
    </CountWord>
  )
}

function Body({ state, kind }: { state: TwinState; kind: TwinKind }) {
  const forecast = useQuery(forecastQuery(state.id))
  const advice = useQuery(recommendationsQuery(state.id))
  const outdated = forecast.data?.outdated ?? false
  const offer = (of: PictureOffer['kind']) => kind.pictures.find((each) => each.kind === of && each.live)
  const floor = offer('floor')
  const day = offer('day')
  return (
    <>
      <WallVitals state={state} bands={outdated ? undefined : forecast.data} />
      <div className={s.lower} data-wide={day !== undefined}>
        <div>
          {floor ? <Picture twin={state.id} offer={floor} /> : null}
          {day ? <Picture twin={state.id} offer={day} /> : null}
        </div>
        <WallAdvice
          kind={kind}
          treatments={state.treatments}
          threads={advice.data?.recommendations}
          outdated={outdated}
        />
      </div>
    </>
  )
}

function Picture({ twin, offer }: { twin: string; offer: PictureOffer }) {
  const drawn = useQuery(pictureQuery(twin, offer))
  const picture = drawn.data?.picture
  if (drawn.error && !picture) return <ProblemNote error={drawn.error} />
  if (!picture) return <Loading />
  if (picture.kind === 'floor') return <WallFloor floor={picture} />
  return picture.kind === 'day' ? <DaySheet picture={picture} far /> : null
}

/** What it is, what time it is, and how old what one sees is: in words and across the whole width once it is too old. */
function Head({ name, detail, kind }: { name: string; detail: SubjectDetail | undefined; kind: TwinKind | undefined }) {
  const link = useSyncExternalStore(live.subscribeState, live.getState)
  const now = useNow()
  const minute = useMinute()
  const heard = detail ? Math.max(detail.lastObservation ?? 0, ...detail.latest.map((each) => each.effective)) : 0
  const fresh = freshnessOf({
    now,
    heard: heard === 0 ? null : heard,
    lostSince: link.status === 'lost' ? link.since : null,
    staleAfter: tempoOf(kind).staleAfter,
  })
  return (
    <>
      <header className={s.head}>
        <h1>{name}</h1>
        <p className={s.age} data-fresh={fresh.state} data-testid="wall-age">
          {heard === 0 ? t.wall.nothing : t.wall.heard(writeDuration(now - heard))}
        </p>
        <time className={s.clock}>{writeMinute(minute)}</time>
      </header>
      {fresh.state === 'fresh' ? null : (
        <p className={s.stale} data-fresh={fresh.state} role="alert" data-testid="wall-stale">
          <span aria-hidden="true">▲</span>{' '}
          {fresh.state === 'lost'
            ? t.wall.lost(writeDuration(now - fresh.since), writeMinute(fresh.since))
            : fresh.state === 'stale'
              ? t.wall.stale(writeDuration(now - fresh.since), writeMinute(fresh.since))
              : t.wall.quiet(writeDuration(now - fresh.since))}
        </p>
      )}
    </>
  )
}

/** A wall is never loaded anew by hand: it does so itself when the server has another version. */
function useNewVersion(): void {
  const options = useQuery({ ...signInOptionsQuery, refetchInterval: versionEvery, staleTime: versionEvery })
  const version = options.data?.version
  const first = useFirst(version)
  useEffect(() => {
    if (first !== undefined && version !== undefined && version !== first) window.location.reload()
  }, [first, version])
}

function useFirst<T>(value: T | undefined): T | undefined {
  const kept = useRef(value)
  kept.current ??= value
  return kept.current
}
