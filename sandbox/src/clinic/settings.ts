import { day, type Instant } from '@counterpart/kernel'
import { SandboxError } from '../errors.ts'
import type { ClinicAction } from './actions.ts'
import { type Calibration, type CalibrationName, calibrations } from './calibrations.ts'
import type { PracticeTruth } from './truth.ts'

export interface ClinicOptions {
  /** Names all randomness. */
  readonly seed: string
  /** From when on the clinic is looked at; it begins with the day's midnight there and has been running for weeks unseen. */
  readonly from: Instant
  /** People with a panel, 3 to 200. Default 52. */
  readonly size?: number
  /** Teams they work in. Default: one for every nine people or so. */
  readonly pods?: number
  readonly name?: string
  /** IANA zone. Default Europe/London. */
  readonly timeZone?: string
  /** What it is like on average: a name of {@link calibrations}, or one's own. Default `wisconsin-2023`. */
  readonly calibration?: CalibrationName | Calibration
  /** True effects of changes of practice, in place of drawn ones. */
  readonly truth?: Partial<PracticeTruth>
  /** Changes of practice that are in force from their own `from` (default: from the beginning). */
  readonly practice?: readonly ClinicAction[]
  /** Unseen weeks before `from`, so that books and inboxes are as they are in life. Default 8. */
  readonly unseenWeeks?: number
  /** When the unseen past begins, in place of `unseenWeeks`; with it the same story is told whatever `from` is. Growth counts from there. */
  readonly begins?: Instant
  /** Fewest people about whom a survey may be told together. Default 5. */
  readonly minimumCell?: number
  /** Default 1.375. */
  readonly overloadRatio?: number
}

export interface ClinicSettings extends Required<Omit<ClinicOptions, 'calibration' | 'truth' | 'begins'>> {
  readonly begins?: Instant
  readonly calibration: Calibration
  readonly truth: Partial<PracticeTruth>
}

export function checkedClinic(options: ClinicOptions): ClinicSettings {
  const invalid = (what: string): never => {
    throw new SandboxError('options-invalid', `simulateClinic: ${what}`)
  }
  const { calibration = 'wisconsin-2023', size = 52 } = options
  if (typeof calibration === 'string' && !Object.hasOwn(calibrations, calibration))
    invalid(`calibration is "${calibration}"; expected one of ${Object.keys(calibrations).join(', ')}, or settings`)
  if (!(Number.isInteger(size) && size >= 3 && size <= 200)) invalid(`size is ${size}; expected 3 to 200 people`)
  const settings: ClinicSettings = {
    name: 'North family medicine',
    timeZone: 'Europe/London',
    pods: Math.max(1, Math.round(size / 9)),
    practice: [],
    unseenWeeks: 8,
    minimumCell: 5,
    overloadRatio: 1.375,
    truth: {},
    ...options,
    size,
    calibration: typeof calibration === 'string' ? calibrations[calibration] : calibration,
  }
  const { from, pods, unseenWeeks, minimumCell, overloadRatio, timeZone } = settings
  if (!(Number.isSafeInteger(from) && Math.abs(from) < 1e8 * day))
    invalid(`from is ${from}; expected milliseconds since 1970`)
  const { begins } = options
  if (begins !== undefined && !(begins <= from - 7 * day && begins > from - 400 * day))
    invalid(`begins is ${begins}; expected a week to 400 days before from, ${from}`)
  if (!(Number.isInteger(pods) && pods >= 1 && pods <= Math.min(26, size)))
    invalid(`pods is ${pods}; expected 1 to ${Math.min(26, size)}`)
  if (!(Number.isInteger(unseenWeeks) && unseenWeeks >= 1 && unseenWeeks <= 26))
    invalid(`unseenWeeks is ${unseenWeeks}; expected 1 to 26`)
  if (!(Number.isInteger(minimumCell) && minimumCell >= 3)) invalid(`minimumCell is ${minimumCell}; expected 3 or more`)
  if (!(overloadRatio >= 1 && overloadRatio <= 3)) invalid(`overloadRatio is ${overloadRatio}; expected 1 to 3`)
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    invalid(`timeZone is ${JSON.stringify(timeZone)}; expected an IANA zone, e.g. Europe/London`)
  }
  return settings
}
