import type { Clinic } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Suspense, useEffect, useMemo } from 'react'
import { RequestError } from '../api/client.ts'
import { clinicQuery } from '../api/clinic-queries.ts'
import { kindsQuery, subjectQuery } from '../api/queries.ts'
import { useMay, useSession } from '../app-context.tsx'
import { ageInYears, writeBirthDate, writeDuration, writeWhen } from '../format/time.ts'
import { serverNow, useNow } from '../live/clock.ts'
import { CountWord } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { isPlace } from './place.ts'
import s from './subject.module.css'
import { type Part, SubjectContext } from './subject-context.ts'
import { tempoOf } from './tempo.ts'

export function SubjectPage() {
  const { kind, id } = useParams({ from: '/inside/subjects/$kind/$id' })
  const search = useSearch({ from: '/inside/subjects/$kind/$id' })
  const navigate = useNavigate()
  const subject = useQuery(subjectQuery(kind, id))
  const kinds = useQuery(kindsQuery)
  const mayWhatIf = useMay('run-what-if')
  const manages = useSession().user.role === 'manager'
  const detail = subject.data
  const twin = detail?.twins.find((each) => each.id === search.twin) ?? detail?.twins[0]
  const twinKind = kinds.data?.kinds.find((each) => each.kind === twin?.kind)
  const name = detail ? (detail.name ?? detail.identifier ?? detail.id) : ''
  useEffect(() => {
    if (name) document.title = `${name} – ${t.product}`
  }, [name])
  const clinic = useQuery({ ...clinicQuery(id), enabled: kind === 'clinic' && manages }).data
  const view = useMemo(
    () => (detail ? { subject: `${kind}/${id}`, detail, twin, kind: twinKind, parts: partsOf(clinic) } : undefined),
    [detail, twin, twinKind, kind, id, clinic],
  )
  if (subject.error && !detail) {
    const gone = subject.error instanceof RequestError && subject.error.status === 404
    return gone ? (
      <ProblemNote
        error={new RequestError(404, 'subject-unknown', t.problem.notFoundTitle, t.subject.notFound, null)}
      />
    ) : (
      <ProblemNote error={subject.error} retry={() => void subject.refetch()} />
    )
  }
  if (!detail || !view || !kinds.data) return <Loading />
  const params = { kind, id }
  const keep = (before: Record<string, unknown>) => ({ twin: before.twin as string | undefined })
  const years = detail.birthDate ? ageInYears(detail.birthDate, serverNow()) : null
  return (
    <SubjectContext.Provider value={view}>
      <CountWord value={kind === 'department' ? t.people : ''}>
        <div className={isPlace(kind) ? s.oneRow : undefined}>
          <div className={s.banner} data-testid="subject-banner">
            <h1>{name}</h1>
            <dl className={s.facts}>
              {detail.birthDate ? (
                <div>
                  <dt>{t.subject.born}</dt>
                  <dd>
                    {writeBirthDate(detail.birthDate)}
                    {years === null ? '' : ` (${t.subject.years(years)})`}
                  </dd>
                </div>
              ) : null}
              {detail.sex ? (
                <div>
                  <dt>{t.subject.sex}</dt>
                  <dd>{detail.sex}</dd>
                </div>
              ) : null}
              {detail.identifier && detail.name ? (
                <div>
                  <dt>{t.subject.record}</dt>
                  <dd>{detail.identifier}</dd>
                </div>
              ) : null}
              {detail.location ? (
                <div>
                  <dt>{t.subject.location}</dt>
                  <dd>{detail.location}</dd>
                </div>
              ) : null}
              {detail.encounterStatus ? (
                <div>
                  <dt>{t.subject.encounter}</dt>
                  <dd>{detail.encounterStatus.replace('-', ' ')}</dd>
                </div>
              ) : null}
            </dl>
          </div>
          <nav className={s.tabs} aria-label={t.subject.areas}>
            <Link to="/subjects/$kind/$id/now" params={params} search={keep}>
              {t.subject.now}
            </Link>
            <Link to="/subjects/$kind/$id/next" params={params} search={keep}>
              {t.subject.next}
            </Link>
            {mayWhatIf ? (
              <Link to="/subjects/$kind/$id/what-if" params={params} search={keep}>
                {t.subject.whatIf}
              </Link>
            ) : null}
            <Link to="/subjects/$kind/$id/do" params={params} search={keep}>
              {t.subject.decide}
              {twin && twin.openRecommendations > 0 ? (
                <span className={s.count}>
                  <span className="hidden">, </span>
                  {twin.openRecommendations}
                </span>
              ) : null}
            </Link>
            <Link to="/subjects/$kind/$id/trust" params={params} search={keep}>
              {t.subject.trust}
            </Link>
            {kind === 'clinic' && manages ? (
              <Link to="/subjects/$kind/$id/rota" params={params} search={keep}>
                {t.clinics.rota}
              </Link>
            ) : null}
            <div className={s.twin}>
              {detail.twins.length > 1 ? (
                <>
                  <label htmlFor="twin-choice">{t.subject.twin}</label>
                  <select
                    id="twin-choice"
                    className={p.input}
                    value={twin?.id}
                    onChange={(event) => void navigate({ to: '.', search: { twin: event.target.value } })}
                  >
                    {detail.twins.map((each) => (
                      <option key={each.id} value={each.id}>
                        {kinds.data.kinds.find((kind) => kind.kind === each.kind)?.label ?? each.kind}
                      </option>
                    ))}
                  </select>
                </>
              ) : twinKind ? (
                <span>
                  {twinKind.label} {twinKind.version}
                </span>
              ) : null}
              {twin ? <AsOf at={twin.asOf} /> : null}
              {kind === 'department' ? (
                <Link to="/wall/$kind/$id" params={params} className="no-print">
                  {t.wall.open}
                </Link>
              ) : null}
            </div>
          </nav>
        </div>
        <div className={s.area}>
          {twin ? (
            <>
              <StaleNote
                asOf={twin.asOf}
                after={tempoOf(twinKind).staleAfter}
                told={Math.max(0, ...detail.latest.map((each) => each.recorded))}
              />
              <Suspense fallback={<Loading />}>
                <Outlet />
              </Suspense>
            </>
          ) : (
            <p className={p.empty}>
              {kind === 'department' ? t.departments.noTwin : kind === 'clinic' ? t.clinics.noTwin : t.subject.noTwin}
            </p>
          )}
        </div>
      </CountWord>
    </SubjectContext.Provider>
  )
}

/** Pods of a clinic; of those with few people nothing may be asked alone. */
function partsOf(clinic: Clinic | undefined): readonly Part[] {
  return (clinic?.pods ?? []).map(({ code, label, people }) => ({
    code,
    label,
    ...(people < clinic!.minimumCell ? { closed: t.clinics.tooFew(clinic!.minimumCell) } : {}),
  }))
}

function AsOf({ at }: { at: number | null }) {
  const now = useNow()
  return at === null ? null : <span>{t.subject.asOf(writeWhen(at, now))}</span>
}

/** So soon after the last message was taken in, an old state is being brought up to date. */
const catchingUpFor = 60_000

/** Says that what is shown is old; `told`: when the newest of what was told of the subject was taken in. */
function StaleNote({ asOf, after, told }: { asOf: number | null; after: number; told: number }) {
  const now = useNow()
  if (asOf === null || now - asOf < after) return null
  return (
    <p className={s.stale}>
      {now - told < catchingUpFor
        ? t.subject.catchingUp(writeWhen(asOf, now))
        : t.subject.stale(writeDuration(now - asOf))}
    </p>
  )
}
