import type { RankedOption, RecommendationThread, TwinKind } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { forecastQuery, recommendationsQuery } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { useHeld } from '../floor/use-held.ts'
import { writeInterval, writeProbability } from '../format/number.ts'
import { writeDuration, writeLead } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import { useMeasure } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { strings as t } from '../strings.ts'
import { DecisionPanel, type Verb } from './decision-panel.tsx'
import s from './department.module.css'
import { inGainUnit } from './gain.ts'
import { openThreads, scenarioName, tellingEffects } from './plan.ts'
import { useSubjectView } from './subject-context.ts'
import { subjectParams } from './subject-id.ts'
import { WorthWords } from './worth.tsx'

/** The first of what is recommended, to be answered from where one stands; the rest is one click away. */
export function DecideStrip() {
  const { twin, kind, detail } = useSubjectView()
  const answer = useQuery(recommendationsQuery(twin!.id))
  // What rests on an outdated forecast is held back, unless it is being answered.
  const outdated = useQuery(forecastQuery(twin!.id)).data?.outdated ?? false
  const now = useNow()
  const threads = answer.data?.recommendations
  const [choosing, setChoosing] = useState<{ verb: Verb; option: RankedOption | null } | null>(null)
  const open = openThreads(threads ?? [], kind?.objectives ?? [], now)
  // What one is about to answer does not change under the finger; what was just answered stays to be seen.
  const [answered, setAnswered] = useState<string | null>(null)
  const { shown: first, holding } = useHeld(open[0]?.id, choosing !== null)
  const thread = threads?.find((each) => each.id === (first ?? answered))
  const params = subjectParams(detail)
  const more = (
    <Link
      to="/subjects/$kind/$id/do"
      params={params}
      search={(before: Record<string, unknown>) => ({ twin: before.twin as string | undefined })}
    >
      {thread && thread.state !== 'open'
        ? t.strip.follow
        : open.length > 1 || (thread && thread.options.length > 2)
          ? t.strip.others(Math.max(0, (thread?.options.length ?? 0) - 2) + Math.max(0, open.length - 1))
          : t.strip.details}
    </Link>
  )
  if (outdated && choosing === null && (!thread || thread.state === 'open'))
    return (
      <section className={s.strip} aria-label={t.strip.label} data-testid="strip">
        <span>{t.strip.remaking}</span> {more}
      </section>
    )
  if (!thread || !kind)
    return (
      <section className={s.strip} aria-label={t.strip.label} data-testid="strip">
        <span>{t.strip.none}</span> {more}
      </section>
    )
  return (
    <section
      className={s.strip}
      data-open={thread.state === 'open'}
      aria-label={t.strip.label}
      data-testid="strip"
      {...holding}
    >
      {thread.state === 'open' ? (
        <Offer
          thread={thread}
          kind={kind}
          now={now}
          more={more}
          onChoose={(verb, option) => setChoosing({ verb, option })}
        />
      ) : (
        <>
          <strong>{outcomeOf(thread)}</strong> {more}
        </>
      )}
      {choosing && thread.state === 'open' ? (
        <DecisionPanel
          key={`${choosing.verb}${choosing.option?.scenario.id}`}
          thread={thread}
          kind={kind}
          verb={choosing.verb}
          option={choosing.option}
          onClose={() => {
            setAnswered(thread.id)
            setChoosing(null)
          }}
        />
      ) : null}
    </section>
  )
}

