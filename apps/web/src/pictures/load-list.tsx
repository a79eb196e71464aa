import type { LoadPicture } from '@counterpart/server/contract'
import type { ReactNode } from 'react'
import { clinicStrings as c } from '../strings-clinic.ts'
import s from './load.module.css'
import { Bar, placeOf } from './load-bar.tsx'
import { Figures } from './load-figures.tsx'
import {
  cellSentence,
  fullHours,
  type LoadCell,
  type LoadRow,
  overloadMark,
  tallest,
  writeHours,
} from './load-words.ts'

/** So many rows are opened at once; more are opened one by one. */
const openAtMost = 2

/** The same picture where there is no room for columns: periods below each other, row by row. */
export function LoadList(props: {
  picture: LoadPicture
  now: number
  action?: (row: LoadRow, period: number) => ReactNode
}) {
  const { picture, now } = props
  const top = tallest(picture.rows)
  return (
    <div className={s.lists}>
      {picture.rows.map((row) => {
        const current = row.cells.findIndex((_, index) => (picture.periods[index]?.until ?? 0) > now)
        return (
          <details key={row.name} open={picture.rows.length <= openAtMost} data-testid={`load-${row.name}`}>
            <summary>
              <strong>{row.label}</strong>{' '}
              <Brief row={row} cell={row.cells[current]} period={picture.periods[current]?.label} />
            </summary>
            <ol>
              {row.cells.map((cell, index) => {
                const label = picture.periods[index]?.label ?? ''
                return (
                  <li key={picture.periods[index]?.from ?? index} data-current={index === current}>
                    <span className="hidden">{cellSentence(row, label, cell)}</span>
                    <div aria-hidden="true" className={s.line}>
                      <span className={s.when}>{label}</span>
                      {cell.suppressed ? (
                        <span className={s.withheld}>{cell.suppressed}</span>
                      ) : (
                        <>
                          <Bar
                            cell={cell}
                            place={placeOf(picture, index, now)}
                            full={fullHours(row)}
                            top={top}
                            upright={false}
                          />
                          <Figures row={row} cell={cell} />
                        </>
                      )}
                    </div>
                    {props.action ? <div className={s.act}>{props.action(row, index)}</div> : null}
                  </li>
                )
              })}
            </ol>
          </details>
        )
      })}
    </div>
  )
}

function Brief({ row, cell, period }: { row: LoadRow; cell: LoadCell | undefined; period: string | undefined }) {
  if (!cell) return null
  if (cell.suppressed) return <span className="small quiet">{c.load.notShown(cell.suppressed)}</span>
  const mark = overloadMark(cell, row.people === 1)
  return (
    <span className="small quiet">
      {period}: {writeHours(cell.work).value} h{mark ? ` · ${mark.shape} ${mark.words}` : ''}
      {row.people === 1 ? '' : ` · ${c.load.people(row.people)}`}
    </span>
  )
}
