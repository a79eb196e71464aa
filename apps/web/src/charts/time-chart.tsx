import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { decimalsFor, formatNumber, writeInterval } from '../format/number.ts'
import { writeDay, writeMinute, writeWhen } from '../format/time.ts'
import { serverNow } from '../live/clock.ts'
import { strings as t } from '../strings.ts'
import s from './charts.module.css'
import { onPaletteChange, palette } from './colours.ts'
import { type Band, type Course, valuesWithin } from './course.ts'
import { paintCourse } from './paint-course.ts'
import { niceTicks, paddedRange, tickDecimals } from './scale.ts'

export interface TimeChartProps {
  readonly course: Course
  /** Calls back when the course has changed in place; returns the way to stop. */
  readonly subscribe: (redraw: () => void) => () => void
  /** What the time axis shows, at a given now. */
  readonly range: (now: number) => readonly [number, number]
  readonly height: number
  readonly convert: (value: number) => number
  readonly digits: number
  readonly description: string
  /** Charts of one key share their cursor. */
  readonly syncKey: string
  readonly compact?: boolean
  readonly timeAxis?: boolean
}

/** One quantity over time. React makes it once; after that it is drawn directly. */
export function TimeChart(props: TimeChartProps) {
  const holder = useRef<HTMLDivElement>(null)
  const readout = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  latest.current = props
  const redraw = useRef<() => void>(() => undefined)
  const { compact = false, timeAxis = true, height, syncKey, subscribe } = props

  useEffect(() => {
    const element = holder.current!
    const options: uPlot.Options = {
      width: Math.max(80, element.clientWidth),
      height,
      legend: { show: false },
      cursor: {
        sync: { key: syncKey, setSeries: false },
        drag: { x: false, y: false },
        points: { show: false },
        y: false,
      },
      padding: [compact ? 4 : 8, compact ? 2 : 8, compact ? 2 : 0, 0],
      scales: {
        x: { time: true, range: () => range(latest.current) },
        y: { range: () => valueRange(latest.current) },
      },
      axes: [
        {
          show: timeAxis,
          stroke: () => palette().ink2,
          grid: { stroke: () => palette().rule, width: 1 },
          ticks: { stroke: () => palette().rule, width: 1, size: 4 },
          font: '11px system-ui, sans-serif',
          size: 22,
          gap: 2,
          space: 70,
          values: (_, splits) => {
            const days = (splits[1] ?? 0) - (splits[0] ?? 0) >= 86_400
            return splits.map((each) => (days ? writeDay(each * 1000) : writeMinute(each * 1000)))
          },
        },
        {
          stroke: () => palette().ink2,
          grid: { stroke: () => palette().rule, width: 1 },
          ticks: { show: false },
          font: '11px system-ui, sans-serif',
          size: 44,
          gap: 4,
          splits: (_, __, low, high) => (hasValues(latest.current) ? [...niceTicks(low, high, compact ? 2 : 4)] : []),
          values: (_, splits) => splits.map((each) => formatNumber(each, tickDecimals(splits))),
        },
      ],
      series: [{}, { paths: () => null, points: { show: false } }],
      hooks: {
        draw: [
          (u) => {
            const { course, convert } = latest.current
            paintCourse(u, course, convert, serverNow(), compact)
          },
        ],
        setCursor: [(u) => writeReadout(u, latest.current, readout.current)],
      },
    }
    const plot = new uPlot(options, dataOf(latest.current), element)
    const draw = () => plot.setData(dataOf(latest.current))
    redraw.current = draw
    const stop = subscribe(draw)
    const stopColours = onPaletteChange(() => plot.redraw(false, true))
    // The paper moves even when nothing arrives, so that silence is seen as a gap.
    const tick = setInterval(draw, compact ? 2000 : 5000)
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth
      if (width > 0 && width !== plot.width) plot.setSize({ width, height })
    })
    observer.observe(element)
    return () => {
      stop()
      stopColours()
      clearInterval(tick)
      observer.disconnect()
      plot.destroy()
    }
  }, [compact, timeAxis, height, syncKey, subscribe])

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when what is drawn has been exchanged
  useEffect(() => redraw.current(), [props.course, props.convert, props.range])

  return (
    <div className={s.timeChart}>
      <div ref={holder} role="img" aria-label={props.description} style={{ minHeight: height }} />
      <div ref={readout} className={s.readout} aria-hidden="true" />
    </div>
  )
}

function range(props: TimeChartProps): [number, number] {
  const [from, to] = props.range(serverNow())
  return [from / 1000, to / 1000]
}

function hasValues(props: TimeChartProps): boolean {
  const [from, to] = props.range(serverNow())
  return valuesWithin(props.course, from, to).length > 0
}

function valueRange(props: TimeChartProps): [number, number] {
  const [from, to] = props.range(serverNow())
  return paddedRange(valuesWithin(props.course, from, to).map(props.convert), 0.08)
}

/** uPlot needs the times for its cursor; everything else is drawn by ourselves. */
function dataOf(props: TimeChartProps): uPlot.AlignedData {
  const times = new Set<number>()
  const { course } = props
  for (const point of course.measured) times.add(point.t / 1000)
  for (const band of course.estimates) times.add(band.t / 1000)
  for (const ahead of course.ahead) for (const band of ahead.bands) times.add(band.t / 1000)
  const xs = [...times].sort((a, b) => a - b)
  return [xs, xs.map(() => null)]
}

function writeReadout(u: uPlot, props: TimeChartProps, element: HTMLElement | null): void {
  if (!element) return
  const index = u.cursor.idx
  const seconds = index === null || index === undefined ? undefined : u.data[0][index]
  if (seconds === undefined || (u.cursor.left ?? -1) < 0) {
    element.textContent = ''
    return
  }
  const at = seconds * 1000
  const parts: string[] = []
  const measured = closest(props.course.measured, at)
  const write = (value: number, decimals: number) => formatNumber(props.convert(value), decimals)
  if (measured && Math.abs(measured.t - at) < 60_000)
    parts.push(`${t.now.measured} ${write(measured.value, props.digits)}`)
  const ahead = props.course.ahead.flatMap((each) => each.bands)
  const band = at > serverNow() - 1000 ? closest(ahead, at) : closest(props.course.estimates, at)
  if (band) {
    const decimals = decimalsFor(props.convert(band.p95) - props.convert(band.p05), props.digits)
    parts.push(
      `${at > serverNow() ? t.next.kindForecast : t.now.estimated} ${write(band.p50, decimals)} (${writeInterval(write(band.p05, decimals), write(band.p95, decimals))})`,
    )
  }
  element.textContent = t.chart.readout(writeWhen(at, serverNow()), parts.join(' · '))
}

function closest<P extends Pick<Band, 't'>>(points: readonly P[], t: number): P | undefined {
  let best: P | undefined
  for (const point of points) if (!best || Math.abs(point.t - t) < Math.abs(best.t - t)) best = point
  return best
}
