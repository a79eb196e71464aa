import type { StressPicture } from '@counterpart/server/contract'
import { Strip, sharedDomain } from '../charts/strip.tsx'
import { writeInterval, writeProbability } from '../format/number.ts'
import { writeDuration } from '../format/time.ts'
import { useMeasure } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import s from './pictures.module.css'

/** What would become of the department under each of several shocks, and how soon it would be itself again. */
export function StressReport({ picture }: { picture: StressPicture }) {
  return (
    <div className={s.picture} data-testid="stress">
      <p className="quiet">{picture.description}</p>
      <Scroll label={picture.title}>
        <table className={`${s.stress} stack`}>
          <caption className="hidden">{picture.description}</caption>
          <thead>
            <tr>
              <th scope="col">{t.stress.case}</th>
              {picture.measures.map((measure) => (
                <th key={measure.name} scope="col">
                  {measure.label}
                </th>
              ))}
              <th scope="col">{t.stress.recovery}</th>
            </tr>
          </thead>
          <tbody>
            {picture.rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">
                  {row.label}
                  <p className={s.assumption}>{row.assumption}</p>
                </th>
                {picture.measures.map((measure) => (
                  <td key={measure.name} data-label={measure.label}>
                    <Figures picture={picture} row={row} measure={measure} />
                  </td>
                ))}
                <td data-label={t.stress.recovery}>
                  <Recovery recovery={row.recovery} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="small quiet">{t.stress.ranges}</p>
    </div>
  )
}

function Figures(props: {
  picture: StressPicture
  row: StressPicture['rows'][number]
  measure: StressPicture['measures'][number]
}) {
  const { measure, row } = props
  const write = useMeasure({ unit: measure.unit, name: measure.name, digits: measure.digits })
  const under = row.under[measure.name]
  const difference = row.difference[measure.name]
  if (!under || !difference) return <span className="quiet">–</span>
  const domain = sharedDomain(
    props.picture.rows.flatMap((each) => each.difference[measure.name] ?? []),
    0,
  )
  const own = write.estimate(under)
  const change = write.difference(difference)
  return (
    <>
      <strong>{own.value}</strong> <span className={p.unit}>{write.unitText}</span>{' '}
      <span className={p.interval}>({writeInterval(own.low, own.high)})</span>
      <Strip summary={difference} domain={domain} zero={0} width={120} tone="scenario" />
      <span className="small">
        {change.value} <span className={p.interval}>({writeInterval(change.low, change.high)})</span>
        <span className="hidden"> {t.stress.against}</span>
      </span>
    </>
  )
}

const minute = 60_000

function Recovery({ recovery }: { recovery: StressPicture['rows'][number]['recovery'] }) {
  const late = recovery.p95 === null ? t.stress.beyond : t.stress.lateWithin(writeDuration(recovery.p95 * minute))
  return (
    <>
      {recovery.median === null ? (
        <strong>{t.stress.never}</strong>
      ) : (
        t.stress.recoveryFigures(writeDuration(recovery.median * minute), late)
      )}
      <div className="small quiet">{t.stress.share(writeProbability(recovery.withinHorizon, { sampled: true }))}</div>
    </>
  )
}
