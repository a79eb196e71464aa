import { useQuery } from '@tanstack/react-query'
import { twinQuery } from '../api/queries.ts'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { PictureSection } from '../pictures/picture-section.tsx'
import { strings as t } from '../strings.ts'
import { DecideStrip } from './decide-strip.tsx'
import s from './department.module.css'
import { Inferred } from './inferred.tsx'
import { useSubjectView } from './subject-context.ts'
import { Treatments } from './treatments.tsx'
import { VitalStrip } from './vital-strip.tsx'

/** A clinic this week: what to do first, the vital few, the load of its pods. */
export function ClinicNow() {
  const { twin, kind } = useSubjectView()
  const state = useQuery(twinQuery(twin!.id))
  if (state.error && !state.data) return <ProblemNote error={state.error} retry={() => void state.refetch()} />
  if (!state.data || !kind) return <Loading />
  return (
    <div className={s.page}>
      <DecideStrip />
      <VitalStrip state={state.data} />
      {kind.pictures
        .filter((each) => each.kind === 'load' && each.live && !each.audience)
        .map((offer) => (
          <PictureSection key={offer.name} twin={twin!.id} offer={offer} />
        ))}
      <Treatments state={state.data} words={t.measures} />
      <details>
        <summary>{t.clinics.learnt(state.data.variables.filter((each) => !each.auxiliary).length)}</summary>
        <Inferred state={state.data} />
      </details>
    </div>
  )
}
