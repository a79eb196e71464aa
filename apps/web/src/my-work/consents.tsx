import type { Consent } from '@counterpart/server/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { setConsent } from '../api/clinic-queries.ts'
import { writeDayIn } from '../format/zoned.ts'
import { serverNow } from '../live/clock.ts'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import s from './my-work.module.css'
import { useOwnWork } from './my-work.tsx'

/** What one agrees to, each with its state and what may be done about it; it holds from that moment on. */
export function Consents({ consents }: { consents: readonly Consent[] }) {
  return (
    <ul className={s.consents} data-testid="consents">
      {consents.map((consent) => (
        <OneConsent key={consent.what} consent={consent} />
      ))}
    </ul>
  )
}

const day = 86_400_000
const pauses = [1, 7, 14, 28] as const

function OneConsent({ consent }: { consent: Consent }) {
  const { clinic } = useOwnWork()
  const client = useQueryClient()
  const id = useId()
  const [pauseFor, setPauseFor] = useState<number>(7)
  const change = useMutation({
    mutationFn: (body: { state: 'given' | 'paused' | 'withdrawn'; until?: number }) => setConsent(consent.what, body),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['own-work'] }),
  })
  const act = (label: string, body: { state: 'given' | 'paused' | 'withdrawn' }, primary = false) => (
    <button
      type="button"
      className={primary ? p.primary : p.button}
      aria-label={o.own.actOn(label, consent.label)}
      disabled={change.isPending}
      onClick={() => change.mutate(body)}
    >
      {label}
    </button>
  )
  const { state } = consent
  return (
    <li data-testid={`consent-${consent.what}`}>
      <strong>{consent.label}</strong>
      <span>
        <span className={s.state}>{o.own.states[state]}</span>{' '}
        <span className="small quiet">
          {state === 'paused' && consent.until !== null
            ? o.own.until(writeDayIn(clinic.timeZone, consent.until))
            : consent.since === null
              ? ''
              : o.own.since(writeDayIn(clinic.timeZone, consent.since))}
        </span>
      </span>
      <div className={`${s.choices} no-print`}>
        {state === 'given' ? (
          <>
            <label htmlFor={`${id}pause`} className="hidden">
              {o.own.pauseFor(consent.label)}
            </label>
            <select
              id={`${id}pause`}
              className={p.input}
              value={pauseFor}
              onChange={(event) => setPauseFor(Number(event.target.value))}
            >
              {pauses.map((days) => (
                <option key={days} value={days}>
                  {o.own.pauseUntil(writeDayIn(clinic.timeZone, serverNow() + days * day))}
                </option>
              ))}
            </select>
            <button
              type="button"
              className={p.button}
              aria-label={o.own.actOn(o.own.pause, consent.label)}
              disabled={change.isPending}
              onClick={() => change.mutate({ state: 'paused', until: serverNow() + pauseFor * day })}
            >
              {o.own.pause}
            </button>
          </>
        ) : null}
        {state === 'paused' ? act(o.own.resume, { state: 'given' }, true) : null}
        {state === 'never' || state === 'withdrawn' ? act(o.own.give, { state: 'given' }) : null}
        {state === 'given' || state === 'paused' ? act(o.own.withdraw, { state: 'withdrawn' }) : null}
      </div>
      {change.error ? <ProblemNote error={change.error} /> : null}
    </li>
  )
}
