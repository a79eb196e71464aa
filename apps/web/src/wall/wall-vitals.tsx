import type { ForecastBands, TwinState } from '@counterpart/server/contract'
import { writeInterval } from '../format/number.ts'
import { writtenAhead } from '../pages/vital-ahead.ts'
import { useMeasure } from '../parts/numbers.tsx'
import { strings as t } from '../strings.ts'
import s from './wall.module.css'

/** The vital few, as large as the screen allows: now, and in two hours if everything carries on. */
export function WallVitals({ state, bands }: { state: TwinState; bands: ForecastBands | undefined }) {
  return (
    <ul className={s.vitals} data-testid="wall-vitals">
      {state.quantities
        .filter((each) => each.headline)
        .map((quantity) => (
          <Vital key={quantity.name} quantity={quantity} bands={bands} />
        ))}
    </ul>
  )
}

function Vital({ quantity, bands }: { quantity: TwinState['quantities'][number]; bands: ForecastBands | undefined }) {
  const measure = useMeasure({ unit: quantity.unit, name: quantity.name, digits: quantity.digits })
  const { estimate } = quantity
  const written = measure.estimate(estimate)
  const later = writtenAhead(bands, quantity.name, measure)
  const above = quantity.reference && estimate.p50 > quantity.reference[1]
  return (
    <li>
      <h2>{quantity.label}</h2>
      <p className={s.figure} data-kind={estimate.p05 === estimate.p95 ? 'counted' : 'estimated'}>
        {written.value} <span>{measure.unitText === t.people ? '' : measure.unitText}</span>
      </p>
      <p className={s.later}>
        {later ? (
          <>
            {t.vitals.inLead(later.lead)} <strong>{later.value}</strong>{' '}
            <span>({writeInterval(later.low, later.high)})</span>
          </>
        ) : (
          '\u00a0'
        )}
        {above ? <span className={s.above}> {t.now.above(measure.write(quantity.reference![1]))}</span> : null}
      </p>
    </li>
  )
}
