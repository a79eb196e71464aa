import type { SummaryFigures } from '@counterpart/server/contract'
import s from './charts.module.css'
import { linear } from './scale.ts'

export interface StripProps {
  /** The interval that is drawn in full: thin line 90 %, thick bar 50 %, tick at the median. */
  readonly summary?: SummaryFigures
  /** A second interval, in grey above. */
  readonly behind?: SummaryFigures
  readonly domain: readonly [number, number]
  /** A line all strips of a column share, e.g. no difference at 0. */
  readonly zero?: number
  readonly reference?: readonly [number, number] | null
  /** What was measured: a solid mark. */
  readonly measured?: number | null
  /** The mark is open when it lies outside of what was predicted. */
  readonly measuredOpen?: boolean
  readonly width?: number
  readonly height?: number
  readonly tone?: 'accent' | 'scenario'
}

/** A distribution on a line, such as a forest plot has. Always beside the same figures as text, so hidden from readers. */
export function Strip(props: StripProps) {
  const { summary, behind, domain, width = 150, height = behind ? 22 : 16 } = props
  const scale = linear(domain, [3, width - 3])
  const x = (value: number) => Math.max(0, Math.min(width, scale(value)))
  const colour = props.tone === 'scenario' ? 'var(--scenario-mark)' : 'var(--accent)'
  const middle = behind ? height - 7 : height / 2
  return (
    <svg className={s.strip} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {props.reference ? (
        <rect
          x={x(props.reference[0])}
          y={1}
          width={Math.max(0, x(props.reference[1]) - x(props.reference[0]))}
          height={height - 2}
          fill="var(--prior)"
          opacity={0.16}
        />
      ) : null}
      {props.zero === undefined ? (
        <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} stroke="var(--rule)" />
      ) : (
        <line x1={x(props.zero)} x2={x(props.zero)} y1={0} y2={height} stroke="var(--ink-2)" strokeWidth={1} />
      )}
      {behind ? <Bar summary={behind} x={x} y={6} colour="var(--prior)" thick={3} /> : null}
      {summary ? (
        <Bar summary={summary} x={x} y={middle} colour={colour} thick={6} clip={domain} width={width} />
      ) : null}
      {props.measured === undefined || props.measured === null ? null : (
        <circle
          cx={x(props.measured)}
          cy={middle}
          r={3.6}
          fill={props.measuredOpen ? 'var(--ground)' : 'var(--ink)'}
          stroke="var(--ink)"
          strokeWidth={1.6}
        />
      )}
    </svg>
  )
}

function Bar(props: {
  summary: SummaryFigures
  x: (value: number) => number
  y: number
  colour: string
  thick: number
  clip?: readonly [number, number]
  width?: number
}) {
  const { summary, x, y, colour, thick } = props
  return (
    <g stroke={colour} fill={colour}>
      <line x1={x(summary.p05)} x2={x(summary.p95)} y1={y} y2={y} strokeWidth={1.5} />
      <rect
        x={x(summary.p25)}
        y={y - thick / 2}
        width={Math.max(1, x(summary.p75) - x(summary.p25))}
        height={thick}
        stroke="none"
        opacity={0.55}
      />
      <line x1={x(summary.p50)} x2={x(summary.p50)} y1={y - thick / 2 - 2} y2={y + thick / 2 + 2} strokeWidth={2} />
      {props.clip && summary.p95 > props.clip[1] ? (
        <path d={`M${props.width! - 5} ${y - 4}l5 4l-5 4z`} stroke="none" />
      ) : null}
      {props.clip && summary.p05 < props.clip[0] ? <path d={`M5 ${y - 4}l-5 4l5 4z`} stroke="none" /> : null}
    </g>
  )
}

/** The range that a column of strips shares; with `zero` in it. */
export function sharedDomain(summaries: readonly SummaryFigures[], zero?: number): readonly [number, number] {
  let low = zero ?? Number.POSITIVE_INFINITY
  let high = zero ?? Number.NEGATIVE_INFINITY
  for (const each of summaries) {
    low = Math.min(low, each.p05)
    high = Math.max(high, each.p95)
  }
  if (!(low < high)) return [low - 1, high + 1]
  const pad = (high - low) * 0.04
  return [low - pad, high + pad]
}
