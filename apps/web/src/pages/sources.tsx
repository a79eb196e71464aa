import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { sourcesQuery } from '../api/queries.ts'
import { formatNumber, writeBytes } from '../format/number.ts'
import { writeDuration } from '../format/time.ts'
import { Age, Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import s from './trust.module.css'

export function SourcesPage() {
  const sources = useQuery(sourcesQuery)
  useEffect(() => {
    document.title = `${t.sources.title} – ${t.product}`
  }, [])
  const data = sources.data
  return (
    <div className={p.page} style={{ gap: 24 }}>
      <div className={p.pageHead}>
        <h1>{t.sources.title}</h1>
        <p>{t.sources.lead}</p>
      </div>
      <SourcesTable />
      {data ? (
        <div className={s.grid}>
          <Section id="thread" title={t.sources.thread}>
            <dl className={s.use}>
              <dt>{t.sources.kind}</dt>
              <dd>{data.thread.kind}</dd>
              <dt>{t.sources.events}</dt>
              <dd>{formatNumber(data.thread.events, 0)}</dd>
              <dt>{t.sources.position}</dt>
              <dd>{formatNumber(data.thread.position, 0)}</dd>
              <dt>{t.sources.bytes}</dt>
              <dd>{data.thread.bytes === null ? t.unknown : writeBytes(data.thread.bytes)}</dd>
            </dl>
          </Section>
          <Section id="process" title={t.sources.process}>
            <dl className={s.use}>
              <dt>{t.sources.memory}</dt>
              <dd>{writeBytes(data.process.residentBytes)}</dd>
              <dt>{t.sources.uptime}</dt>
              <dd>{writeDuration(data.process.uptimeSeconds * 1000)}</dd>
              <dt>{t.sources.node}</dt>
              <dd>{data.process.node}</dd>
            </dl>
          </Section>
        </div>
      ) : null}
    </div>
  )
}

export function SourcesTable() {
  const sources = useQuery(sourcesQuery)
  if (sources.error && !sources.data) return <ProblemNote error={sources.error} retry={() => void sources.refetch()} />
  if (!sources.data) return <Loading />
  if (sources.data.sources.length === 0) return <p className={p.empty}>{t.sources.empty}</p>
  return (
    <Scroll label={t.sources.title}>
      <table data-testid="sources">
        <thead>
          <tr>
            <th scope="col">{t.sources.name}</th>
            <th scope="col">{t.sources.protocol}</th>
            <th scope="col" className="num">
              {t.sources.last}
            </th>
            <th scope="col" className="num">
              {t.sources.accepted}
            </th>
            <th scope="col" className="num">
              {t.sources.duplicates}
            </th>
            <th scope="col" className="num">
              {t.sources.refused}
            </th>
            <th scope="col">{t.sources.lastRefusal}</th>
          </tr>
        </thead>
        <tbody>
          {sources.data.sources.map((source) => (
            <tr key={`${source.protocol}${source.name}`}>
              <th scope="row">{source.name}</th>
              <td>{t.protocols[source.protocol] ?? source.protocol}</td>
              <td className="num">
                {source.lastMessage === null ? (
                  t.sources.never
                ) : (
                  <Age at={source.lastMessage} staleAfter={10 * 60_000} suffix />
                )}
              </td>
              <td className="num">{formatNumber(source.accepted, 0)}</td>
              <td className="num">{formatNumber(source.duplicates, 0)}</td>
              <td className="num">
                {source.refused > 0 ? <span className={s.bad}>{formatNumber(source.refused, 0)}</span> : '0'}
              </td>
              <td className="small">{source.lastRefusal ?? <span className="quiet">{t.none}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
