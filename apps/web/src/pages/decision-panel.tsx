import type {
  DecisionRecord,
  DecisionRequest,
  RankedOption,
  Recommendations,
  RecommendationThread,
  TwinKind,
} from '@counterpart/server/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { decide, reasonsQuery } from '../api/queries.ts'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import s from './do.module.css'
import { type Planned, planOf, scenarioName } from './plan.ts'
import { PlanEditor } from './plan-editor.tsx'
import { useSubjectView } from './subject-context.ts'

export type Verb = DecisionRequest['verb']

/** Reasons that most often go with a verb come first; all remain. */
const usual: Readonly<Record<Verb, readonly string[]>> = {
  accept: ['agrees-with-assessment', 'benefit-outweighs-risk', 'other'],
  modify: ['dose-adjusted', 'patient-preference', 'condition-changed', 'other'],
  reject: [
    'contraindicated',
    'patient-preference',
    'data-not-trusted',
    'prediction-not-trusted',
    'already-done',
    'condition-changed',
    'other',
  ],
  override: ['condition-changed', 'contraindicated', 'prediction-not-trusted', 'patient-preference', 'other'],
  reverse: ['adverse-effect', 'condition-changed', 'entered-in-error', 'patient-preference', 'other'],
}

const verbLabels: Readonly<Record<Verb, string>> = {
  accept: t.decide.accept,
  modify: t.decide.modify,
  reject: t.decide.reject,
  override: t.decide.override,
  reverse: t.decide.reverse,
}

/** The second of the two clicks: the reason. Choosing one carries the decision out. */
export function DecisionPanel(props: {
  readonly thread: RecommendationThread
  readonly kind: TwinKind
  readonly verb: Verb
  readonly option: RankedOption | null
  readonly reverses?: DecisionRecord
  readonly onClose: () => void
}) {
  const { thread, kind, verb, option } = props
  const client = useQueryClient()
  const reasons = useQuery(reasonsQuery)
  const id = useId()
  const first = useRef<HTMLDivElement>(null)
  const [remark, setRemark] = useState('')
  const [remarkMissing, setRemarkMissing] = useState(false)
  const [planMissing, setPlanMissing] = useState(false)
  const editsPlan = verb === 'modify' || verb === 'override'
  const { parts } = useSubjectView()
  const [on, setOn] = useState<Readonly<Record<string, readonly string[]>>>(() =>
    Object.fromEntries(
      (verb === 'modify' ? (option?.scenario.interventions ?? []) : []).map((each) => [
        each.intervention,
        each.on ?? [],
      ]),
    ),
  )
  const [doses, setDoses] = useState<Readonly<Record<string, number>>>(() =>
    verb === 'modify' && option
      ? Object.fromEntries(option.scenario.interventions.map((each) => [each.intervention, each.dose]))
      : {},
  )
  const send = useMutation({
    mutationFn: (reason: string) => {
      const plan = planOf(kind.interventions, doses, on)
      const body: DecisionRequest = {
        twin: thread.twin,
        verb,
        reason: { code: reason, ...(remark.trim() ? { text: remark.trim() } : {}) },
        ...(option && verb !== 'override' ? { scenarioId: option.scenario.id } : {}),
        ...(editsPlan ? { interventions: plan.map((each) => withTimes(each, option)) } : {}),
        ...(props.reverses ? { reverses: props.reverses.id } : {}),
      }
      return decide(thread.id, body)
    },
    onSuccess: (updated) => {
      client.setQueryData<Recommendations>(['recommendations', thread.twin], (all) =>
        all ? { recommendations: all.recommendations.map((each) => (each.id === updated.id ? updated : each)) } : all,
      )
      for (const key of [
        ['recommendations', thread.twin],
        ['twin', thread.twin],
        ['subject', thread.subject],
        ['subjects'],
      ])
        void client.invalidateQueries({ queryKey: key })
      props.onClose()
    },
  })
  useEffect(() => {
    first.current?.querySelector<HTMLElement>('button')?.focus({ preventScroll: true })
    first.current?.parentElement?.scrollIntoView({ block: 'nearest' })
  }, [])

  function choose(code: string) {
    const needsRemark = code === 'other' && remark.trim() === ''
    const needsPlan = editsPlan && Object.keys(doses).length === 0
    setRemarkMissing(needsRemark)
    setPlanMissing(needsPlan)
    if (!needsRemark && !needsPlan) send.mutate(code)
  }

  const all = reasons.data?.reasons ?? []
  const ordered = usual[verb].flatMap((code) => all.filter((each) => each.code === code))
  const shown = ordered.length > 0 ? ordered : all
  return (
    <div className={`${s.choose} no-print`} data-testid="decision-panel">
      <strong id={`${id}title`}>
        {verbLabels[verb]}
        {option && verb !== 'override' ? ` ${scenarioName(option.scenario.name)}` : ''}
      </strong>
      {editsPlan ? (
        <>
          <span className="small quiet">{verb === 'modify' ? t.decide.newDose : t.decide.ownPlan}</span>
          <PlanEditor
            interventions={
              verb === 'modify' && option
                ? kind.interventions.filter((each) =>
                    option.scenario.interventions.some((one) => one.intervention === each.name),
                  )
                : kind.interventions
            }
            doses={doses}
            inForce={new Map()}
            onChange={setDoses}
            {...(parts.length > 0
              ? { parts: { all: parts, of: on, onChange: (name, codes) => setOn({ ...on, [name]: codes }) } }
              : {})}
          />
          {planMissing ? <p role="alert">{t.decide.planEmpty}</p> : null}
        </>
      ) : null}
      <p className="small">{t.decide.chooseReason(verbLabels[verb])}</p>
      {reasons.isPending ? <Loading /> : null}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a wrapping row in every browser */}
      <div ref={first} className={s.reasons} role="group" aria-label={t.decide.reasonGroup(verbLabels[verb])}>
        {shown.map((reason) => (
          <button
            key={reason.code}
            type="button"
            className={p.button}
            disabled={send.isPending}
            data-testid={`reason-${reason.code}`}
            onClick={() => choose(reason.code)}
          >
            {reason.label}
          </button>
        ))}
        <button type="button" className={p.link} onClick={props.onClose}>
          {t.cancel}
        </button>
      </div>
      <div className={p.field}>
        <label htmlFor={`${id}remark`}>{t.decide.comment}</label>
        <input
          id={`${id}remark`}
          className={p.input}
          style={{ width: 'min(560px, 100%)' }}
          value={remark}
          maxLength={2000}
          aria-invalid={remarkMissing}
          onChange={(event) => setRemark(event.target.value)}
        />
        {remarkMissing ? <span role="alert">{t.decide.commentNeeded}</span> : null}
      </div>
      {send.isPending ? <p role="status">{t.decide.decideBusy}</p> : null}
      {send.error ? <ProblemNote error={send.error} /> : null}
    </div>
  )
}

/** A changed dose keeps the times of what it changes. */
function withTimes(
  planned: Planned,
  option: RankedOption | null,
): NonNullable<DecisionRequest['interventions']>[number] {
  const before = option?.scenario.interventions.find((each) => each.intervention === planned.intervention)
  return before ? { ...before, dose: planned.dose, on: planned.on } : planned
}
