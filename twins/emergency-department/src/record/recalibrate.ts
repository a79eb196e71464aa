import { hour, type Instant, type TwinContext } from '@counterpart/kernel'
import { normalQuantile, shuffle } from '@counterpart/numerics'
import type { Department } from '../memory/department.ts'
import { weightAt } from '../memory/tallies.ts'
import { type QuantityName, quantities } from '../quantities.ts'
import { between, type Correction, correctionOf, noCorrection } from './errors.ts'
import { momentsOf } from './moments.ts'
import { distances, recordFutures } from './record.ts'
import { scales } from './scale.ts'

export type Members = Readonly<Record<QuantityName, Float64Array>>

/**
 * Members moved by what the twin has learnt of its own errors. What moves them is found from futures of carrying on
 * alone, and each member is moved by a rising function of its own: so futures under a scenario and under carrying on stay
 * paired, and no effect changes its sign.
 */
export function recalibrated(
  members: Members,
  ofCarryingOn: { readonly members: Members; readonly size: number },
  size: number,
  times: readonly Instant[],
  { department, asOf, context }: { department: Department; asOf: Instant; context: TwinContext },
): Members {
  const { record, tallies, layout } = department
  const learnt = { weight: weightAt(tallies, asOf), futures: recordFutures }
  const moved = quantities.map(({ name }) => {
    const errors = record.errors[name]
    if (errors === undefined) return [name, members[name]] as const
    const { onto, back, whole } = scales[name]
    const stream = context.random('error', name)
    const noise = Float64Array.from({ length: size }, (_, m) => normalQuantile((m + 0.5) / size))
    shuffle(noise, stream)
    const chance = Float64Array.from({ length: size }, () => stream.uniform())
    const values = new Float64Array(members[name].length)
    for (const [t, at] of times.entries()) {
      const { mean, variance } = momentsOf(name, ofCarryingOn.members[name], t, ofCarryingOn.size, recordFutures)
      const hourOfDay = (((at / hour + layout.utcOffsetMinutes / 60) % 24) + 24) % 24
      const correction = (d: number): Correction =>
        d < 0 ? noCorrection : correctionOf(errors[d]!, mean, variance, hourOfDay, learnt)
      const { shift, narrowing, noise: scatter } = atDistance((at - asOf) / hour, correction)
      for (let m = 0; m < size; m++) {
        const apart = onto(members[name][t * size + m]!) - mean
        const value = back(mean + shift + narrowing * apart + scatter * noise[m]!)
        // Rounded by chance, but the same chance in every scenario: the mean stays.
        values[t * size + m] = whole ? Math.floor(value + 1e-9 + chance[m]! * (1 - 1e-6)) : value
      }
    }
    return [name, values] as const
  })
  return Object.fromEntries(moved) as unknown as Members
}

/** The correction at a distance in hours: nothing is wrong with what is so now, and beyond the last it stays. */
function atDistance(hours: number, of: (place: number) => Correction): Correction {
  const next = distances.findIndex((distance) => distance >= hours)
  if (next < 0) return of(distances.length - 1)
  const from = next === 0 ? 0 : distances[next - 1]!
  return between(of(next - 1), of(next), (hours - from) / (distances[next]! - from))
}
