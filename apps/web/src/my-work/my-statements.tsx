import type { PictureData, Statement } from '@counterpart/server/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ownPictureQuery, statementsQuery, withdrawStatement } from '../api/clinic-queries.ts'
import { writeCalendarDay, writeWhenIn } from '../format/zoned.ts'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import s from './my-work.module.css'
import { useOwnWork } from './my-work.tsx'

/** What one has said of one's own figures; it can be taken back. */
export function MyStatementsPage() {
  const { clinic, pictures } = useOwnWork()
  const client = useQueryClient()
  const answer = useQuery(statementsQuery)
  const measures = pictures.find((each) => each.kind === 'groups')?.name
  const picture = useQuery({ ...ownPictureQuery(measures ?? ''), enabled: measures !== undefined }).data
  const withdraw = useMutation({
    mutationFn: withdrawStatement,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['own-statements'] })
      void client.invalidateQueries({ queryKey: ['own-work'] })
      void client.invalidateQueries({ queryKey: ['own-picture'] })
    },
  })
  if (answer.error && !answer.data) return <ProblemNote error={answer.error} retry={() => void answer.refetch()} />
  if (!answer.data) return <Loading />
  const { statements } = answer.data
  return (
    <Section id="statements" title={o.contest.listTitle}>
      <p className="quiet">{o.contest.listLead(clinic.minimumCell)}</p>
      {statements.length === 0 ? <p className={p.empty}>{o.contest.none}</p> : null}
      {withdraw.error ? <ProblemNote error={withdraw.error} /> : null}
      <ul className={s.list} data-testid="statements">
        {statements.map((each) => (
          <li key={each.id} data-withdrawn={each.withdrawn !== null}>
            <div>
              <strong>{o.contest.kinds[each.kind]}</strong>: {aboutWords(each, picture)}
              <p className={s.words}>“{each.text}”</p>
              <span className="small quiet">
                {writeWhenIn(clinic.timeZone, each.at)}
                {each.withdrawn === null
                  ? ''
                  : ` · ${o.contest.withdrawn(writeWhenIn(clinic.timeZone, each.withdrawn))}`}
              </span>
            </div>
            {each.withdrawn === null ? (
              <button
                type="button"
                className={`${p.button} no-print`}
                aria-label={o.contest.withdrawLabel(aboutWords(each, picture))}
                disabled={withdraw.isPending}
                onClick={() => withdraw.mutate(each.id)}
              >
                {o.contest.withdraw}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function aboutWords({ about }: Statement, picture: PictureData | undefined): string {
  const measure =
    picture?.kind === 'groups' ? picture.indicators.find((each) => each.name === about.measure)?.label : undefined
  const parts = [
    ...(about.measure ? [measure ?? about.measure] : []),
    ...(about.week ? [o.myWork.weekOf(writeCalendarDay(about.week, 'full'))] : []),
  ]
  return parts.length > 0 ? parts.join(', ') : o.contest.everything
}
