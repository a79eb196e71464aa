import { type Instant, minute } from '@counterpart/kernel'
import { normalCumulative, portableLog } from '@counterpart/numerics'
import type { Department } from '../memory/department.ts'
import { lineOf } from '../memory/overtaken.ts'
import { type LogTally, weightAt } from '../memory/tallies.ts'
import { stateOf, type Visit, type VisitState } from '../memory/visit.ts'

/** Visits whose end is never told: 1 %, worth 100 visits (assumed; feeds differ, and each is learnt). */
const missing = { share: 0.01, worth: 100 } as const

/** A log-normal law with a prior, all in minutes: its median, spread of the logarithm, and what the prior is worth. */
const laws = {
  greetings: { median: 15, spread: 1, worth: 20 },
  waits: { median: 60, spread: 1, worth: 20 },
  stays: { median: 200, spread: 0.9, worth: 20 },
  boardings: { median: 180, spread: 1.1, worth: 20 },
} as const
const lawOf = {
  arriving: 'greetings',
  waiting: 'waits',
  'in-care': 'stays',
  tests: 'stays',
  boarding: 'boardings',
  left: 'stays',
} as const satisfies Record<VisitState, keyof typeof laws>

/** How often somebody served in a line was overtaken before (assumed), worth 20 who were served. */
const overtakings = { mean: 1, worth: 20 } as const

/**
 * The probability that somebody of whom nothing was heard for so long is still here, and not gone without a message: the
 * visit's state would have gone on silently with the survival of its own duration, against the share of this
 * department's visits whose end is never told. It fades by itself, and any new fact about the visit restores it.
 *
 * Who stands in a line waits as long as the line does, on a bad day ten times as long as usual: as long as the feed
 * speaks, only being overtaken again and again makes them doubtful.
 */
export function probabilityHere(
  visit: Visit,
  { tallies, heard, deafSince }: Pick<Department, 'tallies' | 'heard' | 'deafSince'>,
  asOf: Instant,
): number {
  if (visit.left !== null) return 0
  if (asOf - visit.heard < 30 * minute) return 1
  const weight = weightAt(tallies, asOf)
  const line = lineOf(visit)
  const heardSince = line !== undefined && (deafSince === null || visit.heard > deafSince)
  const silentFrom = heardSince ? Math.max(visit.heard, heard ?? visit.heard) : visit.heard
  const law = lawOf[stateOf(visit)]
  let surviving = survivalBeyond(laws[law], tallies[law], weight, (asOf - silentFrom) / minute)
  if (line !== undefined) {
    const { n, exposure } = tallies.overtaken[line]
    const mean = (overtakings.mean * overtakings.worth + n / weight) / (overtakings.worth + exposure / weight)
    // Lomax with this mean and shape 3: lines differ from day to day in how strictly they are kept.
    surviving /= (1 + visit.overtaken / (2 * mean)) ** 3
  }
  const untold =
    (missing.share * missing.worth + tallies.lost / weight) / (missing.worth + (tallies.lost + tallies.ended) / weight)
  const here = (1 - untold) * surviving
  return here / (here + untold * (1 - surviving))
}

function survivalBeyond(
  prior: { readonly median: number; readonly spread: number; readonly worth: number },
  seen: LogTally,
  weight: number,
  minutes: number,
): number {
  if (minutes <= 1) return 1
  const { worth, spread } = prior
  const centre = portableLog(prior.median)
  const n = worth + seen.n / weight
  const mean = (worth * centre + seen.sum / weight) / n
  // The spread never falls below the prior's: silence has more reasons than the duration's own scatter.
  const square = (worth * (spread ** 2 + centre ** 2) + seen.squares / weight) / n - mean ** 2
  return normalCumulative((mean - portableLog(minutes)) / Math.sqrt(Math.max(square, spread ** 2)))
}
