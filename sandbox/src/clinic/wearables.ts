import type { CalendarDay } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { type DayNumber, weekdayOf } from './calendar.ts'
import type { WearableDay } from './events.ts'
import type { Member } from './member.ts'

/**
 * What a wearable says of a day, for those who wear one. Late work costs a little sleep; nothing here depends on burnout: no
 * physiological measure was found to go with it reliably (Barac 2024).
 */
export function wearableDay(seed: string, member: Member, number: DayNumber, day: CalendarDay): WearableDay | null {
  if (!member.colleague.truth.wears || member.since > number) return null
  const own = randomStream('sandbox', seed, 'clinic-body', member.index)
  const [sleeper, heart, walker] = [own.normal(), own.normal(), own.normal()]
  const random = randomStream('sandbox', seed, 'clinic-wearable', member.index, number)
  // Left on the charger.
  if (random.uniform() < 0.08) return null
  const weekend = weekdayOf(number) > 4
  const sleep =
    6.9 + 0.5 * sleeper + (weekend ? 0.6 : 0) - 0.15 * Math.min(2, member.lateSeconds / 3600) + 0.7 * random.normal()
  const variability = Math.exp(Math.log(36) + 0.35 * heart + 0.16 * random.normal())
  const steps = Math.exp(Math.log(weekend ? 7600 : 6900) + 0.3 * walker + 0.35 * random.normal())
  return {
    provider: member.code,
    day,
    sleep: Math.round(Math.min(11, Math.max(2.5, sleep)) * 10) / 10,
    heartRateVariability: Math.round(variability),
    steps: Math.round(steps),
  }
}
