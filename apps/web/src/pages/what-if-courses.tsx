import type { SummaryFigures, TwinState, WhatIf } from '@counterpart/server/contract'
import { useMemo, useRef } from 'react'
import { BehindChart } from '../charts/chart-frame.tsx'
import { aheadOf, emptyCourse, openingAt } from '../charts/course.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { describeDifference } from '../format/describe.ts'
import { writeMoment } from '../format/time.ts'
import { useMeasure } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { strings as t } from '../strings.ts'
import s from './what-if.module.css'

/** Which line is what: they differ in dash as well as in colour. */
export function Legend({ name, other }: { name: string; other: string | undefined }) {
  return (
    <span aria-hidden="true">
      <svg width="24" height="10" aria-hidden="true">
        <line x2="24" y1="5" y2="5" stroke="var(--accent)" strokeWidth="2" strokeDasharray="5 3" />
      </svg>{' '}
      {t.whatIf.carryOn}{' '}
      <svg width="24" height="10" aria-hidden="true">
        <line x2="24" y1="5" y2="5" stroke="var(--scenario-mark)" strokeWidth="2" />
      </svg>{' '}
      {name}
      {other ? (
        <>
          {' '}
          <svg width="24" height="10" aria-hidden="true">
            <line x2="24" y1="5" y2="5" stroke="var(--ink-2)" strokeWidth="2" strokeDasharray="2 3" />
          </svg>{' '}
          {other}
        </>
      ) : null}
    </span>
  )
}

type BandArrays = WhatIf['difference'][string]

/** A band's figures at one of its times. */
export function summaryAt(band: BandArrays, index: number): SummaryFigures {
  return {
    mean: band.p50[index] ?? Number.NaN,
    p05: band.p05[index] ?? Number.NaN,
    p25: band.p25[index] ?? Number.NaN,
    p50: band.p50[index] ?? Number.NaN,
    p75: band.p75[index] ?? Number.NaN,
    p95: band.p95[index] ?? Number.NaN,
  }
}

const never = () => () => undefined

/** One quantity over time under each plan, small. */
export function Multiple({ quantity, data }: { quantity: TwinState['quantities'][number]; data: WhatIf }) {
  const measure = useMeasure({ unit: quantity.unit, name: quantity.name, digits: quantity.digits })
  const origin = useRef(quantity.estimate)
  origin.current = quantity.estimate
  const { name, reference } = quantity
  const course = useMemo(() => {
    const made = emptyCourse()
    const both = [
      ...aheadOf(data.carryOn, name, 'forecast'),
      ...(data.beside ? aheadOf(data.beside.scenario, name, 'beside') : []),
      ...aheadOf(data.scenario, name, 'scenario'),
    ]
    made.ahead = openingAt(both, data.scenario.madeAt, origin.current)
    made.reference = reference
    return made
  }, [data, name, reference])
  const times = data.scenario.times
  const range = useMemo(
    () => () => [data.scenario.madeAt, times[times.length - 1] ?? data.scenario.madeAt + 1] as const,
    [data, times],
  )
  const last = times.length - 1
  const difference = summaryAt(data.difference[quantity.name]!, last)
  const description = describeDifference(
    { label: quantity.label, unit: measure.unitText, digits: measure.digits, factor: measure.factor },
    difference,
  )
  const rows = (band: BandArrays, what: string) =>
    times.map((time, index) => [
      writeMoment(time),
      what,
      measure.write(band.p05[index] ?? Number.NaN),
      measure.write(band.p50[index] ?? Number.NaN),
      measure.write(band.p95[index] ?? Number.NaN),
    ])
  return (
    <div className={s.multiple}>
      <h3>
        {quantity.label} <span className={p.unit}>{measure.unitText}</span>
      </h3>
      <TimeChart
        course={course}
        subscribe={never}
        range={range}
        height={120}
        convert={measure.convert}
        digits={measure.digits ?? 1}
        description={description}
        syncKey="what-if"
        compact
      />
      <BehindChart
        label={`${quantity.label}, ${t.whatIf.overTime}`}
        table={{
          head: [t.next.time, t.next.kind, t.chart.low90, t.chart.median, t.chart.high90],
          rows: () => [
            ...rows(data.carryOn.quantities[quantity.name]!, t.whatIf.carryOn),
            ...rows(data.scenario.quantities[quantity.name]!, t.whatIf.withIt),
            ...(data.beside ? rows(data.beside.scenario.quantities[quantity.name]!, t.whatIf.beside) : []),
          ],
        }}
      />
    </div>
  )
}
