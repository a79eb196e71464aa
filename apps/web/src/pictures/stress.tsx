import type { StressPicture } from '@counterpart/server/contract'
import { Strip, sharedDomain } from '../charts/strip.tsx'
import { formatNumber, writeInterval, writeProbability } from '../format/number.ts'
import { writeDuration } from '../format/time.ts'
import { useMeasure } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import s from './pictures.module.css'

/** What would become of the department under each of several shocks, and how soon it would be itself again. */
export function StressReport({ picture }: { picture: StressPicture }) {
  const withLimits = picture.rows.some((row) => row.limits && row.limits.length > 0)
  return (
    <div className={s.picture} data-testid="stress">
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
              {withLimits ? <th scope="col">{t.stress.limits}</th> : null}
              <th scope="col">{t.stress.recovery}</th>
            </tr>
          </thead>
          <tbody>
            {picture.rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">
                  {row.label}
                  <p className={s.assumption}>{row.assumption}</p>
                  <Remedy remedy={row.remedy} />
                </th>
                {picture.measures.map((measure) => (
                  <td key={measure.name} data-label={measure.label}>
                    <Figures picture={picture} row={row} measure={measure} />
                  </td>
                ))}
                {withLimits ? (
                  <td data-label={t.stress.limits}>
                    <Limits limits={row.limits ?? []} />
                  </td>
                ) : null}
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

function Figures(props: { picture: StressPicture; row: Row; measure: StressPicture['measures'][number] }) {
  const { measure, row } = props
  const write = useMeasure({ unit: measure.unit, name: measure.name, digits: measure.digits })
  const under = row.under[measure.name]
  const difference = row.difference[measure.name]
  const worst = row.worst?.[measure.name]
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
      {worst === undefined ? null : <div className="small quiet">{t.stress.worst(write.write(worst))}</div>}
    </>
  )
}

type Row = StressPicture['rows'][number]

/** What would help most, how much and how surely; or that nothing would. */
function Remedy({ remedy }: { remedy: Row['remedy'] }) {
  const write = useMeasure({ unit: 'h', name: 'spared', digits: 0 })
  if (remedy === undefined) return null
  if (remedy === null) return <p className={s.assumption}>{t.stress.noRemedy}</p>
  const spared = write.estimate(remedy.spared)
  return (
    <p className={s.remedy}>
      {t.stress.remedy} <strong>{remedy.label}</strong>{' '}
      {t.stress.spares(
        `${spared.value} ${write.unitText}`,
        writeInterval(spared.low, spared.high),
        writeProbability(remedy.better, { sampled: true }),
      )}
    </p>
  )
}

/** Lines that should not be crossed: how likely that is, how well so many runs know it, and how likely it is anyway. */
function Limits({ limits }: { limits: NonNullable<Row['limits']> }) {
  const percent = (value: number) => formatNumber(value * 100, 0)
  return (
    <ul className={s.limits}>
      {limits.map(({ name, label, under, without }) => (
        <li key={name}>
          {label} <strong>{writeProbability(under.estimate, { sampled: true })}</strong>{' '}
          <span className={p.interval}>({writeInterval(percent(under.low), percent(under.high))})</span>{' '}
          <span className="small quiet">
            {t.stress.insteadOf(writeProbability(without.estimate, { sampled: true }))}
          </span>
        </li>
      ))}
    </ul>
  )
}

const minute = 60_000

function Recovery({ recovery }: { recovery: Row['recovery'] }) {
  const [earliest, latest] = recovery.medianBetween ?? [null, null]
  const late = recovery.p95 === null ? t.stress.beyond : t.stress.lateWithin(writeDuration(recovery.p95 * minute))
  return (
    <>
      {recovery.median === null ? (
        <strong>{t.stress.never}</strong>
      ) : (
        t.stress.recoveryFigures(writeDuration(recovery.median * minute), late)
      )}
      {recovery.median !== null && earliest !== null && earliest !== latest ? (
        <div className="small quiet">
          {t.stress.medianBetween(
            writeDuration(earliest * minute),
            latest === null ? t.stress.open : writeDuration(latest * minute),
          )}
        </div>
      ) : null}
      <div className="small quiet">{t.stress.share(writeProbability(recovery.withinHorizon, { sampled: true }))}</div>
    </>
  )
}
