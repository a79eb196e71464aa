import type { ModelRun } from '@counterpart/server/contract'
import { useMemo } from 'react'
import { ChartFrame } from '../charts/chart-frame.tsx'
import { type Line, LineChart } from '../charts/line-chart.tsx'
import { formatSignificant } from '../format/number.ts'
import { strings as t } from '../strings.ts'
import s from './models.module.css'

type Ran = Extract<ModelRun, { outcome: 'ran' }>

const tones = ['accent', 'scenario'] as const
/** Rows of the table behind a chart; more would be no table that a person reads. */
const rowsAtMost = 200

export function Legend({ names }: { names: readonly string[] }) {
  return (
    <ul className={s.legend}>
      {names.map((name, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sets are known by their place
        <li key={index}>
          <span className={s.key} data-tone={tones[index]} aria-hidden="true" />
          {name}
        </li>
      ))}
    </ul>
  )
}

/** A chart for each quantity on one shared time axis, with the sets of values laid over each other. */
export function Courses({ run, timeUnit }: { run: Ran; timeUnit: string | null }) {
  const charts = useMemo(
    () =>
      run.columns.map(({ symbol, label, unit }, column) => {
        const lines = run.runs.map(
          ({ name, values }, index): Line => ({
            name,
            values: values[column]!,
            tone: tones[index] ?? 'accent',
          }),
        )
        return { symbol, title: unit ? `${label} (${unit})` : label, lines, description: describe(label, unit, lines) }
      }),
    [run],
  )
  return charts.map(({ symbol, title, lines, description }) => (
    <section key={symbol} className={s.chart} aria-label={title}>
      <h3>{title}</h3>
      <ChartFrame
        label={title}
        description={description}
        table={{
          head: [t.models.time(timeUnit), ...lines.map(({ name }) => name)],
          rows: () =>
            everyFew(run.times).map((at) => [write(run.times[at]!), ...lines.map(({ values }) => write(values[at]))]),
        }}
      >
        <LineChart
          times={run.times}
          lines={lines}
          height={190}
          description={description}
          timeLabel={t.models.time(timeUnit)}
          syncKey="model"
        />
      </ChartFrame>
    </section>
  ))
}

function describe(label: string, unit: string | null, lines: readonly Line[]): string {
  return lines
    .map(({ name, values }) => {
      const known = values.filter((value) => value !== null)
      if (known.length === 0) return t.models.noCourse(label, name)
      const low = known.reduce((a, b) => Math.min(a, b))
      const high = known.reduce((a, b) => Math.max(a, b))
      const [first, last] = [known[0]!, known.at(-1)!]
      return t.models.course(label, name, write(first), write(last), write(low), write(high), unit ? ` ${unit}` : '')
    })
    .join(' ')
}

function write(value: number | null | undefined): string {
  return formatSignificant(value ?? Number.NaN, 5)
}

/** Evenly spaced places of a long list, the first and last among them. */
function everyFew(times: readonly number[]): number[] {
  const last = times.length - 1
  if (last < rowsAtMost) return times.map((_, at) => at)
  return Array.from({ length: rowsAtMost + 1 }, (_, row) => Math.round((row * last) / rowsAtMost))
}
