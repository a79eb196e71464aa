import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useId } from 'react'
import { auditQuery } from '../api/queries.ts'
import { useSession } from '../app-context.tsx'
import { writeMoment } from '../format/time.ts'
import { Why } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import s from './subjects.module.css'
import v from './trust.module.css'

export function AuditPage() {
  const search = useSearch({ from: '/inside/audit' })
  const navigate = useNavigate({ from: '/audit' })
  const id = useId()
  const { user } = useSession()
  // Only a steward may see everybody's trail; who is asked for more than that is refused, and the refusal recorded.
  const ownOnly = search.subject === undefined && search.user === undefined && user.role !== 'steward'
  const audit = useQuery(auditQuery(ownOnly ? { user: user.id } : search))
  useEffect(() => {
    document.title = `${t.audit.title} – ${t.product}`
  }, [])
  function filter(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const subject = String(form.get('subject') ?? '').trim()
    const user = String(form.get('user') ?? '').trim()
    void navigate({ search: { subject: subject || undefined, user: user || undefined } })
  }
  return (
    <div className={p.page}>
      <div className={p.pageHead}>
        <h1>{t.audit.title}</h1>
        <p>{ownOnly ? t.looked.ownTrail : t.audit.lead}</p>
      </div>
      <form className={`${s.tools} no-print`} onSubmit={filter} key={`${search.subject}${search.user}`}>
        <div className={p.field}>
          <label htmlFor={`${id}s`}>{t.audit.filterSubject}</label>
          <input id={`${id}s`} name="subject" className={p.input} defaultValue={search.subject} />
        </div>
        <div className={p.field}>
          <label htmlFor={`${id}u`}>{t.audit.filterUser}</label>
          <input id={`${id}u`} name="user" className={p.input} defaultValue={search.user} />
        </div>
        <button type="submit" className={p.button}>
          {t.audit.apply}
        </button>
        <button type="button" className={p.link} onClick={() => void audit.refetch()}>
          {t.audit.newer}
        </button>
      </form>
      {audit.error ? <ProblemNote error={audit.error} retry={() => void audit.refetch()} /> : null}
      {audit.isPending ? <Loading /> : null}
      {audit.data?.entries.length === 0 ? <p className={p.empty}>{t.audit.empty}</p> : null}
      {audit.data && audit.data.entries.length > 0 ? (
        <Scroll label={t.audit.title}>
          <table data-testid="audit">
            <thead>
              <tr>
                <th scope="col">{t.audit.at}</th>
                <th scope="col">{t.audit.who}</th>
                <th scope="col">{t.audit.role}</th>
                <th scope="col">{t.audit.action}</th>
                <th scope="col">{t.audit.subject}</th>
                <th scope="col">{t.audit.resource}</th>
                <th scope="col">{t.audit.outcome}</th>
                <th scope="col">
                  <span className="hidden">{t.now.why}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {audit.data.entries.map((entry) => (
                <tr key={entry.event}>
                  <td className="num">{writeMoment(entry.at)}</td>
                  <td>{entry.who}</td>
                  <td>{t.roles[entry.role] ?? entry.role}</td>
                  <td>{entry.action}</td>
                  <td>
                    {entry.subject ? (
                      <Link to="/audit" search={{ ...search, subject: entry.subject }}>
                        <code>{entry.subject}</code>
                      </Link>
                    ) : null}
                  </td>
                  <td className="small">{entry.resource}</td>
                  <td className={entry.outcome === 'allowed' ? undefined : v.bad}>{t.audit.outcomes[entry.outcome]}</td>
                  <td>
                    <Why event={entry.event} label={`${entry.action} ${writeMoment(entry.at)}`} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : null}
    </div>
  )
}
