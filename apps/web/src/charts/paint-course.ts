import type uPlot from 'uplot'
import { faded, type Palette, palette } from './colours.ts'
import { type Ahead, type Band, type Course, isInside } from './course.ts'

/** After this long without a value, a line is broken rather than drawn across the gap. */
const gap = 10 * 60_000

/** Draws a course on a uPlot canvas: measured solid, estimated with its band, predicted fading with the horizon. */
export function paintCourse(
  u: uPlot,
  course: Course,
  convert: (value: number) => number,
  now: number,
  compact: boolean,
): void {
  const { ctx } = u
  const colours = palette()
  const ratio = devicePixelRatio || 1
  const x = (t: number) => u.valToPos(t / 1000, 'x', true)
  const y = (value: number) => u.valToPos(convert(value), 'y', true)
  const { left, top, width, height } = u.bbox
  ctx.save()
  ctx.beginPath()
  ctx.rect(left, top, width, height)
  ctx.clip()

  if (course.reference) {
    ctx.fillStyle = faded(colours.prior, 0.11)
    const high = y(course.reference[1])
    ctx.fillRect(left, high, width, y(course.reference[0]) - high)
  }

  const band = (points: readonly Band[], low: 'p05' | 'p25', high: 'p75' | 'p95', fill: string | CanvasGradient) => {
    for (const run of runsOf(points)) {
      ctx.beginPath()
      for (const point of run) ctx.lineTo(x(point.t), y(point[high]))
      for (let index = run.length - 1; index >= 0; index -= 1) ctx.lineTo(x(run[index]!.t), y(run[index]![low]))
      ctx.closePath()
      ctx.fillStyle = fill
      ctx.fill()
    }
  }
  const line = (points: readonly Band[], stroke: string | CanvasGradient, lineWidth: number, dash: number[]) => {
    ctx.strokeStyle = stroke
    ctx.lineWidth = lineWidth * ratio
    ctx.setLineDash(dash.map((each) => each * ratio))
    for (const run of runsOf(points)) {
      ctx.beginPath()
      for (const point of run) ctx.lineTo(x(point.t), y(point.p50))
      ctx.stroke()
    }
    ctx.setLineDash([])
  }

  band(course.estimates, 'p05', 'p95', faded(colours.accent, 0.16))
  // One that stands alone has no width as a band: it is drawn as a bar.
  ctx.strokeStyle = faded(colours.accent, 0.4)
  ctx.lineWidth = 2 * ratio
  for (const [only, next] of runsOf(course.estimates))
    if (only && !next) {
      ctx.beginPath()
      ctx.moveTo(x(only.t), y(only.p05))
      ctx.lineTo(x(only.t), y(only.p95))
      ctx.stroke()
    }
  line(course.estimates, faded(colours.accent, 0.75), 1, [])

  for (const ahead of course.ahead) {
    const first = ahead.bands[0]
    const last = ahead.bands[ahead.bands.length - 1]
    if (!first || !last) continue
    const { base, dash } = styleOf(ahead.kind, colours)
    const fade = (from: number, to: number) => {
      const gradient = ctx.createLinearGradient(x(first.t), 0, Math.max(x(first.t) + 1, x(last.t)), 0)
      gradient.addColorStop(0, faded(base, from))
      gradient.addColorStop(1, faded(base, to))
      return gradient
    }
    band(ahead.bands, 'p05', 'p95', fade(0.2, 0.08))
    band(ahead.bands, 'p25', 'p75', fade(0.3, 0.12))
    line(ahead.bands, fade(1, 0.45), 1.5, dash)
  }

  // What was expected: an outlined band in the other colour, over which stands what came.
  band(course.past, 'p05', 'p95', faded(colours.scenario, 0.14))
  line(course.past, faded(colours.scenario, 0.9), 1.25, [2, 3])
  ctx.strokeStyle = faded(colours.scenario, 0.55)
  ctx.lineWidth = ratio
  for (const run of runsOf(course.past))
    for (const edge of ['p05', 'p95'] as const) {
      ctx.beginPath()
      for (const point of run) ctx.lineTo(x(point.t), y(point[edge]))
      ctx.stroke()
    }
  ctx.strokeStyle = colours.ink
  ctx.fillStyle = colours.ink
  for (const past of course.past) {
    // Filled inside, a larger ring outside: not told by colour.
    const held = isInside(past)
    ctx.lineWidth = 1.75 * ratio
    ctx.beginPath()
    ctx.arc(x(past.t), y(past.observed), (held ? 2.2 : 3.6) * ratio, 0, 2 * Math.PI)
    if (held) ctx.fill()
    else ctx.stroke()
  }

  // Measurements are solid marks; sparse ones larger. A doubtful one is an open ring.
  const spacing = course.measured.length > 1 ? width / course.measured.length : width
  const radius = Math.min(compact ? 1.8 : 2.6, Math.max(1.1, spacing / ratio / 2.5)) * ratio
  for (const point of course.measured) {
    const px = x(point.t)
    if (px < left - 4 || px > left + width + 4) continue
    ctx.beginPath()
    ctx.arc(px, y(point.value), radius, 0, 2 * Math.PI)
    if (point.quality < 0.5) {
      ctx.strokeStyle = colours.ink
      ctx.lineWidth = ratio
      ctx.stroke()
    } else {
      ctx.fillStyle = colours.ink
      ctx.fill()
    }
  }

  const at = x(now)
  if (at > left + 1 && at < left + width - 1) {
    ctx.strokeStyle = colours.ink2
    ctx.lineWidth = ratio
    ctx.beginPath()
    ctx.moveTo(Math.round(at) + 0.5, top)
    ctx.lineTo(Math.round(at) + 0.5, top + height)
    ctx.stroke()
  }
  ctx.restore()
}

/** What goes on, what is planned and what is planned beside it differ in colour and in dash. */
function styleOf(kind: Ahead['kind'], colours: Palette): { readonly base: string; readonly dash: number[] } {
  if (kind === 'scenario') return { base: colours.scenario, dash: [] }
  if (kind === 'beside') return { base: colours.ink2, dash: [1.5, 2.5] }
  return { base: colours.accent, dash: [5, 3] }
}

function runsOf(points: readonly Band[]): readonly (readonly Band[])[] {
  // A gap is judged against the usual step, so that daily values are joined as well as those of every second. Steps of a
  // forecast grow with its horizon, so they are judged against the largest so far too.
  const steps = points.slice(1).map((point, index) => point.t - points[index]!.t)
  const usual = [...steps].sort((a, b) => a - b)[steps.length >> 1] ?? 0
  const runs: Band[][] = []
  let run: Band[] = []
  let largest = usual
  points.forEach((point, index) => {
    const step = index === 0 ? 0 : steps[index - 1]!
    if (step > Math.max(gap, largest * 6) && run.length > 0) {
      runs.push(run)
      run = []
    } else largest = Math.max(largest, step)
    run.push(point)
  })
  if (run.length > 0) runs.push(run)
  return runs
}
