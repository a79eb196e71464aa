import { useEffect, useRef, useState } from 'react'
import { fetchWaveform } from '../api/queries.ts'
import { live } from '../app-context.tsx'
import { formatNumber } from '../format/number.ts'
import { writeClock, writeDuration } from '../format/time.ts'
import { serverNow } from '../live/clock.ts'
import p from '../parts/parts.module.css'
import { getPreferences, onPreferences, usePreferences } from '../parts/preferences.ts'
import { strings as t } from '../strings.ts'
import { BehindChart } from './chart-frame.tsx'
import s from './charts.module.css'
import { onPaletteChange, palette } from './colours.ts'
import { WaveformBuffer } from './waveform-buffer.ts'

const standardPixelsPerMillimetre = 96 / 25.4
const heightMillimetres = 32
/** Left of the trace, where the 1 mV pulse stands. */
const marginMillimetres = 10

/**
 * A live strip on recorder paper: 25 mm/s and 10 mm/mV (AHA/ACC/HRS 2007, 10.1161/CIRCULATIONAHA.106.180200), small
 * squares 1 mm = 40 ms = 0.1 mV, bold every 5 mm, a 1 mV pulse at the left. The pen sweeps over the standing paper as on
 * a monitor, a short way behind the signal so that it never stutters. Held, two calipers measure.
 */
