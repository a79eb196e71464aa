import type { SubjectList, SubjectSummary, TwinKind } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { memo, useEffect, useMemo, useState } from 'react'
import { kindsQuery, subjectsQuery } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { ageInYears, writeBirthDate } from '../format/time.ts'
import { displayUnit, unitText } from '../format/unit.ts'
import { serverNow, useOlderThan } from '../live/clock.ts'
import { type Choice, Choices } from '../parts/choice.tsx'
import { Age, Estimate } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { usePreferences } from '../parts/preferences.ts'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { changesBetween, defaultSort, openRecommendations, orderOf } from './order.ts'
import { isPlace, placeKinds } from './place.ts'
import { Places } from './places.tsx'
import { subjectParams } from './subject-id.ts'
import s from './subjects.module.css'
import { tempoOf } from './tempo.ts'

export function SubjectsPage() {
  const search = useSearch({ from: '/inside/subjects' })
  const navigate = useNavigate({ from: '/subjects' })
  const [limit, setLimit] = useState(100)
  const [typed, setTyped] = useState(search.q ?? '')
  const kinds = useQuery(kindsQuery)
  const places = placeKinds.filter((of) => kinds.data?.kinds.some((each) => each.subjectKind === of))
  // Who is looked for by name is looked for everywhere; otherwise those who are here are listed.
  const place = search.at ?? (search.q ? 'all' : 'here')
  const list = useQuery({
    ...subjectsQuery(
      search.q ?? '',
      limit,
      places.length > 0 ? 'patient' : undefined,
      place === 'all' ? undefined : place,
    ),
    enabled: kinds.data !== undefined,
  })
  const sort = search.sort ?? defaultSort
  const subjects = list.data?.subjects
  const mayEngineer = useMay('view-engineering')

  useEffect(() => {
    document.title = `${t.list.title} – ${t.product}`
  }, [])
  useEffect(() => {
    const wait = setTimeout(() => {
      if (typed !== (search.q ?? ''))
        void navigate({ search: (before) => ({ ...before, q: typed || undefined }), replace: true })
    }, 250)
    return () => clearTimeout(wait)
  }, [typed, search.q, navigate])

  // The order in which rows stand: taken once, and again only when the person sorts, searches or asks for it.
  const frame = `${search.q ?? ''}|${place}|${sort}|${limit}|${list.isPlaceholderData}`
  const [frozen, setFrozen] = useState<{ frame: string; order: readonly string[] }>({ frame: '', order: [] })
  const fresh = useMemo(() => (subjects ? orderOf(subjects, sort) : []), [subjects, sort])
  if (subjects && frozen.frame !== frame) setFrozen({ frame, order: fresh })
  const changes = frozen.frame === frame ? changesBetween(frozen.order, fresh) : 0

  const usedKinds = useMemo(() => {
    const count = new Map<string, number>()
    for (const subject of subjects ?? [])
      for (const twin of subject.twins) count.set(twin.kind, (count.get(twin.kind) ?? 0) + 1)
    return [...count].sort((a, b) => b[1] - a[1]).map(([kind]) => kind)
  }, [subjects])
  const patientKinds = kinds.data?.kinds.filter((each) => !isPlace(each.subjectKind)) ?? []
  const kind = patientKinds.find((each) => each.kind === (search.kind ?? usedKinds[0] ?? patientKinds[0]?.kind))
  // A column in which nobody has anything would only push the others aside.
  const columns = useMemo(() => {
    const told = new Set(
      (subjects ?? []).flatMap((each) =>
        each.twins.flatMap((twin) => (twin.kind === kind?.kind ? twin.headlines.map((one) => one.quantity) : [])),
      ),
    )
    return kind ? kind.quantities.filter((quantity) => quantity.headline && told.has(quantity.name)) : []
  }, [kind, subjects])
  const byId = useMemo(() => new Map((subjects ?? []).map((each) => [each.id, each])), [subjects])
  const rows = frozen.order.flatMap((id) => byId.get(id) ?? [])

  if (list.error && !list.data) return <ProblemNote error={list.error} retry={() => void list.refetch()} />
  if (!list.data || !kinds.data) return kinds.error ? <ProblemNote error={kinds.error} /> : <Loading />

  function sortBy(key: string) {
    void navigate({ search: (before) => ({ ...before, sort: sort === key ? `-${key}` : key }), replace: true })
  }
  const head = (key: string, label: string, unit?: string, className?: string) => (
    <th
      scope="col"
      className={className}
      aria-sort={sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : undefined}
    >
      <button type="button" onClick={() => sortBy(key)} title={t.list.sortBy(label)}>
        {label}
        <span aria-hidden="true">{sort === key ? ' ▾' : sort === `-${key}` ? ' ▴' : ''}</span>
        {unit ? <span className={s.columnUnit}>{unit}</span> : null}
      </button>
    </th>
  )
  return (
    <div className={p.page}>
      {places.map((of) => (
        <Places key={of} of={of} kinds={kinds.data.kinds} search={search.q ?? ''} />
      ))}
      <div className={p.pageHead}>
        <h1>{t.list.title}</h1>
        <p>{t.list.count(rows.length, list.data.total)}</p>
      </div>
      <search className={`${s.tools} no-print`}>
        <div className={p.field}>
          <label htmlFor="list-search">{t.list.search}</label>
          <input
            id="list-search"
            type="search"
            className={p.input}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        {usedKinds.length > 1 ? (
          <div className={p.field}>
            <label htmlFor="list-kind">{t.list.twinKind}</label>
            <select
              id="list-kind"
              className={p.input}
              value={kind?.kind}
              onChange={(event) =>
                void navigate({ search: (before) => ({ ...before, kind: event.target.value }), replace: true })
              }
            >
              {patientKinds.map((each) => (
                <option key={each.kind} value={each.kind}>
                  {each.label}
                </option>
              ))}
            </select>
          </div>
        ) : null}
      </search>
      <Choices
        label={t.list.location}
        choices={placeChoices(list.data.places, search.q !== undefined)}
        chosen={place}
        onChoose={(at) => void navigate({ search: (before) => ({ ...before, at }), replace: true })}
      />
      <div className={`${s.bar} no-print`} data-changed={changes > 0} role="status">
        {changes > 0 ? (
          <>
            {t.list.changed(changes)}
            <button type="button" className={p.link} onClick={() => setFrozen({ frame, order: fresh })}>
              {t.list.show}
            </button>
          </>
        ) : (
          t.list.unchanged
        )}
      </div>
      {rows.length === 0 ? (
        <p className={p.empty}>
          {search.q || search.at ? t.list.nobody : t.list.empty}{' '}
          {search.q || search.at ? (
            <button
              type="button"
              className={p.link}
              onClick={() => {
                setTyped('')
                void navigate({ search: {} })
              }}
            >
              {t.list.clear}
            </button>
          ) : mayEngineer ? (
            <Link to="/sources">{t.list.emptyStep}</Link>
          ) : null}
        </p>
      ) : (
        <table className={s.table} data-testid="subjects">
          <caption className="hidden">{t.list.caption}</caption>
          <thead>
            <tr>
              {head('name', t.list.subject)}
              {head('recommendations', t.list.recommendations)}
              {head('location', t.list.location)}
              {columns.map((column) => (
                <QuantityHead key={column.name} column={column} head={head} />
              ))}
              {head('data', t.list.dataAge, undefined, 'num')}
              {head('twin', t.list.twinAge, undefined, 'num')}
            </tr>
          </thead>
          <tbody>
            {rows.map((subject) => (
              <Row key={subject.id} subject={subject} kind={kind} columns={columns} />
            ))}
          </tbody>
        </table>
      )}
      {list.data.total > list.data.subjects.length ? (
        <div>
          <button type="button" className={p.button} onClick={() => setLimit(limit + 200)}>
            {t.list.more}
          </button>
        </div>
      ) : null}
    </div>
  )
}

