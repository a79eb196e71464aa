import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { privateRecordQuery } from '../api/clinic-queries.ts'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import { Consents } from './consents.tsx'
import s from './my-work.module.css'
import { useOwnWork } from './my-work.tsx'
import { SurveyForm } from './survey-form.tsx'
import { SurveyHistory } from './survey-history.tsx'
import { Wearable } from './wearable.tsx'

/** What only this person may see: answers to surveys and what a wearable measured, with the say over both. */
export function MyPrivatePage() {
  const { consents, instruments } = useOwnWork()
  const record = useQuery(privateRecordQuery)
  const [answering, setAnswering] = useState<string | null>(null)
  const given = (what: string) => consents.find((each) => each.what === what)?.state === 'given'
  const instrument = instruments.find((each) => each.name === answering)
  return (
    <div className={p.page}>
      <p className={p.notice}>{o.own.lead}</p>
      <Section id="consents" title={o.own.consents}>
        <Consents consents={consents} />
      </Section>
      <div className={s.columns}>
        <Section id="surveys" title={o.own.surveys}>
          {given('surveys') ? (
            <div className={`${s.choices} no-print`}>
              {instruments.map((each) => (
                <button
                  key={each.name}
                  type="button"
                  className={p.button}
                  aria-pressed={each.name === answering}
                  onClick={() => setAnswering(each.name === answering ? null : each.name)}
                >
                  {o.own.answer(each.label)}
                </button>
              ))}
            </div>
          ) : (
            <p className="quiet">{o.own.surveysNeedConsent}</p>
          )}
          {instrument && given('surveys') ? (
            <SurveyForm key={instrument.name} instrument={instrument} onDone={() => setAnswering(null)} />
          ) : null}
          {record.data ? <SurveyHistory surveys={record.data.surveys} /> : null}
        </Section>
        <Section id="wearable" title={o.own.wearable}>
          {record.data ? <Wearable days={record.data.wearable} mayAdd={given('wearable')} /> : null}
        </Section>
      </div>
      {record.error ? <ProblemNote error={record.error} retry={() => void record.refetch()} /> : null}
      {record.isPending ? <Loading /> : null}
    </div>
  )
}
