import type { RankedOption, Recommendations, RecommendationThread, TwinKind } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { forecastQuery, recommendationsQuery } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { writeDuration, writeMoment, writeWhen } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import { Section, Why } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { Consequences } from './consequences.tsx'
import { DecisionPanel, type Verb } from './decision-panel.tsx'
import s from './do.module.css'
import { OptionsTable } from './options-table.tsx'
import { useSubjectView } from './subject-context.ts'

export function DoPage() {
  const { twin, kind } = useSubjectView()
  const may = useMay('take-decision')
  const answer = useQuery(recommendationsQuery(twin!.id))
  const outdated = useQuery(forecastQuery(twin!.id)).data?.outdated ?? false
  const threads = answer.data?.recommendations
  // What is listed stays listed, in its place; what is new waits behind one quiet line.
  const [listed, setListed] = useState<{ twin: string; ids: readonly string[] } | null>(null)
  if (threads && listed?.twin !== twin!.id) setListed({ twin: twin!.id, ids: arranged(threads) })
  const fresh = threads && listed ? threads.filter((each) => !listed.ids.includes(each.id)) : []
  if (answer.error && !threads) return <ProblemNote error={answer.error} retry={() => void answer.refetch()} />
  if (!threads || !listed || !kind) return <Loading />
  const byId = new Map(threads.map((each) => [each.id, each]))
  const shown = listed.ids.flatMap((id) => byId.get(id) ?? [])
  // Which section a thread stands in is settled when it is listed: a decision does not make it jump away.
  return (
    <div className={p.page}>
      <div className={s.bar} data-fresh={fresh.length > 0} role="status">
        {fresh.length > 0 ? (
          <>
            {t.decide.fresh(fresh.length)}
            <button
              type="button"
              className={p.link}
              onClick={() => setListed({ twin: twin!.id, ids: arranged(threads) })}
            >
              {t.decide.show}
            </button>
          </>
        ) : (
          t.decide.upToDate
        )}
      </div>
      {outdated ? <p role="status">{t.strip.remaking}</p> : null}
      {may ? null : <p className="quiet">{t.decide.notYours}</p>}
      {shown.length === 0 && !outdated ? <p className={p.empty}>{t.decide.none}</p> : null}
      <Split shown={shown} kind={kind} mayDecide={may} frozenKey={listed.ids.join()} />
    </div>
  )
}

function Split(props: {
  shown: readonly RecommendationThread[]
  kind: TwinKind
  mayDecide: boolean
  frozenKey: string
}) {
  const [frozen, setFrozen] = useState<{ key: string; open: ReadonlySet<string> }>({ key: '', open: new Set() })
  if (frozen.key !== props.frozenKey)
    setFrozen({
      key: props.frozenKey,
      open: new Set(props.shown.filter((each) => each.state === 'open').map((each) => each.id)),
    })
  const open = props.shown.filter((each) => frozen.open.has(each.id))
  const earlier = props.shown.filter((each) => !frozen.open.has(each.id))
  return (
    <>
      {open.length > 0 ? (
        <Section id="open" title={open.some((each) => each.state === 'open') ? t.decide.open : t.decide.justDecided}>
          {open.map((each) => (
            <Thread key={each.id} thread={each} kind={props.kind} mayDecide={props.mayDecide} full />
          ))}
        </Section>
      ) : props.shown.length > 0 ? (
        <p className={p.empty}>{t.decide.none}</p>
      ) : null}
      <Section id="earlier" title={t.decide.earlier}>
        {earlier.length === 0 ? <p className="quiet">{t.decide.noneEarlier}</p> : null}
        {earlier.map((each) => (
          <Thread key={each.id} thread={each} kind={props.kind} mayDecide={props.mayDecide} full={false} />
        ))}
      </Section>
    </>
  )
}

/** Open ones first, then by age: newest first. */
function arranged(threads: Recommendations['recommendations']): readonly string[] {
  return [...threads]
    .sort((a, b) => Number(b.state === 'open') - Number(a.state === 'open') || b.madeAt - a.madeAt)
    .map((each) => each.id)
}

function Thread({
  thread,
  kind,
  mayDecide,
  full,
}: {
  thread: RecommendationThread
  kind: TwinKind
  mayDecide: boolean
  full: boolean
}) {
  const now = useNow()
  const expired = thread.state === 'open' && thread.expires <= now
  const open = thread.state === 'open' && !expired
  const [choosing, setChoosing] = useState<{ verb: Verb; option: RankedOption | null } | null>(null)
  const options = useMemo(() => [...thread.options].sort((a, b) => a.rank - b.rank), [thread.options])
  const best = options.find((each) => each.scenario.interventions.length > 0)
  const mayAny = mayDecide && options.some((each) => each.youMayApprove)
  const panel = choosing ? (
    <DecisionPanel
      key={`${choosing.verb}${choosing.option?.scenario.id}`}
      thread={thread}
      kind={kind}
      verb={choosing.verb}
      option={choosing.option}
      onClose={() => setChoosing(null)}
    />
  ) : null
  return (
    <article
      className={s.thread}
      data-testid="recommendation"
      data-state={expired ? 'expired' : thread.state}
      aria-label={thread.finding}
    >
      <div className={s.head}>
        <h3>{thread.finding}</h3>
        <Why event={thread.event} label={thread.finding} />
      </div>
      <div className={s.meta}>
        <span className={s.state} data-testid="recommendation-state">
          {expired ? t.decide.closed.expired : t.decide.closed[thread.state]}
        </span>
        <span title={writeMoment(thread.madeAt)}>{t.decide.made(writeWhen(thread.madeAt, now))}</span>
        {open ? <strong>{t.decide.expires(writeDuration(thread.expires - now))}</strong> : null}
        <span>
          {t.decide.objective}: {thread.objective.statement}
        </span>
        {thread.objective.limit ? <span>{t.decide.limit(thread.objective.limit)}</span> : null}
      </div>
      {full ? (
        <OptionsTable
          thread={thread}
          options={options}
          kind={kind}
          open={open}
          mayDecide={mayDecide}
          onChoose={(verb, option) => setChoosing({ verb, option })}
          panel={choosing && underOption(choosing.verb) ? { option: choosing.option, node: panel } : null}
          closed={mayDecide && !open}
        />
      ) : (
        <details className="small">
          <summary className="quiet">{t.decide.effects}</summary>
          <OptionsTable
            thread={thread}
            options={options}
            kind={kind}
            open={false}
            mayDecide={false}
            onChoose={() => undefined}
            panel={null}
            closed={false}
          />
        </details>
      )}
      {full && open && mayAny ? (
        <div className={`${s.buttons} no-print`}>
          <button
            type="button"
            className={p.button}
            onClick={() => setChoosing({ verb: 'reject', option: best ?? options[0]! })}
            data-testid="reject"
          >
            {t.decide.rejectAll}
          </button>
          <button
            type="button"
            className={p.button}
            onClick={() => setChoosing({ verb: 'override', option: null })}
            data-testid="override"
          >
            {t.decide.overrideLabel}
          </button>
        </div>
      ) : null}
      {choosing && !underOption(choosing.verb) ? panel : null}
      {thread.decisions.length > 0 ? <Consequences thread={thread} kind={kind} mayDecide={mayDecide} /> : null}
    </article>
  )
}

/** Accepting and modifying are about one option, and ask for their reason right under it. */
function underOption(verb: Verb): boolean {
  return verb === 'accept' || verb === 'modify'
}
