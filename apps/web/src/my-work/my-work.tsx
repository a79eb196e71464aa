import type { OwnWork } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { createContext, Suspense, useContext, useEffect } from 'react'
import { ownWorkQuery } from '../api/clinic-queries.ts'
import { formatNumber } from '../format/number.ts'
import { isElsewhere } from '../format/zoned.ts'
import area from '../pages/subject.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { ownWorkStrings as o } from '../strings-own-work.ts'

const OwnWorkContext = createContext<OwnWork | undefined>(undefined)

/** Whose work the pages under `/my-work` are about. */
export function useOwnWork(): OwnWork {
  const work = useContext(OwnWorkContext)
  if (!work) throw new Error('useOwnWork is for pages of one’s own work')
  return work
}

const areas = [
  ['/my-work', o.myWork.weeks],
  ['/my-work/measures', o.myWork.measures],
  ['/my-work/statements', o.myWork.statements],
  ['/my-work/private', o.myWork.private],
  ['/my-work/data', o.myWork.data],
] as const

/** One's own work: what the twin says of it, what one says of that, and what is held; shown to nobody else. */
export function MyWorkPage() {
  const work = useQuery(ownWorkQuery)
  useEffect(() => {
    document.title = `${t.clinics.myWork} – ${t.product}`
  }, [])
  if (work.error && !work.data) return <ProblemNote error={work.error} retry={() => void work.refetch()} />
  if (!work.data) return <Loading />
  const { clinic, provider } = work.data
  return (
    <OwnWorkContext.Provider value={work.data}>
      <div className={area.oneRow}>
        <div className={area.banner} data-testid="own-banner">
          <h1>{t.clinics.myWork}</h1>
          <p>
            {provider.label} · {provider.pod.label}, {clinic.name} ·{' '}
            <span className="quiet">
              {o.myWork.contract(formatNumber(provider.clinicalFte * 100, 0), formatNumber(provider.panel, 0))}
              {isElsewhere(clinic.timeZone) ? ` · ${t.clinics.zone(clinic.timeZone)}` : ''}
            </span>
          </p>
        </div>
      </div>
      <nav className={area.tabs} aria-label={t.subject.areas}>
        {areas.map(([to, label]) => (
          <Link key={to} to={to} activeOptions={{ exact: true }}>
            {label}
            {to === '/my-work/statements' && work.data.openContests > 0 ? (
              <span className={area.count}>
                <span className="hidden">, </span>
                {work.data.openContests}
              </span>
            ) : null}
          </Link>
        ))}
      </nav>
      <div className={area.area}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </div>
    </OwnWorkContext.Provider>
  )
}
