import { type Instant, minute } from '@counterpart/kernel'

/** The time on the department's clocks, e.g. `14:05`. */
export function clockTime(at: Instant, utcOffsetMinutes: number): string {
  const minutes = Math.floor(at / minute) + utcOffsetMinutes
  const ofDay = ((minutes % 1440) + 1440) % 1440
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`
}

/** A probability in words; a few hundred members cannot tell 0 % from half a per cent. */
export function percent(share: number): string {
  if (share < 0.01) return 'less than 1 %'
  if (share > 0.99) return 'more than 99 %'
  return `${Math.round(100 * share)} %`
}
