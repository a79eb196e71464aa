import type { Reading, SummaryFigures } from '@counterpart/server/contract'
import { Link } from '@tanstack/react-router'
import { createContext, type ReactNode, useContext } from 'react'
import { formatNumber, writeEstimate, writeInterval } from '../format/number.ts'
import { isStale, writeDuration, writeMoment } from '../format/time.ts'
import { displayUnit, unitText } from '../format/unit.ts'
import { useNow } from '../live/clock.ts'
import { strings as t } from '../strings.ts'
import s from './parts.module.css'
import { usePreferences } from './preferences.ts'

interface Measure {
  readonly unit: string
  readonly name: string
  readonly digits?: number
}

/** What a number without a unit counts, e.g. people in a department; empty where it counts nothing. */
export const CountWord = createContext('')

/** How a quantity is written here: its unit's text and the numbers in that unit. */
export function useMeasure({ unit, name, digits }: Measure) {
  const { units } = usePreferences()
  const counts = useContext(CountWord)
  const shown = displayUnit(unit, units, name)
  const places = digits === undefined ? undefined : Math.max(0, digits + shown.digitShift)
  const convert = (value: number) => value * shown.factor + shown.offset
  return {
    unitText: unit === '1' ? counts : shown.text,
    digits: places,
    factor: shown.factor,
    convert,
    convertSummary: (summary: SummaryFigures): SummaryFigures => ({
      mean: convert(summary.mean),
      p05: convert(summary.p05),
      p25: convert(summary.p25),
      p50: convert(summary.p50),
      p75: convert(summary.p75),
      p95: convert(summary.p95),
    }),
    write: (value: number) => formatNumber(convert(value), places ?? 2),
    estimate: (summary: SummaryFigures) => writeEstimate(scaled(summary, convert), { digits: places }),
    difference: (summary: SummaryFigures) =>
      writeEstimate(summary, { digits: places, signed: true, factor: shown.factor }),
  }
}

function scaled(summary: SummaryFigures, convert: (value: number) => number) {
  return { p05: convert(summary.p05), p50: convert(summary.p50), p95: convert(summary.p95) }
}

/** A measured value: solid. */
export function Measured({ reading }: { reading: Reading }) {
  const measure = useMeasure({ unit: reading.unit, name: reading.channel, digits: reading.digits })
  if (reading.value === null) return <span className={s.value}>{reading.text ?? t.unknown}</span>
  return (
    <span>
      <span className={s.value}>{measure.write(reading.value)}</span> <span className={s.unit}>{measure.unitText}</span>
    </span>
  )
}

/** An estimate: lighter, underlined with dashes, never without its interval. */
export function Estimate(props: Measure & { summary: SummaryFigures; bare?: boolean; signed?: boolean }) {
  const measure = useMeasure(props)
  const written = props.signed ? measure.difference(props.summary) : measure.estimate(props.summary)
  // What has no spread was counted: solid, like a measurement.
  const counted = !props.signed && props.summary.p05 === props.summary.p95
  return (
    <span className={s.estimate}>
      <span className={counted ? s.value : s.figure}>{written.value}</span>
      {props.bare ? null : (
        <>
          {' '}
          <span className={s.unit}>{measure.unitText}</span>
        </>
      )}
      {counted ? null : (
        <>
          {' '}
          <span className={s.interval}>({writeInterval(written.low, written.high)})</span>
        </>
      )}
    </span>
  )
}

/** What is given, in the unit of its definition. */
export function Dose({ dose, unit }: { dose: number; unit: string }) {
  return (
    <span className={s.estimate}>
      {new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 }).format(dose)}{' '}
      <span className={s.unit}>{unitText(unit, dose)}</span>
    </span>
  )
}

/** How old something is, counting; says "stale" when it is. */
export function Age({
  at,
  staleAfter = null,
  suffix = false,
}: {
  at: number | null
  staleAfter?: number | null
  suffix?: boolean
}) {
  const now = useNow()
  if (at === null) return <span className={s.stale}>–</span>
  const age = writeDuration(now - at)
  const stale = isStale(at, staleAfter, now)
  return (
    <span className={`${s.age} ${stale ? s.stale : ''}`} title={writeMoment(at)}>
      {suffix ? t.ago(age) : age}
      {stale ? (
        <>
          {' '}
          <span className={s.staleMark}>{t.now.staleMark}</span>
        </>
      ) : null}
    </span>
  )
}

export function Quality({ quality }: { quality: Reading['quality'] }) {
  const flags = quality.flags.map((flag) => t.qualityFlags[flag] ?? flag).join(', ')
  const word = quality.score >= 0.8 ? t.now.qualityGood : quality.score >= 0.5 ? t.now.qualityFair : t.now.qualityPoor
  const tone = quality.score >= 0.8 ? '' : quality.score >= 0.5 ? s.fair : s.poor
  return (
    <span className={`${s.quality} ${tone}`} title={t.now.qualityTitle(formatNumber(quality.score, 2), flags)}>
      {word}
      {flags ? <span className="small quiet"> {flags}</span> : null}
    </span>
  )
}

/** Opens the trace of an event beside the page. */
export function Why({ event, label }: { event: string | null | undefined; label: string }) {
  if (!event) return null
  return (
    <Link
      to="."
      search={(before: Record<string, unknown>) => ({ ...before, why: event })}
      className={`${s.link} no-print`}
      aria-label={t.now.whyLabel(label)}
      resetScroll={false}
      replace={false}
    >
      {t.now.why}
    </Link>
  )
}

export function Section({
  title,
  aside,
  id,
  children,
}: {
  title: ReactNode
  aside?: ReactNode
  id: string
  children: ReactNode
}) {
  return (
    <section className={s.section} aria-labelledby={id}>
      <div className={s.sectionHead}>
        <h2 id={id}>{title}</h2>
        {aside ? <div className={`${s.aside} small quiet`}>{aside}</div> : null}
      </div>
      {children}
    </section>
  )
}
