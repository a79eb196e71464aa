import type { RecommendationThread, TwinKind, TwinState } from '@counterpart/server/contract'
import { writeDuration, writeMinute } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import { openThreads, scenarioName } from '../pages/plan.ts'
import { PlannedDose } from '../pages/planned-dose.tsx'
import { strings as t } from '../strings.ts'
import s from './wall.module.css'

/** What is coming and what could be done, for whoever may decide to take up elsewhere; and what is being done. */
export function WallAdvice(props: {
  kind: TwinKind
  treatments: TwinState['treatments']
  threads: readonly RecommendationThread[] | undefined
  outdated: boolean
}) {
  const now = useNow()
  const [thread] = openThreads(props.threads ?? [], props.kind.objectives, now)
  const best = thread && [...thread.options].sort((a, b) => a.rank - b.rank).find(acts)
  return (
    <div className={s.advice}>
      <section aria-labelledby="wall-ahead">
        <h2 id="wall-ahead">{t.wall.ahead}</h2>
        {props.outdated ? (
          <p>{t.strip.remaking}</p>
        ) : thread && best ? (
          <>
            <p className={s.finding}>{thread.finding}</p>
            <p className={s.finding}>→ {scenarioName(best.scenario.name)}</p>
            <p>
              {t.wall.decides(best.mayApprove.map((role) => t.roles[role] ?? role).join(t.wall.or))} ·{' '}
              {t.decide.expires(writeDuration(thread.expires - now))}
            </p>
          </>
        ) : (
          <p>{t.strip.none}</p>
        )}
      </section>
      <section aria-labelledby="wall-done">
        <h2 id="wall-done">{t.measures.treatments}</h2>
        {props.treatments.length === 0 ? <p>{t.measures.noTreatments}</p> : null}
        <ul>
          {props.treatments.map((each) => (
            <li key={`${each.intervention}${each.from}`}>
              <strong>{each.label}</strong>{' '}
              <PlannedDose dose={each.dose} intervention={each.intervention} kind={props.kind} unit={each.unit} />{' '}
              {t.wall.since(writeMinute(each.from))}
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

function acts(option: RecommendationThread['options'][number]): boolean {
  return option.scenario.interventions.length > 0
}
