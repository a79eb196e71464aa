import type { Situation } from '../situation.ts'
import { activities, at, weekWidth } from '../work/figures.ts'
import { correctionOf } from './correct.ts'
import { back, horizons, judgedFigures, onto } from './record.ts'

/** Mean and variance, on the scale of errors, of a figure over members. */
export function momentsOf(figures: readonly Float64Array[], place: number): { mean: number; variance: number } {
  let [sum, squares] = [0, 0]
  for (const out of figures) {
    const value = onto(out[place]!)
    sum += value
    squares += value * value
  }
  const n = figures.length
  const mean = sum / n
  return { mean, variance: Math.max(0, squares - n * mean * mean) / Math.max(1, n - 1) }
}

/**
 * How to move members by what the twin has learnt of its own errors. It is found from carrying on alone, and each figure is
 * moved by a rising function of its own: so weeks under a scenario stay paired with carrying on, and no effect changes its
 * sign.
 */
export function recalibration(situation: Situation, calm: readonly Float64Array[]): (figures: Float64Array) => void {
  const { plan, clinic, weeks, asOf } = situation
  const { errors } = clinic.record
  const left = Math.min(1, Math.max(0, (weeks[0]!.until - asOf) / (weeks[0]!.until - weeks[0]!.from)))
  const moves: { place: number; mean: number; shift: number; stretch: number }[] = []
  for (const [p, { provider, days }] of plan.providers.entries())
    for (let w = 0; w < plan.weeks; w++) {
      // What was learnt of weeks of work says as much less of others as there is less work in them.
      const there = 1 - days.slice(7 * w, 7 * w + 5).reduce((sum, { away }) => sum + away, 0) / 5
      for (const figure of judgedFigures) {
        const { shift, stretch } = correctionOf(errors[figure], provider, Math.min(w, horizons - 1))
        const place = (p * plan.weeks + w) * weekWidth + at[figure]
        const { mean } = momentsOf(calm, place)
        // What is over of this week is known: only the rest of it can be wrong.
        moves.push({ place, mean, shift: shift * there * (w === 0 ? left : 1), stretch })
      }
    }
  return (figures) => {
    const before = figures.slice()
    for (const { place, mean, shift, stretch } of moves)
      figures[place] = back(mean + shift + stretch * (onto(figures[place]!) - mean))
    for (let offset = 0; offset < figures.length; offset += weekWidth)
      consistent(figures, before, offset, plan.overloadRatio)
  }
}

/** What follows from the figures that were moved follows them. */
function consistent(figures: Float64Array, before: Float64Array, offset: number, overloadRatio: number): void {
  const of = (all: Float64Array, place: number) => all[offset + place]!
  const screen = (all: Float64Array) => of(all, at.inside) + of(all, at.outside)
  const factor = screen(before) > 0 ? screen(figures) / screen(before) : 1
  for (let a = 0; a < activities.length; a++) figures[offset + at.ehr + a]! *= factor
  if (of(before, at.waiting) > 0) figures[offset + at.backlog]! *= of(figures, at.waiting) / of(before, at.waiting)
  const contracted = of(figures, at.contracted)
  const work = of(figures, at.scheduled) + of(figures, at.outside)
  figures[offset + at.overloaded] = contracted > 0 && work > overloadRatio * contracted ? 1 : 0
}
