import type { TwinState, WhatIf, WhatIfRequest } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { whatIfQuery } from '../api/queries.ts'
import { Curves } from '../charts/curves.tsx'
import { Strip, sharedDomain } from '../charts/strip.tsx'
import { describeDifference } from '../format/describe.ts'
import { formatNumber, writeInterval } from '../format/number.ts'
import { writeLead } from '../format/time.ts'
import { Estimate, Section, useMeasure } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import { PressureCompared } from './pressure-compared.tsx'
import s from './what-if.module.css'
import { Legend, Multiple, summaryAt } from './what-if-courses.tsx'

/** A plan with what it is called; `index`: its place among the branches. */
interface Other {
  readonly index: number
  readonly name: string
  readonly plan: WhatIfRequest['interventions']
}

/** What a plan would change against carrying on, and, where asked for, against a second plan. */
export function Results(props: {
  name: string
  twin: TwinState
  plan: WhatIfRequest['interventions']
  others: readonly Pick<Other, 'index' | 'name'>[]
  beside: Other | undefined
  onBeside: (index: number | undefined) => void
  pressure: string | undefined
  pending: boolean
  hasPicture: boolean
  lead: number | undefined
  /** How far ahead to look first; left out: as far as the forecast goes. */
  usualLead?: number
  onLead: (lead: number) => void
}) {
  const { twin, plan, beside } = props
  const nothing = plan.length === 0
  const ask = { interventions: plan, ...(beside ? { beside: beside.plan } : {}) }
  const answer = useQuery({ ...whatIfQuery(twin.id, ask), enabled: !nothing })
  const picture = useQuery({
    ...whatIfQuery(twin.id, { interventions: plan, picture: true }),
    enabled: !nothing && props.hasPicture && answer.isSuccess && !answer.isPlaceholderData,
  })
  const [all, setAll] = useState(false)
  if (nothing)
    return (
      <div className={s.results}>
        <p className={p.empty}>{t.whatIf.nothing}</p>
      </div>
    )
  if (answer.error) return <ProblemNote error={answer.error} retry={() => void answer.refetch()} />
  const data = answer.data
  if (!data)
    return (
      <p className={p.empty} role="status">
        {t.whatIf.computing}
      </p>
    )
  const busy = props.pending || answer.isFetching
  const leads = data.scenario.times.map((time) => time - data.scenario.madeAt)
  const chosen = nearestIndex(leads, props.lead ?? props.usualLead ?? leads[leads.length - 1] ?? 0)
  const quantities = twin.quantities.filter((each) => (all || each.headline) && data.difference[each.name])
  const other = data.beside ? beside : undefined
  const made = picture.data?.picture
  const both =
    made?.carryOn.kind === 'curves' && made.scenario.kind === 'curves'
      ? { carryOn: made.carryOn, scenario: made.scenario }
      : undefined
  return (
    <div className={s.results}>
      <Section
        id="effect"
        title={`${props.name} ${'·'} ${t.whatIf.difference.toLowerCase()}`}
        aside={
          <>
            {props.others.length > 0 ? (
              <label>
                {t.whatIf.beside}{' '}
                <select
                  className={p.input}
                  value={beside?.index ?? ''}
                  onChange={(event) =>
                    props.onBeside(event.target.value === '' ? undefined : Number(event.target.value))
                  }
                >
                  <option value="">{t.whatIf.besideNothing}</option>
                  {props.others.map((each) => (
                    <option key={each.index} value={each.index}>
                      {each.name}
                    </option>
                  ))}
                </select>
              </label>
            ) : null}{' '}
            <label>
              {t.whatIf.at}{' '}
              <select
                className={p.input}
                value={leads[chosen]}
                onChange={(event) => props.onLead(Number(event.target.value))}
              >
                {leads.map((lead) => (
                  <option key={lead} value={lead}>
                    {t.inTime(writeLead(lead))}
                  </option>
                ))}
              </select>
            </label>{' '}
            <label>
              <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />{' '}
              {t.whatIf.allQuantities}
            </label>
          </>
        }
      >
        <div className={s.status} role="status">
          {busy ? t.whatIf.computing : `${t.whatIf.computed(formatNumber(data.milliseconds, 0))} · ${t.whatIf.paired}`}
        </div>
        <Scroll label={t.whatIf.difference} className={busy ? s.busy : ''}>
          <table className={`${s.effect} stack`} data-testid="what-if">
            <thead>
              <tr>
                <th scope="col">{t.whatIf.quantity}</th>
                <th scope="col" className="num">
                  {other ? t.whatIf.changeOf(props.name) : t.whatIf.difference}
                </th>
                <th scope="col">
                  <span className="hidden">{t.whatIf.difference}</span>
                </th>
                {other ? (
                  <>
                    <th scope="col" className="num">
                      {t.whatIf.changeOf(other.name)}
                    </th>
                    <th scope="col" className="num">
                      {t.whatIf.between(props.name, other.name)}
                    </th>
                  </>
                ) : null}
                <th scope="col" className="num">
                  {other ? props.name : t.whatIf.withIt}
                </th>
                <th scope="col" className="num">
                  {t.whatIf.carryingOn}
                </th>
              </tr>
            </thead>
            <tbody>
              {quantities.map((quantity) => (
                <EffectRow
                  key={quantity.name}
                  quantity={quantity}
                  data={data}
                  at={chosen}
                  name={props.name}
                  other={other?.name}
                />
              ))}
            </tbody>
          </table>
        </Scroll>
      </Section>
      <Section id="course" title={t.whatIf.overTime} aside={<Legend name={props.name} other={other?.name} />}>
        <div className={`${s.multiples} ${busy ? s.busy : ''}`}>
          {quantities.map((quantity) => (
            <Multiple key={quantity.name} quantity={quantity} data={data} />
          ))}
        </div>
      </Section>
      {props.pressure === undefined ? null : (
        <PressureCompared twin={twin.id} plan={plan} name={props.name} picture={props.pressure} />
      )}
      {props.hasPicture ? (
        <Section id="both" title={both?.scenario.title ?? t.whatIf.picture}>
          <div className={`${s.picture} ${picture.isFetching ? s.busy : ''}`}>
            {both ? (
              <Curves
                label={both.scenario.title}
                pictures={[
                  { name: t.whatIf.carryOn, picture: both.carryOn, tone: 'accent' },
                  { name: props.name, picture: both.scenario, tone: 'scenario' },
                ]}
              />
            ) : picture.error ? (
              <ProblemNote error={picture.error} retry={() => void picture.refetch()} />
            ) : (
              <p className={p.empty} style={{ minHeight: 380 }}>
                {t.whatIf.pictureBusy}
              </p>
            )}
          </div>
        </Section>
      ) : null}
    </div>
  )
}

