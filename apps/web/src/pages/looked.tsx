import { useQuery } from '@tanstack/react-query'
import { auditQuery, reasonsQuery, recommendationsQuery } from '../api/queries.ts'
import { writeWhen } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import { gathered, personOf } from './gathered.ts'
import { scenarioName } from './plan.ts'

/** So many entries are read: reads of one minute are one entry already. */
const entriesRead = 500

/** What was approved, changed or taken back, newest first: who, when, and why. */
export function Decided({ twin }: { twin: string }) {
  const now = useNow()
  const answer = useQuery(recommendationsQuery(twin))
  const reasons = useQuery(reasonsQuery)
  const decided = (answer.data?.recommendations ?? [])
    .flatMap((thread) =>
      thread.decisions.map((decision) => ({
        decision,
        what: thread.options.find((each) => each.scenario.id === decision.scenarioId)?.scenario.name ?? thread.finding,
      })),
    )
    .sort((a, b) => b.decision.at - a.decision.at)
  if (answer.error && !answer.data) return <ProblemNote error={answer.error} retry={() => void answer.refetch()} />
  if (!answer.data) return <Loading />
  if (decided.length === 0) return <p className="quiet">{t.looked.nothingDecided}</p>
  return (
    <Scroll label={t.looked.decided}>
      <table className="stack" data-testid="decided">
        <thead>
          <tr>
            <th scope="col">{t.looked.what}</th>
            <th scope="col">{t.audit.at}</th>
            <th scope="col">{t.audit.who}</th>
            <th scope="col">{t.looked.reason}</th>
          </tr>
        </thead>
        <tbody>
          {decided.map(({ decision, what }) => (
            <tr key={decision.id}>
              <th scope="row">
                {t.decide.verbs[decision.verb] ?? decision.verb}: {scenarioName(what)}
              </th>
              <td data-label={t.audit.at}>{writeWhen(decision.at, now)}</td>
              <td data-label={t.audit.who}>
                {decision.by.name} ({t.roles[decision.by.role] ?? decision.by.role})
              </td>
              <td data-label={t.looked.reason}>
                {reasons.data?.reasons.find((each) => each.code === decision.reason.code)?.label ??
                  decision.reason.code}
                {decision.reason.text ? ` – “${decision.reason.text}”` : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** Who looked, a row for each person and deed: how often, and when last. */
export function Looked({ subject }: { subject: string }) {
  const now = useNow()
  const audit = useQuery(auditQuery({ subject, limit: entriesRead }))
  if (audit.error) return <ProblemNote error={audit.error} retry={() => void audit.refetch()} />
  if (!audit.data) return <Loading />
  if (audit.data.entries.length === 0) return <p className="quiet">{t.trust.nobody}</p>
  return (
    <Scroll label={t.trust.looked}>
      <table className="stack" data-testid="looked">
        <thead>
          <tr>
            <th scope="col">{t.audit.who}</th>
            <th scope="col">{t.audit.action}</th>
            <th scope="col">{t.looked.last}</th>
            <th scope="col">{t.looked.times}</th>
            <th scope="col">{t.audit.outcome}</th>
          </tr>
        </thead>
        <tbody>
          {gathered(audit.data.entries).map(({ entry, times }) => (
            <tr key={entry.event}>
              <th scope="row">
                {personOf(entry.who)} <span className={p.unit}>{t.roles[entry.role] ?? entry.role}</span>
              </th>
              <td data-label={t.audit.action}>{t.looked.actions[entry.action] ?? entry.action.replaceAll('-', ' ')}</td>
              <td data-label={t.looked.last}>{writeWhen(entry.at, now)}</td>
              <td data-label={t.looked.times}>{times}</td>
              <td data-label={t.audit.outcome}>{t.audit.outcomes[entry.outcome]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
