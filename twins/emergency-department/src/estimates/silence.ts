import { type Instant, minute } from '@counterpart/kernel'
import { normalCumulative, portableLog } from '@counterpart/numerics'
import { type LogTally, type Tallies, weightAt } from '../memory/tallies.ts'
import { stateOf, type Visit } from '../memory/visit.ts'

/** Visits whose end is never reported: 1 % (assumed; feeds differ, and a wrong figure only moves when doubt sets in). */
const missingDischarge = 0.01

/** A log-normal law with a prior, all in minutes: its median, spread of the logarithm, and what the prior is worth. */
const laws = {
  waits: { median: 60, spread: 1, worth: 20 },
  stays: { median: 200, spread: 0.9, worth: 20 },
  boardings: { median: 180, spread: 1.1, worth: 20 },
} as const

/**
 * The probability that somebody of whom nothing was heard for so long is still here, and not gone without a message: the
 * visit's state would have gone on silently with the survival of its own duration, against 1 % of visits whose end is
 * never told. It fades by itself, and any new fact about the visit restores it.
 */
export function probabilityHere(visit: Visit, tallies: Tallies, asOf: Instant): number {
  if (visit.left !== null) return 0
  const silent = (asOf - visit.heard) / minute
  if (silent < 30) return 1
  const state = stateOf(visit)
  const law = state === 'boarding' ? 'boardings' : state === 'in-care' || state === 'tests' ? 'stays' : 'waits'
  const surviving = survivalBeyond(laws[law], tallies[law], weightAt(tallies, asOf), silent)
  const here = (1 - missingDischarge) * surviving
  return here / (here + missingDischarge * (1 - surviving))
}

function survivalBeyond(
  prior: { readonly median: number; readonly spread: number; readonly worth: number },
  seen: LogTally,
  weight: number,
  minutes: number,
): number {
  const { worth, spread } = prior
  const centre = portableLog(prior.median)
  const n = worth + seen.n / weight
  const mean = (worth * centre + seen.sum / weight) / n
  // The spread never falls below the prior's: silence has more reasons than the duration's own scatter.
  const square = (worth * (spread ** 2 + centre ** 2) + seen.squares / weight) / n - mean ** 2
  return normalCumulative((mean - portableLog(minutes)) / Math.sqrt(Math.max(square, spread ** 2)))
}