function Offer(props: {
  thread: RecommendationThread
  kind: TwinKind
  now: number
  more: React.ReactNode
  onChoose: (verb: Verb, option: RankedOption | null) => void
}) {
  const { thread, now } = props
  const may = useMay('take-decision')
  const best = [...thread.options]
    .sort((a, b) => a.rank - b.rank)
    .find((each) => each.scenario.interventions.length > 0)
  if (!best) return null
  const name = scenarioName(best.scenario.name)
  return (
    <>
      <div className={s.finding}>
        <strong>{thread.finding}</strong>
        <div className={s.offer}>
          <span className={s.best}>{name}</span>
          <GainWords option={best} unit={thread.objective.unit} objective={thread.objective.statement} />
          {tellingEffects(best.effects, 2).map((effect) => (
            <EffectWords key={`${effect.quantity}${effect.at}`} effect={effect} from={thread.madeAt} />
          ))}
          <span>{t.strip.better(writeProbability(best.probabilityBetter, { sampled: true }))}</span>
          <HarmWords option={best} options={thread.options} limit={thread.objective.limit} />
          {best.worth ? <WorthWords worth={best.worth} /> : null}
          <span className={s.cost}>{best.cost}</span>
        </div>
      </div>
      <div className={`${s.answers} no-print`}>
        {may && best.youMayApprove ? (
          <>
            <button
              type="button"
              className={p.primary}
              data-testid="strip-accept"
              aria-label={t.decide.acceptOption(name)}
              onClick={() => props.onChoose('accept', best)}
            >
              {t.decide.accept}
            </button>
            <button
              type="button"
              className={p.button}
              aria-label={t.decide.modifyOption(name)}
              onClick={() => props.onChoose('modify', best)}
            >
              {t.decide.modify}
            </button>
            <button
              type="button"
              className={p.button}
              aria-label={t.decide.rejectOption(name)}
              onClick={() => props.onChoose('reject', best)}
            >
              {t.decide.reject}
            </button>
          </>
        ) : (
          <span className="small quiet">
            {may ? t.decide.mayNot(best.mayApprove.map((role) => t.roles[role] ?? role).join(', ')) : t.decide.notYours}
          </span>
        )}
        {props.more}
        <span className="small">{t.decide.expires(writeDuration(thread.expires - now))}</span>
      </div>
    </>
  )
}

function GainWords({ option, unit, objective }: { option: RankedOption; unit: string; objective: string }) {
  const gain = inGainUnit(unit, [option.gain])
  const written = gain.write(option.gain)
  return (
    <span title={objective}>
      {t.decide.gain} <strong>{written.value}</strong> <span className={p.unit}>{gain.unitText}</span>{' '}
      <span className={p.interval}>({writeInterval(written.low, written.high)})</span>
    </span>
  )
}

/** How likely a safety limit is broken with it, and when nothing is done; nothing where it hardly can be. */
function HarmWords(props: { option: RankedOption; options: readonly RankedOption[]; limit: string | undefined }) {
  const { option, options, limit } = props
  const without = options.find((each) => each.scenario.interventions.length === 0)?.probabilityOfHarm
  if (Math.max(option.probabilityOfHarm, without ?? 0) < 0.01) return null
  return (
    <span title={limit && t.decide.limit(limit)}>
      {t.decide.harm} <strong>{writeProbability(option.probabilityOfHarm, { sampled: true })}</strong>
      {without === undefined ? null : (
        <span className="quiet">, {t.decide.harmCarryingOn(writeProbability(without, { sampled: true }))}</span>
      )}
    </span>
  )
}

function EffectWords({ effect, from }: { effect: RankedOption['effects'][number]; from: number }) {
  const measure = useMeasure({ unit: effect.unit, name: effect.quantity, digits: effect.digits })
  const written = measure.difference(effect.difference)
  return (
    <span>
      {effect.label} <strong>{written.value}</strong> <span className={p.unit}>{measure.unitText}</span>{' '}
      <span className={p.interval}>({writeInterval(written.low, written.high)})</span>{' '}
      <span className="quiet">{t.decide.effectAt(writeLead(Math.round((effect.at - from) / 60_000) * 60_000))}</span>
    </span>
  )
}

function outcomeOf(thread: RecommendationThread): string {
  const last = [...thread.decisions].sort((a, b) => b.at - a.at)[0]
  const name = thread.options.find((each) => each.scenario.id === last?.scenarioId)?.scenario.name
  return last
    ? t.strip.decided(t.decide.verbs[last.verb] ?? last.verb, scenarioName(name ?? thread.finding))
    : thread.finding
}
