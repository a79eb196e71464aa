import type { LogOptions, WorkHour } from '../work-event.ts'
import { settle } from './blocks.ts'
import { limitsOf } from './limits.ts'
import { dayReducer, joinDays } from './reduce.ts'
import { hoursOf } from './work-log.ts'

/**
 * The hours of one person from events as {@link logReader} hands them on: rows of milliseconds since `base`, code and two hashes,
 * in any order, with duplicates. Hours without any of it are left out, and the log is taken to be whole. The rows are put in order
 * in place.
 *
 * @param provider whose they are
 * @param base what the times of all rows count from, in milliseconds since 1970
 */
export function hoursOfRows(
  rows: Int32Array<ArrayBuffer>,
  count: number,
  base: number,
  provider: string,
  options: Pick<LogOptions, 'inactivity' | 'tail'> = {},
): readonly WorkHour[] {
  const limits = limitsOf(options)
  const reduce = dayReducer(limits, (length) => new Int32Array(length))
  const block = { provider: 0, day: 0, rows, count, touched: 0 }
  settle(block)
  return hoursOf(provider, joinDays(new Map([[0, reduce(rows, block.count, base)]]), limits), [])
}
