import type { CivilTime } from '@counterpart/numerics'
import { hourLength } from '../log/cell.ts'
import { type PersonDay, type Place, type Scheduled, type WorkedHours, whole } from './person-days.ts'
import { within } from './spans.ts'

/** From so much time scheduled with patients on, in seconds, a day without any action is one whose log is missing. */
const rosteredFor = 3600

/** Why a day's log is taken to be missing although nothing says so. */
export const silentWhileRostered = (day: PersonDay): boolean => day.clinic >= rosteredFor && day.actions === 0

const none: PersonDay['covered'] = { all: 0, inClinic: 0, outsideClinic: 0, outside: 0 }
const elsewhere = ['inClinic', 'outsideClinic', 'outside'] as const satisfies readonly Place[]

/** The days of one person, and what was scheduled on them. */
export interface PersonDays {
  readonly days: readonly PersonDay[]
  readonly scheduled: Scheduled
}

/**
 * Sets how much of each day was logged: the part of the work to be expected that falls into hours with a log. To be expected in
 * an hour of the clock is what all these people did in such hours that were logged, for each hour with patients scheduled, without,
 * and with nothing scheduled; on days with patients and on others apart.
 */
export function setCoverage(people: readonly PersonDays[], worked: WorkedHours, civil: CivilTime): void {
  for (const kind of ['withPatients', 'others'] as const) {
    const alike = people.flatMap(({ days, scheduled }) =>
      days.filter(({ clinic }) => clinic > 0 === (kind === 'withPatients')).map((day) => ({ day, scheduled })),
    )
    if (!alike.some(({ day }) => day.missing !== undefined)) {
      for (const { day } of alike) day.covered = silentWhileRostered(day) ? none : whole
      continue
    }
    const logged = hoursOfPlaces()
    for (const { day, scheduled } of alike) {
      if (silentWhileRostered(day)) continue
      const shares = sharesOf(day, scheduled, civil)
      for (const place of elsewhere)
        for (let h = 0; h < 24; h++) logged[place][h]! += shares[place][h]! * (1 - Math.min(1, day.missing?.[h] ?? 0))
    }
    const rates = hoursOfPlaces()
    for (const place of elsewhere)
      for (let h = 0; h < 24; h++)
        rates[place][h] = logged[place][h]! > 0 ? worked[kind][place][h]! / logged[place][h]! : 0
    for (const { day, scheduled } of alike) {
      if (silentWhileRostered(day)) day.covered = none
      else if (day.missing) day.covered = coveredParts(day.missing, sharesOf(day, scheduled, civil), rates)
      else day.covered = whole
    }
  }
}

type HoursOfPlaces = Readonly<Record<(typeof elsewhere)[number], Float64Array>>

const hoursOfPlaces = (): HoursOfPlaces => ({
  inClinic: new Float64Array(24),
  outsideClinic: new Float64Array(24),
  outside: new Float64Array(24),
})

/** Which part of each hour of a day is scheduled with patients, is not, and has nothing scheduled. */
function sharesOf({ day }: PersonDay, { any, clinic }: Scheduled, civil: CivilTime): HoursOfPlaces {
  const shares = hoursOfPlaces()
  const start = civil.startOf(day)
  for (let h = 0; h < 24; h++) {
    const from = start + h * hourLength
    const inClinic = within(clinic, from, from + hourLength) / hourLength
    shares.inClinic[h] = inClinic
    shares.outsideClinic[h] = 1 - inClinic
    shares.outside[h] = 1 - within(any, from, from + hourLength) / hourLength
  }
  return shares
}

function coveredParts(missing: Float64Array, shares: HoursOfPlaces, rates: HoursOfPlaces): PersonDay['covered'] {
  const parts = { inClinic: [0, 0], outsideClinic: [0, 0], outside: [0, 0] } as Record<
    (typeof elsewhere)[number],
    [number, number]
  >
  for (const place of elsewhere)
    for (let h = 0; h < 24; h++) {
      const expected = shares[place][h]! * rates[place][h]!
      parts[place][0] += expected
      parts[place][1] += expected * Math.min(1, missing[h]!)
    }
  const { inClinic, outside, outsideClinic } = parts
  return {
    all: partLeft([inClinic[0] + outsideClinic[0], inClinic[1] + outsideClinic[1]], missing),
    inClinic: partLeft(inClinic, missing),
    outsideClinic: partLeft(outsideClinic, missing),
    outside: partLeft(outside, missing),
  }
}

/** By the clock where no work is to be expected at all. */
function partLeft([expected, lost]: readonly [number, number], missing: Float64Array): number {
  const part = expected > 0 ? 1 - lost / expected : 1 - missing.reduce((sum, share) => sum + Math.min(1, share), 0) / 24
  return part < 1e-9 ? 0 : part
}
