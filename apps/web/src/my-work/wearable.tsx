import type { PrivateRecord } from '@counterpart/server/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useRef } from 'react'
import { sendWearable } from '../api/clinic-queries.ts'
import { BehindChart } from '../charts/chart-frame.tsx'
import { useWidth } from '../charts/use-width.ts'
import { formatNumber } from '../format/number.ts'
import { writeCalendarDay } from '../format/zoned.ts'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import s from './my-work.module.css'

type Day = PrivateRecord['wearable'][number]
type Measured = 'sleep' | 'heartRateVariability' | 'steps'

/** Minutes as hours; the others as they are. */
const shown: Readonly<Record<Measured, { readonly factor: number; readonly digits: number }>> = {
  sleep: { factor: 1 / 60, digits: 1 },
  heartRateVariability: { factor: 1, digits: 0 },
  steps: { factor: 1, digits: 0 },
}
const most = 28

/** What one's own wearable measured, day by day; small multiples on one axis of days. */
export function Wearable({ days, mayAdd }: { days: readonly Day[]; mayAdd: boolean }) {
  const last = [...days].sort((a, b) => (a.day < b.day ? -1 : 1)).slice(-most)
  return (
    <div className={s.multiples} data-testid="wearable">
      {last.length === 0 ? <p className={p.empty}>{o.own.noWearable}</p> : null}
      {last.length === 0
        ? null
        : (Object.keys(shown) as Measured[]).map((what) => <Bars key={what} what={what} days={last} />)}
      {last.length === 0 ? null : (
        <BehindChart
          label={o.own.wearable}
          table={{
            head: [o.own.day, ...(Object.keys(shown) as Measured[]).map((what) => o.own.measured[what]!)],
            rows: () =>
              [...last]
                .reverse()
                .map((each) => [
                  writeCalendarDay(each.day),
                  ...(Object.keys(shown) as Measured[]).map((what) => written(what, each[what])),
                ]),
          }}
        />
      )}
      {mayAdd ? <Add /> : <p className="quiet">{o.own.wearableNeedsConsent}</p>}
    </div>
  )
}

function written(what: Measured, value: number | null): string {
  return value === null ? '–' : formatNumber(value * shown[what].factor, shown[what].digits)
}

const height = 56

function Bars({ what, days }: { what: Measured; days: readonly Day[] }) {
  const holder = useRef<HTMLElement>(null)
  const width = Math.max(160, useWidth(holder, 420))
  const values = days.map((each) => each[what])
  const known = values.filter((each) => each !== null)
  const top = Math.max(1, ...known)
  const step = width / Math.max(1, days.length)
  const middle = [...known].sort((a, b) => a - b)[Math.floor(known.length / 2)] ?? null
  return (
    <figure ref={holder}>
      <figcaption className="small">
        {o.own.describe(
          o.own.measured[what] ?? what,
          written(what, known.at(-1) ?? null),
          written(what, middle),
          known.length,
          days.length,
        )}
      </figcaption>
      <svg className={s.bars} width={width} height={height + 16} aria-hidden="true">
        {values.map((value, index) =>
          value === null ? null : (
            <rect
              key={days[index]!.day}
              x={index * step + 1}
              width={Math.max(1, step - 2)}
              y={height - (value / top) * height}
              height={(value / top) * height}
            />
          ),
        )}
        <line x1={0} x2={width} y1={height} y2={height} stroke="var(--rule-2)" />
        <text x={0} y={height + 13}>
          {writeCalendarDay(days[0]!.day)}
        </text>
        <text x={width} y={height + 13} textAnchor="end">
          {writeCalendarDay(days[days.length - 1]!.day)}
        </text>
      </svg>
    </figure>
  )
}

/** Days from a table that the maker of the wearable gives out. */
function Add() {
  const client = useQueryClient()
  const id = useId()
  const send = useMutation({
    mutationFn: async (file: File) => sendWearable(await file.text()),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['own-private'] })
      void client.invalidateQueries({ queryKey: ['own-work'] })
    },
  })
  return (
    <div className="no-print">
      <label htmlFor={`${id}file`} className="small quiet">
        {o.own.addFile}
      </label>
      <div>
        <input
          id={`${id}file`}
          type="file"
          accept=".csv,text/csv"
          onChange={(event) => {
            const file = event.target.files?.[0]
            if (file) send.mutate(file)
          }}
        />
      </div>
      {send.data ? <p role="status">{o.own.added(send.data.days)}</p> : null}
      {send.error ? <ProblemNote error={send.error} /> : null}
    </div>
  )
}
