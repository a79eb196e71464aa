import { type ReactNode, useState } from 'react'
import { strings as t } from '../strings.ts'
import s from './charts.module.css'

export interface TableBehind {
  readonly head: readonly string[]
  readonly rows: () => readonly (readonly ReactNode[])[]
}

/** A chart with the sentence that describes it and the table behind it. */
export function ChartFrame(props: {
  readonly description: string
  readonly table?: TableBehind
  readonly label: string
  readonly hideCaption?: boolean
  readonly children: ReactNode
}) {
  return (
    <figure className={s.figure}>
      {props.children}
      <figcaption className={props.hideCaption ? 'hidden' : s.caption}>{props.description}</figcaption>
      {props.table ? <BehindChart table={props.table} label={props.label} /> : null}
    </figure>
  )
}

/** The table behind a chart; its rows are made only once it is opened. */
export function BehindChart({ table, label }: { table: TableBehind; label: string }) {
  const [open, setOpen] = useState(false)
  return (
    <details className={`${s.table} no-print`} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {t.showTable}
        <span className="hidden">: {label}</span>
      </summary>
      {open ? <Rows table={table} label={label} /> : null}
    </details>
  )
}

function Rows({ table, label }: { table: TableBehind; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
    <section className={s.tableScroll} aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.head.map((each, index) => (
              <th key={each} scope="col" className={index === 0 ? undefined : 'num'}>
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows().map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own
            <tr key={index}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells have no identity of their own
                <td key={column} className={column === 0 ? undefined : 'num'}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
