import { type Instant, minute } from '@counterpart/kernel'
import type { Department } from '../memory/department.ts'
import { spaceGroupsOf } from '../memory/pressure.ts'

/** Minutes that a level of acuity may count for; the last is as good as strict priority. */
const orders: readonly number[] = [0, 15, 30, 60, 120, 240, 480]

/** Fewer choices than this say nothing: then the order is taken to be strict priority by acuity. */
const fewest = 30

/**
 * How many minutes of waiting a level of acuity counts for in the order in which people are being seen now: what agrees
 * best with whom of those in the department a clinician saw while somebody of another acuity waited for the like spaces.
 */
export function presentOrder(department: Department, asOf: Instant): number {
  const people = Object.values(department.visits).flatMap(({ acuity, arrived, triaged, seen }) =>
    acuity === null || acuity === 1 || triaged === null
      ? []
      : [{ acuity, arrived, triaged, seen, group: spaceGroupsOf(department, acuity, asOf)[0] }],
  )
  // An urgent one who went before a longer wait bounds the minutes from below, a long wait that went first from above.
  const [least, most]: [number[], number[]] = [[], []]
  for (const chosen of people) {
    if (chosen.seen === null) continue
    for (const other of people) {
      const waited = other.triaged <= chosen.seen && (other.seen === null || other.seen > chosen.seen)
      if (!waited || other.group !== chosen.group || other.acuity === chosen.acuity) continue
      const perLevel = (other.arrived - chosen.arrived) / minute / (chosen.acuity - other.acuity)
      // Below 0 it says nothing: first by waiting and by urgency, or by neither.
      if (perLevel > 0) (chosen.acuity < other.acuity ? least : most).push(perLevel)
    }
  }
  if (least.length + most.length < fewest) return orders.at(-1)!
  const agreeing = (minutes: number) =>
    least.filter((bound) => minutes >= bound).length + most.filter((bound) => minutes <= bound).length
  return orders.reduce((best, each) => (agreeing(each) >= agreeing(best) ? each : best), orders[0]!)
}
