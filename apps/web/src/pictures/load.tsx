import type { LoadPicture } from '@counterpart/server/contract'
import { type ReactNode, useRef } from 'react'
import { BehindChart } from '../charts/chart-frame.tsx'
import { useWidth } from '../charts/use-width.ts'
import { useMinute } from '../live/clock.ts'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import { clinicStrings as c } from '../strings-clinic.ts'
import s from './load.module.css'
import { Bar, type BarPlace, placeOf } from './load-bar.tsx'
import { Figures } from './load-figures.tsx'
import { LoadList } from './load-list.tsx'
import {
  cellSentence,
  fullHours,
  isIncomplete,
  type LoadCell,
  type LoadRow,
  loadTable,
  tallest,
  writeChance,
} from './load-words.ts'

/** Beneath this width of a period its figures cannot be read, and periods stand below each other instead. */
const narrowestPeriod = 68
/** From this width on a bar lies beside its figures instead of standing above them. */
const lyingFrom = 230
/** Names have less room where there is little. */
const nameWidth = (width: number) => (width < 520 ? 84 : 132)

/**
 * Hours of work, a row for each pod or person and a column for each period, measured and to come. `action`: what may be
 * done about one figure.
 */
export function Load({
  picture,
  action,
}: {
  picture: LoadPicture
  action?: (row: LoadRow, period: number) => ReactNode
}) {
  const holder = useRef<HTMLDivElement>(null)
  const width = useWidth(holder, 1200)
  const now = useMinute()
  const each = (width - nameWidth(width)) / Math.max(1, picture.periods.length)
  return (
    <div className={s.picture} ref={holder} data-testid="load">
      <Findings picture={picture} />
      <p className={picture.findings.length > 0 ? 'hidden' : ''}>{picture.description}</p>
      <Key picture={picture} />
      {each < narrowestPeriod ? (
        <LoadList picture={picture} now={now} action={action} />
      ) : (
        <Grid picture={picture} now={now} name={nameWidth(width)} lying={each >= lyingFrom} action={action} />
      )}
      <BehindChart label={picture.title} table={loadTable(picture)} />
    </div>
  )
}

function Grid(props: {
  picture: LoadPicture
  now: number
  /** Width of the column of names. */
  name: number
  lying: boolean
  action?: (row: LoadRow, period: number) => ReactNode
}) {
  const { picture, now } = props
  const top = tallest(picture.rows)
  return (
    <Scroll label={picture.title}>
      <table className={s.grid} data-lying={props.lying} style={{ '--name': `${props.name}px` } as React.CSSProperties}>
        <caption className="hidden">{picture.description}</caption>
        <thead>
          <tr>
            <th scope="col">{c.load.who}</th>
            {picture.periods.map((period) => (
              <th key={period.from} scope="col">
                {period.label}
                {now >= period.from && now < period.until ? <span className={s.nowMark}>{t.next.now}</span> : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {picture.rows.map((row) => (
            <tr key={row.name} data-testid={`load-${row.name}`}>
              <th scope="row">
                {row.label}
                {row.people === 1 ? null : <div className="small quiet">{c.load.people(row.people)}</div>}
              </th>
              {row.cells.map((cell, index) => (
                <Cell
                  key={picture.periods[index]?.from ?? index}
                  row={row}
                  cell={cell}
                  period={picture.periods[index]!}
                  place={placeOf(picture, index, now)}
                  full={fullHours(row)}
                  top={top}
                  lying={props.lying}
                >
                  {props.action?.(row, index)}
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Cell(props: {
  row: LoadRow
  cell: LoadCell
  period: LoadPicture['periods'][number]
  place: BarPlace
  full: number
  top: number
  lying: boolean
  children: ReactNode
}) {
  const { row, cell, place } = props
  const said = cellSentence(row, props.period.label, cell)
  return (
    <td className={s.cell} title={said} data-lying={props.lying}>
      <span className="hidden">{said}</span>
      {cell.suppressed ? (
        <span className={s.withheld} aria-hidden="true">
          {cell.suppressed}
        </span>
      ) : (
        <div aria-hidden="true" className={s.drawn}>
          <Bar cell={cell} place={place} full={props.full} top={props.top} upright={!props.lying} />
          <Figures row={row} cell={cell} />
        </div>
      )}
      {props.children}
    </td>
  )
}

/** So many findings are read at once; the rest is asked for. */
const findingsAtOnce = 3

function Findings({ picture }: { picture: LoadPicture }) {
  const { findings } = picture
  if (findings.length === 0) return null
  const more = findings.length - findingsAtOnce
  return (
    <div>
      <FindingList picture={picture} findings={findings.slice(0, findingsAtOnce)} />
      {more > 0 ? (
        <details className="small">
          <summary className="quiet">{c.load.moreFindings(more)}</summary>
          <FindingList picture={picture} findings={findings.slice(findingsAtOnce)} />
        </details>
      ) : null}
    </div>
  )
}

function FindingList({ picture, findings }: { picture: LoadPicture; findings: LoadPicture['findings'] }) {
  return (
    <ul className={s.findings} aria-label={c.load.findings}>
      {findings.map((finding) => (
        <li key={`${finding.row}${finding.sentence}`}>
          {finding.sentence}
          {finding.probability ? (
            <span className="small quiet">
              {' '}
              {(isOne(picture, finding.row) ? c.load.chance : c.load.share)(writeChance(finding.probability))}
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

/** Of one person a probability is a chance, of several a share of them. */
function isOne({ rows }: LoadPicture, name: string): boolean {
  return rows.find((row) => row.name === name)?.people === 1
}

function Key({ picture }: { picture: LoadPicture }) {
  const cells = picture.rows.flatMap((row) => row.cells)
  const one = picture.rows.every((row) => row.people === 1)
  return (
    <p className={s.key} aria-hidden="true">
      <span>
        <i className={s.within} /> {c.load.keyWithin}
      </span>
      <span>
        <i className={s.outside} /> {c.load.keyOutside}
      </span>
      <span>
        <i className={s.keyLine} /> {c.load.keyContracted}
      </span>
      {cells.some((cell) => cell.known !== 'measured') ? (
        <span>
          <i className={s.band} /> {c.load.keyForecast}
        </span>
      ) : null}
      {cells.some(isIncomplete) ? (
        <span>
          <i className={s.holes} /> {c.load.keyHoles}
        </span>
      ) : null}
      {cells.some((cell) => cell.overload) ? <span>{one ? c.load.keyOverloadOne : c.load.keyOverload}</span> : null}
    </p>
  )
}
