import type { RankedOption, Recommendations, RecommendationThread, TwinKind } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { Fragment, type ReactNode, useMemo, useState } from 'react'
import { forecastQuery, recommendationsQuery } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { Strip, sharedDomain } from '../charts/strip.tsx'
import { writeInterval, writeProbability } from '../format/number.ts'
import { writeDuration, writeLead, writeMoment, writeWhen } from '../format/time.ts'
import { unitText } from '../format/unit.ts'
import { useNow } from '../live/clock.ts'
import { Section, useMeasure, Why } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { Consequences } from './consequences.tsx'
import { DecisionPanel, type Verb } from './decision-panel.tsx'
import s from './do.module.css'
import { changes, scenarioName } from './plan.ts'
import { PlannedDose } from './planned-dose.tsx'
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
      {shown.length === 0 ? <p className={p.empty}>{t.decide.none}</p> : null}
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

/** What was last decided about one option; nothing for those that were left. */
function whatBecame(thread: RecommendationThread, option: RankedOption): string | null {
  const about = thread.decisions.filter((each) => each.scenarioId === option.scenario.id && each.verb !== 'reverse')
  const last = about.sort((a, b) => b.at - a.at)[0]
  if (!last) return null
  const reversed = thread.decisions.some((each) => each.reverses === last.id)
  return reversed
    ? `${t.decide.verbs[last.verb]}, ${t.decide.verbs.reverse?.toLowerCase()}`
    : (t.decide.verbs[last.verb] ?? null)
}

/** Accepting and modifying are about one option, and ask for their reason right under it. */
function underOption(verb: Verb): boolean {
  return verb === 'accept' || verb === 'modify'
}

const fewOptions = 3

function OptionsTable(props: {
  thread: RecommendationThread
  options: readonly RankedOption[]
  kind: TwinKind
  open: boolean
  mayDecide: boolean
  onChoose: (verb: Verb, option: RankedOption) => void
  /** The reasons to choose from, right under the option that they are about. */
  panel: { option: RankedOption | null; node: ReactNode } | null
  /** There are no buttons any more; what was decided is said in their place, so that the columns stay where they are. */
  closed: boolean
}) {
  const { thread, options } = props
  // The best few are read; the rest is asked for.
  const [all, setAll] = useState(false)
  const acting = options.filter((each) => each.scenario.interventions.length > 0)
  const few = new Set(acting.slice(0, fewOptions))
  const shown = all ? options : options.filter((each) => few.has(each) || !acting.includes(each))
  const gainDomain = sharedDomain(
    options.map((each) => each.gain),
    0,
  )
  const domains = useMemo(() => {
    const all = new Map<string, RankedOption['gain'][]>()
    for (const option of options)
      for (const effect of option.effects)
        all.set(effect.quantity, [...(all.get(effect.quantity) ?? []), effect.difference])
    return new Map([...all].map(([name, list]) => [name, sharedDomain(list, 0)]))
  }, [options])
  return (
    <table className={s.options} data-testid="options">
      <caption className="hidden">
        {thread.finding} {t.decide.effects}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t.decide.option}</th>
          <th scope="col">{t.decide.gainIn(unitText(thread.objective.unit))}</th>
          <th scope="col">{t.decide.effects}</th>
          <th scope="col">{t.decide.better}</th>
          <th scope="col">
            <span className="hidden">{t.decide.decision}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((option) => {
          const carry = option.scenario.interventions.length === 0
          return (
            <Fragment key={option.scenario.id}>
              <tr className={carry ? s.carry : undefined} data-testid={carry ? 'option-carry-on' : 'option'}>
                <th scope="row">
                  <OptionName option={option} kind={props.kind} />
                </th>
                <td>
                  {carry ? (
                    <Strip domain={gainDomain} zero={0} width={130} />
                  ) : (
                    <>
                      <Strip summary={option.gain} domain={gainDomain} zero={0} width={130} />
                      <Gain option={option} unit={thread.objective.unit} />
                    </>
                  )}
                </td>
                <td>
                  <div className={s.effects}>
                    {(carry ? [] : option.effects.filter(changes)).map((effect) => (
                      <Effect
                        key={`${effect.quantity}${effect.at}`}
                        effect={effect}
                        domain={domains.get(effect.quantity)!}
                        from={thread.madeAt}
                      />
                    ))}
                  </div>
                </td>
                <td>
                  {carry ? (
                    <span className="quiet">–</span>
                  ) : (
                    <>
                      <span className={s.prob}>{writeProbability(option.probabilityBetter, { sampled: true })}</span>
                      <div className="small">
                        <span className="quiet">{t.decide.harm}</span>{' '}
                        <span className={`${s.percent} ${option.probabilityOfHarm >= 0.05 ? s.harm : ''}`}>
                          {writeProbability(option.probabilityOfHarm, { sampled: true })}
                        </span>
                      </div>
                    </>
                  )}
                </td>
                <td className={`${s.actions} no-print`}>
                  {props.open && props.mayDecide ? (
                    option.youMayApprove ? (
                      <div className={s.buttons}>
                        <button
                          type="button"
                          className={option.rank === 1 ? p.primary : p.button}
                          aria-label={t.decide.acceptOption(scenarioName(option.scenario.name))}
                          data-testid="accept"
                          onClick={() => props.onChoose('accept', option)}
                        >
                          {t.decide.accept}
                        </button>
                        {carry ? null : (
                          <button
                            type="button"
                            className={p.button}
                            aria-label={t.decide.modifyOption(scenarioName(option.scenario.name))}
                            data-testid="modify"
                            onClick={() => props.onChoose('modify', option)}
                          >
                            {t.decide.modify}
                          </button>
                        )}
                      </div>
                    ) : (
                      <span className="small quiet">{t.decide.mayNot(roleList(option.mayApprove))}</span>
                    )
                  ) : (
                    <span className="small">{props.closed ? whatBecame(thread, option) : null}</span>
                  )}
                </td>
              </tr>
              <tr className={`${s.more} ${carry ? s.carry : ''}`}>
                <td colSpan={5}>
                  <dl className={s.details}>
                    <div>
                      <dt>{t.decide.reason}</dt> <dd>{option.reason}</dd>
                    </div>
                    <div>
                      <dt>{t.decide.risk}</dt>{' '}
                      <dd>
                        <span className={s.risk} data-risk={option.riskClass}>
                          {t.decide.risks[option.riskClass]}
                        </span>
                      </dd>
                    </div>
                    <div>
                      <dt>{t.decide.cost}</dt> <dd>{option.cost}</dd>
                    </div>
                    <div>
                      <dt>{t.decide.undo}</dt> <dd>{option.undo}</dd>
                    </div>
                    <div>
                      <dt>{t.decide.approve}</dt> <dd>{roleList(option.mayApprove)}</dd>
                    </div>
                  </dl>
                </td>
              </tr>
              {props.panel?.option?.scenario.id === option.scenario.id ? (
                <tr className={s.panelRow}>
                  <td colSpan={5}>{props.panel.node}</td>
                </tr>
              ) : null}
            </Fragment>
          )
        })}
        {shown.length < options.length ? (
          <tr className="no-print">
            <td colSpan={5}>
              <button type="button" className={p.link} onClick={() => setAll(true)}>
                {t.decide.moreOptions(options.length - shown.length)}
              </button>
            </td>
          </tr>
        ) : null}
      </tbody>
    </table>
  )
}