function QuantityHead(props: {
  column: TwinKind['quantities'][number]
  head: (key: string, label: string, unit?: string, className?: string) => React.ReactNode
}) {
  const { units } = usePreferences()
  const { column } = props
  return props.head(
    `q:${column.name}`,
    column.label,
    displayUnit(column.unit, units, column.name).text || unitText(column.unit),
    'num',
  )
}

const Row = memo(function Row(props: {
  subject: SubjectSummary
  kind: TwinKind | undefined
  columns: TwinKind['quantities']
}) {
  const { subject, kind, columns } = props
  const params = subjectParams(subject)
  const twin = subject.twins.find((each) => each.kind === kind?.kind)
  const open = openRecommendations(subject)
  const { staleAfter } = tempoOf(kind)
  const behind = useOlderThan(twin?.asOf ?? null, staleAfter)
  return (
    <tr className={behind ? s.stale : undefined}>
      <th scope="row">
        <div className={s.who}>
          <Link to="/subjects/$kind/$id/now" params={params}>
            {subject.name ?? subject.identifier ?? subject.id}
          </Link>
          <div className="small quiet">
            {[
              subject.name ? subject.identifier : null,
              subject.birthDate ? writeBirthDate(subject.birthDate) : null,
              ageText(subject.birthDate),
              subject.sex,
            ]
              .filter(Boolean)
              .join(' · ')}
          </div>
        </div>
      </th>
      <td className={s.recs}>
        <span className={s.label}>{t.list.recommendations} </span>
        {open > 0 ? (
          <Link
            to="/subjects/$kind/$id/do"
            params={params}
            className={s.flag}
            aria-label={t.list.openRecommendations(open)}
          >
            {open}
          </Link>
        ) : (
          <span className="quiet">{t.list.noRecommendations}</span>
        )}
      </td>
      <td className={s.place}>
        <span className={s.label}>{t.list.location} </span>
        {subject.location ?? <span className="quiet">–</span>}
      </td>
      {columns.map((column) => {
        const headline = twin?.headlines.find((each) => each.quantity === column.name)
        return (
          <td key={column.name} className="num">
            <span className={s.label}>{column.label} </span>
            {headline ? (
              <Estimate
                summary={headline.summary}
                unit={headline.unit}
                name={headline.quantity}
                digits={headline.digits}
                bare
              />
            ) : (
              <span className="quiet">–</span>
            )}
          </td>
        )
      })}
      <td className="num">
        <span className={s.label}>{t.list.dataAge} </span>
        <Age at={subject.lastObservation} staleAfter={staleAfter} />
      </td>
      <td className="num">
        <span className={s.label}>{t.list.twinAge} </span>
        {twin ? <Age at={twin.asOf} staleAfter={staleAfter} /> : <NoTwin />}
      </td>
    </tr>
  )
})

function NoTwin() {
  return <span className="quiet">{t.list.noTwin}</span>
}

function ageText(birthDate: string | null): string | null {
  const years = birthDate ? ageInYears(birthDate, serverNow()) : null
  return years === null ? null : t.subject.years(years)
}

/** All together first, then place by place; those who are not here are asked for, or found by name. */
function placeChoices(places: SubjectList['places'], searching: boolean): readonly Choice[] {
  const sum = (of: SubjectList['places']) => of.reduce((total, each) => total + each.count, 0)
  const here = places.filter((each) => each.key !== 'away')
  return [
    ...(searching ? [{ key: 'all', label: t.list.everywhere, count: sum(places) }] : []),
    { key: 'here', label: t.list.here, count: sum(here) },
    ...(here.length > 1 ? here : []).map(({ key, name, count }) => ({ key, label: name || t.list.unplaced, count })),
    ...places.filter((each) => each.key === 'away').map(({ key, count }) => ({ key, label: t.list.away, count })),
  ]
}
