import type { Score, SummaryFigures } from '@counterpart/server/contract'
import { strings } from '../strings.ts'
import { type NumberStyle, writeEstimate, writeInterval, writeProbability } from './number.ts'
import { writeLead } from './time.ts'

interface Named {
  readonly label: string
  readonly unit: string
  readonly digits?: number
  readonly factor?: number
}

/** What a chart of measurements, estimates and a forecast says, for those who do not see it. */
export function describeCourse(
  named: Named,
  course: {
    readonly measured: readonly { readonly t: number; readonly value: number }[]
    readonly estimate?: SummaryFigures
    readonly forecast?: { readonly lead: number; readonly summary: SummaryFigures }
  },
  style: NumberStyle = {},
): string {
  const sentences: string[] = []
  const d = strings.describe
  const counted = course.estimate !== undefined && course.estimate.p05 === course.estimate.p95
  const factor = named.factor ?? 1
  if (course.measured.length > 0) {
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    for (const { value } of course.measured) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
    const write = (value: number) =>
      new Intl.NumberFormat(style.locale, { maximumFractionDigits: named.digits ?? 1 }).format(value * factor)
    const first = course.measured[0]!
    const last = course.measured[course.measured.length - 1]!
    sentences.push(
      d.measured(
        named.label,
        course.measured.length,
        writeLead(Math.max(1000, Math.round((last.t - first.t) / 60_000) * 60_000)),
        write(low),
        write(high),
        write(last.value),
        named.unit,
      ),
    )
  } else if (counted) sentences.push(`${named.label}.`)
  else sentences.push(d.notMeasured(named.label))
  if (course.estimate) {
    const written = writeEstimate(course.estimate, { ...style, digits: named.digits, factor })
    sentences.push(
      counted
        ? d.countedNow(written.value, named.unit)
        : d.estimatedNow(written.value, named.unit, writeInterval(written.low, written.high)),
    )
  }
  if (course.forecast) {
    const written = writeEstimate(course.forecast.summary, { ...style, digits: named.digits, factor })
    const from = course.estimate?.p50
    const width = course.forecast.summary.p95 - course.forecast.summary.p05
    const change = from === undefined ? 0 : course.forecast.summary.p50 - from
    const direction = Math.abs(change) < width / 10 ? d.steady : change > 0 ? d.rising : d.falling
    sentences.push(
      d.forecast(
        direction,
        written.value,
        named.unit,
        writeInterval(written.low, written.high),
        writeLead(course.forecast.lead),
      ),
    )
  }
  return sentences.join(' ')
}

/** What a difference against carrying on amounts to, in a sentence. */
export function describeDifference(named: Named, difference: SummaryFigures, style: NumberStyle = {}): string {
  const written = writeEstimate(difference, { ...style, digits: named.digits, factor: named.factor, signed: true })
  const sure = difference.p05 > 0 || difference.p95 < 0
  return strings.describe.difference(
    named.label,
    written.value,
    named.unit,
    writeInterval(written.low, written.high),
    sure,
  )
}

/** Whether intervals cover as often as they say, in a sentence. */
export function describeCoverage(score: Pick<Score, 'coverage' | 'count' | 'label'>, style: NumberStyle = {}): string {
  const d = strings.describe
  if (score.count === 0 || score.coverage.length === 0) return d.noScores(score.label)
  const off = score.coverage.filter((c) => c.level < c.low || c.level > c.high)
  const detail = score.coverage
    .map((c) => d.coverageOf(writeProbability(c.level, style), writeProbability(c.observed, style)))
    .join(', ')
  return `${d.coverage(score.label, score.count, detail)} ${off.length === 0 ? d.calibrated : off.every((c) => c.observed < c.level) ? d.overconfident : off.every((c) => c.observed > c.level) ? d.underconfident : d.miscalibrated}`
}

/** The shape of a PIT histogram: flat, too narrow (U), too wide (hump) or shifted. */
export function describePit(label: string, pit: readonly number[]): string {
  const d = strings.describe
  const total = pit.reduce((sum, each) => sum + each, 0)
  if (total === 0 || pit.length < 4) return d.noScores(label)
  const share = (from: number, to: number) => pit.slice(from, to).reduce((sum, each) => sum + each, 0) / total
  const quarter = Math.max(1, Math.floor(pit.length / 5))
  const left = share(0, quarter)
  const right = share(pit.length - quarter, pit.length)
  const expected = quarter / pit.length
  const shape =
    left > 1.5 * expected && right > 1.5 * expected
      ? d.pitNarrow
      : left < 0.5 * expected && right < 0.5 * expected
        ? d.pitWide
        : left > 1.6 * right
          ? d.pitHigh
          : right > 1.6 * left
            ? d.pitLow
            : d.pitFlat
  return d.pit(label, shape)
}
