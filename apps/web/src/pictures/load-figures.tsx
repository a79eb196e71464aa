import s from './load.module.css'
import { type LoadCell, type LoadRow, notesOf, overloadMark, writeHours } from './load-words.ts'

/** The figures of a cell beside its bar: hours, their interval, the chance of overload, what else is to be known. */
export function Figures({ row, cell }: { row: LoadRow; cell: LoadCell }) {
  const hours = writeHours(cell.work)
  const mark = overloadMark(cell, row.people === 1)
  return (
    <div className={s.figures}>
      <span className={s.hours} data-known={hours.interval === '' ? 'measured' : undefined}>
        {hours.value}
        <span className={s.unit}> h</span>
      </span>{' '}
      {hours.interval ? <span className={s.interval}>({hours.interval})</span> : null}{' '}
      {mark ? (
        <span className={s.mark} data-level={mark.level}>
          {mark.shape} {mark.words}
        </span>
      ) : null}{' '}
      {notesOf(row, cell).map((note) => (
        <span key={note} className={s.note}>
          {note}{' '}
        </span>
      ))}
    </div>
  )
}