function EffectRow(props: {
  quantity: TwinState['quantities'][number]
  data: WhatIf
  at: number
  name: string
  other: string | undefined
}) {
  const { quantity, data, at, name, other } = props
  const measure = useMeasure({ unit: quantity.unit, name: quantity.name, digits: quantity.digits })
  const band = data.difference[quantity.name]!
  const difference = summaryAt(band, at)
  const written = measure.difference(difference)
  // Each row's scale holds the whole course of the difference, so that it stands still while the time is changed.
  const domain = sharedDomain(
    band.p05.map((_, index) => summaryAt(band, index)),
    0,
  )
  return (
    <tr data-testid={`effect-${quantity.name}`}>
      <th scope="row">
        {quantity.label}
        <span className="hidden">
          {': '}
          {describeDifference(
            { label: quantity.label, unit: measure.unitText, digits: measure.digits, factor: measure.factor },
            difference,
          )}
        </span>
      </th>
      <td className={`num ${s.diff}`} data-label={other ? t.whatIf.changeOf(name) : t.whatIf.difference}>
        <Change written={written} unit={measure.unitText} />
      </td>
      <td>
        <Strip summary={difference} domain={domain} zero={0} tone="scenario" width={other ? 100 : 160} />
      </td>
      {other && data.beside ? (
        <>
          <td className={`num ${s.diff}`} data-label={t.whatIf.changeOf(other)}>
            <Change
              written={measure.difference(summaryAt(data.beside.difference[quantity.name]!, at))}
              unit={measure.unitText}
            />
          </td>
          <td className={`num ${s.diff}`} data-label={t.whatIf.between(name, other)}>
            <Change
              written={measure.difference(summaryAt(data.beside.between[quantity.name]!, at))}
              unit={measure.unitText}
            />
          </td>
        </>
      ) : null}
      <td className="num" data-label={other ? name : t.whatIf.withIt}>
        <Estimate
          summary={summaryAt(data.scenario.quantities[quantity.name]!, at)}
          unit={quantity.unit}
          name={quantity.name}
          digits={quantity.digits}
          bare
        />
      </td>
      <td className="num quiet" data-label={t.whatIf.carryingOn}>
        <Estimate
          summary={summaryAt(data.carryOn.quantities[quantity.name]!, at)}
          unit={quantity.unit}
          name={quantity.name}
          digits={quantity.digits}
          bare
        />
      </td>
    </tr>
  )
}

function Change({ written, unit }: { written: { value: string; low: string; high: string }; unit: string }) {
  return (
    <>
      <strong>{written.value}</strong> <span className={p.unit}>{unit}</span>{' '}
      <span className={p.interval}>({writeInterval(written.low, written.high)})</span>
    </>
  )
}

function nearestIndex(values: readonly number[], wanted: number): number {
  let best = 0
  for (let index = 1; index < values.length; index += 1)
    if (Math.abs(values[index]! - wanted) < Math.abs(values[best]! - wanted)) best = index
  return best
}
