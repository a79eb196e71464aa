import { type PersonDay, places, type WorkedHours, whole } from './person-days.ts'

/** From so much time scheduled with patients on, in seconds, a day without any action is one whose log is missing. */
const rosteredFor = 3600

/** Why a day's log is taken to be missing although nothing says so. */
export const silentWhileRostered = (day: PersonDay): boolean => day.clinic >= rosteredFor && day.actions === 0

const none: PersonDay['covered'] = { all: 0, inClinic: 0, outsideClinic: 0, outside: 0 }

/**
 * Sets how much of each day was logged: the part of the usual work that falls into hours with a log. What is usual by hour of
 * the clock is what all these people did in hours that were logged, on days with patients scheduled and on others apart.
 */
export function setCoverage(days: readonly PersonDay[], worked: WorkedHours): void {
  for (const kind of ['withPatients', 'others'] as const) {
    const alike = days.filter(({ clinic }) => clinic > 0 === (kind === 'withPatients'))
    const logged = new Float64Array(24)
    for (const day of alike)
      if (!silentWhileRostered(day)) for (let h = 0; h < 24; h++) logged[h]! += 1 - Math.min(1, day.missing?.[h] ?? 0)
    const usual = Object.fromEntries(places.map((place) => [place, usualHours(worked[kind][place], logged)]))
    for (const day of alike) {
      const { missing } = day
      if (silentWhileRostered(day)) day.covered = none
      else if (missing)
        day.covered = Object.fromEntries(
          places.map((place) => [place, coveredPart(missing, usual[place]!)]),
        ) as unknown as PersonDay['covered']
      else day.covered = whole
    }
  }
}

/** Which part of a day's work falls into each hour of the clock. */
function usualHours(worked: Float64Array, logged: Float64Array): Float64Array {
  const rates = worked.map((seconds, h) => (logged[h]! > 0 ? seconds / logged[h]! : 0))
  const sum = rates.reduce((a, b) => a + b, 0)
  return sum > 0 ? rates.map((rate) => rate / sum) : rates.fill(1 / 24)
}

function coveredPart(missing: Float64Array, usual: Float64Array): number {
  let part = 1
  for (let h = 0; h < 24; h++) part -= Math.min(1, missing[h]!) * usual[h]!
  return part < 1e-9 ? 0 : part
}
