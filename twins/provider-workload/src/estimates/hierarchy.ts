import { portableExp, portableLog, type RandomStream } from '@counterpart/numerics'

/** What a person's data say by themselves: an estimate on the scale and its variance; `null`: nothing. */
export type Noisy = { readonly value: number; readonly variance: number } | null

/** What is held true of how people differ: the mean of all, given each of a few spreads between them. */
export interface Level {
  readonly spreads: readonly number[]
  readonly chances: readonly number[]
  readonly means: readonly number[]
  readonly errors: readonly number[]
}

/** Spreads that are considered, against the usual one, and what each was worth before: log-normal about 1. */
const factors = [0.15, 0.25, 0.4, 0.6, 0.8, 1, 1.3, 1.7, 2.2, 3]
const before = factors.map((factor) => portableExp(-0.5 * (portableLog(factor) / 0.7) ** 2))

/**
 * Normal–normal model of people who differ: each value is a person's own with its error, persons lie about a mean. The
 * mean is integrated out for each spread in a grid (Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.4).
 */
export function levelOf(
  people: readonly Noisy[],
  prior: { readonly mean: number; readonly unsure: number; readonly between: number },
): Level {
  const spreads = factors.map((factor) => factor * prior.between)
  const found = spreads.map((spread) => {
    let precision = 1 / prior.unsure ** 2
    let weighted = prior.mean / prior.unsure ** 2
    let square = prior.mean ** 2 / prior.unsure ** 2
    let logs = 0
    for (const person of people) {
      if (person === null) continue
      const variance = spread ** 2 + person.variance
      precision += 1 / variance
      weighted += person.value / variance
      square += person.value ** 2 / variance
      logs += portableLog(variance)
    }
    const mean = weighted / precision
    return {
      mean,
      error: Math.sqrt(1 / precision),
      log: -0.5 * (logs + square - mean * weighted + portableLog(precision)),
    }
  })
  const most = Math.max(...found.map(({ log }) => log))
  const raw = found.map(({ log }, i) => before[i]! * portableExp(log - most))
  const total = raw.reduce((a, b) => a + b, 0)
  return {
    spreads,
    chances: raw.map((chance) => chance / total),
    means: found.map(({ mean }) => mean),
    errors: found.map(({ error }) => error),
  }
}

/** One mean and spread between people that may be true. */
export function drawLevel(level: Level, stream: RandomStream): { readonly mean: number; readonly spread: number } {
  let chance = stream.uniform()
  let i = 0
  while (i < level.chances.length - 1 && chance > level.chances[i]!) chance -= level.chances[i++]!
  // Between the points of the grid as well.
  const spread = level.spreads[i]! * portableExp(0.15 * stream.normal())
  return { mean: level.means[i]! + level.errors[i]! * stream.normal(), spread }
}

/** What may be true of one person, given how people differ. */
export function personGiven(
  { mean, spread }: { readonly mean: number; readonly spread: number },
  own: Noisy,
): { readonly mean: number; readonly error: number } {
  if (own === null) return { mean, error: spread }
  const precision = 1 / spread ** 2 + 1 / own.variance
  return { mean: (mean / spread ** 2 + own.value / own.variance) / precision, error: Math.sqrt(1 / precision) }
}
