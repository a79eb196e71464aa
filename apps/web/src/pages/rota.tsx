import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { clinicQuery, rotaProposalQuery } from '../api/clinic-queries.ts'
import { useSession } from '../app-context.tsx'
import { calendarDayIn, isElsewhere, mondayOf, writeCalendarDay } from '../format/zoned.ts'
import { serverNow } from '../live/clock.ts'
import { Choices } from '../parts/choice.tsx'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { Judged } from '../rota/judged.tsx'
import { Proposal } from '../rota/proposal.tsx'
import { RotaGrid } from '../rota/rota-grid.tsx'
import { strings as t } from '../strings.ts'
import { clinicStrings as c } from '../strings-clinic.ts'

/** Who works when: the rota in force, or one that is proposed for the next weeks with what it keeps and what it costs. */
export function RotaPage() {
  const { id } = useParams({ from: '/inside/subjects/$kind/$id/rota' })
  const search = useSearch({ from: '/inside/subjects/$kind/$id/rota' })
  const navigate = useNavigate({ from: '/subjects/$kind/$id/rota' })
  const may = useSession().user.role === 'manager'
  const clinic = useQuery({ ...clinicQuery(id), enabled: may })
  const proposed = useQuery({ ...rotaProposalQuery(id, search.proposal ?? ''), enabled: may && !!search.proposal })
  if (!may) return <p className={p.empty}>{c.rota.mayNot}</p>
  if (clinic.error && !clinic.data) return <ProblemNote error={clinic.error} retry={() => void clinic.refetch()} />
  if (!clinic.data) return <Loading />
  const { timeZone, pods } = clinic.data
  const result = search.proposal ? proposed.data?.result : undefined
  const rota = result && result.rota.length > 0 ? result.rota : clinic.data.rota
  const weeks = [...new Set(rota.map((each) => each.week))].sort()
  const thisWeek = mondayOf(calendarDayIn(timeZone, serverNow()))
  const week = weeks.find((each) => each === search.week) ?? weeks.find((each) => each >= thisWeek) ?? weeks[0]
  const pod = pods.find((each) => each.code === search.pod)?.code
  const go = (change: { proposal?: string | undefined; week?: string | undefined; pod?: string | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false })
  return (
    <div className={p.page}>
      <Proposal
        clinic={id}
        proposal={search.proposal ? proposed.data : undefined}
        error={search.proposal ? proposed.error : null}
        onMade={(proposal) => go({ proposal, week: undefined })}
        onLeave={() => go({ proposal: undefined, week: undefined })}
      />
      <Section
        id="rota"
        title={rota === clinic.data.rota ? c.rota.inForce : c.rota.proposed}
        aside={isElsewhere(timeZone) ? t.clinics.zone(timeZone) : undefined}
      >
        {week === undefined ? (
          <p className={p.empty}>{c.rota.none}</p>
        ) : (
          <>
            <Choices
              label={c.rota.week}
              choices={weeks.map((each) => ({ key: each, label: writeCalendarDay(each) }))}
              chosen={week}
              onChoose={(chosen) => go({ week: chosen })}
            />
            <Choices
              label={c.rota.pod}
              choices={[
                { key: 'all', label: c.rota.all },
                ...pods.map(({ code, label, people }) => ({ key: code, label, count: people })),
              ]}
              chosen={pod ?? 'all'}
              onChoose={(chosen) => go({ pod: chosen === 'all' ? undefined : chosen })}
            />
            <RotaGrid clinic={clinic.data} rota={rota} week={week} pod={pod} />
          </>
        )}
      </Section>
      {result && result.rota.length > 0 ? <Judged result={result} /> : null}
    </div>
  )
}
