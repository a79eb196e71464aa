import type { Instrument } from '@counterpart/server/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { answerSurvey } from '../api/clinic-queries.ts'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import s from './my-work.module.css'
import { Scores } from './survey-history.tsx'
import { SurveyItem } from './survey-item.tsx'

/** One survey to answer: nothing is sent before every item is answered, and what is missing is said at the top. */
export function SurveyForm({ instrument, onDone }: { instrument: Instrument; onDone: () => void }) {
  const client = useQueryClient()
  const id = useId()
  const summary = useRef<HTMLDivElement>(null)
  const [answers, setAnswers] = useState<Readonly<Record<string, number>>>({})
  const [tried, setTried] = useState(0)
  const missing = instrument.items.filter((item) => answers[item.name] === undefined)
  const send = useMutation({
    mutationFn: () => answerSurvey({ instrument: instrument.name, answers }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['own-private'] })
      void client.invalidateQueries({ queryKey: ['own-work'] })
    },
  })
  useEffect(() => {
    if (tried > 0) summary.current?.focus()
  }, [tried])
  function submit(event: FormEvent) {
    event.preventDefault()
    if (missing.length > 0) setTried(tried + 1)
    else send.mutate()
  }
  if (send.data)
    return (
      <div className={p.notice} role="status">
        <p>
          <strong>{o.own.thanks}</strong>
        </p>
        <Scores survey={send.data} />
        <button type="button" className={p.button} onClick={onDone}>
          {t.close}
        </button>
      </div>
    )
  return (
    <form className={s.survey} noValidate onSubmit={submit} aria-labelledby={`${id}title`} data-testid="survey">
      <h3 id={`${id}title`}>{instrument.label}</h3>
      <p>{instrument.question}</p>
      {tried > 0 && missing.length > 0 ? (
        <div className={s.summary} role="alert" tabIndex={-1} ref={summary} aria-labelledby={`${id}wrong`}>
          <h4 id={`${id}wrong`}>{o.own.problem}</h4>
          <ul>
            {missing.map((item) => (
              <li key={item.name}>
                <a href={`#${id}${item.name}`} onClick={(event) => goTo(event, `${id}${item.name}`)}>
                  {o.own.notAnswered(item.label)}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {instrument.items.map((item) => (
        <SurveyItem
          key={item.name}
          id={`${id}${item.name}`}
          item={item}
          value={answers[item.name]}
          missing={tried > 0 && answers[item.name] === undefined}
          onChange={(value) => setAnswers({ ...answers, [item.name]: value })}
        />
      ))}
      <div className={s.choices}>
        <button type="submit" className={p.primary} disabled={send.isPending}>
          {send.isPending ? t.decide.decideBusy : o.own.send}
        </button>
        <button type="button" className={p.link} onClick={onDone}>
          {t.cancel}
        </button>
      </div>
      <p className="small quiet">{o.own.source(instrument.source)}</p>
      {send.error ? <ProblemNote error={send.error} /> : null}
    </form>
  )
}

/** To the item itself: an address of its own would leave the page. */
function goTo(event: { preventDefault(): void }, id: string): void {
  event.preventDefault()
  document.getElementById(id)?.focus()
}