export function WaveformStrip({ subject, onMissing }: { subject: string; onMissing?: () => void }) {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const buffer = useRef(new WaveformBuffer(90_000))
  const [channel, setChannel] = useState<{ name: string; unit: string } | null>(null)
  const [state, setState] = useState<{ delay: number; silent: number | null; rate: number }>({
    delay: 0,
    silent: null,
    rate: 0,
  })
  const [held, setHeld] = useState<number | null>(null)
  const [speed, setSpeed] = useState(25)
  const [gain, setGain] = useState(10)
  const [calipers, setCalipers] = useState<readonly [number, number]>([0.3, 0.45])
  const preferences = usePreferences()
  const scale = preferences.pixelsPerMillimetre ?? standardPixelsPerMillimetre
  const missing = useRef(onMissing)
  missing.current = onMissing

  // Fetch what is there, then each further piece when the server says that one has come.
  useEffect(() => {
    const abort = new AbortController()
    buffer.current = new WaveformBuffer(90_000)
    let busy = false
    let again = false
    let name: string | undefined
    async function fetchMore() {
      if (busy) {
        again = true
        return
      }
      busy = true
      try {
        const from = Math.max(buffer.current.end ?? 0, serverNow() - 60_000)
        let answer = await fetchWaveform(
          subject,
          name,
          Math.round(from),
          Math.round(serverNow() + 60_000),
          abort.signal,
        )
        // Nothing of late: the newest there is, which the strip then shows as past.
        if (answer.pieces.length === 0 && !name)
          answer = await fetchWaveform(subject, undefined, undefined, undefined, abort.signal)
        if (answer.pieces.length > 0) {
          name = answer.channel
          buffer.current.add(answer.pieces)
          setChannel((before) =>
            before?.name === answer.channel ? before : { name: answer.channel, unit: answer.unit },
          )
        } else if (!name) missing.current?.()
      } catch {
        if (!abort.signal.aborted && !name) missing.current?.()
      } finally {
        busy = false
        if (again && !abort.signal.aborted) {
          again = false
          void fetchMore()
        }
      }
    }
    void fetchMore()
    const stop = live.onBatch((events) => {
      if (events.some((event) => event.name === 'waveform' && event.subject === subject)) void fetchMore()
    })
    return () => {
      abort.abort()
      stop()
    }
  }, [subject])

  useEffect(() => {
    const element = canvas.current
    const holder = box.current
    if (!element || !holder || !channel) return
    let frame = 0
    let delay = 1500
    let shown = 0
    let stillAt = 0
    const quiet = matchMedia('(prefers-reduced-motion: reduce)')
    const draw = () => {
      frame = requestAnimationFrame(draw)
      const now = performance.now()
      // 30 frames a second are enough for 25 mm/s; still paper is turned every two seconds where motion is unwelcome.
      if (now - shown < (quiet.matches ? 2000 : 30)) return
      shown = now
      const end = buffer.current.end
      const lag = end === null ? 0 : serverNow() - end
      // Far enough behind that the next piece comes in time; taken up slowly so that the pen does not jump.
      if (lag > delay && lag < 20_000) delay = lag + 200
      const gone = lag >= 20_000
      const head = held ?? (gone && end !== null ? end : serverNow() - delay)
      paint(element, holder, buffer.current, {
        head,
        scale: pixelsPerMillimetre(),
        speed,
        gain,
        unit: channel.unit,
        sweep: !quiet.matches && held === null && !gone,
        gone,
      })
      if (now - stillAt > 1000) {
        stillAt = now
        setState({ delay, silent: lag > delay + 3000 ? lag : null, rate: buffer.current.samplesPerSecond ?? 0 })
      }
    }
    const repaint = () => {
      shown = 0
    }
    const stops = [onPaletteChange(repaint), onPreferences(repaint)]
    frame = requestAnimationFrame(draw)
    return () => {
      cancelAnimationFrame(frame)
      for (const stop of stops) stop()
    }
  }, [channel, held, speed, gain])

  if (!channel) return null
  const width = box.current?.clientWidth ?? 800
  const secondsShown = (width / scale - marginMillimetres) / speed
  const instantAt = (share: number) => (held ?? 0) - ((1 - share) * width * 1000) / scale / speed
  const between = held === null ? null : Math.abs(instantAt(calipers[1]) - instantAt(calipers[0]))
  const heights =
    held === null ? null : [buffer.current.at(instantAt(calipers[0])), buffer.current.at(instantAt(calipers[1]))]
  const millivolt = channel.unit === 'mV'
  const description = describe(buffer.current, channel, secondsShown)
  return (
    <div data-testid="waveform">
      <div ref={box} className={s.ecg} style={{ height: heightMillimetres * scale }}>
        <canvas ref={canvas} role="img" aria-label={description} />
        {held === null
          ? null
          : calipers.map((share, which) => (
              <Caliper
                // biome-ignore lint/suspicious/noArrayIndexKey: there are always these two
                key={which}
                label={t.ecg.caliperHandle(which + 1)}
                share={share}
                step={(speed * scale) / (width * (state.rate || 250))}
                box={box}
                onMove={(to) => setCalipers(which === 0 ? [to, calipers[1]] : [calipers[0], to])}
              />
            ))}
      </div>
      <div className={s.ecgFoot}>
        <strong>{channel.name}</strong>
        <span>
          {millivolt ? t.ecg.scale(formatNumber(speed, speed % 1 ? 1 : 0), String(gain)) : `${speed} mm/s`} ·{' '}
          {preferences.pixelsPerMillimetre ? t.ecg.calibrated : t.ecg.notCalibrated} ·{' '}
          {t.ecg.asSent(formatNumber(state.rate, 0))}
        </span>
        {held === null ? (
          <span>
            {state.silent === null
              ? t.ecg.behind(`${formatNumber(state.delay / 1000, 1)} s`)
              : t.ecg.gone(writeDuration(state.silent))}
          </span>
        ) : (
          <span aria-live="polite">
            {between ? (
              <strong>
                {t.ecg.caliper(
                  formatNumber(between, 0),
                  formatNumber(60_000 / between, 0),
                  heights?.[0] != null && heights[1] != null
                    ? formatNumber(heights[1] - heights[0], 2, { signed: true })
                    : '–',
                )}
              </strong>
            ) : null}{' '}
            {t.ecg.caliperHelp}
          </span>
        )}
        <span className={`${s.ecgControls} no-print`}>
          <label>
            {t.ecg.speed}{' '}
            <select className={p.input} value={speed} onChange={(event) => setSpeed(Number(event.target.value))}>
              {[12.5, 25, 50].map((each) => (
                <option key={each} value={each}>
                  {each} mm/s
                </option>
              ))}
            </select>
          </label>
          {millivolt ? (
            <label>
              {t.ecg.gain}{' '}
              <select className={p.input} value={gain} onChange={(event) => setGain(Number(event.target.value))}>
                {[5, 10, 20].map((each) => (
                  <option key={each} value={each}>
                    {each} mm/mV
                  </option>
                ))}
              </select>
            </label>
          ) : null}
          <button
            type="button"
            className={p.button}
            aria-pressed={held !== null}
            onClick={() => setHeld(held === null ? serverNow() - state.delay : null)}
          >
            {held === null ? t.ecg.hold : t.ecg.run}
          </button>
        </span>
      </div>
      <BehindChart
        label={t.ecg.title(channel.name)}
        table={{
          head: [
            t.ecg.tableFrom,
            `${t.ecg.tableLow} (${channel.unit})`,
            `${t.ecg.tableHigh} (${channel.unit})`,
            t.ecg.tableSamples,
          ],
          rows: () => bySecond(buffer.current),
        }}
      />
    </div>
  )
}

function Caliper(props: {
  label: string
  share: number
  step: number
  box: React.RefObject<HTMLDivElement | null>
  onMove: (share: number) => void
}) {
  const within = (share: number) => Math.max(0, Math.min(1, share))
  return (
    <button
      type="button"
      className={s.caliper}
      style={{ left: `${props.share * 100}%` }}
      aria-label={props.label}
      onKeyDown={(event) => {
        const way = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
        if (way === 0) return
        event.preventDefault()
        props.onMove(within(props.share + way * props.step * (event.shiftKey ? 10 : 1)))
      }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId) || !props.box.current) return
        const area = props.box.current.getBoundingClientRect()
        props.onMove(within((event.clientX - area.left) / area.width))
      }}
    />
  )
}

function pixelsPerMillimetre(): number {
  return getPreferences().pixelsPerMillimetre ?? standardPixelsPerMillimetre
}

interface Paper {
  readonly head: number
  readonly scale: number
  readonly speed: number
  readonly gain: number
  readonly unit: string
  readonly sweep: boolean
  /** No signal any more: what is shown is past, and grey. */
  readonly gone: boolean
}