/** The option's name, with what would be given; once only where the name says it already. */
function OptionName({ option, kind }: { option: RankedOption; kind: TwinKind }) {
  const { name, interventions } = option.scenario
  const known = interventions.map((each) => kind.interventions.find((one) => one.name === each.intervention))
  const said = interventions.length > 0 && known.every((each) => each !== undefined && name.includes(each.label))
  const doses = interventions.map((each, index) => (
    <span key={each.intervention} className={said ? undefined : s.dose}>
      {index > 0 && said ? ', ' : null}
      {known[index]?.label ?? each.intervention}{' '}
      <PlannedDose dose={each.dose} intervention={each.intervention} kind={kind} />
      {each.until ? <span className="quiet"> · {writeLead(each.until - each.from)}</span> : null}
    </span>
  ))
  return (
    <>
      {option.rank}. {said ? doses : scenarioName(name)}
      {said ? null : <div className={s.plan}>{interventions.length === 0 ? t.decide.nothingToDo : doses}</div>}
    </>
  )
}

function roleList(roles: readonly string[]): string {
  return roles.length === 0 ? t.none : roles.map((role) => t.roles[role] ?? role).join(', ')
}

function Gain({ option, unit }: { option: RankedOption; unit: string }) {
  const measure = useMeasure({ unit, name: 'gain' })
  const written = measure.difference(option.gain)
  return (
    <div>
      <strong>{written.value}</strong> <span className={p.interval}>({writeInterval(written.low, written.high)})</span>
    </div>
  )
}

function Effect({
  effect,
  domain,
  from,
}: {
  effect: RankedOption['effects'][number]
  domain: readonly [number, number]
  from: number
}) {
  const measure = useMeasure({ unit: effect.unit, name: effect.quantity, digits: effect.digits })
  const written = measure.difference(effect.difference)
  return (
    <>
      <span>
        {effect.label}{' '}
        <span className="small quiet">
          {t.decide.effectAt(writeLead(Math.round((effect.at - from) / 1000) * 1000))}
        </span>
      </span>
      <Strip summary={effect.difference} domain={domain} zero={0} width={110} />
      <span>
        <strong>{written.value}</strong> <span className={p.unit}>{measure.unitText}</span>{' '}
        <span className={p.interval}>({writeInterval(written.low, written.high)})</span>
      </span>
    </>
  )
}
