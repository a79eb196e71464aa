import type { RotaProposal } from '@counterpart/server/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { askForRota, rotaTable, stopRota } from '../api/clinic-queries.ts'
import { formatNumber } from '../format/number.ts'
import { writeDuration } from '../format/time.ts'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { clinicStrings as c } from '../strings-clinic.ts'
import s from './rota.module.css'

const spans = [1, 2, 4, 6, 8] as const
const patience = [10, 30, 60, 120] as const

/** Asks for a proposal, follows it while it is being made, and says what came of it. */
export function Proposal(props: {
  clinic: string
  proposal: RotaProposal | undefined
  error: unknown
  onMade: (id: string) => void
  onLeave: () => void
}) {
  const { proposal } = props
  const client = useQueryClient()
  const busy = proposal?.state === 'running' || proposal?.state === 'waiting'
  const stop = useMutation({
    mutationFn: () => stopRota(props.clinic, proposal!.id),
    onSuccess: (stopped) => client.setQueryData(['rota-proposal', props.clinic, stopped.id], stopped),
  })
  return (
    <Section id="proposal" title={c.rota.make}>
      {busy ? null : <Ask clinic={props.clinic} again={proposal !== undefined} onMade={props.onMade} />}
      {props.error ? <ProblemNote error={props.error} /> : null}
      {busy ? <Working proposal={proposal} onStop={() => stop.mutate()} /> : null}
      {stop.error ? <ProblemNote error={stop.error} /> : null}
      <div role="status" className={s.outcome}>
        {proposal?.state === 'done' && proposal.result ? (
          <>
            <strong>{c.rota.done(formatNumber(proposal.result.seconds, 1))}</strong>
            <span>{gapWords(proposal.result.gap)}</span>
            <a href={rotaTable(props.clinic, proposal.id)} download className="no-print">
              {c.rota.download}
            </a>
          </>
        ) : null}
        {proposal?.state === 'stopped' ? <span>{c.rota.stopped}</span> : null}
        {proposal?.state === 'failed' ? (
          <span>
            {c.rota.failed} {proposal.message}
          </span>
        ) : null}
        {proposal && !busy ? (
          <button type="button" className={`${p.link} no-print`} onClick={props.onLeave}>
            {c.rota.back}
          </button>
        ) : null}
      </div>
      {proposal?.state === 'infeasible' ? <Clashes proposal={proposal} /> : null}
    </Section>
  )
}

/** How far a rota may be from the best that could exist. */
function gapWords(gap: number | null): string {
  if (gap === null) return c.rota.noGap
  return gap < 5e-5 ? c.rota.proven : c.rota.gap(`${formatNumber(gap * 100, gap < 0.01 ? 2 : 1)} %`)
}

function Ask({ clinic, again, onMade }: { clinic: string; again: boolean; onMade: (id: string) => void }) {
  const id = useId()
  const [weeks, setWeeks] = useState<number>(4)
  const [seconds, setSeconds] = useState<number>(30)
  const ask = useMutation({
    mutationFn: () => askForRota(clinic, { weeks, secondsAtMost: seconds }),
    onSuccess: (made) => onMade(made.id),
  })
  return (
    <div className="no-print">
      <p className="quiet">{c.rota.lead}</p>
      <div className={s.ask}>
        <label htmlFor={`${id}weeks`}>{c.rota.forWeeks}</label>
        <select
          id={`${id}weeks`}
          className={p.input}
          value={weeks}
          onChange={(event) => setWeeks(Number(event.target.value))}
        >
          {spans.map((each) => (
            <option key={each} value={each}>
              {c.rota.weeks(each)}
            </option>
          ))}
        </select>
        <label htmlFor={`${id}seconds`}>{c.rota.atMost}</label>
        <select
          id={`${id}seconds`}
          className={p.input}
          value={seconds}
          onChange={(event) => setSeconds(Number(event.target.value))}
        >
          {patience.map((each) => (
            <option key={each} value={each}>
              {c.rota.seconds(each)}
            </option>
          ))}
        </select>
        <button type="button" className={p.primary} disabled={ask.isPending} onClick={() => ask.mutate()}>
          {again ? c.rota.again : c.rota.make}
        </button>
      </div>
      {ask.error ? <ProblemNote error={ask.error} /> : null}
    </div>
  )
}

function Working({ proposal, onStop }: { proposal: RotaProposal; onStop: () => void }) {
  const { done, of, elapsed } = proposal
  const left = proposal.asked.secondsAtMost * 1000 - elapsed
  const said =
    proposal.state === 'waiting'
      ? [c.rota.waiting]
      : [c.rota.working(writeDuration(elapsed)), ...(left > 0 ? [c.rota.left(writeDuration(left))] : [])]
  const part = of ? Math.min(1, (done ?? 0) / of) : Math.min(0.97, elapsed / (proposal.asked.secondsAtMost * 1000))
  return (
    <div className={s.working}>
      <progress aria-label={c.rota.make} {...(proposal.state === 'waiting' ? {} : { max: 1, value: part })} />
      <span>
        {said.join(' · ')}. <span className="quiet">{c.rota.leave}</span>
      </span>
      <button type="button" className={p.button} onClick={onStop}>
        {c.rota.stop}
      </button>
    </div>
  )
}

function Clashes({ proposal }: { proposal: RotaProposal }) {
  const clashes = proposal.result?.clashes ?? []
  return (
    <div className={p.problem} role="alert" data-testid="clashes">
      <h3>{c.rota.infeasible}</h3>
      <p>{proposal.message ?? c.rota.infeasibleLead}</p>
      <ul>
        {clashes.map((clash) => (
          <li key={clash.sentence}>
            {clash.sentence}
            {clash.repair ? (
              <div>
                <strong>{c.rota.repair}</strong> {clash.repair}
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  )
}