function paint(canvas: HTMLCanvasElement, box: HTMLElement, buffer: WaveformBuffer, paper: Paper): void {
  const ratio = devicePixelRatio || 1
  const width = box.clientWidth
  const height = Math.round(heightMillimetres * paper.scale)
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
    canvas.style.height = `${height}px`
  }
  const ctx = canvas.getContext('2d')
  if (!ctx) return
  const colours = palette()
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
  ctx.fillStyle = colours.ecgPaper
  ctx.fillRect(0, 0, width, height)
  for (const bold of [false, true]) {
    ctx.strokeStyle = bold ? colours.ecgMajor : colours.ecgMinor
    ctx.lineWidth = bold ? 1 : 0.6
    ctx.beginPath()
    for (let mm = 0; mm * paper.scale <= width; mm += bold ? 5 : 1) {
      ctx.moveTo(mm * paper.scale, 0)
      ctx.lineTo(mm * paper.scale, height)
    }
    for (let mm = 0; mm <= heightMillimetres; mm += bold ? 5 : 1) {
      ctx.moveTo(0, mm * paper.scale)
      ctx.lineTo(width, mm * paper.scale)
    }
    ctx.stroke()
  }

  const perMillisecond = (paper.scale * paper.speed) / 1000
  const left = marginMillimetres * paper.scale
  const span = (width - left) / perMillisecond
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  buffer.forEach(paper.head - span, paper.head, (_, value) => {
    low = Math.min(low, value)
    high = Math.max(high, value)
  })
  const millivolt = paper.unit === 'mV'
  const perUnit = millivolt ? paper.gain * paper.scale : (height * 0.8) / Math.max(1e-9, high - low)
  // A wandering baseline stays in the window: the middle of what is shown is the middle of the paper.
  const middle = low > high ? 0 : millivolt ? Math.round(((low + high) / 2) * 2) / 2 : (low + high) / 2
  const y = (value: number) => height / 2 - (value - middle) * perUnit
  ctx.strokeStyle = paper.gone ? colours.prior : colours.ecgTrace
  ctx.lineWidth = 1.4
  ctx.lineJoin = 'round'
  ctx.beginPath()
  const sweepStart = Math.floor(paper.head / span) * span
  let lastX = Number.NEGATIVE_INFINITY
  buffer.forEach(paper.head - span, paper.head, (t, value, gap) => {
    const x = paper.sweep ? ((t - sweepStart + span) % span) * perMillisecond : (t - paper.head + span) * perMillisecond
    if (gap || x < lastX) ctx.moveTo(left + x, y(value))
    else ctx.lineTo(left + x, y(value))
    lastX = x
  })
  ctx.stroke()
  if (paper.sweep) {
    // The pen wipes a little ahead of itself, so that old and new never touch.
    const pen = left + (paper.head - sweepStart) * perMillisecond
    ctx.fillStyle = colours.ecgPaper
    ctx.fillRect(pen, 0, 5 * paper.scale, height)
    ctx.strokeStyle = colours.ecgMajor
    ctx.beginPath()
    ctx.moveTo(pen, 0)
    ctx.lineTo(pen, height)
    ctx.stroke()
  }
  if (millivolt) {
    // 1 mV for 200 ms.
    const base = y(middle)
    ctx.strokeStyle = colours.ink2
    ctx.lineWidth = 1.2
    ctx.beginPath()
    ctx.moveTo(paper.scale, base)
    ctx.lineTo(2 * paper.scale, base)
    ctx.lineTo(2 * paper.scale, base - paper.gain * paper.scale)
    ctx.lineTo(2 * paper.scale + 0.2 * paper.speed * paper.scale, base - paper.gain * paper.scale)
    ctx.lineTo(2 * paper.scale + 0.2 * paper.speed * paper.scale, base)
    ctx.lineTo(3 * paper.scale + 0.2 * paper.speed * paper.scale, base)
    ctx.stroke()
  }
}

function describe(buffer: WaveformBuffer, channel: { name: string; unit: string }, seconds: number): string {
  const end = buffer.end ?? 0
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  buffer.forEach(end - seconds * 1000, end, (_, value) => {
    low = Math.min(low, value)
    high = Math.max(high, value)
  })
  if (low > high) return t.ecg.waiting
  return t.ecg.describe(
    channel.name,
    formatNumber(seconds, 0),
    formatNumber(low, 2),
    formatNumber(high, 2),
    channel.unit,
  )
}

function bySecond(buffer: WaveformBuffer): (readonly string[])[] {
  const end = buffer.end
  if (end === null) return []
  const rows: string[][] = []
  for (let second = Math.floor(end / 1000) - 30; second <= Math.floor(end / 1000); second += 1) {
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    let count = 0
    buffer.forEach(second * 1000, second * 1000 + 999.99, (_, value) => {
      low = Math.min(low, value)
      high = Math.max(high, value)
      count += 1
    })
    if (count > 0)
      rows.push([writeClock(second * 1000), formatNumber(low, 2), formatNumber(high, 2), formatNumber(count, 0)])
  }
  return rows
}
