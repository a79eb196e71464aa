import type { CurvesPicture } from '@counterpart/server/contract'
import { useMemo, useRef } from 'react'
import { formatNumber } from '../format/number.ts'
import { displayUnit } from '../format/unit.ts'
import { usePreferences } from '../parts/preferences.ts'
import { strings as t } from '../strings.ts'
import { ChartFrame } from './chart-frame.tsx'
import s from './charts.module.css'
import { linear, niceTicks, paddedRange, tickDecimals } from './scale.ts'
import { useWidth } from './use-width.ts'

export interface NamedPicture {
  readonly name: string
  readonly picture: CurvesPicture
  readonly tone: 'accent' | 'scenario'
}

const margin = { top: 14, right: 18, bottom: 38, left: 50 }

/** Curves over two axes, e.g. pressure–volume loops: the members of the ensemble as a band, the central one on top. */
export function Curves({ pictures, label }: { pictures: readonly NamedPicture[]; label: string }) {
  const { units } = usePreferences()
  const holder = useRef<SVGSVGElement>(null)
  const width = useWidth(holder, 460)
  const height = Math.round(width * 0.74)
  const first = pictures[0]!.picture
  const xUnit = displayUnit(first.x.unit, units, first.x.label)
  const yUnit = displayUnit(first.y.unit, units, first.y.label)
  const drawn = useMemo(() => {
    const xs: number[] = []
    const ys: number[] = []
    for (const { picture } of pictures)
      for (const curve of [...picture.members, picture.central]) {
        for (const value of curve.x) xs.push(value * xUnit.factor)
        for (const value of curve.y) ys.push(value * yUnit.factor)
      }
    const [xLow, xHigh] = paddedRange(xs, 0.05)
    const [yLow, yHigh] = paddedRange([...ys, 0], 0.05)
    const x = linear([xLow, xHigh], [margin.left, width - margin.right])
    const y = linear([Math.min(0, yLow), yHigh], [height - margin.bottom, margin.top])
    const path = (curve: { readonly x: readonly number[]; readonly y: readonly number[] }) =>
      `M${curve.x.map((value, index) => `${x(value * xUnit.factor).toFixed(1)} ${y((curve.y[index] ?? 0) * yUnit.factor).toFixed(1)}`).join('L')}Z`
    return {
      x,
      y,
      xTicks: niceTicks(xLow, xHigh, width < 380 ? 4 : 6),
      yTicks: niceTicks(Math.min(0, yLow), yHigh, 6),
      paths: pictures.map(({ picture }) => ({ members: picture.members.map(path), central: path(picture.central) })),
    }
  }, [pictures, xUnit.factor, yUnit.factor, width, height])
  const description = pictures
    .map((each) => (pictures.length > 1 ? `${each.name}: ` : '') + each.picture.description)
    .join(' ')
  return (
    <ChartFrame
      label={label}
      description={description}
      table={{
        head: [
          t.now.picture,
          `${first.x.label} ${t.ecg.tableLow}`,
          `${first.x.label} ${t.ecg.tableHigh}`,
          `${first.y.label} ${t.ecg.tableLow}`,
          `${first.y.label} ${t.ecg.tableHigh}`,
        ],
        rows: () =>
          pictures.flatMap(({ name, picture }) => {
            const row = (what: string, curve: CurvesPicture['central']) => [
              `${name} ${what}`,
              ...extent(curve.x, xUnit.factor, xUnit.text),
              ...extent(curve.y, yUnit.factor, yUnit.text),
            ]
            return [row(t.now.central, picture.central), ...picture.members.map((each) => row(each.label, each))]
          }),
      }}
    >
      <svg ref={holder} className={s.svg} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={description}>
        {drawn.xTicks.map((tick) => (
          <g key={tick}>
            <line
              x1={drawn.x(tick)}
              x2={drawn.x(tick)}
              y1={margin.top}
              y2={height - margin.bottom}
              stroke="var(--rule)"
            />
            <text x={drawn.x(tick)} y={height - margin.bottom + 14} textAnchor="middle">
              {formatNumber(tick, tickDecimals(drawn.xTicks))}
            </text>
          </g>
        ))}
        {drawn.yTicks.map((tick) => (
          <g key={tick}>
            <line
              x1={margin.left}
              x2={width - margin.right}
              y1={drawn.y(tick)}
              y2={drawn.y(tick)}
              stroke="var(--rule)"
            />
            <text x={margin.left - 6} y={drawn.y(tick) + 4} textAnchor="end">
              {formatNumber(tick, tickDecimals(drawn.yTicks))}
            </text>
          </g>
        ))}
        <text x={width - margin.right} y={height - 6} textAnchor="end">
          {first.x.label} ({xUnit.text})
        </text>
        <text x={6} y={margin.top - 4}>
          {first.y.label} ({yUnit.text})
        </text>
        {drawn.paths.map((each, index) => {
          const colour = pictures[index]!.tone === 'scenario' ? 'var(--scenario-mark)' : 'var(--accent)'
          const opacity = Math.min(0.5, 5 / Math.max(10, each.members.length))
          return (
            // The order of pictures is fixed: carrying on first.
            <g key={pictures[index]!.name} fill="none" stroke={colour} strokeLinejoin="round">
              {each.members.map((member, which) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: members are known by their place in the ensemble
                <path key={which} d={member} strokeWidth={3} opacity={opacity} />
              ))}
              <path
                d={each.central}
                strokeWidth={2.2}
                strokeDasharray={pictures[index]!.tone === 'scenario' ? '7 3' : undefined}
              />
            </g>
          )
        })}
        {pictures.length > 1
          ? pictures.map((each, index) => (
              <g key={each.name} transform={`translate(${width - margin.right - 150} ${margin.top + 12 + index * 16})`}>
                <line
                  x1={0}
                  x2={22}
                  y1={-4}
                  y2={-4}
                  strokeWidth={2.2}
                  stroke={each.tone === 'scenario' ? 'var(--scenario-mark)' : 'var(--accent)'}
                  strokeDasharray={each.tone === 'scenario' ? '7 3' : undefined}
                />
                <text x={28}>{each.name}</text>
              </g>
            ))
          : null}
      </svg>
    </ChartFrame>
  )
}

function extent(values: readonly number[], factor: number, unit: string): [string, string] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return [`${formatNumber(low * factor, 0)} ${unit}`, `${formatNumber(high * factor, 0)} ${unit}`]
}
