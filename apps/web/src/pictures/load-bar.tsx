import type { LoadPicture } from '@counterpart/server/contract'
import type { CSSProperties } from 'react'
import s from './load.module.css'
import { isIncomplete, type LoadCell } from './load-words.ts'

export interface BarPlace {
  /** Part of the period that has passed, 0 to 1. */
  readonly passed: number
  /** How far ahead of all that is to come, 0 to 1: what is further fades. */
  readonly ahead: number
}

/** Where a period stands to now, and how far ahead it is of all that is to come. */
export function placeOf({ periods }: LoadPicture, index: number, now: number): BarPlace {
  const period = periods[index]!
  const first = periods.findIndex((each) => each.until > now)
  const toCome = Math.max(1, periods.length - Math.max(0, first))
  return {
    passed: Math.max(0, Math.min(1, (now - period.from) / (period.until - period.from))),
    ahead: first < 0 ? 0 : Math.max(0, index - first) / toCome,
  }
}

/** Beside an upright bar on either side, as part of its period; as the style sheet has it. */
const margin = 0.14

/**
 * Hours of one period as a bar: what is within scheduled time, on it what is outside, a line at contracted hours, and the
 * 90 % interval of the whole. `full`: hours of a full bar; `top`: how many full bars the room holds.
 */
export function Bar(props: { cell: LoadCell; place: BarPlace; full: number; top: number; upright: boolean }) {
  const { cell, place, full, top } = props
  const part = (hours: number) => `${Math.max(0, Math.min(1, hours / (full * top))) * 100}%`
  // What is over was measured, though it may be known in part only.
  const known = cell.known === 'partly' && place.passed >= 1 ? 'measured' : cell.known
  const within = Math.max(0, cell.work.p50 - cell.outside.p50)
  const style = {
    '--within': part(within),
    '--outside': part(Math.min(cell.outside.p50, cell.work.p50)),
    '--low': part(cell.work.p05),
    '--spread': part(cell.work.p95 - cell.work.p05),
    '--contracted': part(cell.contracted),
    '--passed': `${place.passed * 100}%`,
    '--filled': `${Math.max(0, Math.min(1, (place.passed - margin) / (1 - 2 * margin))) * 100}%`,
    '--seen': String(0.5 - 0.3 * place.ahead),
  } as CSSProperties
  return (
    <div className={s.bar} data-upright={props.upright} data-known={known} style={style}>
      {isIncomplete(cell) ? <i className={s.holes} /> : null}
      <i className={s.within} />
      <i className={s.outside} />
      {cell.work.p05 === cell.work.p95 ? null : <i className={known === 'measured' ? s.whisker : s.band} />}
      {cell.contracted > 0 ? <i className={s.contracted} /> : null}
      {place.passed > 0 && place.passed < 1 && props.upright ? <i className={s.now} /> : null}
    </div>
  )
}
