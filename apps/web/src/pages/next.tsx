import type { BeliefHistory, ForecastBands, TwinState } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { memo, useMemo } from 'react'
import { RequestError } from '../api/client.ts'
import { forecastHistoryQuery, forecastQuery, twinQuery } from '../api/queries.ts'
import { BehindChart } from '../charts/chart-frame.tsx'
import { aheadOf, openingAt, pastOf } from '../charts/course.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { useCourse, useHistory, useSpanStart } from '../charts/use-course.ts'
import { describeCourse } from '../format/describe.ts'
import { formatNumber, writeProbability } from '../format/number.ts'
import { writeDuration, writeLead, writeMoment, writeWhen } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import { Estimate, useMeasure } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { PictureSection } from '../pictures/picture-section.tsx'
import { strings as t } from '../strings.ts'
import s from './next.module.css'
import { Against } from './past-forecasts.tsx'
import { isPlace } from './place.ts'
import { useSubjectView } from './subject-context.ts'
import { tempoOf } from './tempo.ts'

const spanNames = ['short', 'medium', 'long'] as const

export function NextPage() {
  const { twin, kind } = useSubjectView()
  const search = useSearch({ from: '/inside/subjects/$kind/$id/next' })
  const navigate = useNavigate({ from: '/subjects/$kind/$id/next' })
  const chosen = search.span ?? 'medium'
  const { spans } = tempoOf(kind)
  const span = spans[spanNames.indexOf(chosen)]!
  const from = useSpanStart(span)
  // Forecasts of places are judged by counting, and so soon that they belong beside what came.
  const pastLead = search.past ?? (kind && isPlace(kind.subjectKind) ? usualPast(kind.forecastSteps) : 0)
  const state = useQuery(twinQuery(twin!.id))
  const forecast = useQuery(forecastQuery(twin!.id))
  const history = useHistory(twin!.id, from)
  if (state.error && !state.data) return <ProblemNote error={state.error} retry={() => void state.refetch()} />
  if (!state.data) return <Loading />
  const missing = forecast.error instanceof RequestError && forecast.error.status === 404
  const outdated = forecast.data?.outdated ?? false
  const bands = outdated ? undefined : forecast.data
  const quantities = state.data.quantities.filter((each) => search.all || each.headline)
  const end = bands?.times[bands.times.length - 1]
  return (
    <div className={p.page}>
      <div className={s.tools}>
        <h2 style={{ marginInlineEnd: 'auto' }}>{t.next.lead}</h2>
        <label>
          {t.next.span}{' '}
          <select
            className={p.input}
            value={chosen}
            onChange={(event) =>
              void navigate({
                search: (before) => ({ ...before, span: event.target.value as (typeof spanNames)[number] }),
                replace: true,
                resetScroll: false,
              })
            }
          >
            {spanNames.map((each, index) => (
              <option key={each} value={each}>
                {t.next.last(writeLead(spans[index]!))}
              </option>
            ))}
          </select>
        </label>
        <label className={s.check}>
          <input
            type="checkbox"
            checked={search.all ?? false}
            onChange={(event) =>
              void navigate({
                search: (before) => ({ ...before, all: event.target.checked || undefined }),
                replace: true,
                resetScroll: false,
              })
            }
          />
          {t.next.all}
        </label>
        <label>
          {t.next.past}{' '}
          <select
            className={p.input}
            value={pastLead}
            onChange={(event) =>
              void navigate({
                search: (before) => ({ ...before, past: Number(event.target.value) }),
                replace: true,
                resetScroll: false,
              })
            }
          >
            <option value={0}>{t.next.pastNone}</option>
            {kind?.forecastSteps.map((step) => (
              <option key={step} value={step}>
                {t.next.pastLead(writeLead(step))}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className={s.legend} aria-hidden="true">
        <span>
          <svg width="12" height="12" aria-hidden="true">
            <circle cx="6" cy="6" r="3" fill="var(--ink)" />
          </svg>
          {t.next.legendMeasured}
        </span>
        <span>
          <svg width="28" height="12" aria-hidden="true">
            <rect width="28" height="12" fill="var(--accent)" opacity="0.18" />
            <line x2="28" y1="6" y2="6" stroke="var(--accent)" />
          </svg>
          {t.next.legendEstimate}
        </span>
        <span>
          <svg width="28" height="12" aria-hidden="true">
            <rect width="28" height="12" fill="var(--accent)" opacity="0.12" />
            <rect width="28" y="3" height="6" fill="var(--accent)" opacity="0.25" />
            <line x2="28" y1="6" y2="6" stroke="var(--accent)" strokeDasharray="5 3" />
          </svg>
          {t.next.legendForecast}
        </span>
        {pastLead > 0 ? (
          <>
            <span>
              <svg width="28" height="12" aria-hidden="true">
                <rect width="28" height="12" fill="var(--scenario-mark)" opacity="0.14" />
                <path d="M0 .5h28M0 11.5h28" stroke="var(--scenario-mark)" />
                <line x2="28" y1="6" y2="6" stroke="var(--scenario-mark)" strokeDasharray="2 3" />
              </svg>
              {t.next.legendPast(writeLead(pastLead))}
            </span>
            <span>
              <svg width="30" height="12" aria-hidden="true">
                <circle cx="6" cy="6" r="2.4" fill="var(--ink)" />
                <circle cx="20" cy="6" r="4" fill="none" stroke="var(--ink)" strokeWidth="1.75" />
              </svg>
              {t.next.legendCame}
            </span>
          </>
        ) : null}
        <span>
          <svg width="20" height="12" aria-hidden="true">
            <rect width="20" height="12" fill="var(--prior)" opacity="0.2" />
          </svg>
          {t.next.legendReference}
        </span>
        {bands ? <MadeAt at={bands.madeAt} /> : null}
      </div>
      {missing ? <p className={p.empty}>{t.next.none}</p> : null}
      {outdated ? <p role="status">{t.vitals.remaking}.</p> : null}
      {forecast.error && !missing ? <ProblemNote error={forecast.error} retry={() => void forecast.refetch()} /> : null}
      {kind?.pictures
        .filter((offer) => offer.kind === 'pressure' || (offer.kind === 'load' && !offer.live && !offer.audience))
        .map((offer) => (
          <PictureSection key={offer.name} twin={twin!.id} offer={offer} atOnce />
        ))}
      <div data-testid="forecast">
        {quantities.map((quantity, index) => (
          <QuantityAhead
            key={quantity.name}
            quantity={quantity}
            bands={bands}
            history={history}
            from={from}
            span={span}
            end={end}
            pastLead={pastLead}
            timeAxis={index === quantities.length - 1}
          />
        ))}
      </div>
      <Against quantities={state.data.quantities} />
    </div>
  )
}

/** Two hours before, or the step nearest to that. */
function usualPast(steps: readonly number[]): number {
  const away = (step: number) => Math.abs(step - 2 * 3_600_000)
  return [...steps].sort((a, b) => away(a) - away(b))[0] ?? 0
}

function MadeAt({ at }: { at: number }) {
  const now = useNow()
  return <span>{t.next.madeAt(writeWhen(at, now), writeDuration(now - at))}</span>
}

const QuantityAhead = memo(function QuantityAhead(props: {
  quantity: TwinState['quantities'][number]
  bands: ForecastBands | undefined
  history: BeliefHistory | undefined
  from: number
  span: number
  end: number | undefined
  /** How long before past forecasts were made, ms; 0: none are shown. */
  pastLead: number
  timeAxis: boolean
}) {
  const { subject, twin } = useSubjectView()
  const { quantity, bands, span, end } = props
  const measure = useMeasure({ unit: quantity.unit, name: quantity.name, digits: quantity.digits })
  const ahead = useMemo(() => {
    const made = aheadOf(bands, quantity.name, 'forecast')
    const origin = props.history?.points.findLast((each) => each.asOf <= (bands?.madeAt ?? 0))?.quantities[
      quantity.name
    ]
    return bands ? openingAt(made, bands.madeAt, origin) : made
  }, [bands, quantity.name, props.history])
  const { pastLead } = props
  const pastForecasts = useQuery({
    ...forecastHistoryQuery(twin!.id, quantity.name, props.from, pastLead),
    enabled: pastLead > 0,
  })
  const earlier = useMemo(
    () => (pastLead > 0 && pastForecasts.data ? pastOf(pastForecasts.data.scored, pastLead) : undefined),
    [pastLead, pastForecasts.data],
  )
  const past = earlier?.past
  const { course, subscribe } = useCourse({
    subject,
    twin: twin!.id,
    quantity: quantity.name,
    channel: quantity.channel,
    from: props.from,
    history: props.history,
    reference: quantity.reference,
    ahead,
    past,
  })
  const range = useMemo(
    () => (now: number) => [now - span, Math.max(end ?? 0, now + span * 0.05)] as const,
    [span, end],
  )
  const last = ahead[0]?.bands[ahead[0].bands.length - 1]
  const lead = last && bands ? last.t - bands.madeAt : undefined
  const named = { label: quantity.label, unit: measure.unitText, digits: measure.digits, factor: measure.factor }
  const description = describeCourse(named, {
    measured: course.measured.map((each) => ({ t: each.t, value: each.value })),
    estimate: quantity.estimate,
    ...(last && lead ? { forecast: { lead, summary: { mean: last.p50, ...last } } } : {}),
  })
  const write = (value: number) => formatNumber(measure.convert(value), measure.digits ?? 1)
  return (
    <div className={s.row}>
      <div className={s.says}>
        <h3>{quantity.label}</h3>
        <div>
          {t.next.now}{' '}
          <Estimate summary={quantity.estimate} unit={quantity.unit} name={quantity.name} digits={quantity.digits} />
        </div>
        {last && lead ? (
          <div>
            {t.next.at(writeLead(lead))}{' '}
            <Estimate
              summary={{ mean: last.p50, ...last }}
              unit={quantity.unit}
              name={quantity.name}
              digits={quantity.digits}
            />
          </div>
        ) : null}
        {past && earlier ? (
          <p className="small quiet" data-testid="held">
            {past.length === 0
              ? t.next.noneHeld(writeLead(pastLead))
              : t.next.held(
                  past.length,
                  writeLead(pastLead),
                  earlier.inside,
                  writeProbability(earlier.inside / past.length),
                )}
          </p>
        ) : null}
        <BehindChart
          label={quantity.label}
          table={{
            head: [t.next.time, t.next.kind, t.chart.low90, t.chart.median, t.chart.high90],
            rows: () => [
              ...course.measured.map((each) => [writeMoment(each.t), t.next.kindMeasured, '', write(each.value), '']),
              ...course.estimates.map((each) => [
                writeMoment(each.t),
                t.next.kindEstimate,
                write(each.p05),
                write(each.p50),
                write(each.p95),
              ]),
              ...course.past.flatMap((each) => [
                [
                  writeMoment(each.t),
                  t.next.legendPast(writeLead(pastLead)),
                  write(each.p05),
                  write(each.p50),
                  write(each.p95),
                ],
                [writeMoment(each.t), t.next.kindCame, '', write(each.observed), ''],
              ]),
              ...(course.ahead[0]?.bands ?? []).map((each) => [
                writeMoment(each.t),
                t.next.kindForecast,
                write(each.p05),
                write(each.p50),
                write(each.p95),
              ]),
            ],
          }}
        />
      </div>
      <TimeChart
        course={course}
        subscribe={subscribe}
        range={range}
        height={props.timeAxis ? 152 : 130}
        convert={measure.convert}
        digits={measure.digits ?? 1}
        description={description}
        syncKey="next"
        timeAxis={props.timeAxis}
      />
    </div>
  )
})
