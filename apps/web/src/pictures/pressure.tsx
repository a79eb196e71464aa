import type { PressurePicture } from '@counterpart/server/contract'
import { useRef } from 'react'
import { BehindChart } from '../charts/chart-frame.tsx'
import { useWidth } from '../charts/use-width.ts'
import { formatNumber, writeInterval, writeProbability } from '../format/number.ts'
import { writeMinute } from '../format/time.ts'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import { type Cell, cellsOf, intervalsPerCell } from './intervals.ts'
import s from './pictures.module.css'

const cellWidth = 58
/** Below this it is not worth a mark. */
const worthSaying = 0.05

/** Where the department will be held up, and by what: a row per resource, time to the right. */
export function PressureTimeline({ picture }: { picture: PressurePicture }) {
  const holder = useRef<HTMLDivElement>(null)
  const width = useWidth(holder, 900)
  const perCell = intervalsPerCell(picture.times, Math.floor((width - 150) / cellWidth))
  const rows = picture.rows.map((row) => ({ row, cells: cellsOf(picture, row, perCell) }))
  return (
    <div className={s.picture} ref={holder} data-testid="pressure">
      <Findings picture={picture} />
      <p className="small quiet">{t.pressure.note}</p>
      <Scroll label={picture.title}>
        <table className={s.timeline}>
          <caption className="hidden">{picture.description}</caption>
          <thead>
            <tr>
              <th scope="col">{t.pressure.resource}</th>
              {rows[0]?.cells.map((cell) => (
                <th key={cell.from} scope="col">
                  {writeMinute(cell.from)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ row, cells }) => (
              <tr key={row.name}>
                <th scope="row">{row.label}</th>
                {cells.map((cell) => (
                  <UseCell key={cell.from} cell={cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <BehindChart label={picture.title} table={tableOf(picture)} />
    </div>
  )
}

function UseCell({ cell }: { cell: Cell }) {
  const holds = cell.holdsUp >= worthSaying
  return (
    <td
      className={s.use}
      data-holds={cell.holdsUp >= 0.5 ? 'likely' : holds ? 'maybe' : undefined}
      style={{ '--use': Math.max(0, Math.min(1, cell.use)) } as React.CSSProperties}
      title={`${writeMinute(cell.from)}–${writeMinute(cell.until)}: ${t.pressure.use(percent(cell.use))} (${writeInterval(percent(cell.useLow), percent(cell.useHigh))})`}
    >
      {formatNumber(cell.use * 100, 0)}
      <span className="hidden"> %</span>
      <span className={s.holds}>
        {holds ? t.pressure.holds(writeProbability(cell.holdsUp, { sampled: true })) : '\u00a0'}
      </span>
    </td>
  )
}

function Findings({ picture }: { picture: PressurePicture }) {
  if (picture.findings.length === 0) return <p>{t.pressure.noFindings}</p>
  return (
    <ol className={s.findings} aria-label={t.pressure.findings}>
      {picture.findings.map((finding) => (
        <li key={`${finding.resource}${finding.from}`}>
          <strong>{finding.sentence}</strong> {finding.sentence.includes(finding.cause) ? null : `${finding.cause} `}
          <span className="small quiet">
            {t.pressure.between(writeMinute(finding.from), writeMinute(finding.until))} ·{' '}
            {t.pressure.sure(writeProbability(finding.probability, { sampled: true }))}
          </span>
        </li>
      ))}
    </ol>
  )
}

function tableOf(picture: PressurePicture) {
  return {
    head: [
      t.pressure.time,
      t.pressure.resource,
      t.pressure.useColumn,
      t.pressure.waitingColumn,
      t.pressure.holdsColumn,
    ],
    rows: () =>
      picture.rows.flatMap((row) =>
        cellsOf(picture, row, 1).map((cell) => [
          writeMinute(cell.from),
          row.label,
          `${percent(cell.use)} (${writeInterval(percent(cell.useLow), percent(cell.useHigh))})`,
          `${formatNumber(cell.waiting, 0)} (${writeInterval(formatNumber(cell.waitingLow, 0), formatNumber(cell.waitingHigh, 0))})`,
          writeProbability(cell.holdsUp, { sampled: true }),
        ]),
      ),
  }
}

function percent(part: number): string {
  return `${formatNumber(part * 100, 0)} %`
}
