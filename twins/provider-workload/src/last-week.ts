import type { Belief, Instant } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { type MeasuredWeek, measuredWeek } from './measured.ts'
import { type Clinic, clinicOf } from './memory/clinic.ts'
import { mondayOf } from './memory/rota.ts'
import { type QuantityName, quantitiesOf } from './quantities.ts'
import { at, weekWidth } from './work/figures.ts'

/** Everybody's last week that is over. */
export function lastWeeks(clinic: Clinic, asOf: Instant): readonly MeasuredWeek[] {
  const civil = civilTime(clinic.layout.timeZone)
  const week = civil.dayAfter(mondayOf(civil, civil.dayOf(asOf)), -7)
  return clinic.layout.providers.flatMap(({ provider }) => measuredWeek(clinic, provider, week) ?? [])
}

/** The clinic's quantities of a week that is over; `chance` (standard normal) fills the holes of a person's log. */
export function measuredQuantities(
  past: readonly MeasuredWeek[],
  overloadRatio: number,
  chance: (week: MeasuredWeek) => number,
): Record<QuantityName, number> {
  const out = new Float64Array(past.length * weekWidth)
  for (const [i, each] of past.entries()) {
    const { figures, outsideError } = each
    const outside = outsideError === 0 ? figures.outside : Math.max(0, figures.outside + outsideError * chance(each))
    const put = (place: number, value: number) => {
      out[i * weekWidth + place] = value
    }
    put(at.contracted, figures.contracted)
    put(at.scheduled, figures.scheduled)
    put(at.inside, figures.inside)
    put(at.outside, outside)
    put(at.visits, figures.visits)
    put(at.waiting, figures.waiting)
    const overloaded = figures.contracted > 0 && figures.scheduled + outside > overloadRatio * figures.contracted
    put(at.overloaded, overloaded ? 1 : 0)
  }
  return quantitiesOf(
    out,
    past.map((_, i) => i * weekWidth),
  )
}

/** Of which more is missing, a week is not known without doubt. */
const complete = 0.98

/** The quantities of the last week that is over, where all of everybody's log is there; else none. */
export function counted(belief: Belief): Readonly<Record<string, number>> {
  const clinic = clinicOf(belief)
  const past = lastWeeks(clinic, belief.asOf)
  const all = past.length > 0 && past.length === clinic.layout.providers.length
  if (!all || past.some(({ completeness }) => completeness < complete)) return {}
  return measuredQuantities(past, clinic.layout.overloadRatio, () => 0)
}
