import type { Instant, WorkHourDetail } from '@counterpart/kernel'
import { clinicChannels, hour as hourLength, minute } from '@counterpart/kernel'
import { nameOf } from '../hash.ts'
import { type ClinicStatement, clinicStatement } from './clinic-statement.ts'
import type { Coverage } from './coverage.ts'
import { edgeRows, noRows, type WorkRows, workHourOf } from './work-rows.ts'

/** How far work reaches over the end of an hour: the pause after which somebody no longer works (engines/worklog). */
const reach = minute

/** What was logged of one person in an hour and in those beside it. */
export interface HourRows {
  readonly own: WorkRows
  readonly before: WorkRows
  readonly after: WorkRows
}

/** The hours whose figures may depend on what was logged in one: itself, and those beside it whose edge it touches. */
export function hoursTouched(hour: Instant, fresh: WorkRows): readonly Instant[] {
  return [
    ...(edgeRows(fresh, 'first', reach).count > 0 ? [hour - hourLength] : []),
    hour,
    ...(edgeRows(fresh, 'last', reach).count > 0 ? [hour + hourLength] : []),
  ]
}

/**
 * How much the figures of an hour rest on: rises with each event and with whatever becomes known of the log itself, and is the same in
 * whatever order that came. 0: nothing is known, and there is no fact.
 */
export function restsOn(rows: HourRows, hour: Instant, coverage: Coverage): number {
  const { own, before, after } = reachable(rows)
  const events = own.count + before.count + after.count
  return events === 0 && coverage.covered(hour) === 1 ? 0 : events + coverage.stage(hour)
}

/** What one person did in an hour, as a fact about the clinic. */
export function workHourStatement(
  clinic: string,
  provider: string,
  hour: Instant,
  rows: HourRows,
  coverage: Coverage,
): ClinicStatement {
  const { own, before, after } = reachable(rows)
  const covered = coverage.covered(hour)
  const worked = workHourOf(provider, hour, own, before, after) ?? {
    ...{ provider, hour, seconds: {}, received: {}, done: {}, orders: { signed: 0, team: 0 } },
    ...{ notesSigned: 0, actions: 0, switches: 0 },
  }
  const detail: WorkHourDetail = { ...worked, covered }
  const version = hour + own.count + before.count + after.count + coverage.stage(hour)
  const seen = covered < 1 ? `, ${Math.round(covered * 100)} % of the log` : ''
  const text = `work of ${provider}: ${detail.actions} actions${seen}`
  const id = nameOf(clinicChannels.work, clinic, provider, hour)
  return clinicStatement(clinicChannels.work, id, detail, { text, effective: hour, version })
}

/** What of the hours beside it has a part in an hour. */
function reachable({ own, before, after }: HourRows): HourRows {
  return {
    own,
    before: edgeRows(before, 'last', reach),
    after: edgeRows(own, 'last', reach).count > 0 ? edgeRows(after, 'first', reach) : noRows,
  }
}
