import { quantileOf, studentT } from '@counterpart/numerics'

// What a total would be had the log been whole, with how sure that is. README, "What is missing".

/** One figure of one day. */
export interface DayFigure {
  readonly x: number
  /** What the figure goes with, e.g. seconds scheduled with patients. */
  readonly size: number
  /** Days of one kind are alike: with patients scheduled, or not. */
  readonly withPatients: boolean
  readonly covered: number
}

/** What is usual on one person's days of one kind. */
interface Usual {
  /** Expected figure of a whole day for each unit of size; by the day where nothing has a size. */
  readonly rate: number
  readonly perDay: boolean
  /** Day-to-day variance around it. */
  readonly variance: number
  /** Days that this is known from. */
  readonly days: number
}

export interface UsualDays {
  readonly withPatients: Usual
  readonly others: Usual
}

/** A day of which less than this was logged says little of what such days are like. */
const tells = 0.5

export function usualDays(days: readonly DayFigure[]): UsualDays {
  return {
    withPatients: usualOf(days.filter((day) => day.withPatients)),
    others: usualOf(days.filter((day) => !day.withPatients)),
  }
}

function usualOf(all: readonly DayFigure[]): Usual {
  const days = all.filter(({ covered }) => covered >= tells)
  const [x, size, n] = days.reduce(
    ([x, size, n], day) => [x + day.x, size + day.covered * day.size, n + day.covered],
    [0, 0, 0],
  )
  const perDay = size <= 0
  const rate = perDay ? (n > 0 ? x / n : 0) : x / size
  let squares = 0
  for (const day of days) {
    const residual = day.x / day.covered - rate * (perDay ? 1 : day.size)
    squares += day.covered * residual * residual
  }
  return { rate, perDay, variance: n > 1 ? squares / (n - 1) : Number.NaN, days: n }
}

export interface Total {
  readonly total: number
  /** Half of the 90 % interval: 0 when all was logged, NaN when nothing is known of days like those that are missing. */
  readonly halfWidth: number
}

/** The total of some days: what was logged, and for what was not the usual. */
export function totalOf(days: readonly DayFigure[], usual: UsualDays): Total {
  let total = 0
  let variance = 0
  let known = 0
  for (const withPatients of [true, false]) {
    const { days: n, perDay, rate, variance: each } = withPatients ? usual.withPatients : usual.others
    let missing = 0
    for (const day of days) {
      if (day.withPatients !== withPatients) continue
      total += day.x + (1 - day.covered) * rate * (perDay ? 1 : day.size)
      missing += 1 - day.covered
    }
    if (missing < 1e-9) continue
    // As many days as are missing vary around what is usual, which is itself known from n days only.
    variance += each * (missing + (missing * missing) / n)
    known += n
  }
  const halfWidth = variance === 0 && known === 0 ? 0 : ninetyPercent(known) * Math.sqrt(variance)
  return { total, halfWidth }
}

const quantiles = new Map<number, number>()

/** Half-width of a 90 % interval in standard errors, with as many days known. */
function ninetyPercent(days: number): number {
  const degrees = Math.floor(days) - 1
  if (degrees < 1) return Number.NaN
  let quantile = quantiles.get(degrees)
  if (quantile === undefined) {
    quantile = quantileOf(studentT(degrees), 0.95)
    quantiles.set(degrees, quantile)
  }
  return quantile
}
