import type { LoadPicture } from '@counterpart/server/contract'
import { type ReactNode, useRef } from 'react'
import { BehindChart } from '../charts/chart-frame.tsx'
import { useWidth } from '../charts/use-width.ts'
import { useMinute } from '../live/clock.ts'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import s from './load.module.css'
import { Bar, type BarPlace, placeOf } from './load-bar.tsx'
import { LoadList } from './load-list.tsx'
import {
  cellSentence,
  fullHours,
  isIncomplete,
  type LoadCell,
  type LoadRow,
  loadTable,
  overloadMark,
  tallest,
  writeHours,
  writeOverload,
  writeShare,
} from './load-words.ts'

/** Beneath this width of a period its figures cannot be read, and periods stand below each other instead. */
const narrowestPeriod = 62
const nameWidth = 132

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
  const listed = (width - nameWidth) / Math.max(1, picture.periods.length) < narrowestPeriod
  return (
    <div className={s.picture} ref={holder} data-testid="load">
      <Findings picture={picture} />
      <p className={picture.findings.length > 0 ? 'hidden' : ''}>{picture.description}</p>
      <Key picture={picture} />
      {listed ? (
        <LoadList picture={picture} now={now} action={action} />
      ) : (
        <Grid picture={picture} now={now} action={action} />
      )}
      <BehindChart label={picture.title} table={loadTable(picture)} />
    </div>
  )
}

function Grid(props: { picture: LoadPicture; now: number; action?: (row: LoadRow, period: number) => ReactNode }) {
  const { picture, now } = props
  const top = tallest(picture.rows)
  return (
    <Scroll label={picture.title}>
      <table className={s.grid}>
        <caption className="hidden">{picture.description}</caption>
        <thead>
          <tr>
            <th scope="col">{t.load.who}</th>
            {picture.periods.map((period) => (
              <th key={period.from} scope="col">
                {period.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {picture.rows.map((row) => (
            <tr key={row.name} data-testid={`load-${row.name}`}>
              <th scope="row">
                {row.label}
                {row.people === 1 ? null : <div className="small quiet">{t.load.people(row.people)}</div>}
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
  children: ReactNode
}) {
  const { row, cell, place } = props
  const said = cellSentence(row, props.period.label, cell)
  const mark = overloadMark(cell, row.people === 1)
  const hours = writeHours(cell.work)
  return (
    <td className={s.cell} title={said} data-known={cell.known}>
      <span className="hidden">{said}</span>
      {cell.suppressed ? (
        <span className={s.withheld} aria-hidden="true">
          {cell.suppressed}
        </span>
      ) : (
        <div aria-hidden="true">
          <Bar cell={cell} place={place} full={props.full} top={props.top} upright />
          <div className={s.hours}>
            {hours.value}
            <span className={s.unit}> h</span>
          </div>
          {hours.interval ? <div className={s.interval}>{hours.interval}</div> : null}
          {mark ? (
            <div className={s.mark} data-level={mark.level}>
              {mark.shape} {mark.words}
            </div>
          ) : null}
          {cell.away > 0 ? (
            <div className={s.note}>{row.people === 1 ? t.load.onLeave : t.load.away(cell.away)}</div>
          ) : null}
          {isIncomplete(cell) ? <div className={s.note}>{t.load.logShort(writeShare(cell.completeness!))}</div> : null}
        </div>
      )}
      {props.children}
    </td>
  )
}

function Findings({ picture }: { picture: LoadPicture }) {
  if (picture.findings.length === 0) return null
  return (
    <ol className={s.findings} aria-label={t.load.findings}>
      {picture.findings.map((finding) => (
        <li key={`${finding.row}${finding.sentence}`}>
          {finding.sentence}
          {finding.probability ? (
            <span className="small quiet">
              {' '}
              {t.load.sure(writeOverload({ known: 'forecast', overload: finding.probability } as LoadCell, false))}
            </span>
          ) : null}
        </li>
      ))}
    </ol>
  )
}

function Key({ picture }: { picture: LoadPicture }) {
  const cells = picture.rows.flatMap((row) => row.cells)
  const one = picture.rows.every((row) => row.people === 1)
  return (
    <p className={s.key} aria-hidden="true">
      <span>
        <i className={s.within} /> {t.load.keyWithin}
      </span>
      <span>
        <i className={s.outside} /> {t.load.keyOutside}
      </span>
      <span>
        <i className={s.keyLine} /> {t.load.keyContracted}
      </span>
      {cells.some((cell) => cell.known !== 'measured') ? (
        <span>
          <i className={s.band} /> {t.load.keyForecast}
        </span>
      ) : null}
      {cells.some(isIncomplete) ? (
        <span>
          <i className={s.holes} /> {t.load.keyHoles}
        </span>
      ) : null}
      {cells.some((cell) => cell.overload) ? <span>{one ? t.load.keyOverloadOne : t.load.keyOverload}</span> : null}
    </p>
  )
}
