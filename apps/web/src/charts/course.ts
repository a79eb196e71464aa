import type { ForecastBands, ForecastHistory, LiveEvent, Reading, SummaryFigures } from '@counterpart/server/contract'
import { beliefOf } from '../live/apply.ts'

interface Point {
  readonly t: number
  readonly value: number
  readonly quality: number
}

export interface Band {
  readonly t: number
  readonly p05: number
  readonly p25: number
  readonly p50: number
  readonly p75: number
  readonly p95: number
}

export interface Ahead {
  readonly kind: 'forecast' | 'scenario' | 'beside'
  readonly bands: readonly Band[]
}

export interface PastForecast extends Band {
  readonly observed: number
}

/** What one quantity did and is expected to do; changed in place as time goes on, so that no tree is drawn anew. */
export interface Course {
  readonly measured: Point[]
  readonly estimates: Band[]
  ahead: readonly Ahead[]
  /** Forecasts that were made equally long before, at the time they were for, and what then came. */
  past: readonly PastForecast[]
  reference: readonly [number, number] | null
}

export function emptyCourse(): Course {
  return { measured: [], estimates: [], ahead: [], past: [], reference: null }
}

export function bandOf(t: number, summary: SummaryFigures): Band {
  return { t, p05: summary.p05, p25: summary.p25, p50: summary.p50, p75: summary.p75, p95: summary.p95 }
}

/** Takes what concerns one channel and one quantity out of a batch; true when something came. */
export function takeBatch(
  course: Course,
  events: readonly LiveEvent[],
  who: { readonly subject: string; readonly twin: string; readonly channel: string | null; readonly quantity: string },
  keepFrom: number,
): boolean {
  let came = false
  for (const event of events) {
    if (event.name === 'observation' && event.subject === who.subject && who.channel !== null) {
      const reading = event.data as unknown as Reading
      if (reading.channel === who.channel && reading.value !== null)
        came =
          insertPoint(course.measured, {
            t: reading.effective,
            value: reading.value,
            quality: reading.quality?.score ?? 1,
          }) || came
    } else if (event.name === 'belief' && event.twin === who.twin) {
      const { asOf, quantities } = beliefOf(event)
      const summary = quantities[who.quantity]
      if (summary) came = insertPoint(course.estimates, bandOf(asOf, summary)) || came
    }
  }
  if (came) {
    dropBefore(course.measured, keepFrom)
    dropBefore(course.estimates, keepFrom)
  }
  return came
}

/** Puts a point in its place by time; late ones go where they belong, a second one of the same time replaces it. */
export function insertPoint<P extends { readonly t: number }>(points: P[], point: P): boolean {
  let at = points.length
  while (at > 0 && points[at - 1]!.t > point.t) at -= 1
  if (at > 0 && points[at - 1]!.t === point.t) points[at - 1] = point
  else points.splice(at, 0, point)
  return true
}

function dropBefore(points: { readonly t: number }[], t: number): void {
  let count = 0
  while (count < points.length - 1 && points[count]!.t < t) count += 1
  if (count > 0) points.splice(0, count)
}

/** The range of values that a course needs within a span of time. */
export function valuesWithin(course: Course, from: number, to: number): number[] {
  const values: number[] = []
  for (const point of course.measured) if (point.t >= from && point.t <= to) values.push(point.value)
  // What was held before the first data may be so wide that it would flatten all else: it is drawn, but cut off.
  const last = course.estimates[course.estimates.length - 1]
  const widest = last ? 4 * (last.p95 - last.p05) : 0
  for (const band of course.estimates)
    if (band.t >= from && band.t <= to && band.p95 - band.p05 <= widest) values.push(band.p05, band.p95)
  for (const ahead of course.ahead) for (const band of ahead.bands) if (band.t <= to) values.push(band.p05, band.p95)
  for (const past of course.past) if (past.t >= from && past.t <= to) values.push(past.p05, past.p95, past.observed)
  return values
}

/** Makes bands ahead begin at the belief they start from, so that the fan opens at its origin. */
export function openingAt(ahead: readonly Ahead[], t: number, origin: SummaryFigures | undefined): readonly Ahead[] {
  if (!origin) return ahead
  return ahead.map((each) =>
    each.bands[0] && each.bands[0].t > t ? { ...each, bands: [bandOf(t, origin), ...each.bands] } : each,
  )
}

const nothingAhead: readonly Ahead[] = []

/** A forecast's bands of one quantity, for drawing. */
export function aheadOf(bands: ForecastBands | undefined, quantity: string, kind: Ahead['kind']): readonly Ahead[] {
  const band = bands?.quantities[quantity]
  if (!bands || !band) return nothingAhead
  return [
    {
      kind,
      bands: bands.times.map((t, index) =>
        bandOf(t, {
          mean: band.p50[index]!,
          p05: band.p05[index]!,
          p25: band.p25[index]!,
          p50: band.p50[index]!,
          p75: band.p75[index]!,
          p95: band.p95[index]!,
        }),
      ),
    },
  ]
}

/** Past forecasts of one lead, oldest first, and how many of them held what came within their 90 % band. */
export function pastOf(
  scored: ForecastHistory['scored'],
  lead: number,
): { readonly past: readonly PastForecast[]; readonly inside: number } {
  const past = scored
    .filter((each) => each.lead === lead)
    .map((each) => ({ ...bandOf(each.at, each.predicted), observed: each.observed }))
    .sort((a, b) => a.t - b.t)
  return { past, inside: past.filter(isInside).length }
}

/** Whether what came lay within the 90 % band. */
export function isInside({ observed, p05, p95 }: PastForecast): boolean {
  return observed >= p05 && observed <= p95
}
