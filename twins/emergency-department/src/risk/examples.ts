import { hour, type Instant } from '@counterpart/kernel'
import type { Visit } from '../memory/visit.ts'
import { type Features, featuresOf, lookedAfter, nameOf } from './features.ts'
import type { Learnt } from './learn.ts'

/** Cases by the name of their features: how many, how many with the outcome, and the hours they were at risk, in tenths. */
export type Cells = Readonly<Record<string, readonly [cases: number, outcomes: number, tenths: number]>>

/**
 * What was learnt from, in two generations: when the newer is full, the older is forgotten. So memory is bounded, and what
 * is years old does not count for ever.
 */
export type Examples = { readonly older: Cells; readonly newer: Cells; readonly cases: number }

/** What the twin keeps of risks. */
export type RiskMemory = {
  /** From one look at somebody who waits to the next: found worse, that is triaged to a more urgent acuity? */
  readonly worsening: Examples
  /** Of people who were cared for: admitted? */
  readonly admission: Examples
  readonly learnt: { readonly worsening: Learnt | null; readonly admission: Learnt | null }
}

const none: Examples = { older: {}, newer: {}, cases: 0 }
export const emptyRisk: RiskMemory = { worsening: none, admission: none, learnt: { worsening: null, admission: null } }

const generation = 8000

/** Counts what one visit's change tells. */
export function riskAfter(memory: RiskMemory, before: Visit | undefined, after: Visit): RiskMemory {
  let { worsening, admission } = memory
  const looks = before?.looks
  const over = after.looks?.before === looks?.last || after.seen !== null || after.left !== null
  // A look counts when it is over: facts of one look come one by one.
  if (before && before.seen === null && before.left === null && looks?.before && over)
    worsening = counted(worsening, lookedTwice(before, looks.before.at, looks.last.at))
  if (before?.looks && decided(after) && !decided(before))
    admission = counted(admission, {
      features: featuresOf(after, before.looks.first),
      outcome: after.boarding !== null || after.disposition === 'admitted',
      hours: 0,
    })
  return worsening === memory.worsening && admission === memory.admission ? memory : { ...memory, worsening, admission }
}

/** Seen, and admitted or not by now; who left nobody knows how tells nothing. */
const decided = ({ seen, boarding, left, disposition }: Visit) =>
  seen !== null && (boarding !== null || (left !== null && disposition !== 'unknown'))

type Example = { readonly features: Features; readonly outcome: boolean; readonly hours: number } | null

function lookedTwice(visit: Visit, from: Instant, to: Instant): Example {
  const { before, last } = visit.looks!
  if (before!.acuity === null || last.acuity === null) return null
  const hours = (to - from) / hour
  return { features: lookedAfter(featuresOf(visit, before), hours), outcome: last.acuity < before!.acuity, hours }
}

function counted(examples: Examples, example: Example): Examples {
  if (example === null) return examples
  const full = examples.cases >= generation
  const { older, newer, cases } = full ? { older: examples.newer, newer: {} as Cells, cases: 0 } : examples
  const name = nameOf(example.features)
  const [n, outcomes, tenths] = newer[name] ?? [0, 0, 0]
  const cell = [n + 1, outcomes + (example.outcome ? 1 : 0), tenths + Math.round(10 * example.hours)] as const
  return { older, newer: { ...newer, [name]: cell }, cases: cases + 1 }
}

/** Both generations together. */
export function cellsOf({ older, newer }: Examples): Cells {
  const all: Record<string, Cells[string]> = { ...older }
  for (const [name, [n, outcomes, tenths]] of Object.entries(newer)) {
    const [m, more, longer] = all[name] ?? [0, 0, 0]
    all[name] = [n + m, outcomes + more, tenths + longer]
  }
  return all
}
