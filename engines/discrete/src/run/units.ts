import { uniformOf } from '../draws.ts'
import { durationBeyond } from '../duration.ts'
import { type Core, PHASE } from './core.ts'

const { CHANGE: AT_CHANGE } = PHASE

/** Draws when a unit fails, or is repaired, given how long it has worked or been down. */
export function drawUnit({ draws, program, state: s }: Core, unit: number): void {
  const { breakdowns, firstUnit } = program.pools[program.unitPools[unit]!]!
  const { after, repair, stream } = breakdowns!
  const occurrence = s.unitDraws[unit]!++
  const since = s.unitSince[unit]!
  const u = uniformOf(draws, stream, program.drawers.length - 1, unit, occurrence, s.replication)
  const index = unit - firstUnit + (occurrence >> 1)
  const lasts = durationBeyond(s.unitUp[unit] === 1 ? after : repair, s.now - since, u, index)
  s.calendar.schedule(s.layout.units + unit, Math.max(s.now, since + lasts), AT_CHANGE)
}
