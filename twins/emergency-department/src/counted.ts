import { type Belief, hour, type Instant, minute } from '@counterpart/kernel'
import { probabilityHere } from './estimates/silence.ts'
import { target } from './flow/measure.ts'
import { type Department, departmentOf } from './memory/department.ts'
import { spacesOf } from './memory/layout.ts'
import { groupIn } from './memory/pressure.ts'
import { stateOf } from './memory/visit.ts'

/** What can be counted of the department as of the belief; who is more likely gone than here does not count. */
export function counted(belief: Belief) {
  return countedOf(departmentOf(belief), belief.asOf)
}

/** The same of a department as it stood at a time, when nothing has been heard since. */
export function countedOf(department: Department, asOf: Instant) {
  let [present, waiting, boarding, placed, breaches] = [0, 0, 0, 0, 0]
  for (const visit of Object.values(department.visits)) {
    if (probabilityHere(visit, department, asOf) < 0.5) continue
    const state = stateOf(visit)
    present++
    if (state === 'arriving' || state === 'waiting') waiting++
    if (state === 'boarding') boarding++
    if (groupIn(department, visit) !== undefined) placed++
    if (asOf - visit.arrived > target * minute) breaches++
  }
  let [left, late, unseen] = [0, 0, 0]
  for (const visit of Object.values(department.gone)) {
    if (visit.left! <= asOf - hour) continue
    left++
    if (visit.left! - visit.arrived > target * minute) late++
    if (visit.disposition === 'left-without-being-seen') unseen++
  }
  const spaces = Object.values(spacesOf(department.layout)).reduce((sum, n) => sum + n, 0)
  return {
    present,
    waiting,
    boarding,
    occupancy: (100 * placed) / Math.max(1, spaces),
    breaches,
    'breach-rate': left > 0 ? (100 * late) / left : 0,
    'left-unseen': unseen,
  }
}
