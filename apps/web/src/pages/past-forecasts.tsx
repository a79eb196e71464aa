import type { TwinState } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { forecastHistoryQuery, scoresQuery } from '../api/queries.ts'
import { Strip } from '../charts/strip.tsx'
import { useSpanStart } from '../charts/use-course.ts'
import { formatNumber, writeInterval, writeProbability } from '../format/number.ts'
import { writeLead, writeWhen } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import { Section, useMeasure, Why } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import s from './next.module.css'
import { useSubjectView } from './subject-context.ts'
import { tempoOf } from './tempo.ts'

/** Every past forecast of a quantity beside what was then measured or counted, one a line. */
export function Against({ quantities }: { quantities: TwinState['quantities'] }) {
  const { twin } = useSubjectView()
  const search = useSearch({ from: '/inside/subjects/$kind/$id/next' })
  const navigate = useNavigate({ from: '/subjects/$kind/$id/next' })
  // What is counted without doubt is scored as what is measured is.
  const scores = useQuery(scoresQuery(twin!.id))
  const counted = new Set(scores.data?.scores.map((each) => each.quantity))
  const measurable = quantities.filter((each) => each.channel || counted.has(each.name))
  const chosen = measurable.find((each) => each.name === search.q) ?? measurable[0]
  const { kind } = useSubjectView()
  const from = useSpanStart(Math.max(24 * 3_600_000, tempoOf(kind).spans[2]))
  const [lead, setLead] = useState<number | null>(null)
  const [shown, setShown] = useState(15)
  const past = useQuery({ ...forecastHistoryQuery(twin!.id, chosen?.name ?? '', from), enabled: chosen !== undefined })
  if (!chosen) return null
  const all = past.data?.scored ?? []
  const leads = [...new Set(all.map((each) => each.lead))].sort((a, b) => a - b)
  const scored = all.filter((each) => lead === null || each.lead === lead).sort((a, b) => b.at - a.at)
  const inside = scored.filter(
    (each) => each.observed >= each.predicted.p05 && each.observed <= each.predicted.p95,
  ).length
  return (
    <Section id="against" title={t.next.againstTitle} aside={t.next.againstNote}>
      <div className={s.tools}>
        <label>
          {t.next.chooseQuantity}{' '}
          <select
            className={p.input}
            value={chosen.name}
            onChange={(event) =>
              void navigate({
                search: (before) => ({ ...before, q: event.target.value }),
                replace: true,
                resetScroll: false,
              })
            }
          >
            {measurable.map((each) => (
              <option key={each.name} value={each.name}>
                {each.label}
              </option>
            ))}
          </select>
        </label>
        {leads.length > 1 ? (
          <label>
            {t.next.chooseLead}{' '}
            <select
              className={p.input}
              value={lead ?? ''}
              onChange={(event) => setLead(event.target.value ? Number(event.target.value) : null)}
            >
              <option value="">{t.next.anyLead}</option>
              {leads.map((each) => (
                <option key={each} value={each}>
                  {writeLead(each)}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        {scored.length > 0 ? (
          <span className="quiet">
            {t.next.describePast(scored.length, inside, writeProbability(inside / scored.length))}
          </span>
        ) : null}
      </div>
      {past.error ? <ProblemNote error={past.error} retry={() => void past.refetch()} /> : null}
      {past.data && scored.length === 0 ? <p className={p.empty}>{t.next.noPast}</p> : null}
      {scored.length > 0 ? <PastTable quantity={chosen} scored={scored.slice(0, shown)} /> : null}
      {scored.length > shown ? (
        <div>
          <button type="button" className={p.button} onClick={() => setShown(shown + 60)}>
            {t.list.more}
          </button>
        </div>
      ) : null}
    </Section>
  )
}

function PastTable(props: {
  quantity: TwinState['quantities'][number]
  scored: {
    madeAt: number
    at: number
    lead: number
    predicted: TwinState['quantities'][number]['estimate']
    observed: number
    crps: number
    persistenceCrps: number
    event: string
  }[]
}) {
  const { quantity, scored } = props
  const measure = useMeasure({ unit: quantity.unit, name: quantity.name, digits: quantity.digits })
  const now = useNow()
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const each of scored) {
    low = Math.min(low, each.predicted.p05, each.observed)
    high = Math.max(high, each.predicted.p95, each.observed)
  }
  return (
    <Scroll label={t.next.againstTitle}>
      <table className="stack" data-testid="past-forecasts">
        <thead>
          <tr>
            <th scope="col">{t.next.time}</th>
            <th scope="col">{t.next.lead_}</th>
            <th scope="col" className="num">
              {t.next.predicted}
            </th>
            <th scope="col" className="num">
              {t.next.happened}
            </th>
            <th scope="col">
              <span className="hidden">{t.next.within}</span>
            </th>
            <th scope="col" className="num">
              {t.next.crps}
            </th>
            <th scope="col" className="num">
              {t.next.persistence}
            </th>
            <th scope="col">
              <span className="hidden">{t.now.why}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {scored.map((each) => {
            const inside = each.observed >= each.predicted.p05 && each.observed <= each.predicted.p95
            const written = measure.estimate(each.predicted)
            return (
              <tr key={`${each.event}${each.at}${each.lead}`}>
                <td data-label={t.next.time}>{writeWhen(each.at, now)}</td>
                <td data-label={t.next.lead_}>{writeLead(each.lead)}</td>
                <td className="num" data-label={t.next.predicted}>
                  {written.value} <span className={p.interval}>({writeInterval(written.low, written.high)})</span>
                </td>
                <td className="num" data-label={t.next.happened}>
                  <strong>{measure.write(each.observed)}</strong> <span className={p.unit}>{measure.unitText}</span>
                </td>
                <td>
                  <Strip
                    summary={each.predicted}
                    domain={[low, high]}
                    measured={each.observed}
                    measuredOpen={!inside}
                    width={170}
                  />
                  <span className="hidden">{inside ? t.decide.within90 : t.decide.outside90}</span>
                </td>
                <td className="num" data-label={t.next.crps}>
                  {formatNumber(each.crps * measure.factor, 2)}
                </td>
                <td className="num" data-label={t.next.persistence}>
                  {formatNumber(each.persistenceCrps * measure.factor, 2)}
                </td>
                <td>
                  <Why event={each.event} label={`${quantity.label} ${writeWhen(each.at, now)}`} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}
