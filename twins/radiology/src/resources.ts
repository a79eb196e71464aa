import type { Resource } from '@counterpart/discrete'
import { hour, type Instant, minute } from '@counterpart/kernel'
import type { Chance } from './chance.ts'
import type { Span } from './department.ts'
import { type Situation, subtract } from './situation.ts'
import { staffRoles } from './staffing.ts'

/** Minutes. */
const instantly = 1e-6

/** Names of resources; the first word keeps them apart, whatever codes a department uses. */
export const machineResource = (code: string): string => `machine ${code}`
export const gateResource = (gate: 'routine' | 'booked' | 'overtime' | 'emergency', code: string): string =>
  `${gate} ${code}`

/** Machines, gates that say when each takes whom, and staff. Minutes, from now. */
export function resourcesOf({ now, until, openings, staff, underWay }: Situation, chance: Chance): readonly Resource[] {
  const minutes = (at: Instant) => (at - now) / minute
  const resources: Resource[] = []
  for (const { machine, routine, booked, overtime, emergency } of openings) {
    const { code } = machine
    const broken = chance.broken.get(code) ?? []
    const whole = subtract([{ from: now, until: until + 24 * hour }], broken)
    resources.push({ name: machineResource(code), ...capacityIn(whole, 1, minutes), atChange: 'interrupt' })
    for (const [gate, spans] of [
      ['routine', routine],
      ['booked', booked],
      ['overtime', overtime],
      ['emergency', emergency],
    ] as const)
      resources.push({ name: gateResource(gate, code), ...capacityIn(spans, gate === 'overtime' ? 1 : 99, minutes) })
  }
  for (const role of staffRoles) {
    const [first, ...rest] = staff[role]
    const onDuty = first?.count ?? 0
    // Whoever is at work now, rostered or not, finishes what is under way.
    const atWork = role === 'technologist' ? underWay.length : 0
    const schedule = rest.map(({ at, count }) => ({ at: Math.max(2 * instantly, minutes(at)), capacity: count }))
    if (atWork > onDuty) schedule.unshift({ at: instantly, capacity: onDuty })
    resources.push({ name: role, ...opened({ capacity: Math.max(onDuty, atWork), schedule }, 1) })
  }

  return resources
}

/** A capacity of `units` within the spans and none outside, from minute 0 on. */
function capacityIn(
  spans: readonly Span[],
  units: number,
  minutes: (at: Instant) => number,
): Pick<Resource, 'capacity' | 'schedule'> {
  const edges = [...new Set(spans.flatMap(({ from, until }) => [minutes(from), minutes(until)]))].sort((a, b) => a - b)
  const at = (time: number) => spans.some(({ from, until }) => minutes(from) <= time && time < minutes(until))
  let last = at(0)
  const schedule: { at: number; capacity: number }[] = []
  const capacity = last ? units : 0
  for (const edge of edges) {
    if (edge <= 0 || at(edge) === last) continue
    last = !last
    schedule.push({ at: edge, capacity: last ? units : 0 })
  }
  return opened({ capacity, schedule }, units)
}

/** The engine refuses what can never be had; what does not open within the horizon opens long after it. */
function opened(
  given: Pick<Resource, 'capacity' | 'schedule'>,
  units: number,
): Pick<Resource, 'capacity' | 'schedule'> {
  const { capacity, schedule = [] } = given
  const most = Math.max(capacity ?? 0, ...schedule.map((change) => change.capacity))
  return most > 0 ? given : { capacity: 0, schedule: [...schedule, { at: 1e7, capacity: units }] }
}
