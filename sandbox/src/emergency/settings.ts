import type { Instant } from '@counterpart/kernel'
import { SandboxError } from '../errors.ts'
import { type Shift, usualShifts } from './roster.ts'

export interface EmergencyOptions {
  /** Names all randomness. */
  readonly seed: string
  /** From when on the hospital is looked at; before that it has been running for weeks unseen. */
  readonly from: Instant
  /** Name of the department, as on its door. Default `North emergency department`. */
  readonly name?: string
  /** People who come on an average day, 20 to 600. Default 180: between Hoot's 140 and an English type 1 department's 250 to 350. */
  readonly visitsPerDay?: number
  /** Beds upstairs that the department's patients can get. Default 189 for 180 visits a day. */
  readonly inpatientBeds?: number
  readonly shifts?: readonly Shift[]
  /** Minutes to add to UTC for the hospital's clocks. Default 0. */
  readonly utcOffsetMinutes?: number
  /** Unseen days before `from`, so that the floor and the wards are as they are in life. Default 14. */
  readonly unseenDays?: number
}

export function checkedSettings(options: EmergencyOptions): Required<EmergencyOptions> {
  const invalid = (what: string): never => {
    throw new SandboxError('options-invalid', `simulateEmergency: ${what}`)
  }
  const visitsPerDay = options.visitsPerDay ?? 180
  const settings = {
    name: 'North emergency department',
    inpatientBeds: Math.round(1.05 * visitsPerDay),
    shifts: usualShifts,
    utcOffsetMinutes: 0,
    unseenDays: 14,
    ...options,
    visitsPerDay,
  }
  if (!(visitsPerDay >= 20 && visitsPerDay <= 600)) invalid(`visitsPerDay is ${visitsPerDay}; expected 20 to 600`)
  if (!Number.isSafeInteger(settings.from)) invalid(`from is ${settings.from}; expected milliseconds since 1970`)
  if (!(Number.isInteger(settings.inpatientBeds) && settings.inpatientBeds >= 0 && settings.inpatientBeds <= 5000))
    invalid(`inpatientBeds is ${settings.inpatientBeds}; expected a whole number from 0 to 5000`)
  if (!(Number.isInteger(settings.unseenDays) && settings.unseenDays >= 0 && settings.unseenDays <= 60))
    invalid(`unseenDays is ${settings.unseenDays}; expected a whole number from 0 to 60`)
  if (!(Math.abs(settings.utcOffsetMinutes) <= 14 * 60 && Number.isInteger(settings.utcOffsetMinutes)))
    invalid(`utcOffsetMinutes is ${settings.utcOffsetMinutes}; expected whole minutes from -840 to 840`)
  for (const { role, begins, hours, people } of settings.shifts)
    if (!(begins >= 0 && begins < 24 && hours > 0 && hours <= 24 && Number.isInteger(people) && people >= 0))
      invalid(
        `a shift of ${role} has begins ${begins}, hours ${hours}, people ${people}; expected 0–24, up to 24 h, whole people`,
      )
  return settings
}
