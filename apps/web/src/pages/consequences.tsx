import type { DecisionRecord, OutcomeRecord, RecommendationThread, TwinKind } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reasonsQuery } from '../api/queries.ts'
import { Strip } from '../charts/strip.tsx'
import { formatNumber, writeInterval } from '../format/number.ts'
import { writeWhen } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import { useMeasure, Why } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import { DecisionPanel } from './decision-panel.tsx'
import s from './do.module.css'
import { PlannedOn } from './parts-picker.tsx'
import { scenarioName } from './plan.ts'
import { PlannedDose } from './planned-dose.tsx'

/** What was decided, what went out because of it, and what came of it beside what had been predicted. */
export function Consequences({
  thread,
  kind,
  mayDecide,
}: {
  thread: RecommendationThread
  kind: TwinKind
  mayDecide: boolean
}) {
  const now = useNow()
  const reasons = useQuery(reasonsQuery)
  const [reversing, setReversing] = useState<DecisionRecord | null>(null)
  const reversed = new Set(thread.decisions.flatMap((each) => (each.reverses ? [each.reverses] : [])))
  const reasonText = (code: string) => reasons.data?.reasons.find((each) => each.code === code)?.label ?? code
  const decisions = [...thread.decisions].sort((a, b) => a.at - b.at)
  return (
    <div className={s.steps}>
      <h4>{t.decide.decision}</h4>
      <div>
        {decisions.map((decision) => {
          const acts = decision.verb !== 'reject' && decision.verb !== 'reverse'
          const what = `${t.decide.verbs[decision.verb]} ${nameOf(thread, decision)}`
          return (
            <div key={decision.id} className={s.line} data-testid="decision" data-verb={decision.verb}>
              <strong>{t.decide.verbs[decision.verb]}</strong>
              <span>{nameOf(thread, decision)}</span>
              {decision.verb === 'modify' || decision.verb === 'override'
                ? decision.interventions.map((each) => {
                    const known = kind.interventions.find((one) => one.name === each.intervention)
                    return (
                      <span key={each.intervention}>
                        {known?.label ?? each.intervention}{' '}
                        <PlannedDose dose={each.dose} intervention={each.intervention} kind={kind} />
                        <PlannedOn on={each.on} />
                      </span>
                    )
                  })
                : null}
              <span className="quiet">
                {t.decide.by(decision.by.name, t.roles[decision.by.role] ?? decision.by.role)} ·{' '}
                {writeWhen(decision.at, now)} · {reasonText(decision.reason.code)}
                {decision.reason.text ? ` – “${decision.reason.text}”` : ''}
              </span>
              <Why event={decision.event} label={what} />
              {acts && mayDecide && !reversed.has(decision.id) ? (
                <button
                  type="button"
                  className={`${p.button} no-print`}
                  aria-label={t.decide.reverseLabel(what)}
                  data-testid="reverse"
                  onClick={() => setReversing(decision)}
                >
                  {t.decide.reverse}
                </button>
              ) : null}
            </div>
          )
        })}
        {reversing ? (
          <DecisionPanel
            thread={thread}
            kind={kind}
            verb="reverse"
            option={null}
            reverses={reversing}
            onClose={() => setReversing(null)}
          />
        ) : null}
      </div>
      <h4>{t.decide.actions}</h4>
      <div>
        {thread.actions.length === 0 ? <p className={`${s.line} quiet`}>{t.decide.noActions}</p> : null}
        {thread.actions.map((action) => (
          <div key={action.id} className={s.line} data-testid="action" data-delivery={action.delivery}>
            <span>
              {t.decide.purposes[action.purpose]} <strong>{action.label}</strong>{' '}
              <PlannedDose
                dose={action.intervention.dose}
                intervention={action.intervention.intervention}
                kind={kind}
                unit={action.unit}
              />
            </span>
            <span className={action.delivery === 'failed' ? s.failed : undefined}>
              {t.decide.delivery[action.delivery]}
            </span>
            <span className="quiet">
              {writeWhen(action.changed, now)} · {t.decide.attempts(action.attempts)}
              {action.lastError ? ` · ${action.lastError}` : ''}
            </span>
            <Why event={action.event} label={action.label} />
          </div>
        ))}
      </div>
      <h4>{t.decide.outcomes}</h4>
      {thread.outcomes.length === 0 ? (
        <p className={`${s.line} quiet`}>
          {decisions.some((each) => each.verb !== 'reject') ? t.decide.outcomeWaiting : t.decide.noActions}
        </p>
      ) : (
        <Scroll label={t.decide.outcomes}>
          <table className="stack" data-testid="outcomes">
            <thead>
              <tr>
                <th scope="col">{t.decide.quantity}</th>
                <th scope="col">{t.decide.at}</th>
                <th scope="col" className="num">
                  {t.decide.predicted}
                </th>
                <th scope="col" className="num">
                  {t.decide.predictedOn}
                </th>
                <th scope="col" className="num">
                  {t.decide.observed}
                </th>
                <th scope="col">
                  <span className="hidden">{t.decide.predicted}</span>
                </th>
                <th scope="col">{t.decide.within}</th>
                <th scope="col" className="num">
                  {t.decide.crps}
                </th>
                <th scope="col">
                  <span className="hidden">{t.now.why}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {thread.outcomes.map((outcome) => (
                <OutcomeRow key={outcome.id} outcome={outcome} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </div>
  )
}

function nameOf(thread: RecommendationThread, decision: DecisionRecord): string {
  const reversed = decision.reverses ? thread.decisions.find((each) => each.id === decision.reverses) : undefined
  const id = reversed?.scenarioId ?? decision.scenarioId
  return scenarioName(thread.options.find((each) => each.scenario.id === id)?.scenario.name ?? '')
}

function OutcomeRow({ outcome }: { outcome: OutcomeRecord }) {
  const now = useNow()
  const measure = useMeasure({ unit: outcome.unit, name: outcome.quantity, digits: outcome.digits })
  const predicted = measure.estimate(outcome.predicted)
  const on = measure.estimate(outcome.predictedCarryingOn)
  const low = Math.min(outcome.predicted.p05, outcome.predictedCarryingOn.p05, outcome.observed)
  const high = Math.max(outcome.predicted.p95, outcome.predictedCarryingOn.p95, outcome.observed)
  return (
    <tr data-testid="outcome" data-within={outcome.within90}>
      <th scope="row">{outcome.label}</th>
      <td data-label={t.decide.at}>{writeWhen(outcome.at, now)}</td>
      <td className="num" data-label={t.decide.predicted}>
        {predicted.value} <span className={p.interval}>({writeInterval(predicted.low, predicted.high)})</span>
      </td>
      <td className="num quiet" data-label={t.decide.predictedOn}>
        {on.value} <span className={p.interval}>({writeInterval(on.low, on.high)})</span>
      </td>
      <td className="num" data-label={t.decide.observed}>
        <strong>{measure.write(outcome.observed)}</strong> <span className={p.unit}>{measure.unitText}</span>
      </td>
      <td>
        <Strip
          summary={outcome.predicted}
          behind={outcome.predictedCarryingOn}
          domain={[low, high]}
          measured={outcome.observed}
          measuredOpen={!outcome.within90}
          width={140}
        />
      </td>
      <td data-label={t.decide.within}>{outcome.within90 ? t.decide.within90 : t.decide.outside90}</td>
      <td className="num" data-label={t.decide.crps}>
        {formatNumber(outcome.crps * measure.factor, 2)}
      </td>
      <td>
        <Why event={outcome.event} label={outcome.label} />
      </td>
    </tr>
  )
}
