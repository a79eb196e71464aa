import type { Score } from '@counterpart/server/contract'
import { useCallback } from 'react'
import { ChartFrame } from '../charts/chart-frame.tsx'
import { Plot, Statistics } from '../charts/statistics.tsx'
import { describeCoverage, describePit } from '../format/describe.ts'
import { formatNumber, writeProbability } from '../format/number.ts'
import { writeLead } from '../format/time.ts'
import { strings as t } from '../strings.ts'
import s from './trust.module.css'

const percent = (value: number) => formatNumber(value * 100, 0)

/** Coverage, PIT and skill of one quantity: three small charts with their tables. */
export function ScoreCharts({ overall, byLead }: { overall: Score; byLead: readonly Score[] }) {
  const leads = [...byLead].filter((each) => each.skill !== null).sort((a, b) => (a.lead ?? 0) - (b.lead ?? 0))
  const total = overall.pit.reduce((sum, each) => sum + each, 0)
  const coverage = useCallback(
    (): Plot.PlotOptions => ({
      height: 240,
      marginLeft: 44,
      marginBottom: 36,
      x: {
        domain: [40, 100],
        label: `${t.trust.nominal} (%)`,
        ticks: overall.coverage.map((each) => each.level * 100),
        labelAnchor: 'right',
        labelArrow: false,
      },
      y: {
        domain: [Math.min(40, ...overall.coverage.map((each) => Math.floor(each.low * 10) * 10)), 100],
        label: `${t.trust.observed} (%)`,
        grid: true,
        ticks: 5,
        labelArrow: false,
      },
      marks: [
        Plot.line(
          [
            [40, 40],
            [100, 100],
          ],
          { stroke: 'var(--ink-2)', strokeDasharray: '3 3' },
        ),
        Plot.ruleX(overall.coverage, {
          x: (each: Score['coverage'][number]) => each.level * 100,
          y1: (each: Score['coverage'][number]) => each.low * 100,
          y2: (each: Score['coverage'][number]) => each.high * 100,
          stroke: 'var(--accent)',
          strokeWidth: 1.5,
        }),
        Plot.dot(overall.coverage, {
          x: (each: Score['coverage'][number]) => each.level * 100,
          y: (each: Score['coverage'][number]) => each.observed * 100,
          fill: 'var(--accent)',
          r: 4,
        }),
        Plot.text(overall.coverage, {
          x: (each: Score['coverage'][number]) => each.level * 100,
          y: (each: Score['coverage'][number]) => each.observed * 100,
          text: (each: Score['coverage'][number]) => percent(each.observed),
          dx: -8,
          textAnchor: 'end',
          fill: 'var(--ink)',
        }),
      ],
    }),
    [overall],
  )
  const pit = useCallback(
    (): Plot.PlotOptions => ({
      height: 240,
      marginLeft: 44,
      marginBottom: 36,
      x: { domain: [0, 1], label: t.trust.pitBin, ticks: 5, labelArrow: false },
      y: {
        label: `${t.trust.share} (%)`,
        grid: true,
        ticks: 5,
        labelArrow: false,
        domain: [0, Math.max(20, ...overall.pit.map((each) => Math.ceil((100 * each) / Math.max(1, total) / 5) * 5))],
      },
      marks: [
        Plot.rectY(overall.pit, {
          x1: (_: number, index: number) => index / overall.pit.length,
          x2: (_: number, index: number) => (index + 1) / overall.pit.length,
          y: (each: number) => (100 * each) / Math.max(1, total),
          fill: 'var(--accent)',
          fillOpacity: 0.45,
          inset: 0.5,
        }),
        Plot.ruleY([100 / overall.pit.length], { stroke: 'var(--ink)', strokeDasharray: '3 3' }),
        Plot.ruleY([0], { stroke: 'var(--rule-2)' }),
      ],
    }),
    [overall, total],
  )
  const skill = useCallback(
    (): Plot.PlotOptions => ({
      height: 240,
      marginLeft: 44,
      marginBottom: 36,
      x: {
        type: 'point',
        domain: leads.map((each) => writeLead(each.lead ?? 0)),
        label: t.trust.lead,
        labelArrow: false,
      },
      y: {
        label: t.trust.skill,
        grid: true,
        ticks: 5,
        labelArrow: false,
        domain: [
          Math.min(-0.1, ...leads.map((each) => each.skill ?? 0)),
          Math.max(0.2, ...leads.map((each) => (each.skill ?? 0) * 1.15)),
        ],
      },
      marks: [
        Plot.ruleY([0], { stroke: 'var(--ink)' }),
        Plot.line(leads, {
          x: (each: Score) => writeLead(each.lead ?? 0),
          y: 'skill',
          stroke: 'var(--accent)',
          strokeWidth: 1.5,
        }),
        Plot.dot(leads, { x: (each: Score) => writeLead(each.lead ?? 0), y: 'skill', fill: 'var(--accent)', r: 3.5 }),
        Plot.text(leads, {
          x: (each: Score) => writeLead(each.lead ?? 0),
          y: 'skill',
          text: (each: Score) => formatNumber(each.skill ?? 0, 2),
          dy: -10,
          fill: 'var(--ink)',
        }),
      ],
    }),
    [leads],
  )
  const skillText = leads
    .map((each) => `${writeLead(each.lead ?? 0)} ${formatNumber(each.skill ?? 0, 2, { signed: true })}`)
    .join(', ')
  return (
    <div className={s.grid}>
      <div className={s.chart}>
        <h3>{t.trust.coverageTitle}</h3>
        <ChartFrame
          label={t.trust.coverageTitle}
          description={t.trust.coverageNote}
          table={{
            head: [t.trust.nominal, t.trust.observed, t.ecg.tableLow, t.ecg.tableHigh],
            rows: () =>
              overall.coverage.map((each) => [
                writeProbability(each.level),
                `${formatNumber(each.observed * 100, 1)} %`,
                `${formatNumber(each.low * 100, 1)} %`,
                `${formatNumber(each.high * 100, 1)} %`,
              ]),
          }}
        >
          <Statistics options={coverage} description={describeCoverage(overall)} />
        </ChartFrame>
      </div>
      <div className={s.chart}>
        <h3>{t.trust.pitTitle}</h3>
        <ChartFrame
          label={t.trust.pitTitle}
          description={`${describePit(overall.label, overall.pit)} ${t.trust.pitNote}`}
          table={{
            head: [t.trust.pitBin, t.trust.share],
            rows: () =>
              overall.pit.map((each, index) => [
                `${formatNumber(index / overall.pit.length, 1)}–${formatNumber((index + 1) / overall.pit.length, 1)}`,
                `${formatNumber((100 * each) / Math.max(1, total), 1)} %`,
              ]),
          }}
        >
          <Statistics options={pit} description={describePit(overall.label, overall.pit)} />
        </ChartFrame>
      </div>
      {leads.length > 0 ? (
        <div className={s.chart}>
          <h3>{t.trust.skillTitle}</h3>
          <ChartFrame
            label={t.trust.skillTitle}
            description={t.trust.skillNote}
            table={{
              head: [t.trust.lead, t.trust.count, t.trust.meanCrps, t.trust.persistence, t.trust.skill],
              rows: () =>
                leads.map((each) => [
                  writeLead(each.lead ?? 0),
                  each.count,
                  formatNumber(each.meanCrps ?? 0, 2),
                  formatNumber(each.persistenceCrps ?? 0, 2),
                  formatNumber(each.skill ?? 0, 2, { signed: true }),
                ]),
            }}
          >
            <Statistics options={skill} description={`${overall.label}: ${t.trust.skillTitle}: ${skillText}.`} />
          </ChartFrame>
        </div>
      ) : null}
    </div>
  )
}
