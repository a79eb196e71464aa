import { hour, type Instant, minute } from '@counterpart/kernel'
import { countedOf } from '../counted.ts'
import { arrivedAround } from '../flow/measure.ts'
import type { Department } from '../memory/department.ts'
import type { Visit } from '../memory/visit.ts'
import type { QuantityName } from '../quantities.ts'

/** What can be known only so long after the time it is about: until then those who came have been seen. */
export const knownLater: Readonly<Partial<Record<QuantityName, number>>> = { 'wait-to-clinician': 5 * hour }

type Measured = Readonly<Partial<Record<QuantityName, number>>>

/** What was so at a time, of a department as it stood then; what there was nothing to measure by is left out. */
export function measuredAt(department: Department, at: Instant): Measured {
  const { 'breach-rate': breachRate, ...counted } = countedOf(department, at)
  const left = Object.values(department.gone).some((visit) => visit.left! > at - hour && visit.left! <= at)
  const handed = everybody(department).filter(
    ({ mode, received }) => mode === 'ambulance' && received !== null && received > at - hour && received <= at,
  )
  return {
    ...counted,
    ...(left ? { 'breach-rate': breachRate! } : {}),
    ...(handed.length > 0 ? { 'ambulance-offload': meanOf(handed.map((v) => v.received! - v.arrived)) } : {}),
  }
}

/** What is known by now of a time some hours ago: how long those waited who came about then. */
export function measuredSince(department: Department, at: Instant, now: Instant): Measured {
  const waits = everybody(department)
    .filter(({ acuity, arrived }) => acuity === 3 && Math.abs(arrived - at) <= arrivedAround * minute)
    .filter(({ seen, left }) => seen !== null || left === null)
    .map(({ arrived, seen }) => (seen ?? now) - arrived)
  return waits.length > 0 ? { 'wait-to-clinician': meanOf(waits) } : {}
}

const everybody = ({ visits, gone }: Department): Visit[] => [...Object.values(visits), ...Object.values(gone)]

const meanOf = (times: readonly number[]) => times.reduce((sum, time) => sum + time, 0) / times.length / minute
