import type { ProviderCode } from '@counterpart/kernel'
import { type Errors, fading } from './record.ts'

/** How a forecast is to be moved, on the figure's scale: added to its mean, and the factor on distances from it. */
export interface Correction {
  readonly shift: number
  readonly stretch: number
}

/** What having made no errors is worth: of all people, and of one person, in forecasts of one week; each has five. */
const worth = { all: 60, person: 20, personSpread: 30 } as const
/** However right forecasts were, their spread stays at least this part, and however wrong, at most so many times. */
const stretchBetween = [0.5, 3] as const

/** The 5 % and 95 % points of 64 draws leave out 13 % of the law, not 10: so much wider, they leave out 10 (if it is normal). */
const fewMembers = 1.08

/** How forecasts of one person's week so many weeks ahead are to be moved. */
export function correctionOf({ all, people }: Errors, provider: ProviderCode, horizon: number): Correction {
  const [n, sum, squares, variances] = all[horizon]!
  const ofAll = sum / (n + worth.all)
  const own = people[provider]
  const ofPerson = own ? (own[1] - own[0] * meanOf(all)) / (own[0] + worth.person) : 0
  const given = n > 0 ? variances / n : 1
  const pooled = (squares + worth.all * given) / (variances + worth.all * given)
  const single = own ? (own[2] + worth.personSpread) / (own[0] + worth.personSpread) : 1
  return {
    shift: ofAll + ofPerson,
    stretch: fewMembers * Math.min(stretchBetween[1], Math.max(stretchBetween[0], Math.sqrt(pooled * single))),
  }
}

/** Mean error over horizons, shrunken as the parts of it are. */
function meanOf(all: Errors['all']): number {
  const [n, sum] = all.reduce<readonly [number, number]>(([a, b], [c, d]) => [a + c, b + d], [0, 0])
  return sum / (n + worth.all * all.length)
}

/** A forecast that has come true, on its scale. */
export interface Verified {
  readonly provider: ProviderCode
  readonly horizon: number
  readonly mean: number
  readonly variance: number
  readonly truth: number
}

/** The errors after a week: what was known fades, what came true is added, all of it judged by what was known before. */
export function withErrors(known: Errors, verified: readonly Verified[]): Errors {
  const all = known.all.map((sums) => sums.map((each) => each * fading) as [number, number, number, number])
  const people: Record<ProviderCode, [number, number, number]> = {}
  for (const [code, sums] of Object.entries(known.people))
    people[code] = sums.map((each) => each * fading) as [number, number, number]
  for (const { provider, horizon, mean, variance, truth } of verified) {
    const { shift, stretch } = correctionOf(known, provider, horizon)
    const error = truth - mean
    // One error says no more than that it was four standard deviations.
    const square = Math.min((error - shift) ** 2, 16 * stretch ** 2 * variance + 0.01)
    const sums = all[horizon]!
    sums[0] += 1
    sums[1] += error
    sums[2] += square
    sums[3] += variance + 1e-4
    const own = people[provider] ?? [0, 0, 0]
    people[provider] = own
    own[0] += 1
    own[1] += error
    const pooled = correctionOf({ all: known.all, people: {} }, provider, horizon).stretch
    own[2] += Math.min(16, square / (pooled ** 2 * (variance + 1e-4)))
  }
  const rounded = (values: readonly number[]) => values.map((each) => Math.round(each * 1e6) / 1e6)
  return {
    all: all.map((sums) => rounded(sums) as [number, number, number, number]),
    people: Object.fromEntries(
      Object.entries(people).map(([code, sums]) => [code, rounded(sums) as [number, number, number]]),
    ),
  }
}
