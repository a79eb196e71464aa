import type { GroupsPicture } from '@counterpart/server/contract'
import { Fragment, type ReactNode } from 'react'
import { BehindChart } from '../charts/chart-frame.tsx'
import { linear, niceTicks, paddedRange, tickDecimals } from '../charts/scale.ts'
import { formatNumber, writeInterval } from '../format/number.ts'
import { unitText } from '../format/unit.ts'
import { strings as t } from '../strings.ts'
import { clinicStrings as c } from '../strings-clinic.ts'
import s from './groups.module.css'
import { digitsOf, type Group, groupsTable, type Indicator, type Value, writeValue } from './groups-words.ts'
import { logComplete, writeShare } from './load-words.ts'

type Action = (indicator: Indicator, group: Group) => ReactNode

/** Groups beside each other: a forest plot for each indicator, the groups in the same order in each. `action`: see {@link Load}. */
export function Groups({ picture, action }: { picture: GroupsPicture; action?: Action }) {
  return (
    <div className={s.picture} data-testid="groups">
      <p>{picture.description}</p>
      <p className="small quiet">{c.groups.key}</p>
      <div className={s.panels}>
        {picture.indicators.map((indicator) => (
          <Panel key={indicator.name} picture={picture} indicator={indicator} action={action} />
        ))}
      </div>
      {picture.notes.length > 0 ? (
        <ul className={s.notes} aria-label={t.day.notes}>
          {picture.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      ) : null}
      <BehindChart label={picture.title} table={groupsTable(picture)} />
    </div>
  )
}

const width = 180
const height = 26

function Panel({ picture, indicator, action }: { picture: GroupsPicture; indicator: Indicator; action?: Action }) {
  const { beside } = indicator
  const domain = paddedRange(
    [
      ...picture.groups.flatMap(({ values }) => {
        const value = values[indicator.name]
        return value && value.estimate !== null
          ? [value.estimate, value.low ?? value.estimate, value.high ?? value.estimate]
          : []
      }),
      ...(beside ? [beside.value] : []),
    ],
    0.08,
  )
  const x = linear(domain, [4, width - 4])
  const unit = unitText(indicator.unit)
  const digits = digitsOf(picture, indicator)
  return (
    <section className={s.panel} aria-labelledby={`groups-${indicator.name}`} data-testid={`groups-${indicator.name}`}>
      <h3 id={`groups-${indicator.name}`}>
        {indicator.label} <span className={s.unit}>{unit}</span>
      </h3>
      <table>
        <caption className="hidden">
          {indicator.label}
          {beside ? `; ${c.groups.line(beside.label, formatNumber(beside.value, indicator.digits))}` : ''}
        </caption>
        <thead className="hidden">
          <tr>
            <th scope="col">{c.groups.group}</th>
            <th scope="col">{c.groups.plot}</th>
            <th scope="col">{c.groups.estimate}</th>
          </tr>
        </thead>
        <tbody>
          {picture.groups.map((group, index) => {
            const heading = group.heading !== picture.groups[index - 1]?.heading ? group.heading : undefined
            return (
              <Fragment key={group.name}>
                {heading ? (
                  <tr className={s.heading}>
                    <th scope="colgroup" colSpan={3}>
                      {heading}
                    </th>
                  </tr>
                ) : null}
                <tr>
                  <th scope="row">
                    {group.label}
                    {group.n === undefined ? null : <span className={s.n}> {c.groups.n(group.n)}</span>}
                  </th>
                  <Row
                    value={group.values[indicator.name]}
                    indicator={indicator}
                    digits={digits}
                    x={x}
                    action={action?.(indicator, group)}
                  />
                </tr>
              </Fragment>
            )
          })}
          <Axis domain={domain} x={x} />
        </tbody>
      </table>
      {beside ? (
        <p className="small quiet">{c.groups.line(beside.label, formatNumber(beside.value, indicator.digits))}</p>
      ) : null}
      {indicator.definition ? (
        <details className="small">
          <summary className="quiet">
            {c.groups.definition}
            <span className="hidden">: {indicator.label}</span>
          </summary>
          <p>{indicator.definition}</p>
        </details>
      ) : null}
    </section>
  )
}

function Row(props: {
  value: Value | undefined
  indicator: Indicator
  digits: number
  x: (value: number) => number
  action: ReactNode
}) {
  const { value, indicator, x } = props
  if (!value || value.estimate === null)
    return (
      <td colSpan={2} className={s.withheld}>
        {value?.suppressed ?? c.groups.nothing}
      </td>
    )
  const { beside } = indicator
  const low = value.low ?? value.estimate
  const high = value.high ?? value.estimate
  const written = writeValue(value, props.digits)
  const holes = value.completeness !== undefined && value.completeness < logComplete
  return (
    <>
      <td className={s.plot}>
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {beside ? (
            <line
              x1={x(beside.value)}
              x2={x(beside.value)}
              y1={0}
              y2={height}
              stroke="var(--ink-2)"
              strokeDasharray="4 3"
            />
          ) : null}
          <line x1={x(low)} x2={x(high)} y1={height / 2} y2={height / 2} stroke="var(--accent)" strokeWidth={2} />
          <path d={`M${x(low)} 8v10M${x(high)} 8v10`} stroke="var(--accent)" strokeWidth={1.5} />
          <rect
            x={x(value.estimate) - 4.5}
            y={height / 2 - 4.5}
            width={9}
            height={9}
            fill={holes ? 'var(--ground)' : 'var(--accent)'}
            stroke="var(--accent)"
            strokeWidth={1.75}
          />
        </svg>
      </td>
      <td className={s.figures}>
        <strong>{written.value}</strong>{' '}
        {written.low === written.high ? null : (
          <span className={s.interval}>({writeInterval(written.low, written.high)})</span>
        )}
        {holes ? <span className={s.log}> {c.load.logShort(writeShare(value.completeness!))}</span> : null}
        {props.action}
      </td>
    </>
  )
}

/** The scale that the rows above share. */
function Axis({ domain, x }: { domain: readonly [number, number]; x: (value: number) => number }) {
  const ticks = niceTicks(domain[0], domain[1], 4)
  const decimals = tickDecimals(ticks)
  return (
    <tr className={s.axis}>
      <td />
      <td className={s.plot}>
        <svg width={width} height={20} viewBox={`0 0 ${width} 20`} aria-hidden="true">
          <line x1={0} x2={width} y1={0.5} y2={0.5} stroke="var(--rule-2)" />
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={x(tick)} x2={x(tick)} y1={0} y2={4} stroke="var(--rule-2)" />
              <text x={x(tick)} y={16} textAnchor="middle">
                {formatNumber(tick, decimals)}
              </text>
            </g>
          ))}
        </svg>
      </td>
      <td />
    </tr>
  )
}
