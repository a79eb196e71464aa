import type { QuarantineEntry } from '@counterpart/server/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useId, useState } from 'react'
import { discard, quarantineEntryQuery, quarantineQuery, resubmit } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { writeBytes } from '../format/number.ts'
import { withoutFrame } from '../format/raw.ts'
import { writeMoment, writeWhen } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { locateFault } from './fault.ts'
import s from './quarantine.module.css'
import v from './trust.module.css'

export function QuarantinePage() {
  const search = useSearch({ from: '/inside/quarantine' })
  const navigate = useNavigate({ from: '/quarantine' })
  const state = search.state ?? 'waiting'
  const list = useQuery(quarantineQuery(state))
  const now = useNow()
  useEffect(() => {
    document.title = `${t.quarantine.title} – ${t.product}`
  }, [])
  return (
    <div className={p.page}>
      <div className={p.pageHead}>
        <h1>{t.quarantine.title}</h1>
        <p>{t.quarantine.lead}</p>
      </div>
      <div className="no-print">
        <label>
          {t.quarantine.state}{' '}
          <select
            className={p.input}
            value={state}
            onChange={(event) => void navigate({ search: { state: event.target.value } })}
          >
            {Object.entries(t.quarantine.states).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
      </div>
      {list.error && !list.data ? <ProblemNote error={list.error} retry={() => void list.refetch()} /> : null}
      {list.isPending ? <Loading /> : null}
      <div className={s.split} data-open={search.entry !== undefined}>
        <div>
          {list.data?.entries.length === 0 ? (
            <p className={p.empty}>{state === 'waiting' ? t.quarantine.empty : t.quarantine.emptyOther}</p>
          ) : null}
          {list.data && list.data.entries.length > 0 ? (
            <table className="stack" data-testid="quarantine">
              <thead>
                <tr>
                  <th scope="col">{t.quarantine.received}</th>
                  <th scope="col">{t.quarantine.problem}</th>
                  {search.entry ? null : (
                    <>
                      <th scope="col">{t.quarantine.where}</th>
                      <th scope="col">{t.quarantine.peer}</th>
                      <th scope="col" className="num">
                        {t.quarantine.size}
                      </th>
                    </>
                  )}
                </tr>
              </thead>
              <tbody>
                {list.data.entries.map((entry) => (
                  <tr key={entry.id} className={entry.id === search.entry ? s.chosen : undefined}>
                    <td>
                      <Link to="/quarantine" search={{ ...search, entry: entry.id }}>
                        {writeWhen(entry.received, now)}
                      </Link>
                      <div className="small quiet">{t.protocols[entry.protocol] ?? entry.protocol}</div>
                    </td>
                    <td>
                      {entry.message}
                      <div className="small quiet">
                        <code>{entry.code}</code>
                      </div>
                    </td>
                    {search.entry ? null : (
                      <>
                        <td data-label={t.quarantine.where}>
                          <code>{entry.location ?? '–'}</code>
                        </td>
                        <td className="small" data-label={t.quarantine.peer}>
                          {entry.peer}
                        </td>
                        <td className="num" data-label={t.quarantine.size}>
                          {writeBytes(entry.bytes)}
                        </td>
                      </>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          ) : null}
        </div>
        {search.entry ? <Entry id={search.entry} key={search.entry} /> : null}
      </div>
    </div>
  )
}

function Entry({ id }: { id: string }) {
  const entry = useQuery(quarantineEntryQuery(id))
  const search = useSearch({ from: '/inside/quarantine' })
  if (entry.error && !entry.data) return <ProblemNote error={entry.error} retry={() => void entry.refetch()} />
  if (!entry.data) return <Loading />
  return (
    <section className={s.entry} aria-labelledby="entry-title" data-testid="quarantine-entry">
      <div className={p.sectionHead}>
        <h2 id="entry-title">{entry.data.message}</h2>
        <Link className={`${p.aside} small`} to="/quarantine" search={{ ...search, entry: undefined }}>
          {t.close}
        </Link>
      </div>
      <Facts entry={entry.data} />
      {entry.data.body === null ? <p className="quiet">{t.quarantine.bodyHidden}</p> : null}
      <Mend entry={entry.data} body={entry.data.body} />
    </section>
  )
}

function Facts({ entry }: { entry: QuarantineEntry }) {
  const fault = entry.body === null ? undefined : locateFault(entry.body, entry.location)
  return (
    <>
      <dl className={v.use}>
        <dt>{t.quarantine.where}</dt>
        <dd>
          <code>{entry.location ?? t.unknown}</code>
        </dd>
        {entry.expected ? (
          <>
            <dt>{t.quarantine.expected}</dt>
            <dd>{entry.expected}</dd>
          </>
        ) : null}
        {entry.mend ? (
          <>
            <dt>{t.quarantine.mend}</dt>
            <dd>{entry.mend}</dd>
          </>
        ) : null}
        <dt>{t.quarantine.received}</dt>
        <dd>
          {writeMoment(entry.received)} · {t.protocols[entry.protocol] ?? entry.protocol} · {entry.peer} ·{' '}
          {writeBytes(entry.bytes)}
        </dd>
        <dt>{t.quarantine.code}</dt>
        <dd>
          <code>{entry.code}</code>
        </dd>
        <dt>{t.quarantine.state}</dt>
        <dd>{t.quarantine.states[entry.state]}</dd>
      </dl>
      {fault ? (
        <div>
          <p className="small quiet">{t.quarantine.pointer}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
          <pre className={s.context} tabIndex={0}>
            {fault.before}
            <mark className={s.mark}>{fault.marked || '␣'}</mark>
            {fault.after}
          </pre>
        </div>
      ) : null}
    </>
  )
}

function Mend({ entry, body }: { entry: QuarantineEntry; body: string | null }) {
  const may = useMay('resubmit-quarantine')
  const client = useQueryClient()
  const id = useId()
  const original = (body ?? '').replace(/\r\n?/g, '\n')
  const [text, setText] = useState(original)
  const [reason, setReason] = useState('')
  const [reasonMissing, setReasonMissing] = useState(false)
  const edited = text !== original
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ['quarantine'] })
    void client.invalidateQueries({ queryKey: ['quarantine-entry', entry.id] })
  }
  const send = useMutation({
    // HL7 v2 segments end in a carriage return; editors show them as lines.
    mutationFn: () =>
      resubmit(
        entry.id,
        edited ? (withoutFrame(text).startsWith('MSH') ? text.replace(/\n/g, '\r') : text) : undefined,
      ),
    onSuccess: refresh,
  })
  const drop = useMutation({ mutationFn: () => discard(entry.id, reason.trim()), onSuccess: refresh })
  const waiting = entry.state === 'waiting'
  return (
    <>
      {body === null ? null : (
        <div className={p.field} style={{ justifyItems: 'stretch' }}>
          <label htmlFor={`${id}body`}>{may && waiting ? t.quarantine.bodyEdit : t.quarantine.body}</label>
          <textarea
            id={`${id}body`}
            className={s.editor}
            value={text}
            readOnly={!may || !waiting}
            spellCheck={false}
            wrap="off"
            onChange={(event) => setText(event.target.value)}
          />
        </div>
      )}
      {send.data ? (
        <p className={s.result} data-outcome={send.data.outcome} role="status">
          <strong>{t.quarantine.results[send.data.outcome]}</strong> {send.data.message}
        </p>
      ) : null}
      {drop.isSuccess ? (
        <p className={s.result} role="status">
          {t.quarantine.discarded}
        </p>
      ) : null}
      {send.error ? <ProblemNote error={send.error} /> : null}
      {drop.error ? <ProblemNote error={drop.error} /> : null}
      {!may ? <p className="quiet">{t.quarantine.mayNot}</p> : null}
      {may && waiting ? (
        <>
          <div className={s.row}>
            <button
              type="button"
              className={p.primary}
              disabled={send.isPending}
              onClick={() => send.mutate()}
              data-testid="resubmit"
            >
              {edited ? t.quarantine.resubmitEdited : t.quarantine.resubmit}
            </button>
            {edited ? (
              <button type="button" className={p.link} onClick={() => setText(original)}>
                {t.quarantine.revert}
              </button>
            ) : null}
          </div>
          <div className={s.row}>
            <div className={p.field}>
              <label htmlFor={`${id}reason`}>{t.quarantine.discardReason}</label>
              <input
                id={`${id}reason`}
                className={p.input}
                value={reason}
                maxLength={1000}
                aria-invalid={reasonMissing}
                onChange={(event) => setReason(event.target.value)}
              />
            </div>
            <button
              type="button"
              className={p.button}
              disabled={drop.isPending}
              onClick={() => {
                setReasonMissing(reason.trim() === '')
                if (reason.trim()) drop.mutate()
              }}
              data-testid="discard"
            >
              {t.quarantine.discard}
            </button>
          </div>
          {reasonMissing ? <p role="alert">{t.quarantine.discardNeedsReason}</p> : null}
        </>
      ) : null}
    </>
  )
}
