import type { WhatIfRequest } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { whatIfQuery } from '../api/queries.ts'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { PressureTimeline } from '../pictures/pressure.tsx'
import { strings as t } from '../strings.ts'

/** What holds people up under a plan, above what does without it: drawn when asked for. */
export function PressureCompared(props: {
  twin: string
  plan: WhatIfRequest['interventions']
  name: string
  picture: string
}) {
  const ask = { interventions: props.plan, picture: props.picture }
  const answer = useQuery({ ...whatIfQuery(props.twin, ask), enabled: false, placeholderData: undefined })
  const both = answer.data?.picture
  return (
    <Section id="pressure-compared" title={t.pressure.title}>
      {answer.error ? <ProblemNote error={answer.error} retry={() => void answer.refetch()} /> : null}
      {both?.scenario.kind === 'pressure' && both.carryOn.kind === 'pressure' ? (
        <>
          <h3>{props.name}</h3>
          <PressureTimeline picture={both.scenario} />
          <h3>{t.whatIf.carryOn}</h3>
          <PressureTimeline picture={both.carryOn} />
        </>
      ) : (
        <div>
          <button type="button" className={p.button} disabled={answer.isFetching} onClick={() => void answer.refetch()}>
            {answer.isFetching ? t.whatIf.computing : t.pressure.compare}
          </button>
        </div>
      )}
    </Section>
  )
}
