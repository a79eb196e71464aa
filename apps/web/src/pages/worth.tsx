import type { RankedOption } from '@counterpart/server/contract'
import { Strip, sharedDomain } from '../charts/strip.tsx'
import { writeEstimate, writeInterval, writeProbability } from '../format/number.ts'
import { unitText } from '../format/unit.ts'
import { clinicStrings as c } from '../strings-clinic.ts'
import s from './worth.module.css'

type Worth = NonNullable<RankedOption['worth']>
type Figures = Worth['net']

/** The range that all of a recommendation's options share for money, with nought in it. */
export function worthDomain(options: readonly RankedOption[]): readonly [number, number] {
  return sharedDomain(
    options.flatMap(({ worth }) => (worth ? [worth.cost, worth.benefit, worth.net] : [])),
    0,
  )
}

/** What an option brings less what it costs, in a few words. */
export function WorthWords({ worth }: { worth: Worth }) {
  return (
    <span>
      {c.worth.net} <Written figures={worth.net} unit={moneyUnit(worth.unit)} signed />, {c.worth.sure}{' '}
      <strong>{writeProbability(worth.probabilityPays, { sampled: true })}</strong>
    </span>
  )
}

/** What an option costs and brings, to whom it makes things worse, and what others found of it. */
export function WorthDetails({ worth, domain }: { worth: Worth; domain: readonly [number, number] }) {
  const hours = worth.burden.p50 >= minutesAtMost
  return (
    <div className={s.worth} data-testid="worth">
      <dl className={s.money}>
        <Money label={c.worth.cost} figures={worth.cost} unit={worth.unit} domain={domain} />
        <Money label={c.worth.benefit} figures={worth.benefit} unit={worth.unit} domain={domain} />
        <Money label={c.worth.net} figures={worth.net} unit={worth.unit} domain={domain} signed />
        <div>
          <dt>{c.worth.pays}</dt>
          <dd>
            <strong>{writeProbability(worth.probabilityPays, { sampled: true })}</strong>
          </dd>
        </div>
        <div>
          <dt>{c.worth.days}</dt>
          <dd>
            <Written figures={worth.daysToBenefit} unit={c.worth.dayUnit} />
          </dd>
        </div>
        <div>
          <dt>{c.worth.burden}</dt>
          <dd>
            <Written
              figures={worth.burden}
              factor={hours ? 1 / 60 : 1}
              unit={hours ? c.worth.hoursAWeek : c.worth.minutesAWeek}
            />
          </dd>
        </div>
      </dl>
      <div className={s.words}>
        <div>
          <h4>{c.worth.worseOff}</h4>
          {worth.worseOff.length === 0 ? <p className="quiet">{c.worth.nobody}</p> : null}
          <ul>
            {worth.worseOff.map(({ who, how }) => (
              <li key={who}>
                <strong>{who}</strong>: {how}
              </li>
            ))}
          </ul>
        </div>
        <Evidence evidence={worth.evidence} />
      </div>
    </div>
  )
}

const verdicts = ['yes', 'mixed', 'no'] as const

/** What others found: how many agree and disagree at once, each of them when asked for. */
function Evidence({ evidence }: { evidence: Worth['evidence'] }) {
  const counts = verdicts.flatMap((verdict) => {
    const count = evidence.filter((each) => each.agrees === verdict).length
    return count > 0 ? [{ verdict, count }] : []
  })
  if (evidence.length === 0)
    return (
      <div>
        <h4>{c.worth.evidence}</h4>
        <p className="quiet">{c.worth.noEvidence}</p>
      </div>
    )
  return (
    <details>
      <summary>
        {c.worth.evidence}:{' '}
        {counts.map(({ verdict, count }) => (
          <span key={verdict} className={s.agrees} data-agrees={verdict}>
            {c.worth.counted(c.worth.agrees[verdict] ?? verdict, count)}
          </span>
        ))}
      </summary>
      <ul>
        {evidence.map(({ finding, source, agrees }) => (
          <li key={`${finding}${source}`}>
            <span className={s.agrees} data-agrees={agrees}>
              {c.worth.agrees[agrees]}
            </span>{' '}
            {finding} <span className="quiet">({source})</span>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** So many minutes a week are read more easily as hours. */
const minutesAtMost = 180

function Money(props: {
  label: string
  figures: Figures
  unit: string
  domain: readonly [number, number]
  signed?: boolean
}) {
  return (
    <div className={s.figure}>
      <dt>{props.label}</dt>
      <dd>
        <Strip summary={props.figures} domain={props.domain} zero={0} width={130} />
        <Written figures={props.figures} unit={moneyUnit(props.unit)} signed={props.signed ?? false} />
      </dd>
    </div>
  )
}

function Written(props: { figures: Figures; unit: string; factor?: number; signed?: boolean }) {
  const written = writeEstimate(props.figures, {
    digits: 1,
    factor: props.factor ?? 1,
    signed: props.signed ?? false,
  })
  return (
    <span>
      <strong>{written.value}</strong> <span className={s.unit}>{props.unit}</span>{' '}
      {written.low === written.high ? null : (
        <span className={s.interval}>({writeInterval(written.low, written.high)})</span>
      )}
    </span>
  )
}

/** The unit of money over time as people say it: `USD/a` → "USD a year". */
function moneyUnit(unit: string): string {
  const [, currency, per] = /^([A-Z]{3})(?:\/(a|mo|wk))?$/.exec(unit) ?? []
  if (!currency) return unitText(unit)
  return per ? c.worth.moneyPer(currency, per) : currency
}
