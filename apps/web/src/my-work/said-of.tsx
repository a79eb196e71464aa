import type { Statement } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { statementsQuery } from '../api/clinic-queries.ts'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import s from './my-work.module.css'

/** What one has said of a figure, short, beside it; nothing where nothing stands. */
export function SaidOf({ about }: { about: Statement['about'] }) {
  const statements = useQuery(statementsQuery).data?.statements ?? []
  const own = statements.filter(
    (each) => each.withdrawn === null && each.about.week === about.week && each.about.measure === about.measure,
  )
  if (own.length === 0) return null
  const contested = own.some((each) => each.kind === 'contest')
  return (
    <span className={s.said} title={own.map((each) => each.text).join('\n')}>
      {contested ? `⚑ ${o.contest.contested}` : `✎ ${o.contest.noted}`}
      <span className="hidden">: {own.map((each) => each.text).join('; ')}</span>
    </span>
  )
}
