import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatSignificant } from '../format/number.ts'
import s from './charts.module.css'
import { onPaletteChange, palette } from './colours.ts'
import { paddedRange } from './scale.ts'

export interface Line {
  readonly name: string
  readonly values: readonly (number | null)[]
  /** `scenario` is dashed too, so that it is told apart without colour. */
  readonly tone: 'accent' | 'scenario'
}

export interface LineChartProps {
  /** Of the model: numbers, not moments. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  readonly height: number
  readonly description: string
  readonly timeLabel: string
  /** Charts of one key share their cursor. */
  readonly syncKey: string
}

/** Courses over a model's time, one above the other, with a readout under the cursor. */
export function LineChart(props: LineChartProps) {
  const { times, lines, height, description, timeLabel, syncKey } = props
  const holder = useRef<HTMLDivElement>(null)
  const readout = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = holder.current!
    const font = '11px system-ui, sans-serif'
    const axis = {
      stroke: () => palette().ink2,
      grid: { stroke: () => palette().rule, width: 1 },
      font,
      values: (_: uPlot, splits: number[]) => splits.map((each) => formatSignificant(each, 6)),
    }
    const plot = new uPlot(
      {
        width: Math.max(80, element.clientWidth),
        height,
        legend: { show: false },
        cursor: { sync: { key: syncKey, setSeries: false }, drag: { x: false, y: false }, y: false },
        padding: [8, 22, 0, 0],
        scales: {
          x: { time: false },
          y: {
            range: () =>
              paddedRange(
                lines.flatMap(({ values }) => values.filter((each) => each !== null)),
                0.06,
              ),
          },
        },
        axes: [
          {
            ...axis,
            ticks: { stroke: () => palette().rule, width: 1, size: 4 },
            size: 24,
            gap: 2,
            space: 60,
            label: timeLabel,
            labelFont: font,
            labelSize: 16,
          },
          { ...axis, ticks: { show: false }, size: 58, gap: 4, space: 30 },
        ],
        series: [
          {},
          ...lines.map(
            ({ tone }): uPlot.Series => ({
              stroke: () => (tone === 'scenario' ? palette().scenario : palette().accent),
              width: 2,
              ...(tone === 'scenario' ? { dash: [7, 4] } : {}),
              points: { show: false },
            }),
          ),
        ],
        hooks: {
          setCursor: [
            ({ cursor }) => {
              const at = cursor.idx
              const shown = at !== null && at !== undefined && (cursor.left ?? -1) >= 0
              readout.current!.textContent = shown
                ? [
                    formatSignificant(times[at]!, 5),
                    ...lines.map(({ name, values }) => `${name} ${formatSignificant(values[at] ?? Number.NaN, 5)}`),
                  ].join(' · ')
                : ''
            },
          ],
        },
      },
      [times as number[], ...lines.map(({ values }) => values as (number | null)[])],
      element,
    )
    const stopColours = onPaletteChange(() => plot.redraw(false, true))
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth
      if (width > 0 && width !== plot.width) plot.setSize({ width, height })
    })
    observer.observe(element)
    return () => {
      stopColours()
      observer.disconnect()
      plot.destroy()
    }
  }, [times, lines, height, timeLabel, syncKey])

  return (
    <div className={s.timeChart}>
      <div ref={holder} role="img" aria-label={description} style={{ minHeight: height }} />
      <div ref={readout} className={s.readout} aria-hidden="true" />
    </div>
  )
}
