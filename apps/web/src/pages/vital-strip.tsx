import type { ForecastBands, TwinState } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { forecastQuery } from '../api/queries.ts'
import { linear, paddedRange } from '../charts/scale.ts'
import { writeInterval } from '../format/number.ts'
import { Age, Section, useMeasure, Why } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { strings as t } from '../strings.ts'
import s from './department.module.css'
import { writtenAhead } from './vital-ahead.ts'

/** The vital few of a department in one row: now, and what is coming if everything carries on. */
export function VitalStrip({ state }: { state: TwinState }) {
  const forecast = useQuery(forecastQuery(state.id))
  const outdated = forecast.data?.outdated ?? false
  const headlines = state.quantities.filter((each) => each.headline)
  const shown = headlines.length > 0 ? headlines : state.quantities.slice(0, 6)
  return (
    <Section
      id="vital"
      title={t.vitals.title}
      aside={
        <>
          {outdated ? t.vitals.remaking : t.vitals.note} · <Age at={state.asOf} suffix />{' '}
          <Why event={state.beliefEvent} label={t.vitals.title} />
        </>
      }
    >
      <div className={s.vitals} data-testid="vital-few">
        {shown.map((quantity) => (
          <Vital key={quantity.name} quantity={quantity} bands={outdated ? undefined : forecast.data} />
        ))}
      </div>
    </Section>
  )
}

type Quantity = TwinState['quantities'][number]

function Vital({ quantity, bands }: { quantity: Quantity; bands: ForecastBands | undefined }) {
  const measure = useMeasure({ unit: quantity.unit, name: quantity.name, digits: quantity.digits })
  const { estimate } = quantity
  // What has no spread was counted, and is shown as solid as a measurement.
  const counted = estimate.p05 === estimate.p95
  const written = measure.estimate(estimate)
  const ahead = bands?.quantities[quantity.name]
  const later = writtenAhead(bands, quantity.name, measure)
  const described = later ? t.vitals.describeLater(later.value, writeInterval(later.low, later.high), later.lead) : ''
  const outside = quantity.reference && (estimate.p50 > quantity.reference[1] || estimate.p50 < quantity.reference[0])
  return (
    <div className={s.vital} data-testid={`vital-${quantity.name}`}>
      <h3>{quantity.label}</h3>
      <div className={s.big}>
        <span className={s.figure} data-kind={counted ? 'counted' : 'estimated'} data-testid={`value-${quantity.name}`}>
          {written.value}
        </span>
        <span className={p.unit}>{measure.unitText}</span>
        {counted ? null : <span className={p.interval}>({writeInterval(written.low, written.high)})</span>}
      </div>
      {ahead && bands ? <Ahead ahead={ahead} bands={bands} now={estimate.p50} /> : null}
      <div className={`${s.later} small`}>
        {later ? (
          <>
            {t.vitals.inLead(later.lead)} <strong>{later.value}</strong>{' '}
            <span className={p.interval}>({writeInterval(later.low, later.high)})</span>
          </>
        ) : null}{' '}
        {outside ? (
          <span className={s.outside}>
            {estimate.p50 > quantity.reference![1]
              ? t.now.above(measure.write(quantity.reference![1]))
              : t.now.below(measure.write(quantity.reference![0]))}
          </span>
        ) : null}
      </div>
      <p className="hidden">{t.vitals.describe(quantity.label, written.value, measure.unitText, described)}</p>
    </div>
  )
}

const width = 160
const height = 34

/** The course that is expected, small: median and 90 % band, from now. */
function Ahead({
  ahead,
  bands,
  now,
}: {
  ahead: ForecastBands['quantities'][string]
  bands: ForecastBands
  now: number
}) {
  const [low, high] = paddedRange([...ahead.p05, ...ahead.p95, now], 0.08)
  const x = linear([bands.madeAt, bands.times[bands.times.length - 1] ?? bands.madeAt + 1], [2, width - 2])
  const y = linear([low, high], [height - 2, 2])
  const start = `${x(bands.madeAt)} ${y(now)}`
  const points = (values: readonly number[]) => bands.times.map((time, index) => `${x(time)} ${y(values[index]!)}`)
  return (
    <svg className={s.ahead} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={`M${[start, ...points(ahead.p95), ...points(ahead.p05).reverse()].join('L')}Z`} className={s.band} />
      <path d={`M${[start, ...points(ahead.p50)].join('L')}`} className={s.line} />
    </svg>
  )
}
